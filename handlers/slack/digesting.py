"""The digest's buttons, the manager's preview, and `/purpose digest`."""

from __future__ import annotations

from datetime import datetime

from bot.domain.digests import DigestState
from bot.domain.refusals import Refusal, Why
from bot.domain.stories import may_see, seen_by
from bot.domain.teams import Team
from bot.usecases.asking import YES
from handlers.slack.incoming import Incoming
from handlers.slack.services import Services
from handlers.slack.surfaces import names
from handlers.slack.surfaces.digest import without_chart
from handlers.slack.surfaces.digest_parts import in_order
from handlers.slack.surfaces.names import unpaired
from handlers.slack.surfaces.reading import Page, stories_modal
from handlers.slack.surfaces.refusals import words_of
from handlers.slack.surfaces.table import render

PAST = {
    DigestState.DROPPED: "This week's digest was put off already. Its stories will be in the next one.",
    DigestState.POSTED: "It is posted already. Edits and withdrawals still change it.",
    DigestState.EMPTY: "It is posted already. What is told now will be in the next one.",
}


async def latest(incoming: Incoming, services: Services, rest: str, now: datetime) -> None:
    """`/purpose digest`: the last one that was posted, as it reads now, for anyone in the team."""
    team = await services.store.teams.by_channel(incoming.workspace, incoming.channel)
    if team is None:
        company = await services.store.companies.get(incoming.workspace)
        team = company if company is not None and company.channel == incoming.channel else None
    if team is None:
        mine = await services.store.teams.of_person(incoming.workspace, incoming.user)
        team = mine[0] if len(mine) == 1 else None
    if team is None:
        await services.whisper(incoming, words_of(Refusal(Why.NO_TEAM_HERE)))
        return
    viewer = await services.admission.viewer(incoming.workspace, incoming.user, now)
    if not viewer.full_member:
        await services.whisper(incoming, words_of(Refusal(Why.NOT_A_FULL_MEMBER)))
        return
    if not team.company_wide and team.id not in viewer.teams | viewer.managed:
        await services.whisper(incoming, words_of(Refusal(Why.NO_DIGEST_YET)))
        return
    notice = await services.digesting.showing.last_posted(incoming.workspace, team.id, now)
    if notice is None:
        await services.whisper(incoming, words_of(Refusal(Why.NO_DIGEST_YET)))
        return
    # Where a command is answered nobody can say whether this Slack draws charts.
    message = without_chart(render(notice))
    await services.whisper(incoming, message.text, message.blocks)


async def show_all(incoming: Incoming, services: Services, now: datetime) -> None:
    """A click on "Read all", or on one of its pages: what this person may read, in the digest's order."""
    first, number = unpaired(incoming.value)
    paged = incoming.view.get("type") == "modal"
    digest_id = first if paged else incoming.value
    digest = await services.store.digests.get(incoming.workspace, digest_id)
    notice = await services.digesting.notice(digest, now) if digest is not None else None
    if notice is None:
        await services.whisper(incoming, words_of(Refusal(Why.NO_DIGEST_YET)))
        return
    viewer = await services.admission.viewer(incoming.workspace, incoming.user, now)
    stories = [seen_by(story, viewer) for story in in_order(notice) if may_see(story, viewer)]
    page = Page(
        title="Impact digest",
        subject=digest_id,
        forward=names.PAGE_DIGEST,
        back=names.PAGE_DIGEST_BACK,
        names=notice.names,
    )
    view = stories_modal(page, stories, int(number) if paged and number.isdecimal() else 0)
    await (services.update_view if paged else services.open_view)(incoming, view)


async def post_now(incoming: Incoming, services: Services, now: datetime) -> None:
    """A click on "Post now"."""
    if await _may_decide(incoming, services, incoming.value, now):
        done = await services.digesting.deciding.post_now(incoming.workspace, incoming.value, now)
        if done is None:
            await _past(incoming, services, incoming.value)


async def leave_out(incoming: Incoming, services: Services, now: datetime) -> None:
    """A choice below "Leave one out…": "<digest>:<story>"."""
    digest, story = unpaired(incoming.value)
    if await _may_decide(incoming, services, digest, now):
        done = await services.digesting.leave_out(incoming.workspace, digest, story)
        if done is None:
            await _past(incoming, services, digest)


async def put_in(incoming: Incoming, services: Services, now: datetime) -> None:
    """A click on "Put it in" below a story that waited for a look: "<digest>:<story>"."""
    digest, story = unpaired(incoming.value)
    if await _may_decide(incoming, services, digest, now):
        done = await services.digesting.deciding.put_in(incoming.workspace, digest, story)
        if done is None:
            await _past(incoming, services, digest)


async def not_this_week(incoming: Incoming, services: Services, now: datetime) -> None:
    """A click on "Not this week"."""
    if await _may_decide(incoming, services, incoming.value, now):
        done = await services.digesting.drop(incoming.workspace, incoming.value)
        if done is None:
            await _past(incoming, services, incoming.value)


async def go_on(incoming: Incoming, services: Services, now: datetime) -> None:
    """A click on "Go on" where a channel was opened or shared."""
    team = await services.store.teams.get(incoming.workspace, incoming.value)
    if await _manages(incoming, services, team, now) and team is not None:
        await services.digesting.deciding.go_on(team, incoming.user, now)
        await services.asking.answered(incoming.workspace, incoming.message, YES)


async def _may_decide(incoming: Incoming, services: Services, digest_id: str, now: datetime) -> bool:
    digest = await services.store.digests.get(incoming.workspace, digest_id)
    team = await services.store.teams.get(incoming.workspace, digest.team) if digest is not None else None
    return await _manages(incoming, services, team, now)


async def _manages(incoming: Incoming, services: Services, team: Team | None, now: datetime) -> bool:
    """Ids in clicks are only claims: whoever clicked must manage the team they name."""
    if team is None:
        await services.whisper(incoming, words_of(Refusal(Why.NO_DIGEST_YET)))
        return False
    person = await services.admission.manager(team, incoming.user, now)
    if isinstance(person, Refusal):
        await services.whisper(incoming, words_of(person))
        return False
    return True


async def _past(incoming: Incoming, services: Services, digest_id: str) -> None:
    digest = await services.store.digests.get(incoming.workspace, digest_id)
    if digest is not None and digest.state in PAST:
        await services.whisper(incoming, PAST[digest.state])
