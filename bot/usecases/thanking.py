"""Thanks that close the loop: which one is said in a message, once, and how it reads as things stand now."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from bot.domain.deliveries import Delivery, DeliveryState, Kind
from bot.domain.hopes import HopeState
from bot.domain.identity import UserId, Workspace
from bot.domain.schedules import DAY_NAMES
from bot.domain.stories import Story, StoryState, shown_in_channel
from bot.domain.teams import Team, company_id
from bot.domain.thanks import Echo, Loop, Thanks, best
from bot.ports.stores import Store
from bot.usecases.building import BY, WORDS
from bot.usecases.digest_printing import SOMEBODY
from bot.usecases.naming import name
from bot.usecases.telling import team_zone

THANKS = "thanks"
"""Under this a message's data says which thanks rides in it: ids and marks, never a word."""
_CARRIERS = (Kind.PROMPT, Kind.RECEIPT)
_LOOKED_BACK = 10
_A_WEEK = timedelta(weeks=1)
_INSTANT = timedelta(microseconds=1)


class Thanking:
    """Looks at what came of a person's stories and trials since they last heard."""

    def __init__(self, store: Store) -> None:
        """Everything it needs is in the store."""
        self._store = store

    async def choose(self, delivery: Delivery, now: datetime) -> Mapping[str, Any]:
        """The thanks that a first prompt or a receipt is to carry, for its data; empty: nothing new came of anything.

        What came before the last message that could have carried it was said there, or something weightier was: so
        nothing is said twice.
        """
        workspace, user = delivery.workspace, delivery.recipient
        since = await self._last_heard(delivery) or now - _A_WEEK
        echoes = [
            *await self._store.echoes.of_person(workspace, user, since, now),
            *await self._in_digests(workspace, user, since, now),
            *await self._trials(workspace, user, since, now),
        ]
        chosen = best(echoes)
        if chosen is None:
            return {}
        return {
            "loop": chosen.loop.word,
            "about": chosen.about,
            "reply": chosen.reply,
            "place": chosen.place,
            "opened": chosen.opened,
            "at": chosen.at.isoformat(),
        }

    async def read(self, workspace: Workspace, user: UserId, said: Mapping[str, Any]) -> tuple[Thanks, ...]:
        """How it reads now: nothing, once the story was taken back (or what was shared is private again)."""
        if not said:
            return ()
        loop, about = Loop[str(said["loop"]).upper()], str(said["about"])
        if loop is Loop.TRIAL:
            hope = await self._store.hopes.get(workspace, about)
            mine = hope is not None and hope.person == user and hope.state is not HopeState.DROPPED
            return (Thanks(loop),) if mine else ()
        story = await self._store.stories.get(workspace, about)
        if story is None or story.teller != user or story.state is not StoryState.KEPT:
            return ()
        team = await self._team(workspace, str(said["place"])) if said["place"] else None
        if loop is Loop.DIGEST and (team is None or not shown_in_channel(story)):
            return ()
        writer = await self._writer(workspace, str(said["reply"]))
        if loop is Loop.BUILT_ON and not writer:
            return ()
        return (
            Thanks(
                loop,
                customer=story.customer,
                told_on=story.told_on,
                name=writer,
                team=team.name if team is not None else "",
                day=_day(str(said["at"]), team),
                opened=bool(said["opened"]),
            ),
        )

    async def _last_heard(self, delivery: Delivery) -> datetime | None:
        """When the person last got a message in which thanks could ride."""
        recent = await self._store.ledger.to_person(
            delivery.workspace, delivery.recipient, kinds=_CARRIERS, limit=_LOOKED_BACK
        )
        sent = [
            each.sent_at
            for each in recent
            if each.id != delivery.id
            and each.state is DeliveryState.SENT
            and each.sent_at
            and not each.number
        ]
        return max(sent, default=None)

    async def _in_digests(
        self, workspace: Workspace, user: UserId, since: datetime, until: datetime
    ) -> list[Echo]:
        voices = await self._store.digests.voices(workspace, user, since, until)
        stories: Mapping[str, Story] = {}
        if voices:
            stories = await self._store.stories.many(workspace, {voice.story for voice in voices})
        return [
            Echo(Loop.DIGEST, voice.until, voice.story, place=voice.team, opened=voice.opened)
            for voice in voices
            if voice.story in stories and shown_in_channel(stories[voice.story])
        ]

    async def _trials(
        self, workspace: Workspace, user: UserId, since: datetime, until: datetime
    ) -> list[Echo]:
        taken = await self._store.hopes.taken_since(
            workspace, user, since=since + _INSTANT, until=until + _INSTANT
        )
        return [Echo(Loop.TRIAL, each.created_at, each.taken_from or "") for each in taken]

    async def _writer(self, workspace: Workspace, reply: str) -> str:
        """Who wrote a reply, by name; empty where it was emptied."""
        stands = await self._store.ledger.get(workspace, reply) if reply else None
        if stands is None or not stands.data.get(WORDS):
            return ""
        return await name(self._store, workspace, str(stands.data.get(BY) or "")) or SOMEBODY

    async def _team(self, workspace: Workspace, team: str) -> Team | None:
        if team == company_id(workspace):
            return await self._store.companies.get(workspace)
        return await self._store.teams.get(workspace, team)


def _day(at: str, team: Team | None) -> str:
    """The day of the week of an instant, on the team's clock."""
    if team is None:
        return ""
    return DAY_NAMES[datetime.fromisoformat(at).astimezone(team_zone(team)).weekday()]
