"""The huddle: the question to a story's teller, and the card from which it is told."""

from __future__ import annotations

from bot.domain.huddles import HuddleState
from bot.domain.notices import HuddleAskNotice, HuddleCardNotice
from handlers.slack.surfaces import names
from handlers.slack.surfaces.blocks import actions, button, context, header, line, rich, run, section
from handlers.slack.surfaces.rendered import Block, Rendered
from handlers.slack.surfaces.storyline import plain_story, story_block
from handlers.slack.surfaces.text import MOST_FALLBACK, beginning, cut, escape, escaped_size, plain_line

GONE = "This story was taken back, so it is not here any more."
"""What stands in place of a question or a card."""
_WHOLE = 2_500
"""A card's story is never cut: longer ones are not chosen."""
_ANSWERED = {
    HuddleState.AGREED: "Thank you. I'll let you know when it was told.",
    HuddleState.TOLD: "It was told. Thank you for it.",
    HuddleState.DECLINED: "Not this one, then. Nobody is told that you were asked.",
}


def render_huddle_ask(notice: HuddleAskNotice) -> Rendered:
    """May it be told? Open with its buttons, or answered with a line in their place."""
    if notice.story is None:
        return Rendered(GONE, [section(GONE)])
    story, _ = story_block(notice.story, "You told", _WHOLE, _WHOLE)
    team = escape(plain_line(notice.team.name))
    who = beginning(escape(plain_line(notice.asked_by))) or "A manager"
    words = f"{who} would like to begin *{team}*'s next huddle with a story of yours. May it be told there?"
    return Rendered(words, [section(words), story, *_answer(notice)])


def _answer(notice: HuddleAskNotice) -> list[Block]:
    huddle = notice.huddle
    if huddle.state is HuddleState.ASKED:
        return [
            actions(
                button("Yes", names.HUDDLE_YES, huddle.id, style="primary"),
                button("Yes, any time", names.HUDDLE_ANY_TIME, huddle.id),
                button("Not this one", names.HUDDLE_NO, huddle.id),
            ),
            context(
                "Any time: what you shared with the team may be told in a huddle without asking you first."
            ),
        ]
    blocks = [context(_ANSWERED[huddle.state])]
    if notice.any_time:
        blocks.append(actions(button("Ask me first again", names.HUDDLE_ASK_FIRST, huddle.id)))
    return blocks


def render_huddle_card(notice: HuddleCardNotice) -> Rendered:
    """The card: the purpose, the story whole and word for word, and one question to end with."""
    if notice.story is None:
        return Rendered(GONE, [section(GONE)])
    story, _ = story_block(notice.story, notice.teller, _WHOLE, _WHOLE)
    blocks: list[Block] = [header(f"Huddle card · {plain_line(notice.team.name)}")]
    if notice.team.purpose is not None:
        blocks.append(rich(line(run(notice.team.purpose.text, italic=True))))
    blocks += [
        story,
        context("Read it aloud, or ask its teller to. Then one question: for whom could we do this next?"),
    ]
    if notice.huddle.state is HuddleState.TOLD:
        blocks.append(context("Told, and its teller knows. It won't come again."))
    else:
        blocks.append(
            actions(
                button("We told it", names.HUDDLE_TOLD, notice.huddle.id, style="primary"),
                button("Another one", names.HUDDLE_ANOTHER, notice.huddle.id),
            )
        )
    words = f"Huddle card, 90 seconds. {plain_story(notice.story, notice.teller)}"
    return Rendered(escape(cut(words, MOST_FALLBACK, measure=escaped_size)), blocks)
