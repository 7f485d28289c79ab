"""The demo's content as values: a team of eight, their channels, and the month of stories that they told."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from importlib.resources import files
from typing import Any
from zoneinfo import ZoneInfo

from bot.domain.hopes import Outcome
from bot.domain.occurrences import instant
from bot.domain.stories import Source, Visibility
from bot.domain.tags import known_tags

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


NEIGHBOUR = "demo_neighbour.toml"
"""A second company, one click away."""


class DemoProblem(ValueError):
    """A demo file that cannot be used; its words say which entry and what was expected."""


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """One person. `key` is how the rest of the file speaks of them; `colour` is six hex digits; `why` they sell."""

    key: str
    name: str
    title: str
    zone: str
    colour: str
    role: str = "member"
    why: str = ""
    why_shared: bool = False


@dataclass(frozen=True, slots=True)
class DemoChannel:
    """One channel with its members, by key."""

    name: str
    topic: str
    members: tuple[str, ...]
    private: bool = False


@dataclass(frozen=True, slots=True)
class DemoTeam:
    """The team that the bot is set up for; `channel` is a channel's name, `manager` a person's key."""

    name: str
    channel: str
    manager: str
    zone: str
    purpose: str
    questions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DemoHope:
    """What a teller hoped for, asked about `after` so many days; without an `outcome` it waits for its answer."""

    words: str
    after: int
    outcome: Outcome | None = None
    line: str = ""
    shared: bool = False


@dataclass(frozen=True, slots=True)
class DemoTrial:
    """What a person tries until a day of a week, for their team to see."""

    person: str
    words: str
    week: int
    weekday: int


@dataclass(frozen=True, slots=True)
class DemoStory:
    """One story, word for word. `week` counts back from the current one (0), `at` is the teller's own clock."""

    teller: str
    week: int
    weekday: int
    at: time
    text: str
    visibility: Visibility = Visibility.TEAM
    source: Source = Source.DM
    customer: str = ""
    goal: str = ""
    change: str = ""
    tags: tuple[str, ...] = ()
    hope: DemoHope | None = None


@dataclass(frozen=True, slots=True)
class ToldStory:
    """A story with the moment it was told: `told_at` in UTC, `told_on` the date on its teller's clock."""

    story: DemoStory
    teller: DemoPerson
    told_at: datetime
    told_on: date


@dataclass(frozen=True, slots=True)
class Demo:
    """Everything the demo is made of."""

    team: DemoTeam
    people: tuple[DemoPerson, ...]
    channels: tuple[DemoChannel, ...]
    scripts: tuple[DemoStory, ...]
    trials: tuple[DemoTrial, ...] = ()

    def person(self, key: str) -> DemoPerson:
        """The person that `key` names. Raises KeyError."""
        return {person.key: person for person in self.people}[key]

    def members(self) -> tuple[DemoPerson, ...]:
        """The team's eight: the people of its channel who are no guests."""
        channel = next(channel for channel in self.channels if channel.name == self.team.channel)
        return tuple(person for key in channel.members if (person := self.person(key)).role != "guest")

    def stories(self, now: datetime) -> list[ToldStory]:
        """What was told before `now` (aware), oldest first: four full weeks and as much of this one as has passed."""
        monday = self.monday(now)
        people = {person.key: person for person in self.people}
        told = [_told(story, people[story.teller], monday) for story in self.scripts]
        return sorted((one for one in told if one.told_at < now), key=lambda one: one.told_at)

    def monday(self, now: datetime) -> date:
        """The Monday of the week that `now` (aware) is in, on the team's clock."""
        today = now.astimezone(ZoneInfo(self.team.zone)).date()
        return today - timedelta(days=today.weekday())


def packaged_demo(name: str = "demo.toml") -> Demo:
    """A demo that comes with the package: the one that the page opens on, or `NEIGHBOUR`."""
    return load_demo(files("bot.sandbox").joinpath(name).read_text(encoding="utf-8"))


def load_demo(text: str) -> Demo:
    """The demo that `text` (TOML) describes. Raises DemoProblem that names the entry."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as problem:
        raise DemoProblem(f"expected TOML: {problem}") from problem
    try:
        demo = Demo(
            team=DemoTeam(**_tuples(data["team"])),
            people=tuple(DemoPerson(**entry) for entry in data["person"]),
            channels=tuple(DemoChannel(**_tuples(entry)) for entry in data["channel"]),
            scripts=tuple(_story(place, entry) for place, entry in enumerate(data["story"], start=1)),
            trials=tuple(_trial(place, entry) for place, entry in enumerate(data.get("trial", ()), start=1)),
        )
    except (KeyError, TypeError) as problem:
        raise DemoProblem(f"expected team, person, channel and story with their keys: {problem}") from problem
    _check(demo)
    return demo


def _told(story: DemoStory, teller: DemoPerson, monday: date) -> ToldStory:
    told_on = monday + timedelta(weeks=story.week, days=story.weekday)
    return ToldStory(story, teller, instant(told_on, story.at, ZoneInfo(teller.zone)), told_on)


def _story(place: int, entry: Mapping[str, Any]) -> DemoStory:
    values = dict(_tuples(entry))
    day, at, tags = values.pop("day"), values.pop("at"), values.pop("tags", ())
    weekday = _weekday(f"story {place}", day)
    if len(known_tags(tags)) != len(tags):
        raise DemoProblem(f"story {place}: expected tags of the vocabulary, not {', '.join(tags)}")
    visibility = Visibility.from_word(values.pop("visibility", "team"))
    if visibility is None:
        raise DemoProblem(f"story {place}: expected a visibility of private, managers, team or company")
    try:
        source, told_at = Source(values.pop("source", "dm")), time.fromisoformat(at)
        hope = _hope(values.pop("hope", None))
    except ValueError as problem:
        raise DemoProblem(f"story {place}: {problem}") from problem
    return DemoStory(
        **values,
        weekday=weekday,
        at=told_at,
        tags=known_tags(tags),
        visibility=visibility,
        source=source,
        hope=hope,
    )


def _hope(entry: Mapping[str, Any] | None) -> DemoHope | None:
    if entry is None:
        return None
    outcome = Outcome(entry["outcome"]) if "outcome" in entry else None
    return DemoHope(**{**entry, "outcome": outcome})


def _trial(place: int, entry: Mapping[str, Any]) -> DemoTrial:
    values = dict(entry)
    weekday = _weekday(f"trial {place}", values.pop("day"))
    return DemoTrial(**values, weekday=weekday)


def _weekday(where: str, day: str) -> int:
    if day not in _DAYS:
        raise DemoProblem(f"{where}: expected a day such as mon, not {day!r}")
    return _DAYS.index(day)


def _check(demo: Demo) -> None:
    keys = {person.key for person in demo.people}
    spoken_of = {
        demo.team.manager,
        *(story.teller for story in demo.scripts),
        *(trial.person for trial in demo.trials),
    }
    spoken_of |= {member for channel in demo.channels for member in channel.members}
    if unknown := sorted(spoken_of - keys):
        raise DemoProblem(f"expected a [[person]] for {', '.join(unknown)}")
    if demo.team.channel not in {channel.name for channel in demo.channels}:
        raise DemoProblem(f"expected a [[channel]] for {demo.team.channel}")


def _tuples(entry: Mapping[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in entry.items()}
