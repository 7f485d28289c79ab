"""The coach's words: better questions beside the one that was typed, for its author alone."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.coaching import Advice, Talk
from handlers.slack.surfaces.blocks import actions, button, context, divider, line, rich, run, section
from handlers.slack.surfaces.rendered import Block, Rendered
from handlers.slack.surfaces.text import cut, escape, listed, plain_line

USE_THIS = "coach.use"
ASK_BOTH = "coach.both"
POST_MINE = "coach.mine"
POSTED = "Done: your question is in the channel."
_MOST_LINES = 15
_MOST_VALUE = 1_990
"""A button's value holds 2,000 characters."""


def offer(question: str, advice: Advice) -> Rendered:
    """Number talk: what was typed, the words that made it so, and questions that fit, each one click away."""
    words = listed([f"“{plain_line(match.words)}”" for match in advice.matches])
    ask = "asks" if len(advice.matches) == 1 else "ask"
    blocks: list[Block] = [
        section("Only you see this. You typed:"),
        rich(line(run(cut(question, 500), italic=True))),
        context(f"{words} {ask} about our side of the deal. A question about theirs may tell you more:"),
    ]
    for place, better in enumerate(advice.questions):
        blocks += [
            rich(line(run(better, bold=True))),
            actions(
                button("Use this", f"{USE_THIS}#{place}", better),
                button("Ask both", f"{ASK_BOTH}#{place}", both(better, question)),
            ),
        ]
    blocks += [divider(), actions(button("Post mine", POST_MINE, cut(question, _MOST_VALUE)))]
    return Rendered("Before it is posted: questions that ask about the customer, for you alone.", blocks)


def both(better: str, question: str) -> str:
    """The better question first, then the manager's own."""
    return cut(f"{better}\n{question}", _MOST_VALUE)


def agenda(advice: Sequence[tuple[str, Advice]]) -> Rendered:
    """Advice on a whole agenda, line by line; only lines of number talk get questions."""
    if not advice:
        words = "Paste a question or an agenda behind it: `/purpose-check coach Will Acme close this month?`"
        return Rendered(words, [section(words)])
    blocks: list[Block] = []
    for text, found in advice[:_MOST_LINES]:
        blocks.append(rich(line(run(cut(text, 300), italic=True))))
        blocks.append(section(_about(found)))
    left = len(advice) - _MOST_LINES
    if left > 0:
        blocks.append(context("The rest of the agenda was too long for one look: paste it by itself."))
    return Rendered("Your questions, looked at for you alone.", blocks)


def _about(found: Advice) -> str:
    match found.kind:
        case Talk.IMPACT:
            return "This asks about them. Good as it is."
        case Talk.BOTH:
            return "This asks about our numbers and about them. Good as it is."
        case Talk.NUMBER:
            words = escape(listed([f"“{plain_line(match.words)}”" for match in found.matches]))
            return f"{words}: our side. You could add:\n" + _bullets(found.questions)
        case Talk.NEUTRAL:
            return "You could ask:\n" + _bullets(found.questions[:1])


def _bullets(questions: Sequence[str]) -> str:
    return "\n".join(f"• {escape(question)}" for question in questions)
