"""Shared reasons in memory."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain.identity import TeamId, UserId, Workspace
from bot.domain.people import Person
from bot.domain.reasons import SharedReason
from bot.domain.redacting import redacted
from bot.domain.teams import Member, Membership


@dataclass
class FakeReasons:
    """See `bot.ports.reasons.Reasons`."""

    people: dict[tuple[Workspace, UserId], Person]
    places: Mapping[tuple[Workspace, TeamId, UserId], Member]

    async def shared(self, workspace: Workspace, teams: Collection[TeamId]) -> Sequence[SharedReason]:
        inside = {
            user
            for (of, team, user), place in self.places.items()
            if of == workspace and team in teams and place.state is Membership.ACTIVE
        }
        known = [person for (of, _), person in self.people.items() if of == workspace and person.id in inside]
        sharing = [person for person in known if person.why and person.why_shared and person.may_take_part]
        return [SharedReason(one.id, one.name, one.why) for one in sorted(sharing, key=lambda one: one.id)]

    def left_behind(self, before: datetime) -> None:
        """What becomes of the reasons of people who left before that instant."""
        for name, one in self.people.items():
            if one.left_at and one.left_at < before:
                self.people[name] = replace(one, why="", why_shared=False)

    async def redact(self, workspace: Workspace, words: str, *, at: datetime) -> int:
        held = [
            name
            for name, one in self.people.items()
            if name[0] == workspace and redacted(one.why, words) != one.why
        ]
        for name in held:
            self.people[name] = replace(self.people[name], why=redacted(self.people[name].why, words))
        return len(held)
