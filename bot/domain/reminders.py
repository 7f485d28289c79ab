"""The line beneath the purpose in a channel's reminder: ours, the team's own, or a story quoted back."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from bot.domain.folding import fold

REST = timedelta(days=182)
"""How long a line rests before it may come back: half a year."""

LONGEST_QUOTE = 200
LONGEST_OWN = 160
"""A team's own line stays below two lines on a screen."""
MOST_OWN = 50
_STORY_EVERY = 4


@dataclass(frozen=True, slots=True)
class Line:
    """One line. `key` is stable and remembered; `{story}` and `{teller}` in `text` are filled by `fill`."""

    key: str
    text: str

    @property
    def quotes_a_story(self) -> bool:
        """True where the line needs one of the team's own stories."""
        return "{story}" in self.text and not self.key.startswith("own:")


PLAIN_LINES: tuple[Line, ...] = (
    Line(
        "one-person",
        "Behind every order there is one person whose day goes better or worse. Who is yours this week?",
    ),
    Line("hoping-for", "Before the first call: what is this customer hoping for, in their own words?"),
    Line("felt-weekly", "An invoice is paid once. A difference is felt every week."),
    Line("goal-known", "If you can say what a good year looks like for them, you already sell differently."),
    Line("ask-then-tell", "One question more, one slide less."),
    Line(
        "week-later", "Pick one customer and picture their week after we did our part. What is gone from it?"
    ),
    Line("no-is-service", "Saying “not from us, not now” can be the best service of the week."),
    Line(
        "who-feels-it",
        "The person who signs and the person who feels the difference are seldom the same. Meet both.",
    ),
    Line("small-is-fine", "It need not be big. Ten quiet minutes given back to someone count."),
    Line("promise", "What did we promise, and does the person we promised it to know how it stands?"),
    Line("name-not-account", "Say the name, not the account. It changes what comes next in the sentence."),
    Line(
        "first-question",
        "In today's first meeting, try asking about the customer before asking about the date.",
    ),
    Line("listen-twice", "Listen for what worries them, not for the gap where our product fits."),
    Line("after-signing", "For us it ends with the signature. For them that is the first day."),
    Line("tell-it", "A story told on Monday helps somebody in the next call on Tuesday."),
    Line("colleague", "Ask the colleague next to you: whom did you help last week? Then just listen."),
    Line("nobody-sees", "What you did for a customer when nobody was counting is worth telling here."),
    Line("prepared", "Five minutes of reading up before a call tell a customer that they matter."),
    Line("their-words", "Write down one sentence a customer says this week, exactly as they say it."),
    Line("bad-week", "A hard week still has one person in it who was glad you picked up the phone."),
    Line("worth-to-them", "What is it worth to us? Fine. What is it worth to them? Better."),
    Line("check-back", "Call somebody whom we helped in spring. Did it come true?"),
    Line(
        "many-minds",
        "Nobody has seen it all. Someone in this channel has met your customer's problem before.",
    ),
    Line(
        "experiment",
        "Try one small thing with customers this week and tell us how it went, also if it didn't.",
    ),
    Line("sure", "Instead of asking how sure we are, ask how sure they are, and what is missing."),
    Line(
        "their-customer", "Our customers have customers. Whose evening gets better two steps down the line?"
    ),
    Line("new-eyes", "What would a newcomer notice first about the way we talk about customers?"),
    Line(
        "easy-to-leave", "If leaving us took one click, why would they stay? What did we do for them lately?"
    ),
    Line("before-after", "Every good story has a before and an after. Which one are you in the middle of?"),
    Line(
        "quiet-voice",
        "The quietest person in the room often carries the heaviest part. What would help them?",
    ),
    Line("no-script", "No script today: just the wish to leave them better off than they were."),
    Line("why-you", "Why do you do this work, of all the work you could do? Keep that near you today."),
)

STORY_LINES: tuple[Line, ...] = (
    Line("story-plain", "From {teller}:\n“{story}”"),
    Line("story-why", "This is what the sentence above looks like on a working day. {teller}:\n“{story}”"),
    Line("story-heard", "In case you missed it, {teller} told us:\n“{story}”"),
    Line("story-again", "Could this happen for one more customer this week? {teller}:\n“{story}”"),
    Line("story-start", "To start the week, something that {teller} told:\n“{story}”"),
    Line("story-small", "Somebody's day, and one of us had a hand in it. {teller}:\n“{story}”"),
    Line("story-ask", "Ask {teller} how this went on:\n“{story}”"),
    Line("story-true", "Not a slogan, it happened. {teller}:\n“{story}”"),
    Line("story-because", "We do it for things like this one, told by {teller}:\n“{story}”"),
    Line("story-carry", "A story to take into your next call, from {teller}:\n“{story}”"),
    Line("story-remember", "Remember this one? {teller} told it:\n“{story}”"),
)

LINES: tuple[Line, ...] = PLAIN_LINES + STORY_LINES


def lines_for(own: Sequence[str]) -> tuple[Line, ...]:
    """Ours and a team's own lines. A team's line keeps its key as long as its words stay the same."""
    kept = {line.key: line for line in LINES}
    for words in own:
        text = " ".join(words.split())
        if text:
            key = f"own:{zlib.crc32(fold(text).encode('utf-8', 'replace')):08x}"
            kept.setdefault(key, Line(key, text))
    return tuple(kept.values())


def next_line(
    lines: Sequence[Line],
    used: Sequence[tuple[str, date]],
    today: date,
    *,
    team: str = "",
    has_story: bool = False,
) -> Line | None:
    """The line for `today`, or None where `lines` holds none that can be said.

    `used` is what the team has read, (key, local date) in any order. A line rests for half a year (`REST`);
    where none is rested, the one read longest ago comes, so never the latest one while there is another.
    Lines that quote a story are taken only if `has_story`, and then about every fourth time.
    """
    sayable = [line for line in lines if has_story or not line.quotes_a_story]
    if not sayable:
        return None
    last_read = {line.key: date.min for line in sayable}
    for key, day in used:
        if key in last_read:
            last_read[key] = max(last_read[key], day)
    rested = [
        line for line in sayable if last_read[line.key] == date.min or today - last_read[line.key] >= REST
    ]
    if not rested:
        return min(sayable, key=lambda line: (last_read[line.key], _shuffled(team, line)))
    wants_story = has_story and not _story_lately(lines, used)
    return min(rested, key=lambda line: (line.quotes_a_story is not wants_story, _shuffled(team, line)))


def quotable(text: str) -> bool:
    """True where a story is short enough to be quoted whole: part of one could turn its meaning round."""
    return 0 < len(" ".join(text.split())) <= LONGEST_QUOTE


def fill(line: Line, *, story: str = "", teller: str = "") -> str:
    """The words to show, at most two lines. A team's own line is as typed; braces in a story mean nothing."""
    if not line.quotes_a_story:
        return line.text
    frame, _, rest = line.text.partition("{story}")
    return frame.replace("{teller}", teller) + " ".join(story.split()) + rest


def _story_lately(lines: Sequence[Line], used: Sequence[tuple[str, date]]) -> bool:
    quoting = {line.key for line in (*lines, *LINES) if line.quotes_a_story}
    latest = sorted(used, key=lambda entry: entry[1])[-(_STORY_EVERY - 1) :]
    return any(key in quoting for key, _ in latest)


def _shuffled(team: str, line: Line) -> int:
    """An order of its own for each team, the same in every process."""
    return zlib.crc32(f"{team}\n{line.key}".encode("utf-8", "replace"))
