"""Questions with buttons in a DM: what is asked, and the line that stays once it was answered."""

from __future__ import annotations

from collections.abc import Callable

from bot.domain.notices import AskNotice
from handlers.slack.surfaces import names
from handlers.slack.surfaces.blocks import actions, button, context, paragraph, quote, rich
from handlers.slack.surfaces.rendered import Block, Element, Rendered
from handlers.slack.surfaces.storyline import LISTED, MOST_LISTED, words
from handlers.slack.surfaces.text import beginning, escape, plain_line


def render_ask(notice: AskNotice) -> Rendered:
    """The question with its buttons, or with its answer. A code without words is a bug and a KeyError."""
    question, buttons, ends = _ASKS[notice.code](notice)
    blocks: list[Block] = [paragraph(question)]
    if notice.story is not None and notice.answered is None:
        blocks.append(rich(quote(*words(notice.story.text, LISTED, MOST_LISTED)[0])))
    if notice.answered is None:
        return Rendered(escape(question), [*blocks, actions(*buttons)])
    ended = ends.get(notice.answered, ends["yes"])
    return Rendered(escape(ended), [context(ended)])


_Asked = tuple[str, list[Element], dict[str, str]]


def _held(notice: AskNotice) -> _Asked:
    place = f"#{notice.facts.get('channel', '')}" if notice.facts.get("channel") else "The team's channel"
    place, team, held = (
        plain_line(place),
        plain_line(notice.facts.get("team", "")),
        notice.facts.get("held", ""),
    )
    who = (
        "people of other companies can read it"
        if held.endswith("shared")
        else "everyone in the company can read it"
    )
    if held.startswith("made"):
        question = f"{place}: {who}. So the first digest of {team} waits for your word. Shall it go on there?"
    else:
        question = (
            f"{place} was opened: {who} now. The stories of {team} were told before that, so its digest waits. "
            "Shall it go on there?"
        )
    ends = {"yes": "✅ The digest goes on there.", "no": "The digest waits."}
    return question, [button("Go on", names.HELD_GO_ON, notice.about, style="primary")], ends


def _wider(notice: AskNotice) -> _Asked:
    name = beginning(plain_line(notice.facts.get("name", ""))) or "Your manager"
    company = plain_line(notice.facts.get("company", "")) or "the company"
    question = (
        f"{name} thinks that your story deserves more readers, and asks whether everyone at {company} may see it. "
        "Only you decide, and nobody hears of a no. I ask about a story once."
    )
    buttons = [
        button(f"Share with {company}", names.WIDER_YES, notice.about, style="primary"),
        button("Leave it as it is", names.WIDER_NO, notice.about),
    ]
    ends = {
        "yes": f"✅ Shared with everyone at {company}. The story's receipt changes that back at any time.",
        "no": "It stays as it is. Nobody is told.",
        "gone": "That story isn't there any more.",
    }
    return question, buttons, ends


_ASKS: dict[str, Callable[[AskNotice], _Asked]] = {"held": _held, "wider": _wider}
