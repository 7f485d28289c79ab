"""The daily prompt: the team's purpose, the question, three buttons, and who will see the answer."""

from __future__ import annotations

from bot.domain.notices import PromptNotice
from bot.domain.prompts import FIRST_QUESTION
from bot.domain.stories import Visibility
from bot.domain.teams import Team
from handlers.slack.surfaces import names
from handlers.slack.surfaces.audience import audience, choice, digest_day
from handlers.slack.surfaces.blocks import (
    actions,
    button,
    confirm,
    context,
    divider,
    header,
    line,
    overflow,
    paragraph,
    rich,
    run,
    section,
)
from handlers.slack.surfaces.hopes import due_blocks, due_words
from handlers.slack.surfaces.pulse import asks_pulse
from handlers.slack.surfaces.reasons import asks_why, why_back
from handlers.slack.surfaces.rendered import Block, Rendered
from handlers.slack.surfaces.text import MOST_FALLBACK, cut, escape, escaped_size, listed, plain_line
from handlers.slack.surfaces.thanks import thanks_words

_ENDS = {
    "told": "✅ Thank you, it's kept. You'll find it just below.",
    "nothing": "🍃 Nothing today, and that's fine. Until next time.",
    "later": "⏰ I'll ask again in an hour. Writing sooner is fine too.",
}


def render_prompt(notice: PromptNotice) -> Rendered:
    """The prompt as it stands: open with its buttons, or answered with a line in their place."""
    blocks = [*_opening(notice), *_question(notice)]
    if notice.answered is None:
        blocks += [_buttons(notice.team), *_who_sees(notice), *_rhythm(notice)]
    else:
        blocks.append(context(_ENDS.get(notice.answered, _ENDS["told"])))
    if notice.due is not None:
        blocks += [divider(), *due_blocks(notice.due)]
    blocks += [*why_back(notice.why_back), *asks_pulse(notice.pulse), *asks_why(notice.asks_why)]
    return Rendered(_text(notice), blocks)


def _opening(notice: PromptNotice) -> list[Block]:
    blocks: list[Block] = []
    if notice.first:
        stop = button("Stop", names.PERSON_STOP, notice.team.id, confirm=_SURE_TO_STOP)
        blocks.append(section(_introduction(notice.team), stop if notice.answered is None else None))
    blocks += [context(f"💛 {thanks_words(thanks)}") for thanks in notice.thanks]
    if notice.nudge and notice.answered is None:
        blocks.append(context("⏰ Here is the question again, if now is a better moment."))
    if notice.team.purpose is not None:
        blocks.append(rich(line(run(notice.team.purpose.text, italic=True))))
    return blocks


def _introduction(team: Team) -> str:
    return (
        f"👋 Hello! I'm the purpose bot of *{escape(plain_line(team.name))}*. "
        "Now and then I ask what difference you made for a customer, "
        f"and every {digest_day(team)} the team reads the stories. "
        "One sentence is plenty, and “nothing today” is a fine answer. *Stop* ends it; nobody is told."
    )


_SURE_TO_STOP = confirm(
    "Stop the questions?",
    "I won't write to you unasked again. Your stories stay, nobody is told, and “resume” brings me back.",
    "Stop",
    "Not now",
)


def _question(notice: PromptNotice) -> list[Block]:
    blocks = [header(notice.question)]
    if notice.second:
        blocks.append(paragraph(f"or: {notice.second}"))
    return blocks


def _buttons(team: Team) -> Block:
    return actions(
        button("Share a story", names.PROMPT_SHARE, team.id, style="primary"),
        button("Nothing today", names.PROMPT_NOTHING, team.id),
        button("Remind me in an hour", names.PROMPT_LATER, team.id),
    )


def _who_sees(notice: PromptNotice) -> list[Block]:
    team = notice.team
    lines = [f"Just write here, or use the button. Seen by: {audience(notice.default_visibility, team)}."]
    if notice.others:
        lines.append(f"A plain answer goes to {team.name}. (You're also in {listed(notice.others)}.)")
    change = overflow(
        names.PERSON_AUDIENCE,
        [
            (f"From now on: {choice(each, team)}", each.word)
            for each in (Visibility.TEAM, Visibility.MANAGERS, Visibility.PRIVATE)
            if each is not notice.default_visibility
        ],
    )
    blocks = [paragraph("\n".join(lines), change)]
    if team.ai:
        refuse = button("Not mine", names.AI_REFUSE, team.id)
        blocks.append(paragraph("This team lets AI read stories to arrange the digest.", refuse))
    return blocks


def _rhythm(notice: PromptNotice) -> list[Block]:
    if not notice.asks_rhythm:
        return []
    return [
        divider(),
        paragraph(
            "It's been quiet, which is fine. Would another rhythm suit you? If not, I'll wait until you write."
        ),
        actions(
            button("Twice a week", names.RHYTHM_TWICE, "tue,thu"),
            button("Once a week", names.RHYTHM_WEEKLY, "thu"),
            button("Leave it as it is", names.RHYTHM_SAME, notice.team.id),
            button("Stop", names.RHYTHM_STOP, notice.team.id),
        ),
    ]


def _text(notice: PromptNotice) -> str:
    if notice.answered is not None:
        return f"{_ENDS.get(notice.answered, _ENDS['told'])} ({escape(notice.question)})"
    words = [notice.question]
    if notice.second:
        words.append(f"or: {notice.second}")
    if notice.team.purpose is not None:
        words.append(f"{notice.team.name}: {notice.team.purpose.text}")
    words.append(f"Seen by: {audience(notice.default_visibility, notice.team)}.")
    if notice.due is not None:
        words.append(due_words(notice.due))
    if notice.first:
        words.append(f"I'm the purpose bot of {notice.team.name}. Stop ends these questions.")
    return escape(cut("\n".join(words), MOST_FALLBACK, measure=escaped_size))


def sample_prompt(team: Team, second: str | None) -> Rendered:
    """What members will get, for a manager who tries it: without buttons, so that nothing is told by mistake."""
    notice = PromptNotice(
        team=team, question=FIRST_QUESTION, second=second, default_visibility=Visibility.TEAM
    )
    shown = [*_opening(notice), *_question(notice)]
    seen = f"Seen by: {audience(Visibility.TEAM, team)}."
    return Rendered(_text(notice), [context("This is what the team gets:"), *shown, context(seen)])
