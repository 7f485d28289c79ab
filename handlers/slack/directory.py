"""The Directory port on Slack: who somebody is, what a channel is, who is in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.domain.identity import ChannelId, UserId, Workspace
from bot.domain.people import Person, Standing
from bot.domain.teams import Channel, ChannelKind
from handlers.slack.api import SlackApi, SlackSaidNo
from handlers.slack.messenger import asking_problem

_AWAY_EMOJI = frozenset({":palm_tree:", ":face_with_thermometer:"})
"""The status emoji that Slack itself offers for "Vacationing" and "Out sick"."""


_STATUS_IS_NOT_FOR_US = frozenset({"missing_scope", "no_permission", "user_not_visible"})
"""Refusals that keep a status from the bot and say nothing about whether it may write."""


class SlackDirectory:
    """Directory over `SlackApi`; keeps nothing (the store does)."""

    def __init__(self, api: SlackApi) -> None:
        """Ask through `api`."""
        self._api = api

    async def person(self, workspace: Workspace, user: UserId) -> Person | None:
        """Who somebody is; see the port."""
        try:
            answer = await self._api.call(workspace, "users.info", user=user)
        except SlackSaidNo as refusal:
            if refusal.code in ("user_not_found", "user_not_visible"):
                return None
            raise asking_problem(refusal) from refusal
        return person_of(workspace, answer["user"])

    async def channel(self, workspace: Workspace, channel: ChannelId) -> Channel | None:
        """What a channel is; see the port."""
        try:
            answer = await self._api.call(
                workspace, "conversations.info", channel=channel, include_num_members=True
            )
        except SlackSaidNo as refusal:
            if refusal.code in ("channel_not_found", "missing_scope", "not_in_channel"):
                return None
            raise
        return channel_of(answer["channel"])

    async def channel_members(self, workspace: Workspace, channel: ChannelId) -> Sequence[UserId]:
        """Everyone in a channel; see the port."""
        found: list[UserId] = []
        cursor: str | None = None
        while True:
            answer = await self._api.call(
                workspace, "conversations.members", channel=channel, limit=200, cursor=cursor
            )
            found.extend(answer.get("members", []))
            cursor = (answer.get("response_metadata") or {}).get("next_cursor") or None
            if cursor is None:
                return found

    async def away(self, workspace: Workspace, user: UserId) -> bool:
        """True where the status now says vacation or sick, as far as it may be read; only that bit leaves here."""
        try:
            answer = await self._api.call(workspace, "users.info", user=user)
        except SlackSaidNo as refusal:
            if refusal.code in _STATUS_IS_NOT_FOR_US:
                return False  # a prompt on a free day bothers one person; parking the workspace silences everyone
            raise asking_problem(refusal) from refusal
        profile = answer["user"].get("profile") or {}
        return profile.get("status_emoji") in _AWAY_EMOJI


def person_of(workspace: Workspace, user: Mapping[str, Any]) -> Person:
    """A person from Slack's user object (users.info, user_change, team_join)."""
    profile = user.get("profile") or {}
    name = (
        profile.get("display_name") or profile.get("real_name") or user.get("real_name") or user.get("name")
    )
    return Person(
        workspace=workspace,
        id=str(user["id"]),
        name=str(name or ""),
        zone=user.get("tz") or None,
        locale=user.get("locale") or None,
        standing=_standing(user, workspace),
        is_admin=bool(user.get("is_admin") or user.get("is_owner")),
    )


def _standing(user: Mapping[str, Any], workspace: Workspace) -> Standing:
    if user.get("deleted"):
        return Standing.DEACTIVATED
    if user.get("is_bot") or user.get("id") == "USLACKBOT" or user.get("is_workflow_bot"):
        return Standing.BOT
    team = user.get("team_id")
    if user.get("is_stranger") or (
        team and workspace != workspace_key(str(team)) and not user.get("enterprise_user")
    ):
        return Standing.EXTERNAL
    if user.get("is_restricted") or user.get("is_ultra_restricted"):
        return Standing.GUEST
    return Standing.MEMBER


def channel_of(channel: Mapping[str, Any]) -> Channel:
    """A channel from Slack's conversation object."""
    if channel.get("is_ext_shared") or channel.get("is_pending_ext_shared"):
        kind = ChannelKind.SHARED
    elif channel.get("is_private") or channel.get("is_group"):
        kind = ChannelKind.PRIVATE
    else:
        kind = ChannelKind.PUBLIC
    return Channel(
        id=str(channel["id"]),
        name=str(channel.get("name") or ""),
        kind=kind,
        creator=channel.get("creator") or None,
        archived=bool(channel.get("is_archived")),
        bot_is_member=bool(channel.get("is_member", True)),
        people=channel.get("num_members"),
    )


def workspace_key(team_id: str) -> Workspace:
    """Slack's team id as the key that the rest of the house uses."""
    return f"slack:{team_id}"


def team_id_of(workspace: Workspace) -> str:
    """The way back, for Slack's own calls only."""
    return workspace.removeprefix("slack:")
