"""Joining: the bot and people come into channels and leave them; the buttons below the invitation."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import structlog

from bot.domain.notices import InvitationNotice
from bot.domain.people import Standing
from bot.domain.refusals import Refusal
from bot.usecases.company import company_channel_changed
from bot.usecases.leaving import KEPT
from handlers.slack.api import SlackSaidNo
from handlers.slack.directory import person_of
from handlers.slack.incoming import Incoming
from handlers.slack.purpose import refuse
from handlers.slack.services import Services
from handlers.slack.surfaces import answers
from handlers.slack.surfaces.table import render

log = structlog.get_logger(__name__)

_FAR_AWAY = 2**33
"""Seconds: past the year 2200, for what is no time at all."""


async def member_joined(incoming: Incoming, services: Services, now: datetime) -> None:
    """Somebody joined a channel; where it is the bot itself, a team may begin."""
    event = incoming.event
    installation = await services.store.workspaces.get(incoming.workspace)
    if installation is not None and incoming.user == installation.bot_user:
        inviter = event.get("inviter")
        await services.joining.bot_joined(
            incoming.workspace, incoming.channel, str(inviter) if inviter else None, incoming.key, now
        )
        return
    team = await services.joining.person_joined(incoming.workspace, incoming.channel, incoming.user, now)
    if team is not None:
        await _ask_quietly(incoming, services, InvitationNotice(channel=team.channel, team=team))


async def _ask_quietly(incoming: Incoming, services: Services, notice: InvitationNotice) -> None:
    """Only the newcomer sees it: no second post in the channel for each one who joins."""
    message = render(notice)
    try:
        await services.api.call(
            incoming.workspace,
            "chat.postEphemeral",
            channel=incoming.channel,
            user=incoming.user,
            text=message.text,
            blocks=message.blocks,
        )
    except SlackSaidNo as refusal:
        if refusal.code not in ("user_not_in_channel", "channel_not_found", "not_in_channel", "is_archived"):
            raise


async def member_left(incoming: Incoming, services: Services, now: datetime) -> None:
    """Somebody left a channel."""
    await services.joining.person_left(incoming.workspace, incoming.channel, incoming.user, now)


async def channel_changed(incoming: Incoming, services: Services, now: datetime) -> None:
    """A channel was renamed, archived, brought back, opened or shared."""
    await services.joining.channel_changed(incoming.workspace, incoming.channel, now)
    await company_channel_changed(
        services.store, services.directory, incoming.workspace, incoming.channel, now
    )
    if incoming.name in ("channel_unarchive", "group_unarchive"):
        await services.store.ledger.unpark(incoming.workspace, incoming.channel, now=now)


async def channel_moved(incoming: Incoming, services: Services, now: datetime) -> None:
    """A channel got another id, as happens when a workspace moves into an organisation."""
    old, new = (str(incoming.event.get(name) or "") for name in ("old_channel_id", "new_channel_id"))
    if old and new:
        await services.joining.channel_moved(incoming.workspace, old, new, now)


async def user_changed(incoming: Incoming, services: Services, now: datetime) -> None:
    """A profile changed (name, zone, standing): the person is updated, and planned anew where their clock changed."""
    user = incoming.event.get("user")
    if not isinstance(user, dict):
        return
    told = replace(person_of(incoming.workspace, user), refreshed_at=now)
    if told.standing is Standing.DEACTIVATED:
        await services.joining.manager_gone(incoming.workspace, told.id, now)
    known = await services.store.people.get(incoming.workspace, told.id)
    if known is None:
        return
    saved = await services.store.people.save_profile(told)
    if saved.left_at is not None and known.left_at is None:
        await services.quieting.left(incoming.workspace, saved.id, now)
    if saved.zone != known.zone:
        await services.store.ledger.plan_anew(incoming.workspace, saved.id, now=now)


async def use_defaults(incoming: Incoming, services: Services, now: datetime) -> None:
    """A click on "Use the defaults"."""
    channel = incoming.value or incoming.channel
    team = await services.joining.use_defaults(incoming.workspace, channel, incoming.user, now)
    if isinstance(team, Refusal):
        await refuse(incoming, services, team)
        return
    message = answers.team_made(team)
    await services.whisper(incoming, message.text, message.blocks)


async def count_me_in(incoming: Incoming, services: Services, now: datetime) -> None:
    """A click on "Count me in": the first prompt comes at once."""
    team = await services.joining.count_me_in(incoming.workspace, incoming.value, incoming.user, now)
    if isinstance(team, Refusal):
        await refuse(incoming, services, team)
        return
    await services.whisper(incoming, answers.counted_in(team))


async def not_now(incoming: Incoming, services: Services, now: datetime) -> None:
    """A click on "Not now"."""
    await services.joining.not_now(incoming.workspace, incoming.value, incoming.user, now)
    await services.whisper(incoming, answers.not_now())


async def revoked(incoming: Incoming, services: Services, now: datetime) -> None:
    """The app was removed, or the bot's token taken back: everything stops at once."""
    tokens = incoming.event.get("tokens")
    if incoming.name == "tokens_revoked" and not (isinstance(tokens, dict) and tokens.get("bot")):
        return
    if await services.store.workspaces.revoke(
        incoming.workspace, now=now, told=_said_at(incoming), reason=incoming.name
    ):
        services.stop_serving(incoming.workspace)
        deleted_on = (now + KEPT).date().isoformat()
        log.warning("workspace.left", workspace=incoming.workspace, deleted_on=deleted_on)


def _said_at(incoming: Incoming) -> datetime | None:
    """When Slack first said so; what went unheard it says again for an hour, perhaps after a new installation."""
    told = incoming.body.get("event_time")
    return datetime.fromtimestamp(told, UTC) if isinstance(told, int) and 0 < told < _FAR_AWAY else None
