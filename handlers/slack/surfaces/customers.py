"""A customer as one person sees it: the card before a call, the stories behind it, and what it is called."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.domain.customer_cards import Card
from bot.domain.customers import MOST_HINT, MOST_NAME, Customer
from bot.domain.folding import is_blank
from bot.domain.identity import UserId
from bot.domain.stories import Story
from bot.domain.teams import Team
from bot.ports.customers import Namesake
from bot.usecases.customers import Renaming
from bot.usecases.digest_printing import SOMEBODY
from handlers.slack.incoming import Incoming
from handlers.slack.surfaces import names
from handlers.slack.surfaces.blocks import (
    actions,
    button,
    context,
    divider,
    line,
    option,
    paragraph,
    plain,
    quote,
    rich,
    run,
)
from handlers.slack.surfaces.forms import FROM_HOME, read_meta, text_of, value_of
from handlers.slack.surfaces.home_stories import own_story
from handlers.slack.surfaces.hopes import came_of_it
from handlers.slack.surfaces.inputs import form, input_block, text_input
from handlers.slack.surfaces.rendered import Block, Element, Rendered, View
from handlers.slack.surfaces.storyline import LISTED, MOST_LISTED, words
from handlers.slack.surfaces.text import cut, day, escape, plain_line

PAGE = 10
CUSTOMER = "customer"
"""In a form's or modal's metadata: the customer that it is about."""
BEFORE = "before"
_SAME = "same"
_MOST_FACT = 600


@dataclass(frozen=True, slots=True)
class Told:
    """One page of one's own stories about a customer; `earlier` is the cursor of the next one."""

    customer: Customer
    stories: Sequence[Story]
    teams: Mapping[str, Team]
    earlier: str | None = None
    before: str = ""


def card_message(card: Card, tellers: Mapping[UserId, str], mine: Customer | None) -> Rendered:
    """The card for its reader's eyes only; with the way to their own stories, where they have some."""
    blocks = [rich(line(run(plain_line(card.label), bold=True))), *card_blocks(card, tellers)]
    if mine is not None:
        blocks.append(actions(button("My stories and its name", names.CUSTOMER_OPEN, mine.id)))
    blocks.append(context("From what you may read; only you see this."))
    return Rendered(escape(f"Before you meet {cut(plain_line(card.label), 200)}"), blocks)


def choice_message(words_typed: str, found: Sequence[Namesake]) -> Rendered:
    """Several customers to choose from."""
    typed = cut(plain_line(words_typed), 100)
    asked = f"Which one do you mean by “{typed}”?" if typed else "Whom are you about to meet?"
    clicks = [
        button(cut(plain_line(each.label), 70), f"{names.CUSTOMER_CARD}#{place}", each.customer)
        for place, each in enumerate(found)
    ]
    return Rendered(escape(asked), [paragraph(asked), actions(*clicks)])


def customer_modal(told: Told, card: Card | None, tellers: Mapping[UserId, str], *, home: bool) -> View:
    """The card, what it is called, and one's own stories about it; at most 60 blocks."""
    customer = told.customer
    blocks: list[Block] = [rich(line(run(plain_line(customer.label), bold=True)))]
    if customer.masked:
        blocks.append(context(f"People of other teams read: {cut(plain_line(customer.masked), 300)}"))
    blocks.append(actions(button("Rename, or hide the name", names.CUSTOMER_NAME, customer.id)))
    if card is not None:
        shown_below = card.last.id in {story.id for story in told.stories}
        blocks += card_blocks(card, tellers, with_last=not shown_below)
    blocks += [divider(), rich(line(run("My stories", bold=True)))]
    for story in told.stories:
        blocks += own_story(story, told.teams.get(story.team or ""), named=False)
    turns = []
    if told.before:
        turns.append(button("Newest", names.CUSTOMER_NEWEST, customer.id))
    if told.earlier is not None:
        turns.append(button("Earlier", names.CUSTOMER_EARLIER, f"{customer.id}|{told.earlier}"))
    if turns:
        blocks.append(actions(*turns))
    return _modal(blocks, {CUSTOMER: customer.id, BEFORE: told.before, FROM_HOME: "yes" if home else ""})


def gone_modal() -> View:
    """In the place of a customer that no story names any more."""
    return _modal([paragraph("No story of yours is about this customer any more.")], {})


def card_blocks(card: Card, tellers: Mapping[UserId, str], *, with_last: bool = True) -> list[Block]:
    """What they are after, what was hoped, what came of it, the last story, one question: at most 14 blocks."""
    blocks: list[Block] = []
    if card.goal:
        blocks += _part("What they are after", card.goal)
    if card.hoped:
        blocks.append(rich(line(run("What we hoped", bold=True))))
        blocks += [
            _said(f"{cut(plain_line(hope.words), _MOST_FACT)} (by {day(hope.due_on)})") for hope in card.hoped
        ]
    if card.came_of:
        blocks.append(rich(line(run("What came of it", bold=True))))
        blocks += [
            _said(f"{cut(plain_line(hope.words), _MOST_FACT)}\n{cut(came_of_it(hope), _MOST_FACT)}")
            for hope in card.came_of
        ]
    if with_last:
        blocks += _last(card, tellers)
    return [*blocks, *_part("One question to ask", card.question)]


def _last(card: Card, tellers: Mapping[UserId, str]) -> list[Block]:
    last = card.last
    teller = plain_line(tellers.get(last.teller, "")) or SOMEBODY
    shown, more = words(last.text, LISTED, MOST_LISTED)
    blocks = [
        rich(line(run("Last story", bold=True), run(f": {teller}, {day(last.told_on)}")), quote(*shown))
    ]
    if more:
        blocks.append(actions(button("Read it all", f"{names.STORY_READ}#last", last.id)))
    return blocks


def _part(title: str, said: str) -> list[Block]:
    return [rich(line(run(title, bold=True))), _said(cut(said, _MOST_FACT))]


def _said(text: str) -> Block:
    return rich(line(run(text)))


def _modal(blocks: list[Block], meta: Mapping[str, str]) -> View:
    view = form(names.VIEW_CUSTOMER, "A customer", "Save", blocks, meta)
    del view["submit"]
    return {**view, "close": plain("Close", 24)}


def naming_modal(customer: Customer, carried: Mapping[str, str]) -> View:
    """What a customer is called, what tells it from another of its name, and what people further away read."""
    naming = customer.naming
    blocks = [
        input_block(names.BLOCK_NAME, "Name", text_input(MOST_NAME, "As you call them", naming.name)),
        input_block(
            names.BLOCK_HINT,
            "Which one, if there are two of that name?",
            text_input(MOST_HINT, "A city, for example", naming.hint),
            optional=True,
        ),
        input_block(
            names.BLOCK_MASKED,
            "What do people of other teams read instead?",
            text_input(MOST_NAME, "a clinic in Lyon", customer.masked),
            optional=True,
        ),
        input_block(names.BLOCK_JOIN, "If I have that name already", _same(), optional=True),
        context(
            "All your stories follow, also where they were posted. The words of a story stay as you wrote them: "
            "a name in them is only yours to change. Where people read the other name, no digest shows a story "
            "whose words say this one."
        ),
    ]
    meta = {**carried, CUSTOMER: customer.id}
    return form(names.VIEW_CUSTOMER_NAME, "Name of a customer", "Save", blocks, meta)


def read_naming(view: Mapping[str, Any]) -> tuple[str, Renaming]:
    """Which customer, and what it is to be called."""
    ticked = value_of(view, names.BLOCK_JOIN).get("selected_options") or []
    wanted = Renaming(
        name=text_of(view, names.BLOCK_NAME),
        hint=text_of(view, names.BLOCK_HINT),
        masked=text_of(view, names.BLOCK_MASKED),
        join=any(each.get("value") == _SAME for each in ticked),
    )
    return read_meta(view).get(CUSTOMER, ""), wanted


def naming_errors(incoming: Incoming) -> dict[str, str]:
    """What to say beneath the name before the form closes."""
    if is_blank(text_of(incoming.view, names.BLOCK_NAME)):
        return {names.BLOCK_NAME: "A few letters are needed here."}
    return {}


def _same() -> Element:
    return {"type": "checkboxes", "options": [option("They are the same: put their stories together", _SAME)]}
