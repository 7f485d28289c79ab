"""In doubt: what somebody wrote is kept aside until they say whether it is a story, and for which team."""

from __future__ import annotations

from bot.domain.notices import DraftNotice
from handlers.slack.surfaces import names
from handlers.slack.surfaces.blocks import actions, button, context, paragraph, quote, rich, run
from handlers.slack.surfaces.rendered import Block, Rendered
from handlers.slack.surfaces.text import cut, escape, escaped_size, plain_line

MOST_SHOWN = 600
MOST_TEAMS = 20
_WHY = {
    "no_prompt": "I hadn't asked, so I'd rather check: is this a story to keep?",
    "unclear": "I'm not sure whether this is a story. Shall I keep it?",
    "which_team": "Thank you! Which team is this one for? Until you say, only you see it.",
}
_ALONE = "Only you see it until then."
_FOR_NOW = "I've put it aside. It stays yours alone until you join a team."


def render_draft(notice: DraftNotice) -> Rendered:
    """The question with its buttons: one a team where the team is unclear."""
    asks = _WHY.get(notice.why, _WHY["unclear"])
    blocks: list[Block] = [
        paragraph(asks),
        rich(quote(run(cut(notice.story.text, MOST_SHOWN)))),
        *_saving(notice),
    ]
    if notice.why != "which_team":
        blocks.append(context(_ALONE if notice.teams else _FOR_NOW))
    words = cut(plain_line(notice.story.text), MOST_SHOWN, measure=escaped_size)
    return Rendered(f"{asks}\n{escape(words)}", blocks)


def _saving(notice: DraftNotice) -> list[Block]:
    story = notice.story
    drop = button("Not a story", names.DRAFT_DROP, story.id)
    if len(notice.teams) < 2 and notice.why != "which_team":
        return [actions(button("Save as a story", names.DRAFT_SAVE, story.id, style="primary"), drop)]
    frame = "For {}" if notice.why == "which_team" else "Save as a story for {}"
    # A row each, because the action ids within one row have to differ.
    rows = [
        actions(
            button(
                frame.format(plain_line(name) or "my team"),
                names.DRAFT_TEAM,
                names.paired(story.id, team),
            )
        )
        for team, name in notice.teams[:MOST_TEAMS]
    ]
    return [*rows, actions(drop)]
