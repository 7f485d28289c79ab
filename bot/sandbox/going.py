"""Who comes and goes in one workspace: people, channels, and who is in which."""

from __future__ import annotations

from typing import Any

from bot.sandbox import membership
from bot.sandbox.looking import Looking
from bot.sandbox.model import Conversation, Refused, Role


class Going(Looking):
    """The feet of `People`. Users and channels are given by id."""

    def add_person(self, name: str, *, join: bool = True, announce: bool = True, **profile: Any) -> str:
        """Somebody new (title, tz, role, email); `join` puts them into the general channel, `announce` tells the app
        (team_join). Their id."""
        person = self.workspace.add_person(name, **profile)
        if announce:
            membership.arrive(self.workspace, person)
        if join and person.role not in ("external", "guest", "bot"):
            for channel in self.workspace.channels.values():
                if channel.is_general:
                    membership.join(self.workspace, channel, person.id)
        return person.id

    def add_channel(
        self,
        name: str,
        members: list[str] | tuple[str, ...] = (),
        *,
        private: bool = False,
        creator: str = "",
    ) -> str:
        """A new channel with these people in it (the first made it); no events. Its id."""
        maker = creator or next(iter(members), "USLACKBOT")
        channel = self.workspace.add_channel(name, kind="private" if private else "public", creator=maker)
        for user in (creator, *members) if creator else members:
            channel.members[user] = None
            if self.workspace.person(user).role == "external":
                channel.is_shared = True
        self.workspace.changed("channel", channel=channel.id)
        return channel.id

    def invite(self, inviter: str, channel: str, invitee: str = "") -> None:
        """Bring somebody into a channel; the bot where nobody is named."""
        invitee = invitee or self.bot_user
        found = self._in(inviter, channel)
        self._open(found)
        if self.workspace.person(invitee).deleted:
            raise Refused("cant_invite")
        if not membership.join(self.workspace, found, invitee, inviter):
            raise Refused("already_in_channel")

    def join(self, user: str, channel: str) -> None:
        """Walk into a public channel."""
        found = self.workspace.seen_by(user, channel)
        self._open(found)
        if self.workspace.person(user).role in ("guest", "external"):
            raise Refused("user_is_restricted")
        membership.join(self.workspace, found, user)

    def leave(self, user: str, channel: str) -> None:
        """Walk out."""
        membership.leave(self.workspace, self._in(user, channel), user)

    def kick(self, user: str, channel: str, whom: str) -> None:
        """Put somebody out."""
        if not membership.leave(self.workspace, self._in(user, channel), whom):
            raise Refused("not_in_channel")

    def archive(self, user: str, channel: str, *, undo: bool = False) -> None:
        """Archive a channel, or bring it back."""
        membership.archive(self.workspace, self.workspace.seen_by(user, channel), user, undo=undo)

    def rename(self, user: str, channel: str, name: str) -> None:
        """Rename a channel."""
        membership.rename(self.workspace, self._in(user, channel), name)

    def alter(self, user: str, **profile: Any) -> None:
        """Change somebody: deleted, tz, status_text, status_emoji, role, real_name, title."""
        membership.alter(self.workspace, user, **profile)

    def set_role(self, user: str, role: Role) -> None:
        """Make somebody an admin, a guest and so on."""
        membership.alter(self.workspace, user, role=role)

    def _in(self, user: str, channel: str) -> Conversation:
        if self.workspace.person(user).deleted:
            raise Refused("user_disabled")
        found = self.workspace.seen_by(user, channel)
        if user not in found.members:
            raise Refused("not_in_channel")
        return found

    def _open(self, channel: Conversation) -> None:
        if channel.is_archived:
            raise Refused("is_archived")
