"""The whole bot with a model behind it: told in a DM, arranged over an hour, posted on time whatever the model does."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pytest

from bot.domain.digests import LABEL_AI, LABEL_LOCAL
from bot.domain.teams import Team
from bot.llm.writer import OpenAIWriter
from bot.ports.writer import RUNNING
from handlers.slack.surfaces import names
from tests.llm.office import ALICE, BOB, CHARLIE, TOLD, Prompter, answer
from tests.process.commands import purpose_bot, without_slack
from tests.process.inside import Inside, bot_inside
from tests.process.test_digest_life import (
    SB,
    digest_posted,
    in_channel,
    inside_last_preview,
    previewed,
    seen,
    true,
    words,
)

if TYPE_CHECKING:
    from llmock.pytest_plugin import LLMock

KEY = "sk-test-a-key-that-nobody-may-read"
GOOD = answer(
    ("charlie", "They thanked us on Friday."),
    ("bob", "they will be happy"),
    headline="They thanked us on Friday",
)


@pytest.fixture
async def inside(tmp_path: Path, llmock: LLMock) -> AsyncIterator[Inside]:
    """The bot as an operator sets it up who has a key and a compatible server."""
    settings = {"OPENAI_API_KEY": KEY, "OPENAI_BASE_URL": llmock.base_url("openai"), "OPENAI_MODEL": "model"}
    async with bot_inside(tmp_path, **settings) as running:
        yield running


@pytest.fixture
def prompter(inside: Inside, llmock: LLMock) -> Prompter:
    """The bot's own writer; what the model will say is queued at the server when it is asked, as ids are random."""
    arranging = inside.house.arranging
    assert arranging is not None
    prompter = Prompter(cast(OpenAIWriter, arranging._writer), queue=llmock.reply)
    arranging._writer = prompter
    return prompter


async def week(inside: Inside) -> Team:
    """An hour ago Alice, Bob and Charlie read on their prompt that AI may read along, and answered it."""
    inside.later(hours=-1)
    team = replace(await inside.team(SB, "bob", "charlie"), ai=True)
    team = await inside.store.teams.save(team, by=inside.user("alice"), now=inside.now())
    for who, text in TOLD.items():
        await inside.prompt(who, team)
        await inside.ws.say(inside.user(who), inside.dm(who), text)
        await inside.settled()
    return team


async def outcome(inside: Inside, team: Team) -> str:
    """How the model's part ended, once it has."""
    digest = await inside.store.digests.latest(inside.workspace, team.id)
    arranging = inside.house.arranging
    assert arranging is not None

    async def ended() -> bool:
        run = await arranging._log.run(inside.workspace, digest.id)
        return run is not None and run.outcome != RUNNING

    await true(ended)
    run = await arranging._log.run(inside.workspace, digest.id)
    assert run is not None
    return str(run.outcome)


async def test_a_model_arranges_what_three_people_told_and_every_word_stays_theirs(
    inside: Inside, prompter: Prompter, llmock: LLMock
) -> None:
    prompter.answer = GOOD
    team = await week(inside)

    await previewed(inside, team)
    arranged = await outcome(inside, team)
    await true(partial(_preview_says, inside, LABEL_AI))
    posted = await digest_posted(inside, team)
    printed = await purpose_bot(
        without_slack(inside.folder),
        inside.folder,
        "digest",
        team.channel,
        "--week",
        await _week(inside, team),
    )

    assert arranged == "arranged"
    assert LABEL_AI in words(posted)
    assert LABEL_LOCAL not in words(posted)
    assert _headline(posted) == "They thanked us on Friday"
    # What was picked stands in its whole sentence, so that it says what Bob said.
    assert _quoted(posted)[:2] == ["They thanked us on Friday.", "I doubt they will be happy."]
    assert ALICE in _quoted(posted)
    assert LABEL_AI in printed.out
    assert "I doubt they will be happy." in printed.out
    [request] = llmock.requests
    sent = json.dumps(request.body)
    assert "bakery" in sent
    assert not [word for word in ("Alice", "Bob", "Charlie", KEY, team.channel) if word in sent]
    actions = [line[2] for line in await inside.store.audit.lines(inside.workspace)]
    assert actions.count("digest.arranged") == 1


async def _preview_says(inside: Inside, said: str) -> bool:
    for each in await inside.store.ledger.ring(now=inside.now()):
        await inside.scheduler.kick(each)
    return said in words(await inside_last_preview(inside))


async def _week(inside: Inside, team: Team) -> str:
    return str((await inside.store.digests.latest(inside.workspace, team.id)).week)


def _headline(message: dict[str, Any]) -> str | None:
    """What stands in bold above the stories."""
    runs = [
        run
        for block in message["blocks"]
        if block["type"] == "rich_text"
        for element in block["elements"][:1]
        for run in element["elements"]
    ]
    bold = [run["text"] for run in runs if run.get("style") == {"bold": True}]
    return next((text for text in bold if text not in ("Alice", "Bob", "Charlie")), None)


def _quoted(message: dict[str, Any]) -> list[str]:
    """What stands in a quotation in the message, in its order."""
    return [
        "".join(run["text"] for run in element["elements"])
        for block in message["blocks"]
        if block["type"] == "rich_text"
        for element in block["elements"]
        if element["type"] == "rich_text_quote"
    ]


@pytest.mark.parametrize(
    ("fault", "ended"),
    [
        pytest.param({"status": 401}, "unauthorized", id="401"),
        pytest.param({"status": 429, "code": "insufficient_quota"}, "no_quota", id="429 without quota"),
        pytest.param({"status": 500}, "server_error", id="500"),
        pytest.param(None, "unreadable", id="prose"),
    ],
)
async def test_a_model_that_fails_changes_no_word_and_no_minute(
    inside: Inside, prompter: Prompter, llmock: LLMock, fault: dict[str, Any] | None, ended: str
) -> None:
    team = await week(inside)
    if fault is None:
        prompter.answer = lambda ids: "I'm sorry, I can't help with that."
    else:
        llmock.fail(times=None, **fault)

    await previewed(inside, team)
    arranged = await outcome(inside, team)
    posted = await digest_posted(inside, team)
    digest = await inside.store.digests.latest(inside.workspace, team.id)

    assert arranged == ended
    assert LABEL_LOCAL in words(posted)
    assert sorted(_quoted(posted)) == sorted([ALICE, BOB, CHARLIE])
    assert float(posted["ts"]) - digest.until.timestamp() < 60
    assert len(in_channel(inside, "Impact digest")) == 1


async def test_who_refuses_between_the_models_answer_and_the_post_is_not_in_its_part(
    inside: Inside, prompter: Prompter
) -> None:
    prompter.answer = GOOD
    team = await week(inside)
    await previewed(inside, team)
    await outcome(inside, team)
    await true(partial(_preview_says, inside, LABEL_AI))

    [receipt] = [one for one in inside.said("charlie") if CHARLIE in words(one)]
    await inside.ws.click(inside.user("charlie"), receipt, names.AI_REFUSE_STORY)
    await inside.settled()
    posted = await digest_posted(inside, team)

    assert CHARLIE in _quoted(posted)
    assert _headline(posted) is None
    assert "I doubt they will be happy." in _quoted(posted)


async def test_where_nobody_agreed_the_model_is_never_asked(inside: Inside, llmock: LLMock) -> None:
    team = await inside.team(SB, "bob", "charlie")
    await inside.prompt("bob", team)
    await inside.ws.say(inside.user("bob"), inside.dm("bob"), BOB)
    await inside.settled()

    await previewed(inside, team)
    posted = await digest_posted(inside, team)
    await seen(inside, inside.dm("alice"), "Posted.")

    assert LABEL_LOCAL in words(posted)
    assert llmock.requests == []
