"""Building on a story: the form, and the reply in the digest's thread."""

from __future__ import annotations

import json

from bot.domain.notices import BuildNotice
from bot.domain.stories import Story
from bot.usecases.digest_printing import SOMEBODY
from handlers.slack.surfaces import names
from handlers.slack.surfaces.blocks import context, line, paragraph, plain, quote, rich, run
from handlers.slack.surfaces.rendered import Block, Rendered, View
from handlers.slack.surfaces.storyline import LISTED, MOST_LISTED, story_block, words
from handlers.slack.surfaces.text import (
    MOST_FALLBACK,
    beginning,
    cut,
    escape,
    escaped_size,
    excerpt,
    plain_line,
)

MOST_WORDS = 2_500
_GONE = "The story this builds on was taken back."
_WORDS_GONE = "Whoever wrote this took it back."


def build_modal(story: Story, name: str, clicked: tuple[str, str]) -> View:
    """The form for a reply; `clicked` (channel, message) is where it will stand."""
    shown, _ = story_block(story, name or SOMEBODY, LISTED, MOST_LISTED)
    return {
        "type": "modal",
        "callback_id": names.VIEW_BUILD,
        "title": plain("Build on this", 24),
        "submit": plain("Reply", 24),
        "close": plain("Cancel", 24),
        "private_metadata": json.dumps({"story": story.id, "channel": clicked[0], "ts": clicked[1]}),
        "blocks": [
            shown,
            {
                "type": "input",
                "block_id": names.BLOCK_TEXT,
                "label": plain("What does it make you think of?"),
                "element": {
                    "type": "plain_text_input",
                    "action_id": names.VALUE,
                    "multiline": True,
                    "max_length": MOST_WORDS,
                    "placeholder": plain("What could we do with it? Whom else would it help?", 150),
                },
                "optional": False,
            },
            context("Your words stand in the digest's thread, with your name and the story's first lines."),
        ],
    }


def render_build(notice: BuildNotice) -> Rendered:
    """The reply: whose story it builds on, that story's words, then the writer's own."""
    writer, story = beginning(plain_line(notice.writer) or SOMEBODY), notice.story
    if not notice.words.strip():
        return Rendered(_WORDS_GONE, [context(_WORDS_GONE)])
    if story is None:
        blocks: list[Block] = [context(_GONE)]
        opening = f"{writer}:"
    else:
        teller = plain_line(notice.teller) or SOMEBODY
        opening = f"{writer} builds on what {teller} told:"
        elements, _ = words(story.text, LISTED, MOST_LISTED)
        blocks = [rich(line(run(opening)), quote(*elements))]
    blocks.append(paragraph(notice.words) if story is not None else paragraph(f"{writer}: {notice.words}"))
    shown = f"“{plain_line(excerpt(story.text, LISTED, MOST_LISTED)[0])}” " if story is not None else ""
    text = f"{opening} {shown}{notice.words}"
    return Rendered(escape(cut(text, MOST_FALLBACK, measure=escaped_size)), blocks)
