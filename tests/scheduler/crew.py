"""Teams and their people, put where a ledger finds them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Protocol

from bot.db.ledger import SqlLedger
from bot.db.people import SqlPeople
from bot.db.teams import SqlTeams
from bot.domain.people import Person
from bot.domain.teams import Member, Membership, Team
from bot.ports.ledger import Ledger
from tests.fake_ledger import FakeLedger
from tests.scheduler.world import ACME, ALICE, MONDAY

LONG_AGO = MONDAY - timedelta(days=100)
NEW_YORK = "America/New_York"


def a_team(**others: Any) -> Team:
    """Small business, in New York, prompts at 16:30 on working days."""
    values: dict[str, Any] = {
        "id": "team1",
        "workspace": ACME,
        "channel": "C0SMALL",
        "name": "Small business",
        "zone": NEW_YORK,
        "managers": (ALICE,),
    }
    return Team(**(values | others))


class Crew(Protocol):
    """Saves what the planner plans for."""

    async def team(self, team: Team, now: datetime) -> str:
        """Save a team and its schedules; its id."""

    async def person(self, team: str, user: str, *, since: datetime = LONG_AGO, **known: Any) -> None:
        """Put a person into a team, with what is known of them."""


class FakeCrew:
    """Beside the ledger in memory."""

    def __init__(self, ledger: Ledger) -> None:
        assert isinstance(ledger, FakeLedger)
        self._ledger = ledger
        self._people: dict[tuple[str, str], dict[str, tuple[Member, Person]]] = {}
        ledger._members = lambda workspace, team: list(self._people.get((workspace, team), {}).values())

    async def team(self, team: Team, now: datetime) -> str:
        self._ledger.save_schedules(team, now)
        return team.id

    async def person(self, team: str, user: str, *, since: datetime = LONG_AGO, **known: Any) -> None:
        member = Member(team, user, Membership.ACTIVE, since)
        self._people.setdefault((ACME, team), {})[user] = (member, Person(ACME, user, **known))


class SqlCrew:
    """In the ledger's own database."""

    def __init__(self, ledger: Ledger) -> None:
        assert isinstance(ledger, SqlLedger)
        self._teams, self._people = SqlTeams(ledger._database), SqlPeople(ledger._database)
        self._ids: dict[str, str] = {}

    async def team(self, team: Team, now: datetime) -> str:
        known = await self._teams.by_channel(team.workspace, team.channel)
        saved = await self._teams.save(
            replace(team, id=known.id if known else "", created_at=LONG_AGO), by=ALICE, now=now
        )
        return saved.id

    async def person(self, team: str, user: str, *, since: datetime = LONG_AGO, **known: Any) -> None:
        profile = {name: known.pop(name) for name in ("zone", "standing") if name in known}
        await self._people.save_profile(Person(ACME, user, **profile))
        if known:
            await self._people.set(ACME, user, **known)
        await self._teams.set_member(ACME, team, user, Membership.ACTIVE, now=since)
