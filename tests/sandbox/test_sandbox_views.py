"""Modals, Home, clicks and response addresses."""

from __future__ import annotations

from typing import Any

import pytest

from bot.sandbox.server import LocalWorkspace

PLAIN = {"type": "plain_text", "text": "Go"}
TEXT = {"type": "plain_text_input", "action_id": "words", "max_length": 20}
STORY = {"type": "input", "block_id": "story", "label": PLAIN, "element": TEXT}
BUTTON = {"type": "button", "text": PLAIN, "action_id": "go", "value": "7"}


def modal(*blocks: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"type": "modal", "title": PLAIN, "submit": PLAIN, "blocks": list(blocks) or [STORY], **more}


@pytest.fixture
async def trigger(ws: LocalWorkspace, app) -> str:
    await ws.command(ws.users["bob"], ws.channels["general"], "/purpose", "story")
    found: str = app.last["trigger_id"]
    return found


async def test_a_trigger_opens_one_view(ws: LocalWorkspace, call, trigger: str) -> None:
    opened = await call("views.open", trigger_id=trigger, view=modal(callback_id="story.tell"))
    again = await call("views.open", trigger_id=trigger, view=modal())

    assert [view["id"] for view in ws.views(ws.users["bob"])] == [opened["view"]["id"]]
    assert opened["view"]["callback_id"] == "story.tell"
    assert again["error"] == "exchanged_trigger_id"


async def test_a_trigger_lives_three_seconds(
    ws: LocalWorkspace, call, trigger: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.sandbox.triggers.TRIGGER_SECONDS", 0.0)

    late = await call("views.open", trigger_id=trigger, view=modal())
    wrong = await call("views.open", trigger_id="1.2.3", view=modal())
    missing = await call("views.open", view=modal())

    assert (late["error"], wrong["error"]) == ("expired_trigger_id", "invalid_trigger_id")
    assert missing["error"] == "invalid_arguments"


async def test_a_refused_view_leaves_the_trigger_unused(ws: LocalWorkspace, call, trigger: str) -> None:
    refused = await call("views.open", trigger_id=trigger, view=modal(title={**PLAIN, "text": "x" * 25}))
    opened = await call("views.open", trigger_id=trigger, view=modal())

    assert refused["error"] == "invalid_arguments"
    assert refused["response_metadata"]["messages"] == [
        "[ERROR] must be less than 25 characters [json-pointer:/view/title/text]"
    ]
    assert opened["ok"] is True


async def test_a_stale_hash_is_a_conflict(ws: LocalWorkspace, call, trigger: str) -> None:
    view = (await call("views.open", trigger_id=trigger, view=modal(external_id="one")))["view"]

    changed = await call(
        "views.update", external_id="one", hash=view["hash"], view=modal(STORY, external_id="one")
    )
    stale = await call("views.update", view_id=view["id"], hash=view["hash"], view=modal())
    unknown = await call("views.update", view_id="V0NOWHERE", view=modal())

    assert changed["view"]["hash"] != view["hash"]
    assert (stale["error"], unknown["error"]) == ("hash_conflict", "not_found")


async def test_two_pushes_and_no_more(ws: LocalWorkspace, call, app, trigger: str) -> None:
    bob = ws.users["bob"]
    actions = {"type": "actions", "elements": [BUTTON]}
    await call("views.open", trigger_id=trigger, view=modal(actions))

    answers = []
    for _ in range(3):
        await ws.click(bob, ws.views(bob)[-1], "go")
        answers.append(await call("views.push", trigger_id=app.last["trigger_id"], view=modal(actions)))

    assert [one.get("error") for one in answers] == [None, None, "push_limit_reached"]
    stack = ws.views(bob)
    assert [one["previous_view_id"] for one in stack] == [None, stack[0]["id"], stack[1]["id"]]
    assert {one["root_view_id"] for one in stack} == {stack[0]["id"]}


async def test_submitting_gives_the_app_what_was_typed_and_closes(
    ws: LocalWorkspace, call, app, trigger: str
) -> None:
    bob = ws.users["bob"]
    view = (await call("views.open", trigger_id=trigger, view=modal(private_metadata="{}")))["view"]

    empty = await ws.submit(bob, view["id"])
    long = await ws.submit(bob, view["id"], {"story": "x" * 21})
    done = await ws.submit(bob, view["id"], {"story": {"words": "Helped <Maria>"}})

    assert empty["errors"] == {"story": "Please complete this required field."}
    assert long["errors"] == {"story": "Must be at most 20 characters."}
    assert done == {"ok": True}
    value = {"type": "plain_text_input", "value": "Helped <Maria>"}
    assert app.last["view"]["state"]["values"] == {"story": {"words": value}}
    assert (app.last["type"], app.last["view"]["private_metadata"]) == ("view_submission", "{}")
    assert ws.views(bob) == []


async def test_the_apps_answer_to_a_submit_is_honoured(ws: LocalWorkspace, call, app, trigger: str) -> None:
    bob = ws.users["bob"]
    view = (await call("views.open", trigger_id=trigger, view=modal()))["view"]

    app.answer = {"response_action": "errors", "errors": {"story": "Say a little more"}}
    errors = await ws.submit(bob, view["id"], {"story": "x"})
    app.answer = {"response_action": "update", "view": modal(callback_id="second")}
    await ws.submit(bob, view["id"])
    second = ws.views(bob)[-1]
    app.answer = {"response_action": "push", "view": modal(callback_id="third")}
    await ws.submit(bob, view["id"])
    third = ws.views(bob)[-1]
    app.answer = {"response_action": "update", "view": modal({"type": "poem"})}
    broken = await ws.submit(bob, third["id"], {"story": "x"})
    app.answer = {"response_action": "clear"}
    await ws.submit(bob, third["id"], {"story": "x"})

    assert errors["errors"] == {"story": "Say a little more"}
    assert (second["id"], second["callback_id"], third["callback_id"]) == (view["id"], "second", "third")
    assert second["state"]["values"]["story"]["words"]["value"] == "x"
    assert broken["ok"] is False
    assert ws.views(bob) == []


async def test_closing_is_told_where_it_was_asked_for(ws: LocalWorkspace, call, app, trigger: str) -> None:
    bob = ws.users["bob"]
    view = (await call("views.open", trigger_id=trigger, view=modal(notify_on_close=True)))["view"]

    await ws.close(bob, view["id"])

    assert (app.last["type"], app.last["is_cleared"], app.last["view"]["id"]) == (
        "view_closed",
        False,
        view["id"],
    )


async def test_home_is_published_for_one_person_and_opened(ws: LocalWorkspace, call, app) -> None:
    bob = ws.users["bob"]
    home = {"type": "home", "blocks": [{"type": "actions", "elements": [BUTTON]}]}

    published = await call("views.publish", user_id=bob, view=home)
    again = await call("views.publish", user_id=bob, view=home, hash="stale")
    await ws.open_home(bob)
    opened = await app.event("app_home_opened")
    await ws.click(bob, ws.home(bob) or {}, "go")

    assert published["view"]["type"] == "home"
    assert again["error"] == "hash_conflict"
    assert (opened["tab"], opened["view"]["id"]) == ("home", published["view"]["id"])
    assert app.last["actions"][0]["value"] == "7"
    assert ws.home(ws.users["alice"]) is None


async def test_a_click_says_where_it_was_and_what_stood_there(ws: LocalWorkspace, call, app) -> None:
    bob, general = ws.users["bob"], ws.channels["general"]
    select = {"type": "static_select", "action_id": "pick", "options": [{"text": PLAIN, "value": "a"}]}
    await call(
        "chat.postMessage", channel=general, text="x", blocks=[{"type": "actions", "elements": [select]}]
    )

    await ws.click(bob, ws.messages(general)[-1], "pick", "a")

    assert app.last["container"]["channel_id"] == general
    assert app.last["channel"] == {"id": general, "name": "general"}
    assert app.last["actions"][0]["selected_option"]["value"] == "a"
    assert app.last["message"]["text"] == "x"
    (kept,) = app.last["state"]["values"].values()
    assert kept["pick"]["selected_option"]["value"] == "a"


async def test_an_external_select_asks_the_app(ws: LocalWorkspace, call, app, trigger: str) -> None:
    bob = ws.users["bob"]
    select = {"type": "external_select", "action_id": "whom", "min_query_length": 1}
    view = await call("views.open", trigger_id=trigger, view=modal({**STORY, "element": select}))
    app.answer = {"options": [{"text": PLAIN, "value": "a"}]}

    container = {"type": "view", "view_id": view["view"]["id"]}
    offered = await ws.interactions.options(ws.workspace, bob, container, "story", "whom", "mar")

    assert offered["options"][0]["value"] == "a"
    assert (app.last["type"], app.last["value"], app.last["block_id"]) == ("block_suggestion", "mar", "story")


async def test_shortcuts_carry_the_message(ws: LocalWorkspace, app) -> None:
    bob, general = ws.users["bob"], ws.channels["general"]
    ts = await ws.say(bob, general, "Saved them a week")

    await ws.shortcut(bob, "story.keep", general, ts)
    on_message = app.last
    await ws.shortcut(bob, "story.new")

    assert (on_message["type"], on_message["message"]["text"]) == ("message_action", "Saved them a week")
    assert (app.last["type"], app.last["callback_id"]) == ("shortcut", "story.new")


async def test_a_response_address_works_five_times(ws: LocalWorkspace, session, app) -> None:
    bob, general = ws.users["bob"], ws.channels["general"]
    await ws.command(bob, general, "/purpose", "show")
    url = app.last["response_url"]

    answers = []
    for number in range(6):
        async with session.post(url, json={"text": f"answer {number}"}) as answer:
            answers.append((answer.status, await answer.text()))

    assert answers[:5] == [(200, "ok")] * 5
    assert answers[5][0] == 404
    assert "used_url" in answers[5][1]
    assert [one["text"] for one in ws.ephemerals(bob, general)] == [f"answer {number}" for number in range(5)]


async def test_a_response_address_dies_after_thirty_minutes(ws: LocalWorkspace, session, app) -> None:
    await ws.command(ws.users["bob"], ws.channels["general"], "/purpose", "show")
    ws.clock.set_offset(1_801)

    async with session.post(app.last["response_url"], json={"text": "late"}) as answer:
        assert (answer.status, "expired_url" in await answer.text()) == (404, True)


async def test_a_response_replaces_or_deletes_what_was_clicked(
    ws: LocalWorkspace, session, call, app
) -> None:
    bob, general = ws.users["bob"], ws.channels["general"]
    blocks = [{"type": "actions", "elements": [BUTTON]}]
    await call("chat.postEphemeral", channel=general, user=bob, text="private", blocks=blocks)
    await call("chat.postMessage", channel=general, text="public", blocks=blocks)
    await ws.click(bob, ws.ephemerals(bob, general)[-1], "go")
    private = app.last
    await ws.click(bob, ws.messages(general)[-1], "go")
    public = app.last

    (await session.post(private["response_url"], json={"replace_original": True, "text": "done"})).release()
    (await session.post(public["response_url"], json={"replace_original": True, "text": "changed"})).release()
    replaced = (ws.ephemerals(bob, general)[-1]["text"], ws.messages(general)[-1]["text"])
    (await session.post(private["response_url"], json={"delete_original": True})).release()
    (await session.post(public["response_url"], json={"delete_original": True})).release()
    (
        await session.post(private["response_url"], json={"response_type": "in_channel", "text": "for all"})
    ).release()

    assert "message" not in private
    assert replaced == ("done", "changed")
    assert ws.ephemerals(bob, general) == []
    assert ws.messages(general)[-1]["text"] == "for all"
