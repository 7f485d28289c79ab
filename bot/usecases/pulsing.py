"""The quarterly pulse: who is asked, how an answer is counted, what everybody reads afterwards."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.deliveries import Delivery, DeliveryState, Kind
from bot.domain.identity import UserId, Workspace
from bot.domain.pulses import (
    FROM_MEMBERS,
    QUESTIONS,
    STEPS,
    Pulse,
    Reading,
    is_open,
    quarter_of,
    readings,
    window,
)
from bot.domain.refusals import Refusal, Why
from bot.domain.teams import Membership, Team
from bot.ports.pulses import Vote
from bot.ports.stores import Store
from bot.usecases.admission import Admission
from bot.usecases.telling import team_zone

PULSE = "pulse"
"""In a prompt's data: the id of the pulse whose question rides in it. It says who was asked, never who answered."""
_RECENT = 60
"""More prompts than two weeks can hold."""


@dataclass(frozen=True, slots=True)
class TeamPulse:
    """What a team's newest pulse says; no `readings`: fewer than five answered."""

    team: Team
    quarter: str
    readings: tuple[Reading, ...]


class Pulsing:
    """Asks, counts and tells; remembers nobody."""

    def __init__(self, store: Store, admission: Admission) -> None:
        """`admission` says who takes part."""
        self._store = store
        self._admission = admission

    async def to_ask(self, prompt: Delivery, team: Team, now: datetime) -> Pulse | None:
        """The pulse that rides in this prompt: in the two weeks of a team of eight or more, once a person."""
        zone = team_zone(team)
        today = now.astimezone(zone).date()
        opens, closes = window(today, zone)
        if not opens <= now < closes or await self._was_asked(prompt, opens):
            return None
        pulse = await self._store.pulses.of_quarter(team.workspace, team.id, quarter_of(today))
        if pulse is None:
            if not await self._large_enough(team):
                return None
            wanted = Pulse("", team.workspace, team.id, quarter_of(today), opens, closes)
            pulse = await self._store.pulses.open(wanted)
        return pulse if is_open(pulse, now) else None

    async def look(self, workspace: Workspace, pulse_id: str, user: UserId, now: datetime) -> Pulse | Refusal:
        """The pulse where this person may answer it now: an active member who did not yet."""
        person = await self._admission.full_member(workspace, user, now)
        if isinstance(person, Refusal):
            return person
        pulse = await self._store.pulses.get(workspace, pulse_id)
        member = await self._store.teams.member(workspace, pulse.team, user) if pulse else None
        if pulse is None or member is None or member.state is not Membership.ACTIVE:
            return Refusal(Why.PULSE_NOT_YOURS)
        if not is_open(pulse, now):
            return Refusal(Why.PULSE_CLOSED)
        if await self._store.pulses.answered(workspace, pulse.id, user):
            return Refusal(Why.PULSE_ANSWERED)
        return pulse

    async def answer(
        self, workspace: Workspace, pulse_id: str, user: UserId, answers: Mapping[str, int], now: datetime
    ) -> Refusal | None:
        """Count one person's two answers, once."""
        pulse = await self.look(workspace, pulse_id, user, now)
        if isinstance(pulse, Refusal):
            return pulse
        if set(answers) != set(QUESTIONS) or not all(1 <= step <= STEPS for step in answers.values()):
            return Refusal(Why.NOT_UNDERSTOOD, {"expected": "one answer to each of the two questions"})
        match await self._store.pulses.answer(workspace, pulse.id, user, answers, now=now):
            case Vote.ALREADY:
                return Refusal(Why.PULSE_ANSWERED)
            case Vote.CLOSED:
                return Refusal(Why.PULSE_CLOSED)
            case Vote.COUNTED:
                return None

    async def results(self, teams: Sequence[Team], now: datetime) -> Sequence[TeamPulse]:
        """What the newest pulse of each team says, the same for whoever looks; teams without one are left out."""
        told = []
        for team in teams:
            past = await self._store.pulses.past(team.workspace, team.id, now=now)
            if past:
                told.append(TeamPulse(team, past[-1].quarter, readings(past)))
        return told

    async def close_due(self, now: datetime) -> int:
        """Let go of who answered the pulses that are over. How many."""
        return await self._store.pulses.close_due(now=now)

    async def _was_asked(self, prompt: Delivery, since: datetime) -> bool:
        """Whether a pulse rode in one of the person's messages of this window, of any team of theirs."""
        recent = await self._store.ledger.to_person(
            prompt.workspace, prompt.recipient, kinds=(Kind.PROMPT,), limit=_RECENT
        )
        return any(
            each.data.get(PULSE)
            for each in recent
            if each.id != prompt.id and each.state is DeliveryState.SENT and each.due_at >= since
        )

    async def _large_enough(self, team: Team) -> bool:
        members = await self._store.teams.members(team.workspace, team.id)
        return sum(member.state is Membership.ACTIVE for member in members) >= FROM_MEMBERS
