"""What a team's manager may know in numbers: totals only, each with at least four people behind it, and no names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.domain.identity import CheckId, UserId
from bot.domain.stories import Story, StoryState, Visibility
from bot.domain.tags import labels
from bot.domain.weeks import week_of

WEEKS = 12
LEAST_PEOPLE = 4
"""A number with fewer people behind it would tell who they are."""
DAILY = "The daily question"
_MOST_QUESTIONS = 15
_WEEK = timedelta(weeks=1)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of numbers: `total` over all weeks, and those weeks (by name) that may be shown."""

    name: str
    total: int
    weeks: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class TeamView:
    """Stories by week, kinds of difference by week, outcomes, and which questions bring stories."""

    stories: tuple[tuple[str, int], ...] = ()
    kinds: tuple[Row, ...] = ()
    questions: tuple[Row, ...] = ()
    outcomes: tuple[Row, ...] = ()

    @property
    def empty(self) -> bool:
        """True while no number may be shown."""
        return not (self.stories or self.kinds or self.questions or self.outcomes)


@dataclass(slots=True)
class _Tally:
    """How often, and by how many; who it was is forgotten with this object."""

    count: int = 0
    people: set[UserId] = field(default_factory=set)
    by_week: Counter[int] = field(default_factory=Counter)
    people_by_week: dict[int, set[UserId]] = field(default_factory=dict)

    def add(self, teller: UserId, week: int) -> None:
        self.count += 1
        self.people.add(teller)
        self.by_week[week] += 1
        self.people_by_week.setdefault(week, set()).add(teller)

    @property
    def may_show(self) -> bool:
        return len(self.people) >= LEAST_PEOPLE

    def weeks(self, names: Sequence[str]) -> tuple[tuple[str, int], ...]:
        return tuple(
            (names[week], self.by_week[week])
            for week in sorted(self.by_week)
            if len(self.people_by_week[week]) >= LEAST_PEOPLE
        )


def team_view(
    stories: Iterable[Story],
    questions: Mapping[CheckId, str],
    *,
    until: datetime,
    zone: ZoneInfo,
    outcomes: Iterable[tuple[str, UserId, datetime]] = (),
) -> TeamView:
    """The twelve weeks before `until`, of stories that managers may read; `questions` are those of the checks.

    `outcomes` are (what came of it, whose story, when). A number is left out where fewer than four people stand
    behind it, by week and in total.
    """
    names = [f"W{week_of(until - ago * _WEEK, zone).number:02d}" for ago in reversed(range(WEEKS))]
    told, kinds, asked, came = _Tally(), _Tallies(), _Tallies(), _Tallies()
    for story in stories:
        week = _week(story.told_at, until)
        if week is None or story.state is not StoryState.KEPT or story.visibility < Visibility.MANAGERS:
            continue
        told.add(story.teller, week)
        for tag in story.tags:
            kinds[labels((tag,))[0]].add(story.teller, week)
        asked[_question(story, questions)].add(story.teller, week)
    for name, teller, at in outcomes:
        week = _week(at, until)
        if week is not None:
            came[name].add(teller, week)
    return TeamView(
        stories=told.weeks(names),
        kinds=kinds.rows(names),
        questions=tuple(Row(row.name, row.total) for row in asked.rows(names)[:_MOST_QUESTIONS] if row.name),
        outcomes=tuple(Row(row.name, row.total) for row in came.rows(names)),
    )


class _Tallies(dict[str, _Tally]):
    def __missing__(self, name: str) -> _Tally:
        self[name] = _Tally()
        return self[name]

    def rows(self, names: Sequence[str]) -> tuple[Row, ...]:
        """Those that may be shown, the largest first."""
        shown = [(name, tally) for name, tally in self.items() if tally.may_show]
        shown.sort(key=lambda each: (-each[1].count, each[0]))
        return tuple(Row(name, tally.count, tally.weeks(names)) for name, tally in shown)


def _week(at: datetime, until: datetime) -> int | None:
    ago = until - at
    if not timedelta() <= ago < WEEKS * _WEEK:
        return None
    return WEEKS - 1 - int(ago / _WEEK)


def _question(story: Story, questions: Mapping[CheckId, str]) -> str:
    """What brought the story; empty where nobody asked."""
    if story.check is not None:
        return questions.get(story.check, "")
    return DAILY if story.prompt is not None else ""
