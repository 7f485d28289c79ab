"""The demo team moves in: its people and channels, a month of stories, and last Friday's digest, posted for real."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.domain.hopes import Answer, Hope, HopeKind, answered
from bot.domain.identity import UserId
from bot.domain.occurrences import instant
from bot.domain.stories import Story, StoryState
from bot.domain.teams import DEFAULT_DIGEST, ChannelKind, Membership, Team
from bot.sandbox.clock import SharedClock
from bot.sandbox.demo import Demo, DemoHope, DemoTrial, ToldStory
from bot.sandbox.people import People
from bot.wiring import House, owner_name
from handlers.slack.directory import workspace_key

POSTED_WITHIN_SECONDS = 10.0
_TOGETHER_SINCE = timedelta(weeks=5)
_TRIED_SINCE = timedelta(days=3)
_IN_THEIR_DMS = timedelta(days=10)
"""Stories of the last days stand in their tellers' messages too, where they can be edited like anybody's."""


async def settle_demo(workspace: People, house: House, clock: SharedClock, demo: Demo) -> None:
    """Fill an empty workspace and the bot's database; the clock is the machine's again afterwards."""
    users = _people(workspace, demo)
    channels = _channels(workspace, demo, users)
    now = clock.now()
    hour = _last_digest(demo, now)
    key = workspace_key(workspace.team_id)
    for user in users.values():
        person = await house.services.admission.person(key, user, now)
        await house.store.people.set(
            key, person.id, introduced_at=now - _TOGETHER_SINCE, dm=workspace.dm(user)
        )
    await _reasons(demo, house, key, users, now)
    team = await _team(demo, house, workspace, channels[demo.team.channel], users, hour)
    for told in demo.stories(now):
        kept = await house.store.stories.keep(await _story(told, team, workspace, users, now))
        if told.story.hope is not None:
            await house.store.hopes.keep(_hope(told, told.story.hope, kept.story, now))
    for trial in demo.trials:
        await house.store.hopes.keep(_trial(demo, trial, team, users, now))
    await _post_digest(workspace, house, clock, team, hour)
    for member in demo.members():
        # From now on: what fell due before the workspace was started is owed to nobody.
        await house.store.teams.set_member(
            key, team.id, users[member.key], Membership.ACTIVE, now=clock.now()
        )


def _people(workspace: People, demo: Demo) -> dict[str, UserId]:
    return {
        person.key: workspace.add_person(
            person.name,
            title=person.title,
            tz=person.zone,
            role=person.role,
            colour=person.colour,
            announce=False,
        )
        for person in demo.people
    }


def _channels(workspace: People, demo: Demo, users: dict[str, UserId]) -> dict[str, str]:
    return {
        channel.name: workspace.add_channel(
            channel.name,
            [*(users[key] for key in channel.members), workspace.bot_user],
            private=channel.private,
        )
        for channel in demo.channels
    }


def _last_digest(demo: Demo, now: datetime) -> datetime:
    """The hour of the newest digest before `now`, on the team's clock."""
    zone = ZoneInfo(demo.team.zone)
    today = now.astimezone(zone).date()
    days = (today - timedelta(days=back) for back in range(8))
    hours = (instant(day, DEFAULT_DIGEST.at, zone) for day in days if day.weekday() in DEFAULT_DIGEST.days)
    return max(hour for hour in hours if hour < now)


async def _team(
    demo: Demo,
    house: House,
    workspace: People,
    channel: str,
    users: dict[str, UserId],
    hour: datetime,
) -> Team:
    manager = users[demo.team.manager]
    team = Team(
        id="",
        workspace=workspace_key(workspace.team_id),
        channel=channel,
        name=demo.team.name,
        zone=demo.team.zone,
        managers=(manager,),
        channel_name=demo.team.channel,
        channel_kind=ChannelKind.PUBLIC,
        company=workspace.workspace.name,
        questions=demo.team.questions,
        created_at=hour - _TOGETHER_SINCE,
    )
    # Owed from a minute before the digest's hour on, so that exactly this one is due.
    saved = await house.store.teams.save(team, by=manager, now=hour - timedelta(minutes=1))
    await house.store.teams.set_purpose(
        team.workspace, saved.id, demo.team.purpose, by=manager, now=hour - _TOGETHER_SINCE
    )
    return saved


async def _story(
    told: ToldStory, team: Team, workspace: People, users: dict[str, UserId], now: datetime
) -> Story:
    user, script = users[told.teller.key], told.story
    origin = f"demo:{told.teller.key}:{told.told_at.isoformat()}"
    if script.source.value == "dm" and now - told.told_at < _IN_THEIR_DMS:
        dm = workspace.dm(user)
        origin = f"{dm}:{await workspace.say(user, dm, script.text, at=told.told_at.timestamp())}"
    return Story(
        id="",
        workspace=team.workspace,
        team=team.id,
        teller=user,
        text=script.text,
        told_at=told.told_at.astimezone(UTC),
        told_on=told.told_on,
        source=script.source,
        origin=origin,
        visibility=script.visibility,
        customer=script.customer,
        goal=script.goal,
        change=script.change,
        tags=script.tags,
        state=StoryState.KEPT,
        purpose_version=1,
    )


async def _reasons(demo: Demo, house: House, key: str, users: dict[str, UserId], now: datetime) -> None:
    """Why some of them sell; nobody is asked who has said so."""
    for person in demo.people:
        if person.why:
            await house.store.people.set(
                key, users[person.key], why=person.why, why_shared=person.why_shared, why_asked_at=now
            )


def _hope(told: ToldStory, script: DemoHope, story: Story, now: datetime) -> Hope:
    """What was hoped for with a story, answered on its day where that has passed."""
    due_on = told.told_on + timedelta(days=script.after)
    hope = Hope(
        id="",
        workspace=story.workspace,
        kind=HopeKind.PROMISE,
        person=story.teller,
        words=script.words,
        due_on=due_on,
        origin=f"demo:hope:{story.id}",
        created_at=story.told_at,
        team=story.team,
        story=story.id,
        customer=story.customer,
    )
    asked_at = instant(due_on, told.story.at, ZoneInfo(told.teller.zone)).astimezone(UTC)
    if script.outcome is None or asked_at >= now:
        return hope
    answer = Answer(script.outcome, script.line, script.shared)
    return answered(replace(hope, asked_at=asked_at), answer, asked_at)


def _trial(demo: Demo, script: DemoTrial, team: Team, users: dict[str, UserId], now: datetime) -> Hope:
    due_on = demo.monday(now) + timedelta(weeks=script.week, days=script.weekday)
    return Hope(
        id="",
        workspace=team.workspace,
        kind=HopeKind.TRIAL,
        person=users[script.person],
        words=script.words,
        due_on=due_on,
        origin=f"demo:trial:{script.person}:{due_on}",
        created_at=now - _TRIED_SINCE,
        team=team.id,
        shared=True,
    )


async def _post_digest(
    workspace: People, house: House, clock: SharedClock, team: Team, hour: datetime
) -> None:
    """Let the real scheduler post it, at its hour on the shared clock."""
    from scheduler.service import Scheduler

    scheduler = Scheduler(
        house.store, house.messenger, house.composing, clock.now, owner=owner_name(), tick=0.02
    )
    clock.set_offset((hour - clock.now()).total_seconds() + clock.offset + 1)
    await scheduler.start()
    try:
        await workspace.wait_for(
            lambda: any(
                message.get("user") == workspace.bot_user for message in workspace.messages(team.channel)
            ),
            POSTED_WITHIN_SECONDS,
        )
    finally:
        await scheduler.stop()
        clock.set_offset(0.0)
