"""Switching the company's own digest on and off: stories shared with everyone, over all teams."""

from __future__ import annotations

from datetime import datetime

from bot.domain.identity import ChannelId, Workspace
from bot.domain.teams import Channel, ChannelKind, Team, company_id
from bot.domain.teamspecs import CompanySpec
from bot.ports.stores import Store
from bot.ports.world import Directory


async def look(directory: Directory, workspace: Workspace, spec: CompanySpec) -> Channel | None:
    """The channel that the file names; None where it switches the digest off. ValueError, in words for people, where
    that channel will not do."""
    if spec.channel is None:
        return None
    place = await directory.channel(workspace, spec.channel)
    if place is None or not place.bot_is_member:
        raise ValueError("the bot is not in this channel: type /invite @purpose-bot there, then apply again")
    if place.archived:
        raise ValueError("this channel is archived: bring it back, or leave it out")
    if place.kind is ChannelKind.SHARED:
        raise ValueError("this channel is shared with another company: choose one that only yours can read")
    return place


async def apply_company(
    store: Store, workspace: Workspace, place: Channel | None, now: datetime, *, dry_run: bool
) -> tuple[str, ...]:
    """Send the company's digest to `place` (None: nowhere); lines that tell what changed."""
    before = await store.companies.get(workspace)
    if place is None:
        if before is not None and not dry_run:
            await store.companies.remove(workspace)
        return () if before is None else ("company digest: off",)
    if before is not None and before.channel == place.id:
        return ()
    if not dry_run:
        await store.companies.save(await _company(store, workspace, place, before), now=now)
        await store.audit.note(workspace, actor="operator", action="company.applied", at=now)
    return ("company digest: Fridays at 15:00, with what is shared with everyone",)


async def _company(store: Store, workspace: Workspace, place: Channel, before: Team | None) -> Team:
    installation = await store.workspaces.get(workspace)
    teams = await store.teams.all(workspace)
    name = installation.name if installation is not None and installation.name else "The company"
    return Team(
        id=company_id(workspace),
        workspace=workspace,
        channel=place.id,
        name=name,
        zone=before.zone if before is not None else next((team.zone for team in teams), "UTC"),
        managers=(),
        channel_name=place.name,
        channel_kind=place.kind,
        company=name,
    )


async def as_it_was(store: Store, workspace: Workspace) -> Team:
    """A company whose digest was switched off: what it posted stands, and still has to follow its stories."""
    return await _company(store, workspace, Channel(id="", name=""), None)


async def company_channel_changed(
    store: Store, directory: Directory, workspace: Workspace, channel: ChannelId, now: datetime
) -> None:
    """Where people of other companies can read the company's channel, its digest ends: a file may name another."""
    company = await store.companies.get(workspace)
    if company is None or company.channel != channel:
        return
    place = await directory.channel(workspace, channel)
    if place is not None and place.kind is ChannelKind.SHARED:
        await store.companies.remove(workspace)
        await store.audit.note(workspace, actor="bot", action="company.shared_channel", at=now)
