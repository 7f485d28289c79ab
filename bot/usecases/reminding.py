"""Monday's reminder: the team's purpose and one line that was not there last time."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from bot.domain.identity import DeliveryId
from bot.domain.notices import ReminderNotice
from bot.domain.reminders import REST, Line, fill, lines_for, next_line, quotable
from bot.domain.stories import Story, Visibility, shown_in_channel
from bot.domain.teams import Team
from bot.ports.stores import Store
from bot.ports.stories import StoryQuery
from bot.ports.world import Skip
from bot.usecases.digest_choosing import has_left
from bot.usecases.holding import held_back
from bot.usecases.naming import name

_STORIES_SINCE = timedelta(days=60)
_KEY_AND_STORY = "|"


class Reminding:
    """Chooses a line once a date and remembers it, so that sending again says the same."""

    def __init__(self, store: Store) -> None:
        """Lines used are remembered per team."""
        self._store = store

    async def compose(
        self, team: Team, on: date, now: datetime, *, shown_by: DeliveryId, stands: bool = False
    ) -> ReminderNotice | Skip:
        """The reminder of a local date; it waits for a purpose. The message `shown_by` follows a story it quotes.

        A team that is held quotes none: more people read its channel than when they were told. What `stands` stays.
        """
        if team.purpose is None:
            return Skip("no_purpose")
        key = await self._store.reminders.used_on(team.workspace, team.id, on)
        if key is None:
            key = await self._choose(team, on, now)
            await self._store.reminders.use(team.workspace, team.id, key, on)
            key = await self._store.reminders.used_on(team.workspace, team.id, on) or key
        line_key, _, story = key.partition(_KEY_AND_STORY)
        if story and team.held is not None and not stands:
            return ReminderNotice(team=team, line="")
        return ReminderNotice(team=team, line=await self._words(team, line_key, story, shown_by))

    async def _choose(self, team: Team, on: date, now: datetime) -> str:
        used = await self._store.reminders.used(team.workspace, team.id, on - REST - timedelta(days=1))
        read = [(key.partition(_KEY_AND_STORY)[0], day) for key, day in used]
        quoted = {key.partition(_KEY_AND_STORY)[2] for key, _ in used}
        stories = await self._quotable(team, now) if team.held is None else []
        story = next((told for told in stories if told.id not in quoted), None)
        line = next_line(lines_for(team.reminder_lines), read, on, team=team.id, has_story=story is not None)
        if line is None:
            raise LookupError("there is always a line without a story")
        return f"{line.key}{_KEY_AND_STORY}{story.id}" if line.quotes_a_story and story else line.key

    async def _quotable(self, team: Team, now: datetime) -> list[Story]:
        query = StoryQuery(team=team.id, at_least=Visibility.TEAM, since=now - _STORIES_SINCE, limit=50)
        found = await self._store.stories.find(team.workspace, query)
        short = [story for story in found if quotable(story.text)]
        held = await held_back(self._store, team, short)
        people = await self._store.people.many(team.workspace, {story.teller for story in short})
        left = {user for user, person in people.items() if has_left(person)}
        return [story for story in short if story.id not in held and story.teller not in left]

    async def _words(self, team: Team, line_key: str, story_id: str, shown_by: DeliveryId) -> str:
        line = {line.key: line for line in lines_for(team.reminder_lines)}.get(line_key)
        if line is None:
            return ""
        if not line.quotes_a_story:
            return fill(line)
        # Noted before the story is read: what was taken back in between would never be marked.
        await self._store.ledger.shows(team.workspace, shown_by, [story_id])
        return await self._with_story(team, line, story_id)

    async def _with_story(self, team: Team, line: Line, story_id: str) -> str:
        """The story as it reads now; one that was taken back meanwhile leaves the purpose to stand alone."""
        story = await self._store.stories.get(team.workspace, story_id)
        if story is None or not shown_in_channel(story) or not quotable(story.text):
            return ""
        if await held_back(self._store, team, [story]):
            return ""
        teller = await name(self._store, team.workspace, story.teller)
        return fill(line, story=story.text, teller=teller or "A colleague")
