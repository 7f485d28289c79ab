"""Which questions a prompt and a digest ask: the first always, a second in rotation, one for Monday."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from datetime import date
from math import gcd

from bot.domain.folding import fold

QUESTIONS: tuple[str, ...] = (
    "What difference did you make for a customer today?",
    "What did we decide differently today because of our purpose?",
    "Whose day was easier because of you?",
    "What did you learn about what a customer is really after?",
    "Did you tell anyone an honest no? What happened?",
    "What will be different for one customer a month from now?",
    "What did a customer say that you want the team to hear?",
    "What did you do today that no commission would pay for?",
    "Which promise did we keep for someone today?",
    "What worried a customer this morning that worries them less tonight?",
    "Who at a customer's place would miss us tomorrow, and why?",
    "What did you put right for someone today?",
    "Which small thing did you do that a customer noticed?",
    "What does a good year look like for someone you spoke with today?",
    "Who helped you help a customer today?",
    "What did you ask a customer today that you had never asked before?",
)
"""The first is always asked; the others take turns beneath it."""

FIRST_QUESTION = QUESTIONS[0]

MONDAY_QUESTIONS: tuple[str, ...] = (
    "Which customer will have an easier week because of us?",
    "Which of last week's promises comes due this week, and for whom?",
    "Whom could we ask what a good year looks like for them?",
    "Which customer have we not listened to for a while?",
    "Where could an honest no save someone trouble this week?",
    "Which of these stories could happen again for somebody else?",
    "Who will use what we sold last month for the first time this week?",
    "What is one customer hoping for that we could bring closer by Friday?",
    "Whose worry could we take away this week?",
    "Which customer's people have we never met, though they feel the difference?",
    "What would we do this week if nobody counted anything?",
    "Who deserves a call this week just to hear how it is going?",
    "Which decision this week should start with the customer's day?",
)


def rotation(own: Sequence[str] = ()) -> tuple[str, ...]:
    """The questions that take turns beneath the first: ours, then a team's own, blanks and repeats aside."""
    seen = {fold(FIRST_QUESTION)}
    kept: list[str] = []
    for question in (*QUESTIONS[1:], *(" ".join(words.split()) for words in own)):
        if question and fold(question) not in seen:
            seen.add(fold(question))
            kept.append(question)
    return tuple(kept)


def second_question(own: Sequence[str], *, team: str, on: date, last: str | None = None) -> str:
    """The question beneath the first for `team` on a local date.

    The date and the team decide: everyone in the team reads the same one, and the next day's is another.
    `last` is the second question that the person (or team) read last, however long ago: it is never
    returned again at once, also after skipped days and after the team changed its own questions.
    """
    questions = rotation(own)
    week, day = divmod(on.toordinal() - 1, 7)
    # A week's step without a common divisor: each weekday meets every question before one returns to it.
    step = next(step for step in range(7, 7 + len(questions)) if gcd(step, len(questions)) == 1)
    return _unlike(questions, _offset(team) + week * step + day, last)


def monday_question(*, team: str, on: date, last: str | None = None) -> str:
    """The question that the digest of `on`'s week takes into Monday; never `last`, the digest before's."""
    return _unlike(MONDAY_QUESTIONS, _offset(team) + (on.toordinal() - 1) // 7, last)


def _unlike(questions: Sequence[str], place: int, last: str | None) -> str:
    question = questions[place % len(questions)]
    if last is not None and fold(" ".join(last.split())) == fold(question):
        return questions[(place + 1) % len(questions)]
    return question


def _offset(team: str) -> int:
    """Where a team starts, so that teams of one company do not all read the same; stable across processes."""
    return zlib.crc32(team.encode("utf-8", "replace"))
