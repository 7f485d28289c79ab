"""A digest is never late for the sake of a model, and never without what was told in its last hour."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest

from bot.domain.arranging import Proposal, Quote
from bot.domain.briefing import Assignment
from bot.domain.deliveries import Delivery, DeliveryState, Kind
from bot.domain.notices import DigestNotice, PlainNotice
from bot.ports.stories import StoryChange
from bot.ports.world import Later, Skip
from bot.ports.writer import RUNNING, Run, Used, Writer, Written
from bot.usecases.arranging import Arranging
from bot.usecases.digesting import AI_WAITED_FOR, Digesting
from tests.llm.office import FRIDAY, LABEL_AI, LABEL_LOCAL, Office, W, quotes


@dataclass
class Thinker:
    """Picks Charlie's thanks once it may go on."""

    go: asyncio.Event = field(default_factory=asyncio.Event)
    problem: Exception | None = None
    asked: int = 0
    model: str = "model"
    prompt_version: str = "1"

    async def write(self, assignment: Assignment) -> Written:
        self.asked += 1
        await self.go.wait()
        if self.problem is not None:
            raise self.problem
        picks = tuple(
            Quote(each, "They thanked us on Friday.") for each, text in assignment.texts if "thanked" in text
        )
        return Written(Proposal(picks=picks), Used(1, 100))


@pytest.fixture
def thinker() -> Thinker:
    return Thinker()


@pytest.fixture
async def arranging(office: Office, thinker: Thinker) -> AsyncIterator[Arranging]:
    arranging = office.arranging(thinker)
    yield arranging
    await arranging.close()


@pytest.fixture
def digesting(office: Office, arranging: Arranging) -> Digesting:
    return Digesting(office.store, arranging)


def _delivery(office: Office, kind: Kind = Kind.DIGEST, **changes: object) -> Delivery:
    due = FRIDAY if kind is Kind.DIGEST else FRIDAY - timedelta(hours=1)
    delivery = Delivery(W, f"{office.team.id}:{kind}", kind, "C1", due, team=office.team.id, id="d1")
    return replace(delivery, **changes)  # type: ignore[arg-type]


async def _soon(holds: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(30):
        while not await holds():  # noqa: ASYNC110 - it is asked of the log, which rings no bell
            await asyncio.sleep(0.005)


def _ended(office: Office) -> Callable[[], Awaitable[bool]]:
    async def holds() -> bool:
        return any(run.outcome != RUNNING for run in office.ai_log.runs.values())

    return holds


async def _composed(digesting: Digesting, delivery: Delivery, now: datetime) -> DigestNotice:
    """The notice, once nothing is waited for any more; `now` stands still."""
    found: list[DigestNotice | PlainNotice | Skip | Later] = []

    async def holds() -> bool:
        found.append(await digesting.compose(delivery, now))
        return not isinstance(found[-1], Later)

    await _soon(holds)
    notice = found[-1]
    assert isinstance(notice, DigestNotice)
    return notice


async def test_a_digest_waits_for_the_model_and_goes_out_arranged(
    office: Office, digesting: Digesting, thinker: Thinker
) -> None:
    first = await digesting.compose(_delivery(office), FRIDAY)
    thinker.go.set()

    notice = await _composed(digesting, _delivery(office), FRIDAY + timedelta(seconds=6))

    assert isinstance(first, Later)
    assert FRIDAY < first.due_at <= FRIDAY + timedelta(seconds=5)
    assert quotes(notice) == {"charlie": "They thanked us on Friday."}
    assert notice.digest.label == LABEL_AI
    assert thinker.asked == 1


async def test_a_model_that_thinks_too_long_is_not_waited_for(
    office: Office, digesting: Digesting, thinker: Thinker
) -> None:
    early = await digesting.compose(_delivery(office), FRIDAY + AI_WAITED_FOR - timedelta(seconds=1))
    late = await digesting.compose(_delivery(office), FRIDAY + AI_WAITED_FOR)

    assert isinstance(early, Later)
    assert isinstance(late, DigestNotice)
    assert late.digest.label == LABEL_LOCAL
    assert thinker.asked <= 1


@pytest.mark.parametrize("problem", [RuntimeError("The bakery opens at six."), TimeoutError(), KeyError("x")])
async def test_whatever_goes_wrong_the_digest_goes_out(
    office: Office,
    digesting: Digesting,
    thinker: Thinker,
    problem: Exception,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level("DEBUG", logger="bot")
    thinker.problem = problem
    thinker.go.set()

    notice = await _composed(digesting, _delivery(office), FRIDAY)

    run = await office.ai_log.run(W, notice.digest.id)
    assert notice.digest.label == LABEL_LOCAL
    assert run is not None
    assert run.outcome in (f"failed: {type(problem).__name__}", "timeout")
    assert "bakery" not in caplog.text


async def test_a_preview_is_shown_at_once_and_changes_when_the_model_is_done(
    office: Office, digesting: Digesting, thinker: Thinker
) -> None:
    preview = _delivery(office, Kind.PREVIEW, recipient="mary")
    first = await digesting.compose(preview, FRIDAY - timedelta(hours=1))
    thinker.go.set()
    await _soon(_ended(office))

    then = await digesting.compose(replace(preview, state=DeliveryState.SENT), FRIDAY)

    assert isinstance(first, DigestNotice)
    assert isinstance(then, DigestNotice)
    assert (first.digest.label, then.digest.label) == (LABEL_LOCAL, LABEL_AI)


async def test_an_update_of_a_posted_digest_waits_for_nobody(
    office: Office, digesting: Digesting, thinker: Thinker
) -> None:
    await office.planned()

    updated = await digesting.compose(_delivery(office, state=DeliveryState.SENT), FRIDAY)

    assert isinstance(updated, DigestNotice)
    assert thinker.asked == 0


async def test_a_run_that_went_down_with_its_process_is_waited_for_a_while_and_not_repeated(
    office: Office, digesting: Digesting, thinker: Thinker
) -> None:
    digest = await office.planned()
    await office.ai_log.begin(Run(W, digest.id, FRIDAY, "model", "1"))

    early = await digesting.compose(_delivery(office), FRIDAY + timedelta(seconds=10))
    late = await digesting.compose(_delivery(office), FRIDAY + timedelta(seconds=80))

    assert isinstance(early, Later)
    assert isinstance(late, DigestNotice)
    assert thinker.asked == 0


async def test_stopping_leaves_the_digest_and_says_so_in_the_log(
    office: Office, arranging: Arranging, digesting: Digesting, thinker: Thinker
) -> None:
    await digesting.compose(_delivery(office), FRIDAY)

    async def asked() -> bool:
        return thinker.asked == 1

    await _soon(asked)

    await arranging.close()

    digest = await office.planned()
    run = await office.ai_log.run(W, digest.id)
    assert digest.label == LABEL_LOCAL
    assert run is not None
    assert run.outcome == "stopped"


async def test_a_team_without_ai_asks_nobody(office: Office, digesting: Digesting, thinker: Thinker) -> None:
    await office.store.teams.save(replace(office.team, ai=False), by="mary", now=FRIDAY)

    notice = await digesting.compose(_delivery(office), FRIDAY)

    assert isinstance(notice, DigestNotice)
    assert thinker.asked == 0


async def test_a_week_that_nobody_agreed_to_asks_nobody(
    office: Office, digesting: Digesting, thinker: Thinker
) -> None:
    for teller in office.stories:
        await office.store.people.set(W, teller, ai_refused=True)

    notice = await digesting.compose(_delivery(office), FRIDAY)

    assert isinstance(notice, DigestNotice)
    assert (thinker.asked, office.ai_log.runs) == (0, {})


async def test_stories_that_all_name_a_colleague_are_left_to_the_manager_at_once(
    office: Office, digesting: Digesting, thinker: Thinker
) -> None:
    for teller, story in office.stories.items():
        change = StoryChange(text=f"Bob helped the {teller} account.")
        await office.store.stories.change(W, story.id, change, by=teller, at=FRIDAY)

    notice = await _composed(digesting, _delivery(office), FRIDAY)

    run = await office.ai_log.run(W, notice.digest.id)
    assert run is not None
    assert (run.outcome, run.used, run.stories) == ("nothing_to_read", Used(), ())
    assert thinker.asked == 0


async def test_two_processes_ask_once(office: Office, thinker: Thinker) -> None:
    writer: Writer = thinker
    one, other = office.arranging(writer), office.arranging(writer)
    digest = await office.planned()
    thinker.go.set()

    outcomes = await asyncio.gather(*(each.arrange(W, digest.id, FRIDAY) for each in (one, other)))

    assert sorted(outcomes) == ["arranged", "begun_before"]
    assert thinker.asked == 1


@pytest.mark.parametrize("quiet", [True, False])
async def test_what_was_told_after_the_preview_is_in_the_digest(
    office: Office, thinker: Thinker, quiet: bool
) -> None:
    digesting = Digesting(office.store)
    told = dict(office.stories)
    if quiet:
        office.store.stories.kept.clear()
    await digesting.plan(W, office.team.id, FRIDAY, FRIDAY - timedelta(hours=1))
    late = replace(
        told["bob"],
        id="",
        origin="late",
        text="The florist found her invoices.",
        told_at=FRIDAY - timedelta(minutes=5),
    )
    kept = (await office.store.stories.keep(late)).story

    notice = await digesting.compose(_delivery(office), FRIDAY)

    assert isinstance(notice, DigestNotice)
    assert kept.id in notice.stories
    assert len(notice.stories) == (1 if quiet else 4)
