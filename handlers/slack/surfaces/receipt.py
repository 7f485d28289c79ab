"""The receipt: what was kept, word for word, who sees it, and everything its teller can do with it."""

from __future__ import annotations

from bot.domain.notices import ReceiptNotice
from bot.domain.stories import Story, StoryState, Visibility
from bot.domain.teams import Team
from handlers.slack.surfaces import names
from handlers.slack.surfaces.audience import audience, choice, digest_day
from handlers.slack.surfaces.blocks import (
    actions,
    button,
    confirm,
    context,
    divider,
    line,
    overflow,
    paragraph,
    quote,
    rich,
    run,
    section,
    select,
)
from handlers.slack.surfaces.hopes import receipt_blocks
from handlers.slack.surfaces.rendered import Block, Element, Rendered
from handlers.slack.surfaces.storyline import HIGHLIGHT, MOST_HIGHLIGHT, tag_words, words
from handlers.slack.surfaces.text import CUT, cut, day, escape, escaped_size, mention, plain_line, size
from handlers.slack.surfaces.thanks import thanks_words

MOST_SHOWN = 2_500
_GONE = "Gone. Its words are deleted here, and wherever I had shown them."
_AI_NEXT = "This team lets AI read stories to arrange the digest: from your next one on, yours too."
_TOGGLED = (Visibility.PRIVATE, Visibility.TEAM)


def render_receipt(notice: ReceiptNotice) -> Rendered:
    """The receipt of a kept story; of a withdrawn one only the line that it is gone."""
    if notice.story.state is StoryState.WITHDRAWN:
        return Rendered(_GONE, [context(f"🗑️ {_GONE}")])
    blocks = [
        section("*Kept.* Thank you. This is what I have:", _read_all(notice.story)),
        rich(quote(*_words(notice.story.text))),
        *_detail(notice.story),
        *receipt_blocks(notice.hopes),
        *_seen_by(notice),
        *_first(notice),
        *_coach(notice),
        actions(*_buttons(notice)),
        *_also(notice),
        *(context(f"💛 {thanks_words(thanks)}") for thanks in notice.thanks),
    ]
    return Rendered(_text(notice), blocks)


def _words(text: str) -> list[Element]:
    shown = cut(text, MOST_SHOWN)
    if shown == text:
        return [run(text)]
    return [run(shown.removesuffix(CUT)), run(CUT, italic=True)]


def _read_all(story: Story) -> Element | None:
    long = size(story.text) > MOST_SHOWN
    return button("Read all", names.STORY_READ, story.id) if long else None


def _detail(story: Story) -> list[Block]:
    facts = [
        f"{label}: {plain_line(told)}"
        for label, told in (
            ("Customer", story.customer),
            ("What they were after", story.goal),
            ("What is different now", story.change),
            ("Kind", tag_words(story)),
        )
        if told.strip()
    ]
    return [context("\n".join(facts))] if facts else []


def _who(notice: ReceiptNotice) -> str:
    until = f", until {day(notice.until)}" if notice.until is not None else ""
    seen = f"Seen by: {audience(notice.story.visibility, notice.team)}{until}."
    return seen if notice.team is not None else f"{seen} It belongs to no team yet."


def _seen_by(notice: ReceiptNotice) -> list[Block]:
    if notice.ai_next and notice.team is not None:
        off = button("Not mine", names.AI_REFUSE, notice.team.id)
        return [context(f"{_who(notice)}\nAI does not read it."), paragraph(_AI_NEXT, off)]
    if not notice.story.ai_allowed:
        return [context(f"{_who(notice)}\nAI does not read it.")]
    refuse = button("Keep AI out of it", names.AI_REFUSE_STORY, notice.story.id)
    return [context(_who(notice)), paragraph("AI may read it, to arrange the digest.", refuse)]


def _first(notice: ReceiptNotice) -> list[Block]:
    story, team = notice.story, notice.team
    if not notice.first or team is None or story.visibility < Visibility.TEAM:
        return []
    who: list[Element] = [{"type": "user", "user_id": story.teller}]
    if story.customer.strip():
        who.append(run(f", about {plain_line(story.customer)}"))
    return [
        divider(),
        context(f"Your first story! In {digest_day(team)}'s digest it would look like this:"),
        rich(line(*who), quote(*words(story.text, HIGHLIGHT, MOST_HIGHLIGHT)[0])),
        divider(),
    ]


def _coach(notice: ReceiptNotice) -> list[Block]:
    if notice.coach is None:
        return []
    _, question = notice.coach
    return [
        paragraph(f"💬 {question}"),
        actions(
            button("Add it", names.STORY_COACH, notice.story.id),
            button("Don't ask me such things", names.COACH_OFF, notice.story.id),
        ),
    ]


def _buttons(notice: ReceiptNotice) -> list[Element]:
    story, team = notice.story, notice.team
    buttons = [button("Edit", names.STORY_EDIT, story.id)]
    if story.visibility > Visibility.PRIVATE and team is not None:
        buttons.append(button("Keep private", names.STORY_PRIVATE, story.id))
    if story.visibility < Visibility.TEAM and team is not None:
        buttons.append(button("Share with team", names.STORY_SHARE, story.id))
    if not notice.hopes:
        buttons.append(button("Add a hope", names.HOPE_ADD, story.id))
    buttons.append(button("Delete", names.STORY_DELETE, story.id, style="danger", confirm=_SURE))
    if team is not None:
        buttons.append(button("Read a colleague's", names.STORY_COLLEAGUE, story.id))
        buttons.append(_others_may_see(story, team))
    return buttons


_SURE = confirm(
    "Delete this story?",
    "Its words go everywhere I showed them, and I can't bring them back.",
    "Delete",
    "Keep it",
)


def _others_may_see(story: Story, team: Team) -> Element:
    wider = [each for each in Visibility if each is not story.visibility and each not in _TOGGLED]
    return overflow(
        names.STORY_AUDIENCE,
        [(f"Seen by: {choice(each, team)}", names.paired(story.id, each.word)) for each in wider],
    )


def _also(notice: ReceiptNotice) -> list[Block]:
    if not notice.others:
        return []
    choices = [
        (plain_line(name) or "another team", names.paired(notice.story.id, team))
        for team, name in notice.others
    ]
    return [actions(select(names.STORY_ALSO, "Also share with…", choices))]


def _text(notice: ReceiptNotice) -> str:
    """Reads on its own in a notification: what was kept, then who sees it."""
    kept = escape(cut(notice.story.text, MOST_SHOWN, measure=escaped_size))
    text = f"Kept: {kept}\n{escape(_who(notice))}"
    if notice.first:
        text += (
            f"\nThank you, {mention(notice.story.teller)}. Edit, keep private or delete it with the buttons."
        )
    return text
