"""The weekly digest: purpose, a few stories word for word, the others, a chart, one question to take into Monday."""

from __future__ import annotations

from bot.domain.digests import DigestState
from bot.domain.notices import DigestNotice
from bot.domain.stories import Story
from bot.usecases.digest_printing import SOMEBODY, teller_name
from handlers.slack.surfaces import names
from handlers.slack.surfaces.blocks import (
    actions,
    button,
    context,
    context_mrkdwn,
    divider,
    header,
    line,
    paragraph,
    quote,
    rich,
    run,
    section,
    select,
)
from handlers.slack.surfaces.chart import CHART_BLOCK, chart_block, chart_words
from handlers.slack.surfaces.digest_later import later_blocks, later_words
from handlers.slack.surfaces.digest_parts import Parts, parts_of
from handlers.slack.surfaces.rendered import Block, Element, Rendered
from handlers.slack.surfaces.storyline import (
    LISTED,
    MOST_LISTED,
    plain_story,
    story_block,
    tag_words,
    teller_line,
    words,
)
from handlers.slack.surfaces.text import (
    CUT,
    MOST_FALLBACK,
    cut,
    escape,
    escaped_size,
    excerpt,
    moment,
    plain_line,
)

_STORIES_A_BLOCK = 5
_BESIDE, _MOST_BESIDE = 200, 400
_QUIET = (
    "A quiet week: nothing was shared, and that happens. "
    "If something comes to mind, write it to me, and next week's digest will have it."
)
_ONLY_HELD = "Nothing else was shared. If it stays as it is, there is no digest this time."
_HELD = "It names a colleague close to hard words, so it waits for you: have a look. Until you put it in, it stays out."
_MOST_HELD = 3
"""So many are shown at a time; deciding about one brings the next."""
_ENDED = {
    DigestState.POSTED: "Posted. Edits and withdrawals still change it.",
    DigestState.DROPPED: "Not this week, then. The stories stay where they are.",
}


def render_digest(notice: DigestNotice) -> Rendered:
    """The digest as it reads now, in its channel or (with its own buttons) in the manager's preview."""
    parts = parts_of(notice)
    blocks = [*(_preview(notice, parts) if notice.preview else []), *_top(notice)]
    if parts.empty and not notice.later:
        blocks.append(paragraph(_ONLY_HELD if notice.held else _QUIET))
    for story in parts.highlights:
        blocks += _highlight(notice, parts, story)
    blocks += [*_others(notice, parts), *later_blocks(notice.later), *_picture(notice, parts), *_end(notice)]
    return Rendered(_text(notice, parts), blocks)


def without_chart(rendered: Rendered) -> Rendered:
    """The same message for a Slack that does not know the chart's block; its words stay in `text`."""
    return Rendered(rendered.text, [block for block in rendered.blocks if block["type"] != CHART_BLOCK])


def _title(notice: DigestNotice) -> str:
    return f"Impact digest · {plain_line(notice.team.name)}"


def _week(notice: DigestNotice) -> str:
    _, _, number = notice.digest.week.partition("-W")
    return f"Week {number.lstrip('0')} ({notice.digest.week})" if number else notice.digest.week


def _top(notice: DigestNotice) -> list[Block]:
    blocks = [header(_title(notice)), context(_week(notice))]
    if notice.team.purpose is not None:
        blocks.append(rich(line(run(notice.team.purpose.text, italic=True))))
    if notice.digest.headline:
        blocks.append(rich(line(run(notice.digest.headline, bold=True))))
    return blocks


def _highlight(notice: DigestNotice, parts: Parts, story: Story) -> list[Block]:
    block, more = story_block(story, parts.name(story), quoted=parts.quote(story))
    small = [tag_words(story), _alike(parts.alike(story))]
    blocks = [block]
    if any(small):
        blocks.append(context(" · ".join(filter(None, small))))
    blocks += _beside(notice, story)
    buttons: list[Element] = []
    if more or story.goal.strip() or story.change.strip():
        buttons.append(button("Read it all", names.DIGEST_READ, story.id))
    if not notice.preview:
        buttons.append(button("Build on this", names.STORY_BUILD, story.id))
    return [*blocks, actions(*buttons)] if buttons else blocks


def _beside(notice: DigestNotice, story: Story) -> list[Block]:
    """A story of another team that is like it, in its first sentences."""
    other = notice.beside.get(story.id)
    if other is None:
        return []
    shown, more = excerpt(other.story.text, _BESIDE, _MOST_BESIDE)
    team = f" in {plain_line(other.team)}" if other.team else ""
    teller = plain_line(other.teller) or SOMEBODY
    return [context(f"Like it{team}: {teller}: “{plain_line(shown)}{f' {CUT}' if more else ''}”")]


def _alike(count: int) -> str:
    return f"and {count} like it" if count else ""


def _others(notice: DigestNotice, parts: Parts) -> list[Block]:
    blocks: list[Block] = []
    if parts.listed:
        blocks += [divider(), section("*Also told*")]
    for start in range(0, len(parts.listed), _STORIES_A_BLOCK):
        elements: list[Element] = []
        for story in parts.listed[start : start + _STORIES_A_BLOCK]:
            shown, _ = words(story.text, LISTED, MOST_LISTED)
            alike = _alike(parts.alike(story))
            if alike:
                shown.append(run(f" ({alike})", italic=True))
            elements += [teller_line(parts.name(story), story.customer), quote(*shown)]
        blocks.append(rich(*elements))
    if parts.more or parts.cut_short:
        words_of_it = f"and {parts.more} more" if parts.more else "Some are longer than shown here."
        blocks.append(paragraph(words_of_it, button("Read all", names.DIGEST_ALL, notice.digest.id)))
    return blocks


def _picture(notice: DigestNotice, parts: Parts) -> list[Block]:
    blocks: list[Block] = []
    if parts.themes:
        blocks.append(context(f"What it was about: {' · '.join(parts.themes)}"))
    if notice.chart is not None:
        blocks.append(chart_block(notice.chart))
    return blocks


def _end(notice: DigestNotice) -> list[Block]:
    blocks: list[Block] = []
    if notice.digest.question:
        blocks += [divider(), section("*For Monday*"), paragraph(notice.digest.question)]
    blocks.append(context(notice.digest.label))
    return blocks


def _preview(notice: DigestNotice, parts: Parts) -> list[Block]:
    digest = notice.digest
    if digest.state in _ENDED:
        return [context(_ENDED[digest.state])]
    channel = escape(f"#{notice.team.channel_name}" if notice.team.channel_name else notice.team.name)
    hour = moment(digest.until)
    if parts.empty and notice.held and not notice.later:
        return [context("Only you see this."), *_held(notice), divider()]
    buttons = [
        button("Post now", names.DIGEST_POST_NOW, digest.id, style="primary"),
        button("Not this week", names.DIGEST_NOT_THIS_WEEK, digest.id),
    ]
    if not parts.empty:
        choices = [
            (plain_line(f"{parts.name(story)}: {story.text[:80]}"), names.paired(digest.id, story.id))
            for story in (*parts.highlights, *parts.rest)
        ]
        buttons.append(select(names.DIGEST_LEAVE_OUT, "Leave one out…", choices))
        buttons.append(select(names.DIGEST_ASK_WIDER, "Ask to share wider…", choices))
    return [
        context_mrkdwn(
            f"Only you see this. It goes to {channel} by itself at {hour}; there is nothing you need to do."
        ),
        actions(*buttons),
        *_held(notice),
        divider(),
    ]


def _held(notice: DigestNotice) -> list[Block]:
    """What waits for a look, each with what to decide about it."""
    blocks: list[Block] = []
    for story in notice.held[:_MOST_HELD]:
        block, more = story_block(story, teller_name(notice, story))
        about = names.paired(notice.digest.id, story.id)
        buttons: list[Element] = [
            button("Put it in", names.DIGEST_PUT_IN, about),
            button("Leave it out", names.DIGEST_LEAVE_OUT, about),
        ]
        if more:
            buttons.append(button("Read it all", names.DIGEST_READ, story.id))
        blocks += [divider(), context(_HELD), block, actions(*buttons)]
    return blocks


def _text(notice: DigestNotice, parts: Parts) -> str:
    """Reads well in a notification, and holds what a screen reader should say instead of the blocks."""
    lines = [f"{_title(notice)}, {_week(notice)}"]
    if notice.team.purpose is not None:
        lines.append(notice.team.purpose.text)
    if notice.digest.headline:
        lines.append(notice.digest.headline)
    if parts.empty and not notice.later:
        lines.append(_ONLY_HELD if notice.held else _QUIET)
    lines += [
        f"{plain_story(story, teller_name(notice, story))} {_HELD}" for story in notice.held[:_MOST_HELD]
    ]
    lines += [plain_story(story, parts.name(story), parts.quote(story)) for story in parts.highlights]
    if parts.listed or parts.more:
        lines.append(f"and {len(parts.listed) + parts.more} more")
    lines += [later_words(each) for each in notice.later]
    if notice.chart is not None:
        lines.append(chart_words(notice.chart))
    if notice.digest.question:
        lines.append(f"For Monday: {notice.digest.question}")
    lines.append(notice.digest.label)
    return escape(cut("\n".join(lines), MOST_FALLBACK, measure=escaped_size))
