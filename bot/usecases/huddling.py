"""The huddle card: a manager wants one true story for the opening 90 seconds; its teller is asked first."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from enum import Enum

from bot.domain.deliveries import Delivery, DeliveryState, Kind, NewDelivery, Priority
from bot.domain.huddles import Huddle, HuddleState, choose, is_waiting, ready
from bot.domain.identity import UserId, Workspace
from bot.domain.notices import HuddleAskNotice, HuddleCardNotice, PlainNotice
from bot.domain.people import Person
from bot.domain.quiet import Reason
from bot.domain.refusals import Refusal, Why
from bot.domain.stories import Story, Visibility, may_see, seen_by, shown_in_channel
from bot.domain.teams import Membership, Team
from bot.ports.huddles import Huddles
from bot.ports.stores import Store
from bot.ports.stories import StoryQuery
from bot.ports.world import Later, Skip
from bot.usecases.admission import Admission
from bot.usecases.naming import name
from bot.usecases.noticing import Noticing
from bot.usecases.one_a_day import next_turn

GONE = "huddle_gone"
"""A notice's code: nothing is left of a huddle that a message was about."""
STORIES_SINCE = timedelta(days=180)
_MOST_STORIES = 1_000
_ASK_LASTS = timedelta(days=3)
_CARD_LASTS = timedelta(days=1)


class Picked(Enum):
    """What became of a manager's wish."""

    CARD = "card"
    """The card is on its way into their direct messages."""
    ASKED = "asked"
    """A teller was asked, now or earlier; the card comes with their yes."""


class Huddling:
    """Finds a story, asks its teller, hands out the card, remembers what was told."""

    def __init__(self, store: Store, huddles: Huddles, admission: Admission, noticing: Noticing) -> None:
        """`admission` says who manages the team."""
        self._store = store
        self._huddles = huddles
        self._admission = admission
        self._noticing = noticing

    async def wish(
        self, team: Team, manager: UserId, now: datetime, *, cause: str, skip: Collection[str] = ()
    ) -> Picked | Refusal:
        """A manager wants a card. `cause` names the command or click, `skip` the huddles that they did not want."""
        allowed = await self._admission.manager(team, manager, now)
        if isinstance(allowed, Refusal):
            return allowed
        return await self._pick(team, manager, now, cause, skip)

    async def answer(
        self, workspace: Workspace, huddle_id: str, user: UserId, now: datetime, *, how: str
    ) -> Refusal | None:
        """The teller says "yes", "any" (any time, need not be asked) or "no"; then the next one is asked."""
        huddle = await self._huddles.get(workspace, huddle_id)
        if huddle is None:
            return Refusal(Why.STORY_GONE)
        if huddle.teller != user:
            return Refusal(Why.NOT_YOURS)
        if how == "any":
            await self._huddles.set_any_time(workspace, user, yes=True, now=now)
        state = HuddleState.DECLINED if how == "no" else HuddleState.AGREED
        # Without a manager (forgotten since) it is just agreed: the next who wishes for a card gets it.
        wanted = how != "no" and bool(huddle.asked_by)
        card = [_card(huddle, huddle.asked_by, now, "yes")] if wanted else []
        moved = await self._huddles.decide(
            workspace, huddle.id, state, before=HuddleState.ASKED, at=now, enqueue=card
        )
        await self._store.ledger.show_anew(workspace, huddle.id, (Kind.HUDDLE_ASK,))
        if moved and how == "no":
            await self._next_one(huddle, now)
        return None

    async def ask_first_again(
        self, workspace: Workspace, huddle_id: str, user: UserId, now: datetime
    ) -> Refusal | None:
        """The teller takes "any time" back."""
        huddle = await self._huddles.get(workspace, huddle_id)
        if huddle is None or huddle.teller != user:
            return Refusal(Why.NOT_YOURS)
        await self._huddles.set_any_time(workspace, user, yes=False, now=now)
        await self._store.ledger.show_anew(workspace, huddle.id, (Kind.HUDDLE_ASK,))
        return None

    async def told(self, workspace: Workspace, huddle_id: str, user: UserId, now: datetime) -> Refusal | None:
        """A manager says that it was told: never again a card, and its teller hears so in their next message."""
        found = await self._managed(workspace, huddle_id, user, now)
        if isinstance(found, Refusal):
            return found
        huddle, _ = found
        await self._huddles.decide(workspace, huddle.id, HuddleState.TOLD, before=HuddleState.AGREED, at=now)
        await self._store.ledger.show_anew(workspace, huddle.id, (Kind.HUDDLE,))
        return None

    async def another(
        self, workspace: Workspace, huddle_id: str, user: UserId, now: datetime, *, cause: str
    ) -> Picked | Refusal:
        """A manager wants a different story; this one stays agreed, for another day."""
        found = await self._managed(workspace, huddle_id, user, now)
        if isinstance(found, Refusal):
            return found
        return await self._pick(found[1], user, now, cause, (huddle_id,))

    async def compose(
        self, delivery: Delivery, now: datetime
    ) -> HuddleAskNotice | HuddleCardNotice | PlainNotice | Skip | Later:
        """The question to the teller or the card, as it must read now."""
        stands = delivery.state is DeliveryState.SENT
        huddle = await self._huddles.get(delivery.workspace, delivery.subject)
        team = await self._store.teams.get(delivery.workspace, delivery.team or "")
        if huddle is None or team is None:
            # Its teller was forgotten: what stands is emptied as well.
            return PlainNotice(GONE, {}) if stands else Skip("story_gone")
        # Noted before the words are read: a story changed in between is then shown anew.
        await self._store.ledger.shows(delivery.workspace, delivery.id, [huddle.story])
        story = await self._store.stories.get(delivery.workspace, huddle.story)
        tellable = story if story is not None and shown_in_channel(story) else None
        if tellable is not None and delivery.kind is Kind.HUDDLE:
            viewer = await self._admission.viewer(delivery.workspace, delivery.recipient, now)
            tellable = seen_by(tellable, viewer) if may_see(tellable, viewer) else None
        if tellable is None and not stands:
            return Skip("story_gone")
        if delivery.kind is Kind.HUDDLE:
            teller = await name(self._store, delivery.workspace, huddle.teller)
            return HuddleCardNotice(huddle=huddle, team=team, story=tellable, teller=teller)
        return await self._ask(delivery, huddle, team, tellable, now)

    async def _ask(
        self, delivery: Delivery, huddle: Huddle, team: Team, story: Story | None, now: datetime
    ) -> HuddleAskNotice | Skip | Later:
        workspace = delivery.workspace
        if delivery.state is not DeliveryState.SENT:
            quiet = await self._quiet(delivery, huddle, team, now)
            if quiet is not None:
                return quiet
        willing = await self._huddles.any_time(workspace, [huddle.teller])
        by = await name(self._store, workspace, huddle.asked_by)
        return HuddleAskNotice(
            huddle=huddle, team=team, story=story, asked_by=by, any_time=huddle.teller in willing
        )

    async def _quiet(
        self, delivery: Delivery, huddle: Huddle, team: Team, now: datetime
    ) -> Skip | Later | None:
        """It is unasked: it keeps to the one such message a day, waits for the morning, and respects a pause."""
        person = await self._store.people.get(delivery.workspace, huddle.teller)
        if huddle.state is not HuddleState.ASKED or person is None or _not_to_be_asked(person):
            return Skip(Reason.STOPPED)
        return await next_turn(self._store, delivery, person, team, now)

    async def _pick(
        self, team: Team, manager: UserId, now: datetime, cause: str, skip: Collection[str]
    ) -> Picked | Refusal:
        huddles = await self._huddles.of_team(team.workspace, team.id)
        stories = await self._stories(team, manager, now)
        agreed = ready(huddles, {story.id: story for story in stories}, skip)
        if agreed is not None:
            await self._store.ledger.owe([await self._card_again(agreed, manager, now, cause)])
            return Picked.CARD
        if is_waiting(huddles, now):
            return Picked.ASKED
        tellers = {story.teller for story in stories}
        willing = await self._huddles.any_time(team.workspace, tellers) | {manager}
        not_now = await self._not_now(team, tellers, willing)
        chosen = choose(stories, huddles, now=now, any_time=willing, not_now=not_now)
        if chosen is None:
            return Refusal(Why.NO_HUDDLE_STORY)
        return await self._open(team, chosen, manager, now, cause, asked=chosen.teller not in willing)

    async def _not_now(
        self, team: Team, tellers: Collection[UserId], willing: Collection[UserId]
    ) -> set[UserId]:
        """Who is gone; and of those who would have to be asked who did not say yes to such messages, or not now."""
        people = await self._store.people.many(team.workspace, tellers)
        members = await self._store.teams.members(team.workspace, team.id)
        counted_in = {member.user for member in members if member.state is Membership.ACTIVE}
        here = {user for user in people if people[user].may_take_part}
        may_ask = {user for user in here & counted_in if not _not_to_be_asked(people[user])}
        return {user for user in tellers if user not in here or (user not in willing and user not in may_ask)}

    async def _open(
        self, team: Team, story: Story, manager: UserId, now: datetime, cause: str, *, asked: bool
    ) -> Picked | Refusal:
        huddle = Huddle(
            id="",
            workspace=team.workspace,
            team=team.id,
            story=story.id,
            teller=story.teller,
            asked_by=manager,
            at=now,
            state=HuddleState.ASKED if asked else HuddleState.AGREED,
        )
        message = _question(huddle, now) if asked else _card(huddle, manager, now, cause)
        if await self._huddles.open(huddle, enqueue=[message]) is None:
            # Another manager wished for one at the same moment: look again at what there is now.
            return await self._pick(team, manager, now, cause, ())
        return Picked.ASKED if asked else Picked.CARD

    async def _next_one(self, declined: Huddle, now: datetime) -> None:
        """Another teller's turn; the manager hears of it only where there is nobody left, and never of whom."""
        team = await self._store.teams.get(declined.workspace, declined.team)
        if team is None or not declined.asked_by:
            return
        outcome = await self._pick(team, declined.asked_by, now, f"after:{declined.id}", ())
        if isinstance(outcome, Refusal):
            await self._noticing.refuse(
                declined.workspace, declined.asked_by, outcome, f"after:{declined.id}", now
            )

    async def _card_again(self, huddle: Huddle, manager: UserId, now: datetime, cause: str) -> NewDelivery:
        """One more card of the same huddle; the same cause never makes two."""
        cards = await self._store.ledger.about(huddle.workspace, huddle.id, Kind.HUDDLE)
        known = next((card for card in cards if card.data.get("cause") == cause), None)
        return _card(huddle, manager, now, cause, known.number if known is not None else len(cards))

    async def _stories(self, team: Team, manager: UserId, now: datetime) -> list[Story]:
        """What the team shared and who wishes for a card may read: a workspace's admin is not of every team."""
        query = StoryQuery(
            team=team.id,
            viewer=await self._admission.viewer(team.workspace, manager, now),
            at_least=Visibility.TEAM,
            since=now - STORIES_SINCE,
            limit=_MOST_STORIES,
        )
        return list(await self._store.stories.find(team.workspace, query))

    async def _managed(
        self, workspace: Workspace, huddle_id: str, user: UserId, now: datetime
    ) -> tuple[Huddle, Team] | Refusal:
        huddle = await self._huddles.get(workspace, huddle_id)
        team = await self._store.teams.get(workspace, huddle.team) if huddle else None
        if huddle is None or team is None:
            return Refusal(Why.STORY_GONE)
        allowed = await self._admission.manager(team, user, now)
        return allowed if isinstance(allowed, Refusal) else (huddle, team)


def _not_to_be_asked(person: Person) -> bool:
    return person.stopped_at is not None or person.paused_until is not None


def _question(huddle: Huddle, now: datetime) -> NewDelivery:
    return NewDelivery(
        workspace=huddle.workspace,
        subject=huddle.id,
        kind=Kind.HUDDLE_ASK,
        recipient=huddle.teller,
        due_at=now,
        expires_at=now + _ASK_LASTS,
        priority=Priority.PERSON,
        team=huddle.team,
    )


def _card(huddle: Huddle, manager: UserId, now: datetime, cause: str, number: int = 0) -> NewDelivery:
    return NewDelivery(
        workspace=huddle.workspace,
        subject=huddle.id,
        kind=Kind.HUDDLE,
        recipient=manager,
        due_at=now,
        expires_at=now + _CARD_LASTS,
        number=number,
        priority=Priority.WAITING,
        team=huddle.team,
        data={"cause": cause},
    )
