"""What somebody hopes for or tries, the question what came of it, and the answer in its place."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.hopes import Hope, HopeKind, HopeState, Outcome
from bot.domain.notices import DueHope, OutcomeNotice
from handlers.slack.surfaces import names
from handlers.slack.surfaces.blocks import MOST_CONTEXT, actions, button, context, line, quote, rich, run
from handlers.slack.surfaces.rendered import Block, Element, Rendered
from handlers.slack.surfaces.text import MOST_FALLBACK, cut, day, escape, escaped_size, plain_line

MOST_SHOWN = 1_000
_MOST_CUSTOMER = 100
_MOST_BESIDE = 3
_GONE = "This isn't asked any more: it was let go, or its story was taken back."
_PROMISED = {
    Outcome.CAME_TRUE: "It came true",
    Outcome.PARTLY: "Partly",
    Outcome.NOT_YET: "Not yet",
    Outcome.NO: "No",
}
_TRIED = _PROMISED | {Outcome.CAME_TRUE: "It worked"}
_SIGNS = {Outcome.CAME_TRUE: "🌱", Outcome.PARTLY: "🌤️", Outcome.NOT_YET: "⏳", Outcome.NO: "💡"}
OUTCOMES = {
    names.OUTCOME_TRUE: Outcome.CAME_TRUE,
    names.OUTCOME_PARTLY: Outcome.PARTLY,
    names.OUTCOME_NOT_YET: Outcome.NOT_YET,
    names.OUTCOME_NO: Outcome.NO,
}
"""What each of the four buttons says."""


def outcome_words(kind: HopeKind, outcome: Outcome) -> str:
    """An outcome as its button says it."""
    return (_TRIED if kind is HopeKind.TRIAL else _PROMISED)[outcome]


def outcome_buttons(hope: Hope, suffix: str = "") -> list[Element]:
    """The four answers; all weigh the same. `suffix` keeps them apart where several hopes stand in one view."""
    return [
        button(outcome_words(hope.kind, outcome), f"{name}{suffix}", hope.id)
        for name, outcome in OUTCOMES.items()
    ]


def kept_words(trial: Hope) -> str:
    """After `/purpose try <text>`: what was kept, and when it is asked about; in mrkdwn."""
    words = escape(cut(plain_line(trial.words), 300))
    shared = " My Home tab lets you change it, or let your team see it." if trial.team is not None else ""
    return f"🌱 Noted: “{words}”. On {day(trial.due_on)} I'll ask you, and only you, what happened.{shared}"


def said(hope: Hope) -> str:
    """How a hope begins: whose hope it was and about whom, for its owner."""
    when = day(hope.created_at.date())
    if hope.kind is HopeKind.TRIAL:
        return f"On {when} you set out to try:"
    customer = plain_line(hope.customer)
    about = f", for {cut(customer, _MOST_CUSTOMER)}" if customer else ""
    return f"On {when} you hoped{about}:"


def hope_block(heading: str, hope: Hope, most: int = MOST_SHOWN) -> Block:
    """A heading, and the hope's words as they were said."""
    return rich(line(run(heading)), quote(run(cut(hope.words, most))))


def came_of_it(hope: Hope, *, due: bool = False) -> str:
    """What came of it on one line, with the owner's words; for an open one when it is asked about, or that it is
    `due`."""
    outcome = ""
    if hope.outcome is not None:
        learned = f": “{plain_line(hope.line)}”" if hope.line.strip() else ""
        outcome = f"{_SIGNS[hope.outcome]} {outcome_words(hope.kind, hope.outcome)}{learned}"
    if hope.state is HopeState.OPEN:
        again = "Its day has come." if due else f"I'll ask you on {day(hope.due_on)}."
        return f"{outcome} · {again}" if outcome else again
    return outcome


def due_blocks(due: DueHope) -> list[Block]:
    """The question with its four answers; once answered or moved a line in their place."""
    hope = due.hope
    blocks = [hope_block(said(hope), hope)]
    if due.asks:
        question = "What happened?" if hope.kind is HopeKind.TRIAL else "What came of it?"
        blocks += [
            rich(line(run(question, bold=True))),
            actions(*outcome_buttons(hope)),
        ]
        return blocks
    blocks.append(context(came_of_it(hope)))
    if hope.state is HopeState.ANSWERED:
        blocks.append(actions(button("Tell it as a story", names.HOPE_TELL, hope.id)))
    return blocks


def due_words(due: DueHope) -> str:
    """The same for a notification, not escaped yet."""
    asked = "What came of it?" if due.asks else came_of_it(due.hope)
    return f"{said(due.hope)} “{plain_line(due.hope.words)}” {asked}"


def render_outcome(notice: OutcomeNotice) -> Rendered:
    """The question alone, as it reads now."""
    if notice.due is None:
        return Rendered(_GONE, [context(_GONE)])
    blocks = [*due_blocks(notice.due)]
    if notice.due.asks:
        blocks.append(context("Only you see this. “No” is worth as much as yes: what did we learn?"))
    return Rendered(escape(cut(due_words(notice.due), MOST_FALLBACK, measure=escaped_size)), blocks)


def beside_story(hopes: Sequence[Hope]) -> list[Block]:
    """Below a story that somebody reads: what its teller hopes for with it, and what came of that."""
    blocks: list[Block] = []
    for hope in hopes[:_MOST_BESIDE]:
        blocks.append(hope_block(f"Hoped for by {day(hope.due_on)}:", hope))
        if hope.state is HopeState.ANSWERED:
            blocks.append(context(cut(came_of_it(hope), MOST_CONTEXT)))
    return blocks


def receipt_blocks(hopes: tuple[Hope, ...]) -> list[Block]:
    """Below a story's words: what its teller hopes for with it, and what came of that."""
    return [
        context(cut(f"You hope: “{plain_line(hope.words)}” · {came_of_it(hope)}", MOST_CONTEXT))
        for hope in hopes[:_MOST_BESIDE]
    ]
