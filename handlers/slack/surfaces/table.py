"""ONE table: which surface shows which notice."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bot.domain.notices import (
    AskNotice,
    BuildNotice,
    CheckNotice,
    DigestNotice,
    DraftNotice,
    HuddleAskNotice,
    HuddleCardNotice,
    InvitationNotice,
    Notice,
    OutcomeNotice,
    PlainNotice,
    PromptNotice,
    ReceiptNotice,
    ReminderNotice,
    RollupNotice,
)
from handlers.slack.surfaces.asking import render_ask
from handlers.slack.surfaces.building import render_build
from handlers.slack.surfaces.digest import render_digest
from handlers.slack.surfaces.draft import render_draft
from handlers.slack.surfaces.hopes import render_outcome
from handlers.slack.surfaces.huddle import render_huddle_ask, render_huddle_card
from handlers.slack.surfaces.invitation import render_invitation
from handlers.slack.surfaces.plain import render_plain
from handlers.slack.surfaces.prompt import render_prompt
from handlers.slack.surfaces.purpose_check import render_check, render_rollup
from handlers.slack.surfaces.receipt import render_receipt
from handlers.slack.surfaces.reminder import render_reminder
from handlers.slack.surfaces.rendered import Rendered

SURFACES: dict[type, Callable[[Any], Rendered]] = {
    PromptNotice: render_prompt,
    ReceiptNotice: render_receipt,
    DraftNotice: render_draft,
    CheckNotice: render_check,
    RollupNotice: render_rollup,
    ReminderNotice: render_reminder,
    DigestNotice: render_digest,
    InvitationNotice: render_invitation,
    PlainNotice: render_plain,
    BuildNotice: render_build,
    AskNotice: render_ask,
    HuddleAskNotice: render_huddle_ask,
    HuddleCardNotice: render_huddle_card,
    OutcomeNotice: render_outcome,
}


def render(notice: Notice) -> Rendered:
    """The message that a notice is on Slack."""
    return SURFACES[type(notice)](notice)
