"""What a person does on the page, one function for each address under /_/."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeAlias

from bot.sandbox import page_control
from bot.sandbox.model import Json
from bot.sandbox.people import People

Body: TypeAlias = Mapping[str, Any]
Deed: TypeAlias = Callable[[People, str, Body], Awaitable[Json]]


async def _say(people: People, user: str, body: Body) -> Json:
    ts = await people.say(
        user, body["channel"], body.get("text", ""), body.get("thread_ts"), file=body.get("file")
    )
    return {"ts": ts}


async def _dm(people: People, user: str, body: Body) -> Json:
    return {"channel": people.dm(user, body.get("with") or "")}


async def _edit(people: People, user: str, body: Body) -> Json:
    await people.edit(user, body["channel"], body["ts"], body["text"])
    return {"ok": True}


async def _delete(people: People, user: str, body: Body) -> Json:
    await people.delete(user, body["channel"], body["ts"])
    return {"ok": True}


async def _react(people: People, user: str, body: Body) -> Json:
    await people.react(user, body["channel"], body["ts"], body["name"], remove=bool(body.get("remove")))
    return {"ok": True}


async def _command(people: People, user: str, body: Body) -> Json:
    return await people.command(user, body["channel"], body["command"], body.get("text", ""))


async def _action(people: People, user: str, body: Body) -> Json:
    return await people.interactions.act(
        people.workspace, user, body["container"], body.get("block_id", ""), body["action"], body.get("state")
    )


async def _shortcut(people: People, user: str, body: Body) -> Json:
    return await people.shortcut(user, body["callback_id"], body.get("channel"), body.get("message_ts"))


async def _submit(people: People, user: str, body: Body) -> Json:
    return await people.submit(user, body["view_id"], body.get("values") or {})


async def _close(people: People, user: str, body: Body) -> Json:
    return await people.close(user, body["view_id"], everything=bool(body.get("all")))


async def _options(people: People, user: str, body: Body) -> Json:
    return await people.interactions.options(
        people.workspace,
        user,
        body["container"],
        body.get("block_id", ""),
        body["action_id"],
        body.get("value", ""),
    )


async def _join(people: People, user: str, body: Body) -> Json:
    people.join(user, body["channel"])
    return {"ok": True}


async def _leave(people: People, user: str, body: Body) -> Json:
    people.leave(user, body["channel"])
    return {"ok": True}


async def _invite(people: People, user: str, body: Body) -> Json:
    people.invite(user, body["channel"], body.get("invitee") or "")
    return {"ok": True}


async def _kick(people: People, user: str, body: Body) -> Json:
    people.kick(user, body["channel"], body.get("kicked") or body["whom"])
    return {"ok": True}


async def _open_home(people: People, user: str, body: Body) -> Json:
    return {"channel": await people.open_home(user, body.get("tab", "home"))}


DEEDS: dict[str, Deed] = {
    "say": _say,
    "dm": _dm,
    "edit": _edit,
    "delete": _delete,
    "react": _react,
    "command": _command,
    "action": _action,
    "shortcut": _shortcut,
    "view/submit": _submit,
    "view/close": _close,
    "options": _options,
    "join": _join,
    "leave": _leave,
    "invite": _invite,
    "kick": _kick,
    "channel": page_control.change_channel,
    "person": page_control.change_person,
    "home/open": _open_home,
}
