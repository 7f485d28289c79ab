"""The digest on a terminal: for reading, and as JSON for other programs."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from typing import Any

from bot.domain.digests import Pick
from bot.domain.hopes import Hope, Outcome
from bot.domain.notices import DigestNotice
from bot.domain.stories import Story
from bot.domain.tags import labels

FORMER = "a former colleague"
SOMEBODY = "a colleague"
QUIET_WEEK = "A quiet week: nothing was shared."


def as_json(notice: DigestNotice) -> dict[str, Any]:
    """`team`, `week`, `purpose`, `highlights`, `stories` (all of them, the highlights too), `question`, `label`."""
    highlights, others, folded = _places(notice)
    return {
        "team": notice.team.name,
        "week": notice.digest.week,
        "purpose": notice.team.purpose.text if notice.team.purpose else None,
        "highlights": [_entry(notice, pick) for pick in highlights],
        "stories": [_entry(notice, pick) for pick in (*highlights, *others, *folded)],
        "question": notice.digest.question,
        "label": notice.digest.label,
    }


def printed(notice: DigestNotice) -> str:
    """The same digest to read, every story whole; what could steer a terminal is made visible."""
    return "".join(_visible(character) for character in "\n".join(_lines(notice)))


def came_of(hope: Hope) -> str:
    """What came of it with its owner's own words: "What we learned: …"."""
    came = _CAME[hope.outcome] if hope.outcome is not None else "Still open"
    line = " ".join(hope.line.split())
    return f"{came}: {line}" if line else came


_CAME = {
    Outcome.CAME_TRUE: "It came true",
    Outcome.PARTLY: "Partly. What we learned",
    Outcome.NOT_YET: "Not yet",
    Outcome.NO: "It didn't. What we learned",
}


def teller_name(notice: DigestNotice, story: Story) -> str:
    """Who told it; of people who left only that they did."""
    if story.teller in notice.former:
        return FORMER
    return notice.names.get(story.teller) or SOMEBODY


def _places(notice: DigestNotice) -> tuple[list[Pick], list[Pick], list[Pick]]:
    shown = sorted(
        (pick for pick in notice.digest.picks if pick.story in notice.stories), key=lambda pick: pick.position
    )
    ids = {pick.story for pick in shown}
    own = [pick for pick in shown if pick.like not in ids]
    return (
        [pick for pick in own if pick.featured],
        [pick for pick in own if not pick.featured],
        [pick for pick in shown if pick.like in ids],
    )


def _entry(notice: DigestNotice, pick: Pick) -> dict[str, Any]:
    story = notice.stories[pick.story]
    return {
        "id": story.id,
        "teller": teller_name(notice, story),
        "told_on": story.told_on.isoformat(),
        "text": story.text,
        "customer": story.customer,
        "tags": list(story.tags),
        "visibility": story.visibility.word,
        "like": pick.like,
    }


def _lines(notice: DigestNotice) -> Iterator[str]:
    highlights, others, folded = _places(notice)
    yield f"Impact digest · {notice.team.name}"
    yield f"Week {notice.digest.week}"
    if notice.team.purpose is not None:
        yield f"\n{notice.team.purpose.text}"
    if notice.digest.headline:
        yield f"\n{notice.digest.headline}"
    if not highlights and not others and not notice.later:
        yield f"\n{QUIET_WEEK}"
    yield from _stories(notice, highlights)
    if others:
        yield "\nAlso told"
    yield from _stories(notice, others)
    if folded:
        yield "\nNearly the same"
    yield from _stories(notice, folded)
    for each in notice.later:
        yield f"\nSince {each.story.told_on.isoformat()}: {each.teller or SOMEBODY}"
        yield from (f"  {line}" for line in each.story.text.splitlines())
        yield f"  {came_of(each.hope)}"
    if notice.digest.question:
        yield f"\nFor Monday: {notice.digest.question}"
    yield f"({notice.digest.label})"


def _stories(notice: DigestNotice, picks: Sequence[Pick]) -> Iterator[str]:
    for pick in picks:
        story = notice.stories[pick.story]
        about = f", about {story.customer}" if story.customer else ""
        kinds = f" [{', '.join(labels(story.tags))}]" if story.tags else ""
        yield f"\n{teller_name(notice, story)}{about}{kinds}"
        yield from (f"  {line}" for line in story.text.splitlines() or [""])


def _visible(character: str) -> str:
    if character == "\n" or unicodedata.category(character) not in ("Cc", "Cs"):
        return character
    return " " if character == "\t" else "\N{REPLACEMENT CHARACTER}"
