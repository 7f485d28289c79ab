"""One team's week for the AI step: Alice, Bob and Charlie told stories, a planned digest, a writer at a real server."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.domain.briefing import Assignment
from bot.domain.digests import LABEL_AI, LABEL_LOCAL, Digest
from bot.domain.identity import StoryId
from bot.domain.notices import DigestNotice
from bot.domain.people import Person
from bot.domain.sentences import is_whole
from bot.domain.stories import Source, Story
from bot.domain.teams import Membership, Team
from bot.llm.writer import OpenAIWriter
from bot.ports.writer import Writer, Written
from bot.usecases.arranging import Arranging
from bot.usecases.digesting import Digesting
from tests.fake_ai_log import FakeAiLog
from tests.fakes import FakeStore

W = "slack:T1"
FRIDAY = datetime(2026, 11, 20, 20, tzinfo=UTC)  # 15:00 in New York
ALICE = "Initech closes the books in a day now. Their accountant slept through the night."
BOB = "I doubt they will be happy. The bakery opens at six, 40 loaves a morning."
CHARLIE = "Told the school an honest no. They thanked us on Friday."
TOLD = {"alice": ALICE, "bob": BOB, "charlie": CHARLIE}

Answer = Callable[[dict[str, str]], str]


def answer(
    *picks: tuple[str, str], headline: str = "", question: str = "", themes: tuple[tuple[str, str], ...] = ()
) -> Answer:
    """What the model will say: picks are (teller, quote), themes (label, teller); ids are filled in when asked."""

    def text(ids: dict[str, str]) -> str:
        return json.dumps(
            {
                "headline": headline,
                "themes": [{"label": label, "story_ids": [ids.get(who, who)]} for label, who in themes],
                "picks": [{"story_id": ids.get(who, who), "quote": quote} for who, quote in picks],
                "question": question,
            }
        )

    return text


@dataclass
class Prompter:
    """Queues the model's answer at the server at the moment it is asked, because ids are random; then really asks."""

    writer: OpenAIWriter
    queue: Callable[[str], object] | None = None
    answer: Answer | None = None
    meanwhile: Callable[[], Awaitable[object]] | None = None
    asked: list[Assignment] = field(default_factory=list)

    @property
    def model(self) -> str:
        return self.writer.model

    @property
    def prompt_version(self) -> str:
        return self.writer.prompt_version

    async def write(self, assignment: Assignment) -> Written:
        self.asked.append(assignment)
        if self.answer is not None and self.queue is not None:
            self.queue(self.answer(_ids(assignment)))
        written = await self.writer.write(assignment)
        if self.meanwhile is not None:
            await self.meanwhile()
        return written


def _ids(assignment: Assignment) -> dict[str, str]:
    last_words = {teller: text.split()[-1] for teller, text in TOLD.items()}
    return {
        teller: each
        for each, text in assignment.texts
        for teller, word in last_words.items()
        if text.split()[-1] == word
    }


@dataclass
class Office:
    """The team's store, its log, and the digest of Friday."""

    store: FakeStore
    ai_log: FakeAiLog
    team: Team
    stories: dict[str, Story]

    @classmethod
    async def opened(cls) -> Office:
        """Everybody agreed that AI reads what they told."""
        store = FakeStore()
        team = await store.teams.save(
            Team("", W, "C1", "Small business", "America/New_York", managers=("mary",), ai=True),
            by="mary",
            now=FRIDAY - timedelta(days=30),
        )
        stories = {}
        for number, (teller, text) in enumerate(TOLD.items()):
            at = FRIDAY - timedelta(hours=24 + number)
            await store.people.save_profile(Person(W, teller, name=f"{teller.title()} Hill"))
            await store.teams.set_member(W, team.id, teller, Membership.ACTIVE, now=at)
            story = Story(
                "", W, team.id, teller, text, at, at.date(), Source.DM, f"D:{teller}", ai_allowed=True
            )
            customer = "Initech" if teller == "alice" else ""
            tags = ("honest_no",) if teller == "charlie" else ("time_saved",)
            stories[teller] = (await store.stories.keep(replace(story, customer=customer, tags=tags))).story
        return cls(store, FakeAiLog(), team, stories)

    def arranging(self, writer: Writer, **settings: Any) -> Arranging:
        return Arranging(self.store, self.ai_log, writer, **settings)

    async def planned(self) -> Digest:
        return await Digesting(self.store).plan(W, self.team.id, FRIDAY, FRIDAY)

    async def notice(self) -> DigestNotice:
        """Friday's digest as it would be posted now."""
        notice = await Digesting(self.store).notice(await self.planned(), FRIDAY)
        assert notice is not None
        return notice


def quotes(notice: DigestNotice) -> dict[str, str]:
    """What is quoted, by teller."""
    return {pick.teller: pick.quote for pick in notice.digest.picks if pick.quote is not None}


def check_promises(notice: DigestNotice) -> None:
    """What holds in every digest, whatever the model did."""
    stories: dict[StoryId, Story] = dict(notice.stories)
    for pick in notice.digest.picks:
        assert pick.story in stories
        assert pick.quote is None or is_whole(stories[pick.story].text, pick.quote)
    featured = [pick for pick in notice.digest.picks if pick.featured]
    assert sorted(pick.teller for pick in featured) == ["alice", "bob", "charlie"]
    said = " ".join((notice.digest.headline or "", notice.digest.question))
    assert {each for each in said if each.isdigit()} <= {"4", "0"}
    assert not set(said) & set("<>@#*_`")
    by_ai = notice.digest.headline is not None or bool(quotes(notice))
    assert notice.digest.label == (LABEL_AI if by_ai else LABEL_LOCAL)


__all__ = ["LABEL_AI", "LABEL_LOCAL", "Office", "Prompter", "answer", "check_promises", "quotes"]
