"""Modals to read in: a whole story, a colleague's, and long lists a page at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.domain.hopes import Hope
from bot.domain.stories import Story
from bot.usecases.digest_printing import SOMEBODY
from handlers.slack.surfaces import names
from handlers.slack.surfaces.blocks import (
    actions,
    button,
    context,
    divider,
    line,
    paragraph,
    plain,
    rich,
    run,
)
from handlers.slack.surfaces.hopes import beside_story
from handlers.slack.surfaces.rendered import Block, View
from handlers.slack.surfaces.storyline import story_block, tag_words, teller_line
from handlers.slack.surfaces.text import day, pieces, plain_line

MOST_PIECE = 2_900
STORIES_A_PAGE = 15
_WANTED, _MOST = 500, 1_500
_NOT_THERE = "This story isn't there any more, or isn't shared with you. Its teller may have taken it back."
_NONE_YET = "You have read all that colleagues shared so far. The next story told will be here."


def read_modal(
    story: Story | None, name: str, *, may_ask_wider: bool = False, hopes: Sequence[Hope] = ()
) -> View:
    """One whole story, however long; None where it is gone or not for this reader. A manager may ask its teller to
    share it wider. `hopes` are those that stand with it, as this reader may see them."""
    blocks = [paragraph(_NOT_THERE)] if story is None else [*_whole(story, name), *beside_story(hopes)]
    if story is not None and may_ask_wider:
        blocks.append(actions(button("Ask to share wider", names.STORY_ASK_WIDER, story.id)))
    return _view("A story", blocks)


def asked_modal(words: str) -> View:
    """What stands in the modal's place once a manager asked."""
    return _view("A story", [paragraph(words)])


def colleague_modal(story: Story | None, name: str) -> View:
    """A colleague's story in return for one's own; None where there is none left to read."""
    if story is None:
        return _view("From a colleague", [paragraph(_NONE_YET)])
    return _view("From a colleague", [context("You told one, here is one."), *_whole(story, name)])


def _whole(story: Story, name: str) -> list[Block]:
    blocks = [rich(teller_line(name or SOMEBODY, story.customer))]
    blocks += [rich(line(run(piece))) for piece in pieces(story.text, MOST_PIECE)]
    facts = [
        f"{label}: {plain_line(words)}"
        for label, words in (("They were after", story.goal), ("Different now", story.change))
        if words.strip()
    ]
    if facts:
        blocks.append(paragraph("\n".join(facts)))
    blocks.append(context(" · ".join(filter(None, (day(story.told_on), tag_words(story))))))
    return blocks


@dataclass(frozen=True, slots=True)
class Page:
    """A long list: what it is about, the ids of its page buttons, and who told what."""

    title: str
    subject: str
    forward: str
    back: str
    names: Mapping[str, str]


def stories_modal(page: Page, stories: Sequence[Story], number: int = 0) -> View:
    """Page `number` (from 0) of a list of stories; a number past the end shows the last page."""
    last = max((len(stories) - 1) // STORIES_A_PAGE, 0)
    number = min(max(number, 0), last)
    blocks: list[Block] = []
    for story in stories[number * STORIES_A_PAGE : (number + 1) * STORIES_A_PAGE]:
        block, more = story_block(story, page.names.get(story.teller) or SOMEBODY, _WANTED, _MOST)
        blocks.append(block)
        if more:
            blocks.append(actions(button("Read it all", names.STORY_READ, story.id)))
        blocks.append(divider())
    if not blocks:
        blocks.append(paragraph("Nothing to read here any more."))
    turns = []
    if number > 0:
        turns.append(button("Earlier page", page.back, names.paired(page.subject, str(number - 1))))
    if number < last:
        turns.append(button("Next page", page.forward, names.paired(page.subject, str(number + 1))))
    if turns:
        blocks.append(actions(*turns))
    return _view(page.title, blocks)


def _view(title: str, blocks: list[Block]) -> View:
    return {
        "type": "modal",
        "callback_id": names.VIEW_READ,
        "title": plain(title, 24),
        "close": plain("Close", 24),
        "blocks": blocks,
    }
