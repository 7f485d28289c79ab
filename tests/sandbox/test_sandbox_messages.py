"""Messages: posting, changing, deleting, threads, ephemerals and reactions."""

from __future__ import annotations

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.server import LocalWorkspace

SECTION = {"type": "section", "text": {"type": "mrkdwn", "text": "hello"}}


async def test_a_message_is_posted_read_changed_and_deleted(
    ws: LocalWorkspace, client: AsyncWebClient
) -> None:
    general = ws.channels["general"]

    posted = await client.chat_postMessage(channel=general, text="one", blocks=[SECTION])
    changed = await client.chat_update(
        channel=general, ts=posted["ts"], text="two", blocks=[SECTION, SECTION]
    )
    read = await client.conversations_history(channel=general, limit=1)
    await client.chat_delete(channel=general, ts=posted["ts"])
    after = await client.conversations_history(channel=general)

    assert (changed["ts"], changed["text"]) == (posted["ts"], "two")
    assert read["messages"][0]["text"] == "two"
    assert len(read["messages"][0]["blocks"]) == 2
    assert posted["ts"] not in [one["ts"] for one in after["messages"]]


async def test_text_alone_replaces_blocks_and_marks_the_message_edited(
    ws: LocalWorkspace, client: AsyncWebClient
) -> None:
    posted = await client.chat_postMessage(channel=ws.channels["general"], text="one", blocks=[SECTION])

    changed = await client.chat_update(channel=ws.channels["general"], ts=posted["ts"], text="two")

    assert "blocks" not in changed["message"]
    assert changed["message"]["edited"]["user"] == ws.bot_user


async def test_posting_to_a_person_goes_to_their_direct_messages(
    ws: LocalWorkspace, client: AsyncWebClient
) -> None:
    bob = ws.users["bob"]

    posted = await client.chat_postMessage(channel=bob, text="psst")
    opened = await client.conversations_open(users=bob)

    assert posted["channel"] == opened["channel"]["id"] == ws.dm(bob)
    assert opened["already_open"] is True


@pytest.mark.parametrize(
    ("channel", "message", "error"),
    [
        ("general", {}, "no_text"),
        ("general", {"text": "   "}, "no_text"),
        ("general", {"text": "", "blocks": []}, "no_text"),
        ("general", {"text": "x" * 40_001}, "msg_too_long"),
        ("general", {"text": "x", "blocks": "{not json"}, "invalid_blocks_format"),
        ("general", {"text": "x", "blocks": {"type": "divider"}}, "invalid_blocks_format"),
        ("general", {"text": "x", "thread_ts": "1.000000"}, "thread_not_found"),
        ("general", {"text": "x", "metadata": {"event_type": "only"}}, "invalid_metadata_format"),
        ("general", {"text": "x", "metadata": "{"}, "invalid_metadata_format"),
        ("general", {"text": "x", "attachments": [1]}, "invalid_attachments"),
        ("small-business", {"text": "x"}, "not_in_channel"),
        ("leadership", {"text": "x"}, "channel_not_found"),
        ("old-news", {"text": "x"}, "is_archived"),
    ],
)
async def test_what_slack_refuses_is_refused_by_slacks_name(
    ws: LocalWorkspace, call, channel: str, message: dict, error: str
) -> None:
    answer = await call("chat.postMessage", channel=ws.channels[channel], **message)

    assert (answer["ok"], answer["error"]) == (False, error)


async def test_a_message_to_nobody_is_refused(ws: LocalWorkspace, call) -> None:
    unknown = await call("chat.postMessage", channel="C0NOWHERE", text="x")
    to_itself = await call("chat.postMessage", channel=ws.bot_user, text="x")
    missing = await call("chat.postMessage", text="x")

    assert unknown["error"] == "channel_not_found"
    assert to_itself["error"] == "cannot_dm_bot"
    assert missing["response_metadata"]["messages"] == ["[ERROR] missing required field: channel"]


async def test_a_deactivated_person_cannot_be_reached(ws: LocalWorkspace, call) -> None:
    bob = ws.users["bob"]
    ws.alter(bob, deleted=True)

    opened = await call("conversations.open", users=bob)
    posted = await call("chat.postMessage", channel=bob, text="x")
    seen = await call("users.info", user=bob)

    assert opened["error"] == posted["error"] == "user_disabled"
    assert seen["user"]["deleted"] is True


async def test_only_ones_own_messages_can_be_changed(ws: LocalWorkspace, call) -> None:
    general = ws.channels["general"]
    ts = await ws.say(ws.users["bob"], general, "mine")

    changed = await call("chat.update", channel=general, ts=ts, text="yours")
    deleted = await call("chat.delete", channel=general, ts=ts)
    missing = await call("chat.update", channel=general, ts="1.000001", text="x")

    assert [one["error"] for one in (changed, deleted, missing)] == [
        "cant_update_message",
        "cant_delete_message",
        "message_not_found",
    ]


async def test_metadata_is_shown_to_who_asks_for_it(ws: LocalWorkspace, client: AsyncWebClient) -> None:
    general = ws.channels["general"]
    metadata = {"event_type": "delivery", "event_payload": {"id": "d1"}}
    await client.chat_postMessage(channel=general, text="x", metadata=metadata)

    plain = await client.conversations_history(channel=general, limit=1)
    whole = await client.conversations_history(channel=general, limit=1, include_all_metadata=True)

    assert "metadata" not in plain["messages"][0]
    assert whole["messages"][0]["metadata"] == metadata


async def test_an_ephemeral_is_seen_by_one_person_and_is_in_no_history(
    ws: LocalWorkspace, client: AsyncWebClient
) -> None:
    general, bob = ws.channels["general"], ws.users["bob"]

    said = await client.chat_postEphemeral(channel=general, user=bob, text="only you")
    history = await client.conversations_history(channel=general)

    assert [one["ts"] for one in ws.ephemerals(bob, general)] == [said["message_ts"]]
    assert ws.ephemerals(ws.users["alice"], general) == []
    assert said["message_ts"] not in [one["ts"] for one in history["messages"]]


async def test_an_ephemeral_needs_its_reader_in_the_channel(ws: LocalWorkspace, call) -> None:
    answer = await call(
        "chat.postEphemeral", channel=ws.channels["general"], user=ws.users["grace"], text="x"
    )

    assert answer["error"] == "user_not_in_channel"


async def test_reactions_count_once(ws: LocalWorkspace, call) -> None:
    general = ws.channels["general"]
    ts = await ws.say(ws.users["bob"], general, "hello")
    item = {"channel": general, "timestamp": ts, "name": "wave"}

    answers = [await call("reactions.add", **item), await call("reactions.add", **item)]
    shown = await call("reactions.get", channel=general, timestamp=ts)
    answers += [await call("reactions.remove", **item), await call("reactions.remove", **item)]

    assert [one.get("error") for one in answers] == [None, "already_reacted", None, "no_reaction"]
    assert shown["message"]["reactions"] == [{"name": "wave", "users": [ws.bot_user], "count": 1}]


async def test_every_ts_is_later_than_the_one_before(ws: LocalWorkspace, client: AsyncWebClient) -> None:
    posted = [
        (await client.chat_postMessage(channel=ws.channels["general"], text="x"))["ts"] for _ in range(5)
    ]
    ws.clock.set_offset(-3600)

    posted.append((await client.chat_postMessage(channel=ws.channels["general"], text="x"))["ts"])

    assert posted == sorted(set(posted))


async def test_a_thread_counts_its_replies_and_a_deleted_parent_leaves_a_tombstone(
    ws: LocalWorkspace, call, app
) -> None:
    general, alice, bob = ws.channels["general"], ws.users["alice"], ws.users["bob"]
    parent = await ws.say(alice, general, "who helped a customer?")
    reply = await ws.say(bob, general, "I did", parent)

    before = await call("conversations.replies", channel=general, ts=parent)
    await ws.delete(alice, general, parent)
    after = await call("conversations.replies", channel=general, ts=reply)

    assert before["messages"][0]["reply_count"] == 1
    assert before["messages"][1]["parent_user_id"] == alice
    assert after["messages"][0]["subtype"] == "tombstone"
    assert (await app.event("message", "message_changed"))["previous_message"][
        "text"
    ] == "who helped a customer?"


async def test_typed_marks_become_styles_and_the_text_keeps_them(
    ws: LocalWorkspace, client: AsyncWebClient
) -> None:
    general = ws.channels["general"]

    await ws.say(ws.users["bob"], general, "A *big* day, _really_ ~not~: `x*y` 2*3*4 snake_case_name * a *")
    read = await client.conversations_history(channel=general, limit=1)

    [message] = read["messages"]
    assert message["text"] == "A *big* day, _really_ ~not~: `x*y` 2*3*4 snake_case_name * a *"
    [section] = message["blocks"][0]["elements"]
    styled = {piece["text"]: next(iter(piece["style"])) for piece in section["elements"] if "style" in piece}
    assert styled == {"big": "bold", "really": "italic", "not": "strike", "x*y": "code"}
    assert "".join(piece["text"] for piece in section["elements"]).endswith("2*3*4 snake_case_name * a *")
