"""A purpose check: a manager asks one question in the channel, people answer, it closes with what may be shown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from bot.domain.checks import MOST_QUESTION_CHARACTERS, Check, CheckState
from bot.domain.coaching import Advice, advise
from bot.domain.deliveries import Kind, NewDelivery, Priority
from bot.domain.folding import clean, is_blank
from bot.domain.identity import ChannelId, CheckId, UserId, Workspace
from bot.domain.prompts import FIRST_QUESTION
from bot.domain.refusals import Refusal, Why
from bot.domain.stories import Source, Story, Visibility
from bot.domain.teams import Team
from bot.ports.stores import Store
from bot.usecases.admission import Admission
from bot.usecases.coach_rules import CoachRuling
from bot.usecases.joining import Joining
from bot.usecases.telling import Telling, Told

ROLLUP_LASTS = timedelta(hours=72)
_CLOCKS_DIFFER = timedelta(seconds=10)
"""By so much at most: one machine takes an answer in while another one closes the check."""


@dataclass(frozen=True, slots=True)
class NumberTalk:
    """The typed question is number talk: the asker alone sees better ones before anything is posted."""

    question: str
    advice: Advice


@dataclass(frozen=True, slots=True)
class ThreadAnswer:
    """A message in the thread of a check. `origin` names the message; it came in at `received_at`."""

    workspace: Workspace
    channel: ChannelId
    thread: str
    user: UserId
    text: str
    origin: str
    received_at: datetime


class NotNotedYet(Enum):
    """One value: ask again in a moment."""

    NOT_NOTED_YET = "not noted yet"


NOT_NOTED_YET = NotNotedYet.NOT_NOTED_YET


class PurposeCheck:
    """Opens checks, takes answers, closes them."""

    def __init__(
        self,
        store: Store,
        admission: Admission,
        joining: Joining,
        telling: Telling,
        rules: CoachRuling,
    ) -> None:
        """`rules` say what number talk is; they are loaded when first asked for."""
        self._store = store
        self._admission = admission
        self._joining = joining
        self._telling = telling
        self._rules = rules

    async def ask(
        self,
        workspace: Workspace,
        channel: ChannelId,
        user: UserId,
        question: str,
        *,
        origin: str,
        now: datetime,
        as_typed: bool = False,
    ) -> Check | NumberTalk | Refusal:
        """Open a check with `question` (empty: the team's own). Number talk waits for a click unless `as_typed`."""
        place = await self._joining.place(workspace, channel)
        if isinstance(place, Refusal):
            return place
        team = await self._joining.team_here(workspace, channel, user, now)
        if isinstance(team, Refusal):
            return team
        allowed = await self._admission.manager(team, user, now)
        if isinstance(allowed, Refusal):
            return allowed
        words = "" if is_blank(question) else clean(question).strip()
        # "Ask both" puts a better question before one that was short enough.
        if len(words) > MOST_QUESTION_CHARACTERS * (2 if as_typed else 1):
            return Refusal(Why.QUESTION_TOO_LONG, {"most": str(MOST_QUESTION_CHARACTERS)})
        if words and not as_typed:
            advice = advise(words, await self._rules.of(workspace))
            if advice.kind == "number":
                return NumberTalk(words, advice)
        return await self._open(team, user, words or FIRST_QUESTION, origin, now)

    async def _open(self, team: Team, user: UserId, question: str, origin: str, now: datetime) -> Check:
        check = Check(
            id="",
            workspace=team.workspace,
            team=team.id,
            channel=team.channel,
            question=question,
            asked_by=user,
            opened_at=now,
            closes_at=now + team.check_closes_after,
            origin=origin,
        )
        message = NewDelivery(
            workspace=team.workspace,
            subject="",
            kind=Kind.CHECK,
            recipient=team.channel,
            due_at=now,
            expires_at=check.closes_at,
            priority=Priority.WAITING,
            team=team.id,
        )
        opened = await self._store.checks.open(check, enqueue=[message])
        await self._store.audit.note(
            team.workspace, actor=user, action="check.opened", about=opened.id, at=now
        )
        return opened

    async def answer_in_thread(
        self, answer: ThreadAnswer, now: datetime
    ) -> Story | Refusal | NotNotedYet | None:
        """The first message of a member is their answer, later ones extend it; the asker's own are none.

        `NOT_NOTED_YET` where the thread may be that of a check whose message is not on disk yet.
        """
        check = await self.of_thread(answer.workspace, answer.channel, answer.thread)
        if check is None or check is NOT_NOTED_YET:
            return check
        if check.asked_by == answer.user or not _in_time(check, answer.received_at):
            return None
        if is_blank(answer.text):
            return Refusal(Why.NEEDS_WORDS)
        told = self._told(check, answer.user, answer.text, answer.origin, None)
        mine = await self._store.stories.of_check(answer.workspace, check.id, answer.user)
        if mine is not None and mine.origin != answer.origin:
            return await self._telling.add(
                answer.workspace, answer.user, mine.id, answer.text, origin=answer.origin, now=now
            )
        return await self._answer(check, told, now)

    async def of_thread(
        self, workspace: Workspace, channel: ChannelId, thread: str
    ) -> Check | NotNotedYet | None:
        """The check that a thread belongs to; `NOT_NOTED_YET` as for `answer_in_thread`."""
        found = await self._store.checks.by_message(workspace, channel, thread)
        if found is not None:
            return found
        opened = await self._store.checks.open_in(workspace)
        if any(each.channel == channel and each.ts is None for each in opened):
            return NOT_NOTED_YET
        # Its message may have been noted between the two looks, and an answer to nothing is dropped for good.
        return await self._store.checks.by_message(workspace, channel, thread)

    async def answer_in_modal(
        self,
        workspace: Workspace,
        check_id: CheckId,
        user: UserId,
        text: str,
        visibility: Visibility | None,
        *,
        origin: str,
        received_at: datetime,
        now: datetime,
    ) -> Story | Refusal:
        """An answer from the check's modal: the person's answer, or an extension of the one they gave."""
        check = await self._store.checks.get(workspace, check_id)
        if check is None:
            return Refusal(Why.CHECK_GONE)
        if not _in_time(check, received_at):
            return Refusal(Why.CHECK_CLOSED)
        mine = await self._store.stories.of_check(workspace, check.id, user)
        if mine is not None and mine.origin != origin:
            return await self._telling.add(workspace, user, mine.id, text, origin=origin, now=now)
        return await self._answer(check, self._told(check, user, text, origin, visibility), now)

    async def open_check(self, workspace: Workspace, check_id: CheckId) -> Check | Refusal:
        """The check where it still takes answers."""
        check = await self._store.checks.get(workspace, check_id)
        if check is None:
            return Refusal(Why.CHECK_GONE)
        return Refusal(Why.CHECK_CLOSED) if check.state is CheckState.CLOSED else check

    async def close(
        self, workspace: Workspace, check_id: CheckId, user: UserId, now: datetime
    ) -> Check | Refusal:
        """A manager closes it; of two who click at once one does, and both are right."""
        check = await self._store.checks.get(workspace, check_id)
        if check is None:
            return Refusal(Why.CHECK_GONE)
        team = await self._store.teams.get(workspace, check.team)
        if team is None:
            return Refusal(Why.CHECK_GONE)
        allowed = await self._admission.manager(team, user, now)
        if isinstance(allowed, Refusal):
            return allowed
        await self._close(check, user, now)
        return check

    async def close_due(self, now: datetime) -> int:
        """Close every check whose time has come, in every workspace. How many."""
        due = await self._store.checks.due(now=now)
        for check in due:
            await self._close(check, None, now)
        return len(due)

    async def _close(self, check: Check, by: UserId | None, now: datetime) -> bool:
        rollup = NewDelivery(
            workspace=check.workspace,
            subject=check.id,
            kind=Kind.ROLLUP,
            recipient=check.channel,
            due_at=now,
            expires_at=now + ROLLUP_LASTS,
            priority=Priority.PERSON,
            thread=check.ts,
            team=check.team,
        )
        closed = await self._store.checks.close(check.workspace, check.id, by=by, at=now, enqueue=[rollup])
        if closed and by is not None:
            await self._store.audit.note(
                check.workspace, actor=by, action="check.closed", about=check.id, at=now
            )
        return closed

    async def _answer(self, check: Check, told: Told, now: datetime) -> Story | Refusal:
        """Keep it; whoever answers in the channel of a team that invites is in that team's channel already."""
        person = await self._admission.full_member(check.workspace, told.teller, now)
        if isinstance(person, Refusal):
            return person
        outcome = await self._telling.tell(told, now)
        if isinstance(outcome, Story):
            await self._store.ledger.show_anew(check.workspace, check.id, (Kind.CHECK, Kind.ROLLUP))
        return outcome

    def _told(
        self, check: Check, user: UserId, text: str, origin: str, visibility: Visibility | None
    ) -> Told:
        return Told(
            workspace=check.workspace,
            teller=user,
            text=text,
            origin=origin,
            source=Source.CHECK,
            team=check.team,
            visibility=Visibility.TEAM if visibility is None else visibility,
            check=check.id,
        )


def _in_time(check: Check, received_at: datetime) -> bool:
    """True for what came in while the check was open: it was kept and acked, so it counts also where a crash, a full
    disk or a busy moment lets the check be closed before it is worked off."""
    if check.state is CheckState.OPEN:
        return True
    return check.closed_at is not None and received_at <= check.closed_at + _CLOCKS_DIFFER
