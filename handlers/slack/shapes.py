"""What Slack's payloads look like in every place that is read before the ack, by Bolt or by us.

Another type there would be an error in the middle of somebody else's code; so it is found here, and refused with words.
Places that are read after the ack are not looked at: the door writes down what goes wrong there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

Shape: TypeAlias = "Callable[[Any], bool] | Mapping[str, Shape] | list[Shape] | tuple[Shape, Shape] | _Each"

LONGEST_ID = 255
"""Slack's own limit for the longest of its names (action_id, callback_id)."""
DEEPEST = 100
"""Slack's payloads are about a dozen levels deep; far more than this cannot be written to the inbox as JSON."""


@dataclass(frozen=True, slots=True)
class _Each:
    """An object with keys of its own; each value has this shape and none is null."""

    shape: Shape


def _id(value: Any) -> bool:
    return isinstance(value, str) and _are_ids((value,))


def _text(value: Any) -> bool:
    return isinstance(value, str)


def _plain(value: Any) -> bool:
    return not isinstance(value, (dict, list))


_NAMED: Shape = (_id, {"id": _id, "team_id": _id, "enterprise_id": _id})
"""A team, person, channel or organisation: an id, or an object that has one."""
_ANYWHERE: Mapping[str, Shape] = {
    **dict.fromkeys(("enterprise", "team", "user", "channel"), _NAMED),
    **dict.fromkeys(
        ("enterprise_id", "team_id", "user_id", "channel_id", "type", "ts", "thread_ts", "event_ts"), _id
    ),
    **dict.fromkeys(
        ("subtype", "channel_type", "parent_user_id", "bot_id", "app_id", "function_execution_id"), _id
    ),
    **dict.fromkeys(("bot_access_token", "text"), _text),
    "is_enterprise_install": _plain,
}
"""What Bolt looks for at several depths."""
_MESSAGE: Mapping[str, Shape] = {**_ANYWHERE, "edited": {"ts": _id}}
_OPTION: Mapping[str, Shape] = {"value": _text}
_INPUT: Mapping[str, Shape] = {
    "value": _text,
    "selected_option": _OPTION,
    "selected_options": [_OPTION],
    "selected_users": [_id],
    "selected_time": _id,
}
_EVENT: Mapping[str, Shape] = {
    **_MESSAGE,
    **dict.fromkeys(("message", "previous_message"), _MESSAGE),
    **dict.fromkeys(("item", "assistant_thread"), (_plain, _MESSAGE)),
    "authorizations": lambda value: False,
    "deleted_ts": _id,
    "view": {"app_installed_team_id": _id, "team_id": _id},
}
_PAYLOAD: Mapping[str, Shape] = {
    **_MESSAGE,
    **dict.fromkeys(("message", "previous_message"), _MESSAGE),
    **dict.fromkeys(("item", "assistant_thread"), (_plain, _MESSAGE)),
    **dict.fromkeys(("event_id", "trigger_id", "callback_id", "command", "action_id", "message_ts"), _id),
    "response_url": _text,
    "response_urls": [{"response_url": _text}],
    "authorizations": [{**_ANYWHERE, "authorizations": lambda value: False}],
    "event": _EVENT,
    "actions": [{"action_id": _id, "type": _id, "value": _text, "selected_option": _OPTION}],
    "container": {"message_ts": _id, "channel_id": _id},
    "function_data": {"execution_id": _id},
    "view": {
        **dict.fromkeys(("id", "hash", "type", "callback_id", "team_id", "app_installed_team_id"), _id),
        "private_metadata": _text,
        "state": {"values": (_Each(_Each(_INPUT)), lambda value: value == [])},
    },
}
_NEEDED: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "event_callback": ("event", ("type",)),
    "view_submission": ("view", ("type", "callback_id")),
    "view_closed": ("view", ("type", "callback_id")),
    "message_action": ("", ("callback_id",)),
    "shortcut": ("", ("callback_id",)),
}
"""By kind of payload: the object, and the names in it, without which nobody knows who should answer."""


def is_slacks(payload: Mapping[str, Any]) -> bool:
    """Whether a payload can be read without surprises."""
    if not _FITS(payload):
        return False
    kind = payload.get("type")
    if kind == "block_actions":
        actions = payload.get("actions") or [{}]
        return actions[0].get("action_id") is not None
    needed = _NEEDED.get(kind or "")
    if needed is None:
        return payload.get("command") != "" if "command" in payload else kind is not None
    inside = payload.get(needed[0]) if needed[0] else payload
    return inside is not None and all(inside.get(name) is not None for name in needed[1])


def _fits(shape: Shape) -> Callable[[Any], bool]:
    """A shape as a function, made once: walking the shape for each payload would take four times as long. Null is as
    good as missing, except in a list and among the values of an `_Each`; so no shape is asked about null."""
    if isinstance(shape, Mapping):
        return _fits_object({name: _fits(inner) for name, inner in shape.items()})
    if isinstance(shape, list):
        item = _fits(shape[0])
        return lambda value: isinstance(value, list) and _fit_all(value, item)
    if isinstance(shape, _Each):
        item = _fits(shape.shape)
        return lambda value: isinstance(value, dict) and _fit_all(value.values(), item)
    if isinstance(shape, tuple):
        one, other = (_fits(each) for each in shape)
        return lambda value: one(value) or other(value)
    return shape


def _fit_all(values: Iterable[Any], fits: Callable[[Any], bool]) -> bool:
    for each in values:  # noqa: SIM110 - a generator costs more than what it would ask
        if each is None or not fits(each):
            return False
    return True


def _fits_object(inner: Mapping[str, Callable[[Any], bool]]) -> Callable[[Any], bool]:
    def fits(value: Any) -> bool:
        if not isinstance(value, dict):
            return False
        ids = []
        for name, each in value.items():
            if each is not None:
                right = inner.get(name)
                if right is _id:
                    ids.append(each)
                elif right is not None and not right(each):
                    return False
        return _are_ids(ids)

    return fits


def _are_ids(values: Sequence[Any]) -> bool:
    """Whether each is one, asked once for all of them: a payload has twenty."""
    try:
        together = "".join(values)
    except TypeError:
        return False
    short = len(together) <= LONGEST_ID or all(len(each) <= LONGEST_ID for each in values)
    return short and together.isascii() and together.isprintable()


_FITS = _fits(_PAYLOAD)


def is_deep(value: Any) -> bool:
    """Whether objects and lists stand more than `DEEPEST` levels inside one another."""
    level = [value]
    for _ in range(DEEPEST):
        level = [
            inner
            for each in level
            if isinstance(each, (dict, list))
            for inner in (each.values() if isinstance(each, dict) else each)
        ]
        if not level:
            return False
    return True
