"""Why do you sell? Asked once in a prompt, and brought back on a hard day."""

from __future__ import annotations

from typing import Final

from bot.domain.reasons import Asked, WhyBack
from handlers.slack.surfaces.blocks import (
    actions,
    button,
    context,
    divider,
    line,
    paragraph,
    quote,
    rich,
    run,
)
from handlers.slack.surfaces.rendered import Block
from handlers.slack.surfaces.storyline import LISTED, MOST_LISTED, teller_line, words

# The value says where the click is made: "home" or "prompt".
WHY_WRITE: Final = "why.write"
WHY_NOT_NOW: Final = "why.not_now"
WHY_KEEP_AWAY: Final = "why.keep_away"
HOME, PROMPT = "home", "prompt"
QUESTION = "Why do you sell?"
_ASKED = (
    f"{QUESTION} I ask this only once. One sentence in your own words is plenty, and it is nobody's but yours unless "
    "you share it."
)


def asks_why(asked: Asked | None) -> list[Block]:
    """The question beneath a prompt; once it is answered or put off, a line in its place."""
    match asked:
        case None:
            return []
        case Asked.OPEN:
            write = button("Write it down", WHY_WRITE, PROMPT)
            return [divider(), paragraph(_ASKED), actions(write, button("Not now", WHY_NOT_NOW, PROMPT))]
        case Asked.KEPT:
            return [context("🌱 Why you sell is kept, in Home. Thank you for writing it down.")]
        case Asked.LATER:
            return [
                context(
                    "🌱 That's fine. Should you ever want to write down why you sell: it has a place in Home."
                )
            ]


def why_back(back: WhyBack | None) -> list[Block]:
    """Below "Nothing today" on a hard day: one's own reason and a story of one's own, for nobody else."""
    if back is None:
        return []
    blocks: list[Block] = [
        divider(),
        rich(
            line(run("Not much came your way this week. Once, you wrote why you sell:")), quote(run(back.why))
        ),
    ]
    if back.story is not None:
        blocks.append(rich(line(run("And you told me this:"))))
        blocks.append(_own_story(back))
    if back.returns:
        blocks.append(actions(button("Don't bring it back", WHY_KEEP_AWAY, PROMPT)))
        blocks.append(context("Only you see this, and at most once a month."))
    else:
        blocks.append(context("It won't come back by itself any more. Home turns that on again."))
    return blocks


def _own_story(back: WhyBack) -> Block:
    assert back.story is not None  # noqa: S101 - for the type checker; the caller looked
    shown, _ = words(back.story.text, LISTED, MOST_LISTED)
    return rich(teller_line("You", back.story.customer), quote(*shown))
