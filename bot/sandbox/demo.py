"""The demo's content as values: a team of eight, their channels, and the month of stories that they told."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from importlib.resources import files
from typing import Any
from zoneinfo import ZoneInfo

from bot.domain.occurrences import instant
from bot.domain.stories import Source, Visibility
from bot.domain.tags import known_tags

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class DemoProblem(ValueError):
    """A demo file that cannot be used; its words say which entry and what was expected."""


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """One person. `key` is how the rest of the file speaks of them; `colour` is six hex digits."""

    key: str
    name: str
    title: str
    zone: str
    colour: str
    role: str = "member"


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

    def person(self, key: str) -> DemoPerson:
        """The person that `key` names. Raises KeyError."""
        return {person.key: person for person in self.people}[key]

    def members(self) -> tuple[DemoPerson, ...]:
        """The team's eight: the people of its channel who are no guests."""
        channel = next(channel for channel in self.channels if channel.name == self.team.channel)
        return tuple(person for key in channel.members if (person := self.person(key)).role != "guest")

    def stories(self, now: datetime) -> list[ToldStory]:
        """What was told before `now` (aware), oldest first: four full weeks and as much of this one as has passed."""
        today = now.astimezone(ZoneInfo(self.team.zone)).date()
        monday = today - timedelta(days=today.weekday())
        people = {person.key: person for person in self.people}
        told = [_told(story, people[story.teller], monday) for story in self.scripts]
        return sorted((one for one in told if one.told_at < now), key=lambda one: one.told_at)


def packaged_demo() -> Demo:
    """The demo that comes with the package."""
    return load_demo(files("bot.sandbox").joinpath("demo.toml").read_text(encoding="utf-8"))


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
    if day not in _DAYS:
        raise DemoProblem(f"story {place}: expected a day such as mon, not {day!r}")
    if len(known_tags(tags)) != len(tags):
        raise DemoProblem(f"story {place}: expected tags of the vocabulary, not {', '.join(tags)}")
    visibility = Visibility.from_word(values.pop("visibility", "team"))
    if visibility is None:
        raise DemoProblem(f"story {place}: expected a visibility of private, managers, team or company")
    try:
        source, told_at = Source(values.pop("source", "dm")), time.fromisoformat(at)
    except ValueError as problem:
        raise DemoProblem(f"story {place}: {problem}") from problem
    return DemoStory(
        **values,
        weekday=_DAYS.index(day),
        at=told_at,
        tags=known_tags(tags),
        visibility=visibility,
        source=source,
    )


def _check(demo: Demo) -> None:
    keys = {person.key for person in demo.people}
    spoken_of = {demo.team.manager, *(story.teller for story in demo.scripts)}
    spoken_of |= {member for channel in demo.channels for member in channel.members}
    if unknown := sorted(spoken_of - keys):
        raise DemoProblem(f"expected a [[person]] for {', '.join(unknown)}")
    if demo.team.channel not in {channel.name for channel in demo.channels}:
        raise DemoProblem(f"expected a [[channel]] for {demo.team.channel}")


def _tuples(entry: Mapping[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in entry.items()}
