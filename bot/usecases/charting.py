"""The digest's chart: which kinds of difference were told and looked back on, week by week; never how many by whom."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.domain.hopes import Hope
from bot.domain.identity import UserId
from bot.domain.notices import ChartData
from bot.domain.stories import Story, Visibility, shown_in_channel
from bot.domain.tags import labels
from bot.domain.teams import Team
from bot.domain.weeks import week_of
from bot.domain.zones import zone_or
from bot.ports.stores import Store
from bot.ports.stories import StoryQuery
from bot.usecases.outcomes_told import outcomes_told
from bot.usecases.telling import UTC_ZONE

WEEKS = 12
LEAST_TELLERS = 4
"""Below this a bar would tell who it was."""
MOST_KINDS = 5
OTHER_KINDS = "other kinds"
OUTCOMES = "what came of it"
"""Answers on hopes that the channel may know of: came true, partly and no count alike."""
_WEEK = timedelta(weeks=1)


async def chart_for(store: Store, team: Team, until: datetime) -> ChartData | None:
    """The chart of the twelve weeks before `until`, of stories that the channel may see; memory stays small."""
    tally = _Tally(until)
    query = StoryQuery(
        team=None if team.company_wide else team.id,
        since=until - WEEKS * _WEEK,
        until=until,
        at_least=Visibility.COMPANY if team.company_wide else Visibility.TEAM,
        oldest_first=True,
    )
    async for story in store.stories.stream(team.workspace, query):
        tally.count(story)
    if not team.company_wide:
        for hope in await outcomes_told(store, team, until - WEEKS * _WEEK, until):
            tally.count_outcome(hope)
    return tally.chart(team)


def chart_of(
    stories: Iterable[Story], team: Team, until: datetime, outcomes: Iterable[Hope] = ()
) -> ChartData | None:
    """The chart of `stories` and of what came of hopes; None where neither has four people behind it."""
    tally = _Tally(until)
    for story in stories:
        tally.count(story)
    for hope in outcomes:
        tally.count_outcome(hope)
    return tally.chart(team)


@dataclass(slots=True)
class _Tally:
    """Kinds by week, counted as stories pass by; who told is remembered only to know how many they are."""

    until: datetime
    tellers: set[UserId] = field(default_factory=set)
    by_kind: dict[str, Counter[int]] = field(default_factory=dict)
    hopers: set[UserId] = field(default_factory=set)
    outcomes: Counter[int] = field(default_factory=Counter)

    def count(self, story: Story) -> None:
        week = self._week(story.told_at)
        if week is None or not shown_in_channel(story):
            return
        if story.tags:
            self.tellers.add(story.teller)
        for tag in story.tags:
            self.by_kind.setdefault(tag, Counter())[week] += 1

    def count_outcome(self, hope: Hope) -> None:
        week = self._week(hope.answered_at) if hope.answered_at is not None else None
        if week is not None:
            self.hopers.add(hope.person)
            self.outcomes[week] += 1

    def chart(self, team: Team) -> ChartData | None:
        outcomes = [(OUTCOMES, _row(self.outcomes))] if len(self.hopers) >= LEAST_TELLERS else []
        series = [*self._kinds(MOST_KINDS - len(outcomes)), *outcomes]
        return ChartData(weeks=_names(team, self.until), series=tuple(series)) if series else None

    def _week(self, at: datetime) -> int | None:
        ago = self.until - at
        if not timedelta() < ago <= WEEKS * _WEEK:
            return None
        return WEEKS - 1 - int((ago - timedelta(microseconds=1)) / _WEEK)

    def _kinds(self, most: int) -> list[tuple[str, tuple[int, ...]]]:
        if len(self.tellers) < LEAST_TELLERS:
            return []
        ranked = sorted(self.by_kind, key=lambda tag: (-self.by_kind[tag].total(), tag))
        series = [(labels((tag,))[0], _row(self.by_kind[tag])) for tag in ranked[:most]]
        others = Counter[int]()
        for tag in ranked[most:]:
            others.update(self.by_kind[tag])
        return [*series, (OTHER_KINDS, _row(others))] if others else series


def _row(counts: Counter[int]) -> tuple[int, ...]:
    return tuple(counts[week] for week in range(WEEKS))


def _names(team: Team, until: datetime) -> tuple[str, ...]:
    """Each week by the ISO number of the day on which it ends: "W47"."""
    zone = zone_or(team.zone, UTC_ZONE)
    ends = (until - ago * _WEEK for ago in reversed(range(WEEKS)))
    return tuple(f"W{week_of(end, zone).number:02d}" for end in ends)
