"""Home's part on what came of it: one's own hopes and trials, and what colleagues are trying."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from bot.domain.hopes import Hope, HopeKind, HopeState, Outcome, is_due
from bot.domain.identity import UserId
from bot.usecases.digest_printing import SOMEBODY
from handlers.slack.surfaces import names
from handlers.slack.surfaces.blocks import (
    actions,
    button,
    context,
    context_mrkdwn,
    overflow,
    paragraph,
    plain,
    section,
)
from handlers.slack.surfaces.hopes import came_of_it, outcome_buttons, outcome_words
from handlers.slack.surfaces.rendered import Block, View
from handlers.slack.surfaces.text import cut, day, plain_line

MOST_DUE, MOST_OPEN, MOST_ANSWERED, MOST_SEEN = 3, 4, 4, 3
PAGE = 40
CHANGE, DROP = "change", "drop"
"""What the menu beside a hope can do, the four outcomes aside."""
_SHOWN = 300


@dataclass(frozen=True, slots=True)
class HopesAtHome:
    """`mine` as the store gives them, open ones first; `seen` are colleagues' trials, `names` of whose they are."""

    today: date
    mine: Sequence[Hope] = ()
    seen: Sequence[Hope] = ()
    names: Mapping[UserId, str] = field(default_factory=dict)


def home_section(hopes: HopesAtHome | None) -> list[Block]:
    """At most 24 blocks: those due with their answers, the next ones, the newest answers, what colleagues try."""
    if hopes is None:
        return []
    asked = [hope for hope in hopes.mine if is_due(hope, hopes.today)]
    coming = [hope for hope in hopes.mine if hope.state is HopeState.OPEN and hope not in asked]
    told = [hope for hope in hopes.mine if hope.state is HopeState.ANSWERED]
    blocks: list[Block] = [section("*What came of it*")]
    if not hopes.mine:
        blocks.append(
            context_mrkdwn("Nothing here yet. *Add a hope* below a story's receipt, or try something.")
        )
    for place, hope in enumerate(asked[:MOST_DUE]):
        blocks += [_row(hope, due=True), actions(*outcome_buttons(hope, f"#{place}"))]
    blocks += [_row(hope) for hope in coming[:MOST_OPEN]]
    for place, hope in enumerate(told[:MOST_ANSWERED]):
        blocks.append(_row(hope))
        if hope.kind is HopeKind.TRIAL:
            blocks.append(actions(button("Tell it as a story", f"{names.HOPE_TELL}#{place}", hope.id)))
    clicks = [button("Try something", names.TRIAL_NEW, "new")]
    if len(asked) > MOST_DUE or len(coming) > MOST_OPEN or len(told) > MOST_ANSWERED:
        clicks.append(button("All of them", names.HOPE_ALL, "0"))
    return [*blocks, actions(*clicks), *_colleagues(hopes)]


def all_modal(mine: Sequence[Hope], start: int) -> View:
    """Every hope of one's own, `PAGE` at a time from number `start` on, with the same menus."""
    shown = mine[start : start + PAGE]
    blocks: list[Block] = [_row(hope) for hope in shown] or [context("Nothing here.")]
    turns = []
    if start > 0:
        turns.append(button("Earlier page", f"{names.HOPE_ALL}#back", str(max(start - PAGE, 0))))
    if start + PAGE < len(mine):
        turns.append(button("Next page", f"{names.HOPE_ALL}#next", str(start + PAGE)))
    if turns:
        blocks.append(actions(*turns))
    return {
        "type": "modal",
        "callback_id": names.VIEW_LIST,
        "title": plain("What came of it", 24),
        "close": plain("Close", 24),
        "blocks": blocks,
    }


def _row(hope: Hope, *, due: bool = False) -> Block:
    """One hope with its menu, in one block."""
    customer = plain_line(hope.customer)
    about = f"{cut(customer, 100)}: " if customer else "Trying: " if hope.kind is HopeKind.TRIAL else ""
    words = f"{about}“{cut(plain_line(hope.words), _SHOWN)}”\n{cut(came_of_it(hope, due=due), 2 * _SHOWN)}"
    if hope.shared:
        words += "\nYour team may see it."
    choices = [(_choice(hope, what), names.paired(hope.id, what)) for what in _what(hope)]
    return paragraph(words, overflow(names.HOPE_MENU, choices))


def _what(hope: Hope) -> Sequence[str]:
    """What the menu beside a hope offers: five at most, and always a way out."""
    outcomes = [outcome.value for outcome in Outcome]
    if hope.state is HopeState.ANSWERED:
        return [*outcomes, DROP]
    # "Not yet" before its day is another day.
    return [CHANGE, *(each for each in outcomes if each != Outcome.NOT_YET.value), DROP]


def _choice(hope: Hope, what: str) -> str:
    if what == CHANGE:
        return "Change words or day"
    return "Let it go" if what == DROP else outcome_words(hope.kind, Outcome(what))


def _colleagues(hopes: HopesAtHome) -> list[Block]:
    if not hopes.seen:
        return []
    blocks: list[Block] = [section("*What colleagues are trying*")]
    for place, hope in enumerate(hopes.seen[:MOST_SEEN]):
        who = plain_line(hopes.names.get(hope.person, "")) or SOMEBODY
        words = f"{who}: “{cut(plain_line(hope.words), _SHOWN)}”\nUntil {day(hope.due_on)}"
        take = button("Try this too", f"{names.TRIAL_TAKE}#{place}", hope.id)
        blocks.append(paragraph(words, take))
    return blocks
