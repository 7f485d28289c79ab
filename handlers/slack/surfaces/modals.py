"""The forms in which stories are told, answered and edited, with the detail that opens on a click."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from bot.domain.checks import Check
from bot.domain.customers import MOST_NAME, Customer
from bot.domain.stories import Source, Story, Visibility
from bot.domain.tags import MOST_TAGS, TAGS
from bot.domain.teams import Team
from handlers.slack.surfaces import names
from handlers.slack.surfaces.audience import choice
from handlers.slack.surfaces.blocks import (
    MOST_OPTION,
    actions,
    button,
    context,
    line,
    option,
    plain,
    rich,
    run,
    select,
)
from handlers.slack.surfaces.forms import form_errors, read_meta, read_story_form
from handlers.slack.surfaces.inputs import form, input_block, text_input
from handlers.slack.surfaces.reading import colleague_modal, read_modal
from handlers.slack.surfaces.rendered import Block, Element, View
from handlers.slack.surfaces.text import cut, plain_line, size

__all__ = [
    "answer_modal",
    "colleague_modal",
    "edit_modal",
    "form_errors",
    "read_modal",
    "read_story_form",
    "story_modal",
    "with_detail",
]

MOST_INPUT = 3_000
_MOST_DETAIL = 1_000
_TOO_LONG = (
    "A form holds 3,000 characters, and this is longer. To keep it whole, send it to me as a direct message."
)
_LONGER_THAN_A_FORM = (
    "This story is longer than a form can hold. To change its words, edit your own message in our chat; "
    "everything else can be changed here."
)


def story_modal(
    *,
    team: Team | None,
    teams: Sequence[Team],
    default: Visibility,
    text: str = "",
    source: Source | None = None,
    prompt: str | None = None,
) -> View:
    """The form for a new story: its words and who may see it; the rest behind **Add detail**.

    `team` is the one chosen beforehand, `teams` are all of the person's; more than one gives a choice. `prompt` is the
    id of the message that asked.
    """
    chosen = team or (teams[0] if len(teams) == 1 else None)
    several = len(teams) > 1
    blocks = [context(_TOO_LONG)] if size(text) > MOST_INPUT else []
    blocks.append(_words("What difference did you make for a customer?", text))
    if several:
        blocks.append(_team(teams, chosen))
    if chosen is not None or several:
        blocks.append(_audience(default, None if several else chosen))
    blocks.append(_detail_button())
    meta = {
        "team": chosen.id if chosen else None,
        "source": source.value if source else None,
        "prompt": prompt,
    }
    return form(names.VIEW_TELL, "Share a story", "Share", blocks, meta)


def answer_modal(*, check: Check, team: Team | None, default: Visibility) -> View:
    """The form for an answer to a check: its question on top."""
    blocks = [
        rich(line(run(check.question, bold=True))),
        _words("Your story", ""),
        _audience(default, team),
    ]
    return form(names.VIEW_CHECK, "Share your story", "Share", blocks, {"check": check.id})


def edit_modal(
    *,
    story: Story,
    team: Team | None,
    known: Sequence[Customer] = (),
    carried: Mapping[str, str] | None = None,
) -> View:
    """The form that changes a story: everything that can be said about it, filled in. `known` are the customers that
    its teller named before, `carried` is metadata of the view that it is opened from."""
    blocks = (
        [context(_LONGER_THAN_A_FORM)]
        if size(story.text) > MOST_INPUT
        else [_words("What difference did you make for a customer?", story.text)]
    )
    if team is not None:
        blocks.append(_audience(story.visibility, team))
    blocks += _detail(story, known)
    return form(names.VIEW_EDIT, "Edit your story", "Save", blocks, {**(carried or {}), "story": story.id})


def with_detail(
    view: Mapping[str, Any],
    more: Sequence[Block] = (),
    meta: Mapping[str, str] | None = None,
    known: Sequence[Customer] = (),
) -> View:
    """A form that is open, with its detail and `more` in place of **Add detail**, carrying `meta` along as well; what
    was typed stays, by its names. `known` are the customers that its teller named before."""
    blocks: list[Block] = []
    for block in view.get("blocks") or []:
        blocks += (
            [*_detail(None, known), *more] if block.get("block_id") == names.BLOCK_DETAIL else [dict(block)]
        )
    kept = ("type", "callback_id", "title", "submit", "close")
    carried = json.dumps(read_meta(view) | dict(meta or {}))
    kept_parts = {name: view[name] for name in kept if view.get(name)}
    return {**kept_parts, "private_metadata": carried, "blocks": blocks}


def _words(label: str, text: str) -> Block:
    return input_block(
        names.BLOCK_TEXT, label, text_input(MOST_INPUT, "One sentence is plenty.", text, multiline=True)
    )


def _menu(placeholder: str, choices: Sequence[tuple[str, str]], chosen: str | None) -> Element:
    return select(names.VALUE, placeholder, choices, chosen)


def _audience(chosen: Visibility, team: Team | None) -> Block:
    choices = [(choice(each, team), each.word) for each in Visibility]
    return input_block(names.BLOCK_AUDIENCE, "Who may see it?", _menu("Choose who", choices, chosen.word))


def _team(teams: Sequence[Team], chosen: Team | None) -> Block:
    choices = [(plain_line(team.name) or "My team", team.id) for team in teams]
    menu = _menu("Choose a team", choices, chosen.id if chosen else None)
    return input_block(names.BLOCK_TEAM, "Which team is it for?", menu)


def _detail_button() -> Block:
    block = actions(button("Add detail", names.MODAL_DETAIL, "detail"))
    block["block_id"] = names.BLOCK_DETAIL
    return block


def _detail(story: Story | None, known: Sequence[Customer]) -> list[Block]:
    customer, goal, change = (story.customer, story.goal, story.change) if story else ("", "", "")
    asked = (
        (names.BLOCK_CUSTOMER, "Customer", MOST_NAME, "Two of one name? Acme (Lyon)", customer),
        (names.BLOCK_GOAL, "What were they after?", _MOST_DETAIL, "In their words, if you have them", goal),
        (names.BLOCK_CHANGE, "What is different for them now?", _MOST_DETAIL, "Small things count", change),
    )
    inputs = [
        input_block(block, label, text_input(most, hint, text), optional=True)
        for block, label, most, hint, text in asked
    ]
    return [inputs[0], *_pick(known), *inputs[1:], _tags(story.tags if story else ())]


def _pick(known: Sequence[Customer]) -> list[Block]:
    """A customer from those named before, in place of typing it again."""
    choices = [(cut(plain_line(each.label), MOST_OPTION), each.id) for each in known]
    if not choices:
        return []
    menu = _menu("Choose a customer", choices, None)
    return [input_block(names.BLOCK_CUSTOMER_PICK, "Or one that you named before", menu, optional=True)]


def _tags(chosen: Sequence[str]) -> Block:
    options = [option(f"{tag.emoji} {tag.label}", tag.key) for tag in TAGS]
    element: Element = {
        "type": "multi_static_select",
        "placeholder": plain("Choose what fits", 150),
        "options": options,
        "max_selected_items": MOST_TAGS,
    }
    initial = [each for each in options if each["value"] in chosen]
    if initial:
        element["initial_options"] = initial
    return input_block(names.BLOCK_TAGS, "What kind of difference?", element, optional=True)
