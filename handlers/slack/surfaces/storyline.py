"""A story as other surfaces show it: who told it, its words exactly, and what the teller added."""

from __future__ import annotations

from bot.domain.stories import Story
from bot.domain.tags import tag_by_key
from bot.usecases.digest_printing import SOMEBODY
from handlers.slack.surfaces.blocks import line, quote, rich, run
from handlers.slack.surfaces.rendered import Block, Element
from handlers.slack.surfaces.text import CUT, excerpt, plain_line

HIGHLIGHT, MOST_HIGHLIGHT = 700, 1_500
LISTED, MOST_LISTED = 400, 700
"""How much of a story is shown, in whole sentences, and how long one sentence may be before it is cut."""


def teller_line(name: str, customer: str = "") -> Element:
    """ "Alice, about Initech" as the line above a story."""
    elements = [run(plain_line(name) or SOMEBODY, bold=True)]
    if customer.strip():
        elements.append(run(f", about {plain_line(customer)}"))
    return line(*elements)


def words(text: str, wanted: int, most: int) -> tuple[list[Element], bool]:
    """The story's own words as rich text, and whether some were left away (then an ellipsis of ours follows)."""
    shown, more = excerpt(text, wanted, most)
    elements = [run(shown)]
    if more:
        elements.append(run(f" {CUT}", italic=True))
    return elements, more


def story_block(
    story: Story,
    name: str,
    wanted: int = HIGHLIGHT,
    most: int = MOST_HIGHLIGHT,
    *,
    quoted: str | None = None,
) -> tuple[Block, bool]:
    """One story with its teller as a block of rich text, and whether it is longer than what is shown.

    `quoted` is the part to show where only that was picked.
    """
    elements, more = words(quoted or story.text, wanted, most)
    block = rich(teller_line(name, story.customer), quote(*elements))
    return block, more or bool(quoted and quoted.strip() != story.text.strip())


def plain_story(story: Story, name: str, quoted: str | None = None) -> str:
    """One story on one line of plain text, not escaped yet."""
    shown, more = excerpt(quoted or story.text, LISTED, MOST_LISTED)
    about = f", about {plain_line(story.customer)}" if story.customer.strip() else ""
    return f"{plain_line(name)}{about}: “{plain_line(shown)}{f' {CUT}' if more else ''}”"


def tag_words(story: Story) -> str:
    """The story's tags for a small line: "⏱️ time saved · 🤝 a promise kept"; empty without tags."""
    return " · ".join(_tag(key) for key in story.tags)


def _tag(key: str) -> str:
    tag = tag_by_key(key)
    return f"{tag.emoji} {tag.label}" if tag is not None else key.replace("_", " ")
