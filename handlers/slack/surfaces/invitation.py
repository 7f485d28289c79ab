"""The one post in a channel: an offer to set up, or to be counted in."""

from __future__ import annotations

from bot.domain.notices import InvitationNotice
from bot.domain.schedules import format_schedule
from bot.domain.stories import Visibility
from bot.domain.teams import Team
from handlers.slack.surfaces import names
from handlers.slack.surfaces.audience import audience, digest_day
from handlers.slack.surfaces.blocks import actions, button, context, line, rich, run, section
from handlers.slack.surfaces.rendered import Rendered
from handlers.slack.surfaces.text import escape, mention, plain_line

_WHAT_I_DO = (
    "I ask a team one question a day: *what difference did you make for a customer?* "
    "The stories come together in a weekly digest here, word for word, with the customer first."
)


def render_invitation(notice: InvitationNotice) -> Rendered:
    """The offer to set up while there is no team yet; afterwards the invitation to its people."""
    return _set_up(notice) if notice.team is None else _join(notice.team)


def _set_up(notice: InvitationNotice) -> Rendered:
    thanks = f"Thank you for having me, {mention(notice.inviter)}. " if notice.inviter else ""
    blocks = [
        section(f"👋 Hello! {thanks}{_WHAT_I_DO}"),
        actions(
            button("Set up", names.SETUP_OPEN, notice.channel, style="primary"),
            button("Use the defaults", names.SETUP_DEFAULTS, notice.channel),
        ),
        context("It takes a minute. Nobody is asked anything before they say yes."),
    ]
    return Rendered(
        "Hello! I ask a team what difference it made for a customer. Set me up in a minute.", blocks
    )


def _join(team: Team) -> Rendered:
    name = escape(plain_line(team.name))
    blocks = [section(f"👋 *{name}* will hear its customers' stories here. {_WHAT_I_DO}")]
    if team.purpose is not None:
        blocks.append(rich(line(run(team.purpose.text, italic=True))))
    blocks += [
        section(
            f"Count me in: {format_schedule(team.prompt)}, on your own clock, I write you a line. "
            f"Twenty seconds will do, and you can stop at any time. The digest comes on {digest_day(team)}."
        ),
        actions(
            button("Count me in", names.JOIN_COUNT_ME_IN, team.id, style="primary"),
            button("Not now", names.JOIN_NOT_NOW, team.id),
        ),
        context(
            f"Shared stories are seen by: {audience(Visibility.TEAM, team)}. Who joins, and who doesn't, I tell nobody."
        ),
    ]
    return Rendered(f"{name}: would you like to be asked what difference you made for a customer?", blocks)
