"""Reading back: pages, bounds, channels and people."""

from __future__ import annotations

from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.server import LocalWorkspace


async def test_history_turns_pages_newest_first_without_replies(
    ws: LocalWorkspace, client: AsyncWebClient
) -> None:
    general, bob = ws.channels["general"], ws.users["bob"]
    said = [await ws.say(bob, general, f"story {number}") for number in range(25)]
    await ws.say(bob, general, "more", said[0])

    pages = [page["messages"] async for page in await client.conversations_history(channel=general, limit=10)]

    assert [len(page) for page in pages] == [10, 10, 5]
    assert [one["ts"] for page in pages for one in page] == said[::-1]


async def test_history_honours_its_bounds(ws: LocalWorkspace, client: AsyncWebClient) -> None:
    general, bob = ws.channels["general"], ws.users["bob"]
    first, second, third = [await ws.say(bob, general, word) for word in ("one", "two", "three")]

    between = await client.conversations_history(channel=general, oldest=first, latest=third)
    inclusive = await client.conversations_history(
        channel=general, oldest=first, latest=third, inclusive=True
    )

    assert [one["ts"] for one in between["messages"]] == [second]
    assert [one["ts"] for one in inclusive["messages"]] == [third, second, first]


async def test_a_thread_turns_pages_oldest_first_with_its_parent(
    ws: LocalWorkspace, client: AsyncWebClient
) -> None:
    general, bob = ws.channels["general"], ws.users["bob"]
    parent = await ws.say(bob, general, "parent")
    replies = [await ws.say(bob, general, f"{number}", parent) for number in range(7)]

    pages = [
        ([one["ts"] for one in page["messages"]], page["has_more"])
        async for page in await client.conversations_replies(channel=general, ts=parent, limit=3)
    ]
    later = await client.conversations_replies(channel=general, ts=parent, oldest=replies[4])

    assert [ts for stamps, _ in pages for ts in stamps] == [parent, *replies]
    assert [more for _, more in pages] == [True, True, False]
    assert [one["ts"] for one in later["messages"]] == [parent, *replies[5:]]


async def test_lists_turn_pages_until_the_cursor_is_empty(ws: LocalWorkspace, client: AsyncWebClient) -> None:
    people = [one async for page in await client.users_list(limit=2) for one in page["members"]]
    channels = [one async for page in await client.conversations_list(limit=2) for one in page["channels"]]
    members = [
        user
        async for page in await client.conversations_members(channel=ws.channels["general"], limit=2)
        for user in page["members"]
    ]

    assert {one["id"] for one in people} == set(ws.workspace.people)
    assert {one["name"] for one in channels} == {"general", "random", "small-business", "old-news"}
    assert len(members) == 4


async def test_wrong_places_are_refused_by_name(ws: LocalWorkspace, call) -> None:
    general = ws.channels["general"]
    answers = [
        await call("conversations.history", channel=general, cursor="nonsense"),
        await call("users.list", limit=2, cursor="cGxhY2U6OTk="),
        await call("conversations.history", channel=general, limit=5000),
        await call("conversations.history", channel=general, oldest="yesterday"),
        await call("conversations.history", channel=ws.channels["small-business"]),
        await call("conversations.history", channel=ws.channels["leadership"]),
        await call("conversations.replies", channel=general, ts="1.000000"),
        await call("conversations.list", types="rooms"),
        await call("conversations.history"),
    ]

    assert [one["error"] for one in answers] == [
        "invalid_cursor",
        "invalid_cursor",
        "invalid_limit",
        "invalid_ts_oldest",
        "not_in_channel",
        "channel_not_found",
        "thread_not_found",
        "invalid_types",
        "invalid_arguments",
    ]


async def test_joining_inviting_and_leaving(ws: LocalWorkspace, call) -> None:
    business, dora = ws.channels["small-business"], ws.add_person("Dora")

    answers = [
        await call("conversations.join", channel=business),
        await call("conversations.join", channel=business),
        await call("conversations.invite", channel=business, users=dora),
        await call("conversations.invite", channel=business, users=dora),
        await call("conversations.invite", channel=business, users=ws.bot_user),
        await call("conversations.kick", channel=business, user=dora),
        await call("conversations.kick", channel=business, user=dora),
        await call("conversations.leave", channel=business),
        await call("conversations.leave", channel=business),
        await call("conversations.leave", channel=ws.channels["general"]),
        await call("conversations.join", channel=ws.dm(dora)),
        await call("conversations.join", channel=ws.channels["old-news"]),
    ]

    assert [one.get("error") or one.get("warning") or one.get("not_in_channel") for one in answers] == [
        None,
        "already_in_channel",
        None,
        "already_in_channel",
        "cant_invite_self",
        None,
        "not_in_channel",
        None,
        True,
        "cant_leave_general",
        "method_not_supported_for_channel_type",
        "is_archived",
    ]


async def test_opening_a_conversation_names_what_is_wrong(ws: LocalWorkspace, call) -> None:
    answers = [
        await call("conversations.open"),
        await call("conversations.open", users="U0NOBODY"),
        await call("conversations.open", users=ws.bot_user),
        await call("conversations.open", channel=ws.channels["general"]),
    ]

    assert [one["error"] for one in answers] == [
        "users_list_not_supplied",
        "user_not_found",
        "cannot_dm_bot",
        "method_not_supported_for_channel_type",
    ]


async def test_people_are_found_by_id_and_by_address(ws: LocalWorkspace, call) -> None:
    found = await call("users.lookupByEmail", email="bob@acme.example")
    nobody = await call("users.lookupByEmail", email="nobody@acme.example")
    unknown = await call("users.info", user="U0NOBODY")
    guest = await call("users.info", user=ws.users["grace"])

    assert found["user"]["id"] == ws.users["bob"]
    assert (nobody["error"], unknown["error"]) == ("users_not_found", "user_not_found")
    assert guest["user"]["is_restricted"] is True
