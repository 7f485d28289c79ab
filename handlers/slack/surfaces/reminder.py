"""The purpose reminder in the channel: the purpose, and one line."""

from __future__ import annotations

from bot.domain.notices import ReminderNotice
from handlers.slack.surfaces.blocks import line, paragraph, rich, run
from handlers.slack.surfaces.rendered import Block, Rendered
from handlers.slack.surfaces.text import MOST_FALLBACK, cut, escape, escaped_size


def render_reminder(notice: ReminderNotice) -> Rendered:
    """The purpose in bold, the line beneath it; both exactly as they were written. Either may be missing."""
    purpose = notice.team.purpose
    blocks: list[Block] = []
    if purpose is not None:
        blocks.append(rich(line(run(purpose.text, bold=True))))
    if notice.line.strip():
        blocks.append(paragraph(notice.line))
    words = "\n".join(filter(None, (purpose.text if purpose else "", notice.line)))
    return Rendered(escape(cut(words, MOST_FALLBACK, measure=escaped_size)), blocks)
