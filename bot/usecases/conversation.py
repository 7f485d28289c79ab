"""What a message in the bot's DM means: an answer, a command word, a courtesy, a question, or something in doubt."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.deliveries import Delivery, DeliveryState, Kind
from bot.domain.folding import clean, is_blank
from bot.domain.identity import UserId, Workspace
from bot.domain.phrases import Answer, Command, Courtesy, Nothing, Phrases, QuestionToBot
from bot.domain.refusals import Refusal, Why
from bot.domain.stories import Source
from bot.domain.teams import Team
from bot.domain.whentext import ENDLESS
from bot.ports.stores import Store
from bot.usecases.noticing import Noticing
from bot.usecases.prompting import Prompting
from bot.usecases.quieting import Quieting
from bot.usecases.telling import Telling, Told


@dataclass(frozen=True, slots=True)
class DirectMessage:
    """One message of a person in their DM with the bot. `origin` names it ("D1:171.2")."""

    workspace: Workspace
    user: UserId
    channel: str
    text: str
    origin: str
    thread: str | None = None
    has_files: bool = False


class Conversation:
    """Reads DMs and hands each to the use case that it means."""

    def __init__(
        self,
        store: Store,
        telling: Telling,
        prompting: Prompting,
        quieting: Quieting,
        noticing: Noticing,
        phrases: Callable[[], Phrases],
    ) -> None:
        """`phrases` gives the words of seven languages; it is first asked when there is something to read."""
        self._store = store
        self._telling = telling
        self._prompting = prompting
        self._quieting = quieting
        self._noticing = noticing
        self._phrases = phrases

    async def heard(self, message: DirectMessage, now: datetime) -> None:
        """Do what the message means. Whatever is in doubt is kept as a draft, never silently dropped."""
        await self._spoken_to(message)
        text = clean(message.text)
        if is_blank(text):
            if message.has_files:
                await self._say(message, "needs_words", now)
            return
        match self._phrases().read(text):
            case Nothing():
                await self._prompting.nothing_today(message.workspace, message.user, now)
            case Command(name=name):
                await self._command(message, name, now)
            case Courtesy():
                return
            case QuestionToBot(topic=topic):
                await self._say(message, f"about_{topic}", now)
            case meaning:
                await self._told(message, text, sure=isinstance(meaning, Answer), now=now)

    async def _spoken_to(self, message: DirectMessage) -> None:
        """Whoever writes ends the quiet after five, and tells by the way which DM is theirs."""
        known = await self._store.people.get(message.workspace, message.user)
        wishes: dict[str, object] = {}
        if known is None or known.dm != message.channel:
            wishes["dm"] = message.channel
        if known is not None and (known.unanswered or known.rhythm_asked_at):
            wishes |= {"unanswered": 0, "rhythm_asked_at": None}
        if wishes:
            await self._store.people.set(message.workspace, message.user, **wishes)

    async def _told(self, message: DirectMessage, text: str, *, sure: bool, now: datetime) -> None:
        receipt = await self._receipt_above(message)
        if receipt is not None:
            added = await self._telling.add(
                message.workspace, message.user, receipt.subject, text, origin=message.origin, now=now
            )
            if not isinstance(added, Refusal):
                return
        prompt = await self._prompt_for(message, now)
        teams = await self._store.teams.of_person(message.workspace, message.user)
        team = _team_for(prompt, teams)
        told = Told(
            workspace=message.workspace,
            teller=message.user,
            text=text,
            origin=message.origin,
            source=Source.DM,
            team=team,
            prompt=prompt.id if prompt else None,
            draft=prompt is None or not sure or team is None,
            why_draft=_why_draft(prompt, team, teams),
        )
        outcome = await self._telling.tell(told, now)
        if isinstance(outcome, Refusal):
            await self._noticing.refuse(message.workspace, message.user, outcome, message.origin, now)

    async def _prompt_for(self, message: DirectMessage, now: datetime) -> Delivery | None:
        """A threaded reply belongs to its prompt, however old; any other message to the prompt that is open."""
        ledger = self._store.ledger
        if message.thread:
            above = await ledger.by_message(message.workspace, message.channel, message.thread)
            if (
                above is not None
                and above.kind in (Kind.PROMPT, Kind.NUDGE)
                and above.state is DeliveryState.SENT
            ):
                return above
        return await ledger.open_prompt(message.workspace, message.user, now=now)

    async def _receipt_above(self, message: DirectMessage) -> Delivery | None:
        """A reply below a receipt adds to its story: that is where the coach's question stands."""
        if not message.thread:
            return None
        above = await self._store.ledger.by_message(message.workspace, message.channel, message.thread)
        return above if above is not None and above.kind is Kind.RECEIPT else None

    async def _command(self, message: DirectMessage, name: str, now: datetime) -> None:
        workspace, user = message.workspace, message.user
        match name:
            case "skip":
                await self._prompting.nothing_today(workspace, user, now)
            case "later":
                await self._prompting.remind_later(workspace, user, now, asked_by=message.origin)
            case "pause":
                await self._quieting.pause(workspace, user, ENDLESS, now)
                await self._say(message, "paused", now)
            case "resume":
                await self._quieting.resume(workspace, user, now)
                await self._say(message, "resumed", now)
            case "stop":
                await self._quieting.stop(workspace, user, now)
                await self._say(message, "stopped", now)
            case _:
                await self._say(message, "help", now)

    async def _say(self, message: DirectMessage, code: str, now: datetime) -> None:
        if code == "needs_words":
            refusal = Refusal(Why.NEEDS_WORDS)
            await self._noticing.refuse(message.workspace, message.user, refusal, message.origin, now)
            return
        await self._noticing.tell(message.workspace, message.user, code, message.origin, now)


def _team_for(prompt: Delivery | None, teams: Sequence[Team]) -> str | None:
    """The team a plain answer goes to: the prompt's, or the person's only one."""
    if prompt is not None and prompt.team:
        return prompt.team
    return teams[0].id if len(teams) == 1 else None


def _why_draft(prompt: Delivery | None, team: str | None, teams: Sequence[Team]) -> str:
    if team is None and teams:
        return "which_team"
    return "no_prompt" if prompt is None else "unclear"
