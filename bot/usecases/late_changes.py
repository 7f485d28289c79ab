"""Where the platform refuses to change a post, whoever took a story back or edited it hears that old words stand."""

from __future__ import annotations

from datetime import datetime

from bot.domain.deliveries import Delivery
from bot.domain.identity import TeamId, Workspace
from bot.domain.stories import Story, Visibility, shown_in_channel
from bot.domain.teams import Team, company_id
from bot.ports.stores import Store
from bot.ports.world import MessengerProblem
from bot.usecases.noticing import notice

NOT_UPDATED = "not_updated"


async def tell_tellers(store: Store, delivery: Delivery, problem: MessengerProblem, now: datetime) -> None:
    """Tell those whose words in the message `delivery` are not true any more, each once a story and wording."""
    ids = await store.ledger.shown_in(delivery.workspace, delivery.id)
    stories = await store.stories.many(delivery.workspace, ids)
    place = delivery.team or ""
    team = await store.teams.get(delivery.workspace, place) or await _company(
        store, delivery.workspace, place
    )
    facts = {"channel": team.channel_name if team is not None else "", "code": problem.code}
    owed = []
    for story in stories.values():
        if not story.teller or story.teller == delivery.recipient:
            continue
        gone = not _may_stand(story, place)
        if gone or await _edited_since(store, story, delivery):
            cause = f"{delivery.id}:{story.id}:{story.revision}:{'gone' if gone else 'edited'}"
            told = facts | {"what": "gone" if gone else "edited"}
            owed.append(notice(delivery.workspace, story.teller, NOT_UPDATED, cause, now, told))
    await store.ledger.owe(owed)


def _may_stand(story: Story, place: TeamId) -> bool:
    """Whether a story may stand in a team's channel, or in the company's."""
    return shown_in_channel(story) and (story.team == place or story.visibility >= Visibility.COMPANY)


async def _company(store: Store, workspace: Workspace, place: TeamId) -> Team | None:
    return await store.companies.get(workspace) if place == company_id(workspace) else None


async def _edited_since(store: Store, story: Story, delivery: Delivery) -> bool:
    if story.revision == 1 or delivery.sent_at is None:
        return False
    revisions = await store.stories.revisions(story.workspace, story.id)
    return any(each.at > delivery.sent_at for each in revisions)
