"""A purpose check in its channel: the question, who asked, a count that moves; and the roll-up when it is closed."""

from __future__ import annotations

from bot.domain.checks import Check, CheckState
from bot.domain.notices import CheckNotice, RollupNotice
from bot.domain.stories import Story, Visibility
from bot.domain.teams import Team
from bot.usecases.digest_printing import SOMEBODY
from handlers.slack.surfaces import names
from handlers.slack.surfaces.audience import audience
from handlers.slack.surfaces.blocks import (
    MOST_HEADER,
    actions,
    button,
    context,
    context_mrkdwn,
    header,
    line,
    paragraph,
    rich,
    run,
    section,
)
from handlers.slack.surfaces.rendered import Block, Rendered
from handlers.slack.surfaces.storyline import LISTED, MOST_LISTED, plain_story, story_block
from handlers.slack.surfaces.text import (
    MOST_FALLBACK,
    cut,
    escape,
    escaped_size,
    mention,
    moment,
    size,
)

_MOST_IN_TEXT = 3_000
MOST_ROLLED_UP = 25
"""So many stories stand in the thread; the others are a click away."""


def render_check(notice: CheckNotice) -> Rendered:
    """The check, open with its buttons or closed without them."""
    check = notice.check
    blocks = [
        section(f"{_asker(check)} asks:"),
        _question(check.question),
        paragraph(_count(notice)),
    ]
    if check.state is CheckState.OPEN:
        blocks += [_open_line(check, notice.team), _buttons(check)]
    else:
        blocks.append(context_mrkdwn(_closed_line(notice)))
    return Rendered(_text(notice), blocks)


def _asker(check: Check) -> str:
    """Who asked; of somebody who was forgotten only that they managed the team."""
    return mention(check.asked_by) if check.asked_by else "A manager"


def _question(question: str) -> Block:
    if size(question) <= MOST_HEADER and "\n" not in question:
        return header(question)
    return rich(line(run(question, bold=True)))


def _count(notice: CheckNotice) -> str:
    match notice.answers:
        case 0 if notice.check.state is CheckState.OPEN:
            return "No answers yet."
        case 0:
            return "No answers this time. The question stays a good one."
        case 1:
            return "1 person answered."
        case people:
            return f"{people} people answered."


def _open_line(check: Check, team: Team) -> Block:
    seen = escape(audience(Visibility.TEAM, team))
    closes = moment(check.closes_at, "{date_short_pretty} at {time}")
    return context_mrkdwn(
        f"Answer in this thread, or with the button. Seen by: {seen}.", f"Open until {closes}."
    )


def _buttons(check: Check) -> Block:
    return actions(
        button("Share your story", names.CHECK_ANSWER, check.id, style="primary"),
        button("Close check", names.CHECK_CLOSE, check.id),
    )


def _closed_line(notice: CheckNotice) -> str:
    check = notice.check
    closed = f"Closed by {mention(check.closed_by)}." if check.closed_by else "Closed."
    return f"{closed} The answers are in the thread." if notice.answers else closed


def _text(notice: CheckNotice) -> str:
    question = escape(cut(notice.check.question, _MOST_IN_TEXT, measure=escaped_size))
    state = "" if notice.check.state is CheckState.OPEN else "Closed. "
    return f"{_asker(notice.check)} asks: {question}\n{state}{_count(notice)}"


def render_rollup(notice: RollupNotice) -> Rendered:
    """What was told and may be shown here, in the order it came; many answers end in "and N more stories"."""
    shown = notice.stories[:MOST_ROLLED_UP]
    more = len(notice.stories) - len(shown)
    if not shown:
        words = _nothing_to_show(notice)
        return Rendered(words, [paragraph(words)])
    told = [story_block(story, name_of(story, notice), LISTED, MOST_LISTED) for story in shown]
    blocks: list[Block] = [section("*Thank you.* This is what was told:"), *(block for block, _ in told)]
    if more:
        blocks.append(
            paragraph(f"and {_stories(more)} more", button("Read all", names.CHECK_ALL, notice.check.id))
        )
    elif any(cut_short for _, cut_short in told):
        blocks.append(actions(button("Read all", names.CHECK_ALL, notice.check.id)))
    blocks.append(
        context("Your own answer can be edited or taken back from the receipt in your messages with me.")
    )
    return Rendered(_rollup_text(notice, shown, more), blocks)


def name_of(story: Story, notice: RollupNotice) -> str:
    """The teller's name as known, never a mention: a roll-up of many answers must not ring many phones."""
    return notice.names.get(story.teller) or SOMEBODY


def _stories(count: int) -> str:
    return "1 story" if count == 1 else f"{count} stories"


def _nothing_to_show(notice: RollupNotice) -> str:
    if notice.answers:
        return "Closed. Thank you for thinking about it. What was told stays with those who told it."
    return "Closed, without answers this time. The question stays a good one."


def _rollup_text(notice: RollupNotice, shown: tuple[Story, ...], more: int) -> str:
    words = ["Thank you. This is what was told:"]
    words += [plain_story(story, name_of(story, notice)) for story in shown]
    if more:
        words.insert(1, f"(and {_stories(more)} more)")
    return escape(cut("\n".join(words), MOST_FALLBACK, measure=escaped_size))
