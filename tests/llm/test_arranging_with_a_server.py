"""The AI step against a real server on both APIs: good answers are taken, everything else leaves the local digest."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from bot.domain.prompts import MONDAY_QUESTIONS
from bot.domain.stories import StoryState, Visibility
from bot.llm.writer import OpenAIWriter
from bot.ports.stories import StoryChange
from bot.ports.writer import Used
from tests.llm.office import (
    ALICE,
    FRIDAY,
    LABEL_AI,
    LABEL_LOCAL,
    Answer,
    Office,
    Prompter,
    W,
    answer,
    check_promises,
    quotes,
)

if TYPE_CHECKING:
    from llmock.pytest_plugin import LLMock

GOOD = answer(
    ("charlie", "They thanked us on Friday."),
    ("alice", "[CUSTOMER_1] closes the books in a day now."),
    headline="They thanked us on Friday, time saved",
    themes=(("an honest no", "charlie"),),
)


async def _arrange(office: Office, prompter: Prompter, said: Answer | None) -> str:
    prompter.answer = said
    digest = await office.planned()
    return await office.arranging(prompter).arrange(W, digest.id, FRIDAY)


async def test_a_good_answer_is_shown_and_says_so(office: Office, prompter: Prompter) -> None:
    outcome = await _arrange(office, prompter, GOOD)

    notice = await office.notice()
    check_promises(notice)
    assert outcome == "arranged"
    assert quotes(notice) == {
        "charlie": "They thanked us on Friday.",
        "alice": "Initech closes the books in a day now.",
    }
    assert [pick.teller for pick in notice.digest.picks] == ["charlie", "alice", "bob"]
    assert notice.digest.headline == "They thanked us on Friday, time saved"
    assert notice.digest.label == LABEL_AI == "arranged with AI, every quote checked"


async def test_the_models_question_is_one_of_ours(office: Office, prompter: Prompter) -> None:
    local = (await office.notice()).digest.question
    other = next(question for question in MONDAY_QUESTIONS if question != local)

    await _arrange(office, prompter, answer(headline="time saved", question=other))

    assert (await office.notice()).digest.question == other


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        pytest.param(
            answer(("bob", "they will be happy"), ("alice", "Their accountant slept through the night.")),
            {"bob": "I doubt they will be happy.", "alice": "Their accountant slept through the night."},
            id="half a sentence that flips the meaning",
        ),
        pytest.param(
            answer(("bob", "The bakery opens at seven."), ("alice", "Their accountant slept")),
            {"alice": "Their accountant slept through the night."},
            id="an altered quote",
        ),
        pytest.param(
            answer(("alice", "They thanked us on Friday."), ("charlie", "Told the school an honest no.")),
            {"charlie": "Told the school an honest no."},
            id="another's words",
        ),
        pytest.param(
            answer(("alice", "They closed"), ("alice", "Their accountant slept"), ("alice", ALICE)),
            {"alice": "Their accountant slept through the night."},
            id="one pick a teller",
        ),
    ],
)
async def test_only_whole_sentences_of_that_story_are_quoted(
    office: Office, prompter: Prompter, said: Answer, shown: dict[str, str]
) -> None:
    await _arrange(office, prompter, said)

    notice = await office.notice()
    check_promises(notice)
    assert quotes(notice) == shown
    assert notice.digest.label == LABEL_AI


@pytest.mark.parametrize(
    "headline",
    [
        pytest.param("The bakery opens at seven", id="an invented number word"),
        pytest.param("55 loaves a morning", id="an invented number"),
        pytest.param("40", id="a number without what it counts"),
        pytest.param("<!channel> time saved", id="a mention"),
        pytest.param("@everyone time saved", id="a mention in words"),
        pytest.param("time saved https://example.com", id="a link"),
        pytest.param("*time saved*", id="markup"),
        pytest.param("[CUSTOMER_1] closes the books", id="a customer"),
        pytest.param("Initech closes the books", id="a customer's name guessed"),
        pytest.param("they will be happy", id="half a sentence"),
        pytest.param("Alice saves the week", id="a teller"),
        pytest.param("Our best week ever", id="words of its own"),
    ],
)
async def test_a_bad_headline_falls_back_and_the_good_picks_stay(
    office: Office, prompter: Prompter, headline: str
) -> None:
    await _arrange(office, prompter, answer(("charlie", "They thanked us on Friday."), headline=headline))

    notice = await office.notice()
    check_promises(notice)
    assert notice.digest.headline is None
    assert quotes(notice) == {"charlie": "They thanked us on Friday."}


@pytest.mark.parametrize(
    ("said", "outcome"),
    [
        pytest.param(answer(("s000", "They thanked us on Friday.")), "unreadable", id="an unknown id"),
        pytest.param(
            answer(("charlie", "They thanked us on Friday."), themes=(("time saved", "s000"),)),
            "unreadable",
            id="an unknown id in a theme",
        ),
        pytest.param(answer(("bob", "They love it."), headline="Wow"), "nothing_held", id="nothing true"),
        pytest.param(answer(), "nothing_held", id="an empty answer"),
        pytest.param(lambda ids: "I'm sorry, I can't help with that.", "unreadable", id="a refusal in prose"),
        pytest.param(lambda ids: '{"headline": "time sav', "unreadable", id="invalid JSON"),
        pytest.param(lambda ids: "[]", "unreadable", id="JSON of another form"),
        pytest.param(lambda ids: "null", "unreadable", id="null"),
        pytest.param(lambda ids: json.dumps({"headline": "time saved"}), "unreadable", id="half the form"),
        pytest.param(
            lambda ids: GOOD(ids)[:-1] + ', "system": "post this"}', "unreadable", id="more than the form"
        ),
        pytest.param(None, "nothing_held", id="a server that makes up an answer of the right form"),
    ],
)
async def test_an_answer_that_does_not_hold_leaves_the_local_digest(
    office: Office, prompter: Prompter, said: Answer | None, outcome: str
) -> None:
    before = await office.notice()

    ended = await _arrange(office, prompter, said)

    after = await office.notice()
    check_promises(after)
    assert ended == outcome
    assert after == before
    assert after.digest.label == LABEL_LOCAL == "compiled without AI"


@pytest.mark.parametrize(
    ("fault", "outcome", "requests"),
    [
        pytest.param({"status": 401}, "unauthorized", 1, id="401"),
        pytest.param({"status": 403}, "unauthorized", 1, id="403"),
        pytest.param({"status": 404}, "unknown_model", 1, id="404"),
        pytest.param({"status": 400}, "bad_request", 1, id="400"),
        pytest.param(
            {"status": 429, "times": None, "retry_after": 0.02}, "rate_limited", 2, id="429, quota left"
        ),
        pytest.param(
            {"status": 429, "times": None, "code": "insufficient_quota"}, "no_quota", 1, id="429, no quota"
        ),
        pytest.param({"status": 500, "times": None}, "server_error", 2, id="500"),
    ],
)
async def test_a_server_that_refuses_leaves_the_local_digest(
    office: Office, prompter: Prompter, llmock: LLMock, fault: dict[str, int], outcome: str, requests: int
) -> None:
    before = await office.notice()
    llmock.fail(**fault)  # type: ignore[arg-type]

    ended = await _arrange(office, prompter, None)

    run = await office.ai_log.run(W, before.digest.id)
    assert ended == outcome
    assert await office.notice() == before
    assert len(llmock.requests) == requests
    assert run is not None
    assert (run.outcome, run.used.requests) == (outcome, requests)


async def test_a_second_try_may_help(office: Office, prompter: Prompter, llmock: LLMock) -> None:
    llmock.fail(429, retry_after=0.02)

    outcome = await _arrange(office, prompter, GOOD)

    run = await office.ai_log.run(W, (await office.planned()).id)
    assert outcome == "arranged"
    assert run is not None
    assert run.used.requests == 2
    assert run.used.tokens > 0


@pytest.mark.parametrize("responses", [True, False])
async def test_silence_ends_when_the_time_is_up(office: Office, llmock: LLMock, responses: bool) -> None:
    from llmock.scenarios import Delay

    llmock.add(Delay(1, times=None))
    before = await office.notice()
    patient = OpenAIWriter("key", "model", llmock.base_url("openai"), responses=responses)
    hasty = OpenAIWriter("key", "model", llmock.base_url("openai"), responses=responses, seconds=0.05)

    ours = await office.arranging(patient, seconds=0.2).arrange(W, before.digest.id, FRIDAY)
    office.ai_log.runs.clear()
    theirs = await office.arranging(hasty).arrange(W, before.digest.id, FRIDAY)

    assert (ours, theirs) == ("timeout", "timeout")
    assert await office.notice() == before


async def test_consent_withdrawn_while_the_model_reads_counts(office: Office, prompter: Prompter) -> None:
    async def refuse() -> None:
        await office.store.people.set(W, "charlie", ai_refused=True)

    prompter.meanwhile = refuse

    await _arrange(office, prompter, GOOD)

    notice = await office.notice()
    check_promises(notice)
    assert quotes(notice) == {"alice": "Initech closes the books in a day now."}
    assert notice.digest.headline is None


async def test_a_story_edited_while_the_model_reads_is_not_quoted_with_old_words(
    office: Office, prompter: Prompter
) -> None:
    async def edit() -> None:
        change = StoryChange(text="Told the school an honest no. They never thanked us.")
        await office.store.stories.change(W, office.stories["charlie"].id, change, by="charlie", at=FRIDAY)

    prompter.meanwhile = edit

    await _arrange(office, prompter, GOOD)

    notice = await office.notice()
    check_promises(notice)
    assert "charlie" not in quotes(notice)
    assert notice.digest.headline is None


@pytest.mark.parametrize(
    "change",
    [
        StoryChange(ai_allowed=False),
        StoryChange(state=StoryState.WITHDRAWN),
        StoryChange(visibility=Visibility.PRIVATE),
    ],
)
async def test_consent_withdrawn_between_call_and_post_counts(
    office: Office, prompter: Prompter, change: StoryChange
) -> None:
    await _arrange(office, prompter, answer(("charlie", "They thanked us"), headline="They thanked us"))
    await office.store.stories.change(W, office.stories["charlie"].id, change, by="charlie", at=FRIDAY)

    notice = await office.notice()

    assert (quotes(notice), notice.digest.headline, notice.digest.label) == ({}, None, LABEL_LOCAL)


async def test_a_team_that_says_no_before_the_post_gets_a_digest_without_ai(
    office: Office, prompter: Prompter
) -> None:
    await _arrange(office, prompter, GOOD)
    await office.store.teams.save(replace(office.team, ai=False), by="mary", now=FRIDAY)

    notice = await office.notice()

    assert (quotes(notice), notice.digest.headline, notice.digest.label) == ({}, None, LABEL_LOCAL)


async def test_without_any_consent_nothing_is_sent(
    office: Office, prompter: Prompter, llmock: LLMock
) -> None:
    for teller in ("alice", "bob", "charlie"):
        await office.store.people.set(W, teller, ai_refused=True)

    outcome = await _arrange(office, prompter, GOOD)

    assert outcome == "nothing_to_read"
    assert llmock.requests == []


async def test_a_spent_budget_sends_nothing(office: Office, prompter: Prompter, llmock: LLMock) -> None:
    digest = await office.planned()
    frugal = office.arranging(prompter, monthly=Used(requests=1, tokens=10**9))

    outcome = await frugal.arrange(W, digest.id, FRIDAY)

    assert outcome == "over_budget"
    assert llmock.requests == []
    assert await office.ai_log.used(W, FRIDAY) == Used()


async def test_a_digest_is_asked_about_once(office: Office, prompter: Prompter, llmock: LLMock) -> None:
    await _arrange(office, prompter, GOOD)

    again = await _arrange(office, prompter, GOOD)

    assert again == "begun_before"
    assert len(llmock.requests) == 1


async def test_a_digest_that_was_decided_about_meanwhile_is_left_alone(
    office: Office, prompter: Prompter
) -> None:
    from bot.usecases.digesting import Digesting

    digest = await office.planned()

    async def drop() -> None:
        await Digesting(office.store).drop(W, digest.id)

    prompter.meanwhile = drop

    outcome = await _arrange(office, prompter, GOOD)

    after = await office.planned()
    assert outcome == "too_late"
    assert (after.label, after.headline) == (LABEL_LOCAL, None)


async def test_what_a_manager_left_out_meanwhile_stays_out(office: Office, prompter: Prompter) -> None:
    from bot.usecases.digesting import Digesting

    digest = await office.planned()

    async def leave_out() -> None:
        await Digesting(office.store).leave_out(W, digest.id, office.stories["charlie"].id)

    prompter.meanwhile = leave_out

    await _arrange(office, prompter, GOOD)

    notice = await office.notice()
    assert quotes(notice) == {"alice": "Initech closes the books in a day now."}
    assert office.stories["charlie"].id not in notice.stories


async def test_leaving_one_out_afterwards_keeps_the_rest_of_the_arrangement(
    office: Office, prompter: Prompter, llmock: LLMock
) -> None:
    from bot.usecases.digesting import Digesting

    await _arrange(office, prompter, GOOD)
    digest = await office.planned()

    await Digesting(office.store).leave_out(W, digest.id, office.stories["charlie"].id)

    notice = await office.notice()
    assert quotes(notice) == {"alice": "Initech closes the books in a day now."}
    assert notice.digest.headline is None
    assert notice.digest.label == LABEL_AI
    assert len(llmock.requests) == 1


async def test_the_log_has_ids_model_prompt_version_and_outcome_and_no_words(
    office: Office, prompter: Prompter, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG", logger="bot")

    await _arrange(office, prompter, GOOD)

    digest = await office.planned()
    run = await office.ai_log.run(W, digest.id)
    assert run is not None
    assert (run.model, run.prompt_version, run.outcome) == ("model", prompter.prompt_version, "arranged")
    assert set(run.stories) == {story.id for story in office.stories.values()}
    assert [line[1:] for line in await office.store.audit.lines(W)] == [("ai", "digest.arranged", digest.id)]
    assert "arranging: digest=" in caplog.text
    assert not any(word in caplog.text for word in ("Initech", "bakery", "school", "thanked"))


async def test_an_unreadable_answer_is_not_quoted_in_logs_or_problems(
    office: Office, prompter: Prompter, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG", logger="bot")

    outcome = await _arrange(office, prompter, lambda ids: '{"headline": "The bakery opens at six"}')

    assert outcome == "unreadable"
    assert "bakery" not in caplog.text
