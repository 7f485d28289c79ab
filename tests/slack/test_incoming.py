"""Payloads become values: who, where, what, and a key that every redelivery shares."""

from __future__ import annotations

import json
from typing import Any

from handlers.slack.incoming import from_a_bot, keep_condition, read, thread_of, trimmed
from handlers.slack.routes import Keep, route_for


def event(inner: dict[str, Any], event_id: str = "Ev1") -> dict[str, Any]:
    return {
        "token": "a-verification-token",
        "team_id": "T1",
        "type": "event_callback",
        "event_id": event_id,
        "event": inner,
    }


def dm(**changes: Any) -> dict[str, Any]:
    return event(
        {
            "type": "message",
            "channel_type": "im",
            "channel": "D1",
            "user": "UALICE",
            "text": "hi",
            "ts": "1.2",
            **changes,
        }
    )


def test_a_direct_message_is_kept_before_the_ack_under_its_own_id() -> None:
    incoming = read(dm())

    assert incoming is not None
    assert (incoming.name, incoming.workspace, incoming.user, incoming.channel) == (
        "message.im",
        "slack:T1",
        "UALICE",
        "D1",
    )
    assert incoming.key == "message:1.2:D1"
    route = route_for(incoming)
    assert route is not None
    assert route.keep is Keep.ALWAYS


def test_what_bots_write_is_nobodys_answer() -> None:
    for changes in ({"bot_id": "B1"}, {"user": "", "app_id": "A1"}):
        incoming = read(dm(**changes))

        assert incoming is not None
        assert from_a_bot(incoming.event)
        assert route_for(incoming) is None


def test_a_message_in_a_channel_outside_a_thread_may_never_be_kept() -> None:
    incoming = read(
        event({"type": "message", "channel": "C1", "channel_type": "channel", "user": "UBOB", "ts": "1.2"})
    )

    assert incoming is not None
    assert keep_condition(incoming) is None


def test_a_reply_may_be_kept_only_where_its_thread_is_an_open_check() -> None:
    inner = {
        "type": "message",
        "channel": "C1",
        "channel_type": "channel",
        "user": "UBOB",
        "ts": "2.1",
        "thread_ts": "1.2",
    }
    incoming = read(event(inner))

    assert incoming is not None
    condition = keep_condition(incoming)
    assert condition is not None
    assert (condition.channel, condition.thread, condition.origin) == ("C1", "1.2", "")


def test_a_late_edit_of_an_answer_may_be_kept_for_the_story_it_belongs_to() -> None:
    inner = {
        "type": "message",
        "subtype": "message_changed",
        "channel": "C1",
        "channel_type": "channel",
        "message": {"user": "UBOB", "ts": "2.1", "thread_ts": "1.2", "text": "new"},
        "previous_message": {"user": "UBOB", "ts": "2.1", "thread_ts": "1.2", "text": "old"},
    }
    incoming = read(event(inner))

    assert incoming is not None
    assert (incoming.name, incoming.user, thread_of(incoming.event)) == (
        "message.thread.changed",
        "UBOB",
        "1.2",
    )
    condition = keep_condition(incoming)
    assert condition is not None
    assert condition.origin == "C1:2.1"


def test_a_deleted_answer_names_the_message_that_went() -> None:
    inner = {
        "type": "message",
        "subtype": "message_deleted",
        "channel": "C1",
        "channel_type": "channel",
        "deleted_ts": "2.1",
        "previous_message": {"user": "UBOB", "ts": "2.1", "thread_ts": "1.2", "text": "old"},
    }
    incoming = read(event(inner))

    assert incoming is not None
    condition = keep_condition(incoming)
    assert condition is not None
    assert condition.origin == "C1:2.1"


def test_a_message_deleted_with_replies_below_it_is_still_its_writers() -> None:
    grave = {"user": "USLACKBOT", "ts": "171.2", "subtype": "tombstone", "text": "This message was deleted."}
    change = {"type": "message", "channel": "D1", "channel_type": "im", "subtype": "message_changed"}
    said = {"user": "U1", "ts": "171.2", "text": "Helped Maria."}

    with_it = read(event(change | {"message": grave, "previous_message": said}))
    alone = read(event(change | {"message": grave}))

    assert with_it is not None
    assert alone is not None
    assert (with_it.name, with_it.user) == ("message.im.changed", "U1")
    assert route_for(alone) is not None


def test_a_modal_submitted_twice_has_one_key() -> None:
    body = {
        "type": "view_submission",
        "team": {"id": "T1"},
        "user": {"id": "UALICE"},
        "trigger_id": "1.1",
        "view": {"id": "V1", "hash": "h1", "callback_id": "story.tell"},
    }

    first, second = read(body), read({**body, "trigger_id": "2.2"})

    assert first is not None
    assert second is not None
    assert first.key == second.key


def test_a_payload_that_is_nothing_known_is_nobodys_business() -> None:
    for body in ({}, {"type": "block_suggestion"}, {"type": "something_new"}):
        assert read(body) is None


def test_tokens_are_not_written_to_the_inbox() -> None:
    assert "a-verification-token" not in trimmed(dm())


def test_a_message_is_written_to_the_inbox_once_and_not_again_as_blocks() -> None:
    said = {
        "ts": "1.2",
        "text": "A baker went home at five.",
        "blocks": [{"elements": [{"text": "A baker"}]}],
    }
    edited = event({**said, "type": "message", "subtype": "message_changed", "message": said,
                    "previous_message": {**said, "text": "A baker went home."}})  # fmt: skip
    click = {"type": "block_actions", "message": said, "actions": [{"action_id": "prompt.nothing"}]}

    for body in (dm(**said), edited, click):
        kept = trimmed(body)
        assert "A baker went home at five." in kept
        assert "blocks" not in kept


def test_a_payload_without_an_id_has_one_key_as_it_came_and_as_it_is_read_again() -> None:
    came = event({"type": "app_home_opened", "user": "UALICE", "blocks": []}, event_id="")

    first, again = read(came), read(json.loads(trimmed(came)))

    assert first is not None
    assert again is not None
    assert first.key == again.key


def test_a_lone_surrogate_in_a_message_can_be_written_to_the_inbox() -> None:
    assert "\\ud800" in trimmed(dm(text="a \ud800 b"))
