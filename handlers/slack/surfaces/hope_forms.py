"""The forms in which a hope is said, changed and answered, and what they held when they came back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from bot.domain.folding import is_blank
from bot.domain.hopes import CHOICES, MOST_WORDS, Hope, HopeKind, HopeState, Outcome, due_day
from bot.domain.refusals import Refusal
from handlers.slack.incoming import Incoming
from handlers.slack.surfaces import names
from handlers.slack.surfaces.blocks import MOST_OPTION, context, option, plain, select
from handlers.slack.surfaces.forms import FROM_HOME, chosen_of, form_errors, read_meta, text_of, value_of
from handlers.slack.surfaces.hopes import hope_block, outcome_words, said
from handlers.slack.surfaces.inputs import form, input_block, text_input
from handlers.slack.surfaces.refusals import words_of
from handlers.slack.surfaces.rendered import Block, Element, View
from handlers.slack.surfaces.text import day

_USUAL = 90
_WHAT_HOPE = "What do you hope will be different?"
_WHAT_TRY = "What will you try?"
_LINES = {
    Outcome.CAME_TRUE: "What is different now?",
    Outcome.PARTLY: "What did we learn?",
    Outcome.NOT_YET: "What is it waiting for?",
    Outcome.NO: "What did we learn?",
}


@dataclass(frozen=True, slots=True)
class Days:
    """The days between which somebody can be asked: after `today`, until `latest`."""

    today: date
    latest: date

    @property
    def meta(self) -> dict[str, str]:
        """How a form carries them along, so that a day is looked at before the form closes."""
        return {"today": self.today.isoformat(), "latest": self.latest.isoformat()}


@dataclass(frozen=True, slots=True)
class HopeForm:
    """A hope's form as submitted. `words` empty: none was said. `due_on` is the day chosen, or why it cannot be."""

    words: str
    due_on: date | Refusal
    line: str
    told: bool
    story: str | None = None
    hope: str | None = None
    outcome: Outcome | None = None
    taken_from: str | None = None
    team: str | None = None
    at_home: bool = False


def promise_modal(story: str, days: Days, *, home: bool = False) -> View:
    """**Add a hope** to a story: a sentence and a day."""
    blocks = hope_inputs(days, optional=False)
    meta = {"story": story, FROM_HOME: "yes" if home else None, **days.meta}
    return form(names.VIEW_HOPE, "Add a hope", "Save", blocks, meta)


def trial_modal(
    days: Days,
    *,
    team: str | None,
    place: str | None,
    words: str = "",
    taken_from: str | None = None,
    home: bool = False,
) -> View:
    """**Try something**: what, until when, and whether the team may see it. `place` names the team."""
    blocks = [_words(_WHAT_TRY, "With any customer, in your own way", words), *_when(days)]
    if place is not None:
        blocks.append(_told("My team may see it, and try it too", place, chosen=False))
    meta = {"team": team, "taken_from": taken_from, FROM_HOME: "yes" if home else None, **days.meta}
    return form(names.VIEW_HOPE, "Try something", "Save", blocks, meta)


def change_modal(hope: Hope, days: Days, *, place: str | None, home: bool = False) -> View:
    """Other words, another day."""
    trial = hope.kind is HopeKind.TRIAL
    blocks = [_words(_WHAT_TRY if trial else _WHAT_HOPE, "One sentence is plenty.", hope.words)]
    if hope.state is HopeState.OPEN:
        blocks += _when(days, hope.due_on)
        if trial and place is not None:
            blocks.append(_told("My team may see it, and try it too", place, chosen=hope.shared))
    meta = {"hope": hope.id, FROM_HOME: "yes" if home else None, **days.meta}
    return form(names.VIEW_HOPE, "Change it", "Save", blocks, meta)


def outcome_modal(hope: Hope, outcome: Outcome, days: Days, *, place: str | None, home: bool = False) -> View:
    """What came of it, with a line; "not yet" asks for a new day. `place` is where it may be told, or None."""
    blocks = [hope_block(said(hope), hope), _line(outcome, hope.line)]
    if outcome is Outcome.NOT_YET:
        blocks += _when(days, usual=CHOICES[0])
    elif place is not None:
        shared = hope.shared and hope.state is HopeState.ANSWERED
        blocks.append(_told("The team may hear of it", place, chosen=shared))
        if hope.kind is HopeKind.PROMISE:
            blocks.append(context("Then the digest may tell it with its story, word for word."))
    meta = {"hope": hope.id, "outcome": outcome.value, FROM_HOME: "yes" if home else None, **days.meta}
    return form(names.VIEW_OUTCOME, outcome_words(hope.kind, outcome), "Save", blocks, meta)


def hope_inputs(days: Days, *, optional: bool = True) -> list[Block]:
    """The inputs of a promise, also behind **Add detail** of a story's form."""
    words = _words(_WHAT_HOPE, "By March they close the books in two days", "", optional=optional)
    return [words, *_when(days, optional=optional)]


def read_hope_form(view: Mapping[str, Any]) -> HopeForm:
    """The values of a submitted form; also of a story's form, whose hope may be empty."""
    meta = read_meta(view)
    outcome = meta.get("outcome")
    return HopeForm(
        words=text_of(view, names.BLOCK_HOPE),
        due_on=_due_on(view, meta),
        line=text_of(view, names.BLOCK_LINE),
        told=bool(value_of(view, names.BLOCK_TOLD).get("selected_options")),
        story=meta.get("story"),
        hope=meta.get("hope"),
        outcome=Outcome(outcome) if outcome in list(Outcome) else None,
        taken_from=meta.get("taken_from"),
        team=meta.get("team"),
        at_home=FROM_HOME in meta,
    )


def hope_errors(incoming: Incoming) -> dict[str, str]:
    """What to say beneath the inputs before the form is taken; nothing where all is well."""
    view = incoming.view
    words = str(value_of(view, names.BLOCK_HOPE).get("value") or "")
    if words and is_blank(words):
        return {names.BLOCK_HOPE: "A few words are needed here. One short sentence is plenty."}
    for block in (names.BLOCK_HOPE, names.BLOCK_LINE):
        if len(text_of(view, block)) > MOST_WORDS:
            return {block: f"This holds {MOST_WORDS:,} characters. One sentence is plenty."}
    read = read_hope_form(view)
    asks = bool(value_of(view, names.BLOCK_AGAIN)) and (bool(words) or read.outcome is not None)
    if asks and isinstance(read.due_on, Refusal):
        return {names.BLOCK_DAY: words_of(read.due_on)}
    return {}


def tell_errors(incoming: Incoming) -> dict[str, str]:
    """The same for a story's form."""
    return form_errors(incoming) or hope_errors(incoming)


def _due_on(view: Mapping[str, Any], meta: Mapping[str, str]) -> date | Refusal:
    """The day that was picked, else the one chosen by its distance; a picked one wins."""
    today, latest = _day_of(meta, "today") or date.min, _day_of(meta, "latest")
    picked = str(value_of(view, names.BLOCK_DAY).get("selected_date") or "")
    return due_day(picked or chosen_of(view, names.BLOCK_AGAIN), today, latest)


def _day_of(meta: Mapping[str, str], name: str) -> date | None:
    try:
        return date.fromisoformat(meta.get(name, ""))
    except ValueError:
        return None


def _words(label: str, hint: str, text: str, *, optional: bool = False) -> Block:
    element = text_input(MOST_WORDS, hint, text, multiline=True)
    return input_block(names.BLOCK_HOPE, label, element, optional=optional)


def _line(outcome: Outcome, text: str) -> Block:
    element = text_input(MOST_WORDS, "One line is plenty, or none.", text, multiline=True)
    return input_block(names.BLOCK_LINE, _LINES[outcome], element, optional=True)


def _when(
    days: Days, same: date | None = None, *, usual: int = _USUAL, optional: bool = False
) -> list[Block]:
    """Two ways to say when: so many days from now, or a day. `same` is the day that stands, if it is to come."""
    ahead = [(days.today + timedelta(days=each), str(each)) for each in CHOICES]
    choices = [(f"In {value} days ({day(at)})", value) for at, value in ahead if at <= days.latest]
    chosen = str(usual)
    if same is not None and same > days.today:
        chosen = same.isoformat()
        choices.insert(0, (f"On the same day ({day(same)})", chosen))
    choices = choices or [(f"On the last day I keep it ({day(days.latest)})", days.latest.isoformat())]
    values = [value for _, value in choices]
    menu = select(names.VALUE, "Choose when", choices, chosen if chosen in values else values[-1])
    picker: Element = {"type": "datepicker", "placeholder": plain("Choose a day", 150)}
    return [
        input_block(names.BLOCK_AGAIN, "When shall I ask you?", menu, optional=optional),
        input_block(names.BLOCK_DAY, "Or on a day of your own", picker, optional=True),
    ]


def _told(label: str, place: str, *, chosen: bool) -> Block:
    """A box that nobody ticked beforehand; `place` says who that is."""
    yes = {**option(label, "yes"), "description": plain(place, MOST_OPTION)}
    element: Element = {"type": "checkboxes", "options": [yes]}
    if chosen:
        element["initial_options"] = [yes]
    return input_block(names.BLOCK_TOLD, "Who may know?", element, optional=True)
