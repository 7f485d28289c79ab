"""Which of a digest's stories stand where: highlights, the others shown, and how many are a click away."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from bot.domain.digests import LABEL_AI, Pick
from bot.domain.notices import DigestNotice
from bot.domain.stories import Story
from bot.domain.tags import TAGS
from bot.usecases.digest_printing import teller_name
from handlers.slack.surfaces.storyline import LISTED, MOST_LISTED
from handlers.slack.surfaces.text import excerpt

MOST_WHOLE = 20
"""A week of so many stories is shown whole."""
MOST_SHOWN = 12
"""Of a longer one so many, the others behind a button."""
_MOST_THEMES = 5


@dataclass(frozen=True, slots=True)
class Parts:
    """A digest's stories in their places. `listed` stand below the highlights, `rest` is everything below them."""

    notice: DigestNotice
    picks: Mapping[str, Pick]
    highlights: tuple[Story, ...]
    rest: tuple[Story, ...]
    listed: tuple[Story, ...]
    themes: tuple[str, ...]

    @property
    def empty(self) -> bool:
        """No story may be shown."""
        return not self.highlights and not self.rest

    @property
    def more(self) -> int:
        """How many stories are not in the message."""
        return len(self.rest) - len(self.listed)

    @property
    def cut_short(self) -> bool:
        """Whether one of the listed stories is longer than what is shown of it."""
        return any(excerpt(story.text, LISTED, MOST_LISTED)[1] for story in self.listed)

    def name(self, story: Story) -> str:
        """Who told it; of people who left only that they did."""
        return teller_name(self.notice, story)

    def quote(self, story: Story) -> str | None:
        """The part of the story that was picked, where it still is a part of it; None for the whole."""
        quoted = self.picks[story.id].quote
        return quoted if quoted and quoted in story.text else None

    def alike(self, story: Story) -> int:
        """How many stories that are nearly the same are folded beneath this one."""
        return (self.notice.likes or {}).get(story.id, 0)


def parts_of(notice: DigestNotice) -> Parts:
    """The stories that may be shown, in their order; those folded beneath a shown one stand with it."""
    picks = {pick.story: pick for pick in notice.digest.picks if pick.story in notice.stories}
    own = [pick for pick in sorted(picks.values(), key=_place) if pick.like not in picks]
    highlights = tuple(notice.stories[pick.story] for pick in own if pick.featured)
    rest = tuple(notice.stories[pick.story] for pick in own if not pick.featured)
    whole = len(highlights) + len(rest) <= MOST_WHOLE
    listed = rest if whole else rest[: max(MOST_SHOWN - len(highlights), 0)]
    return Parts(notice, picks, highlights, rest, listed, _themes(notice))


def in_order(notice: DigestNotice) -> tuple[Story, ...]:
    """Every story that may be shown: highlights, the others, then those that are nearly the same."""
    parts = parts_of(notice)
    shown = (*parts.highlights, *parts.rest)
    ids = {story.id for story in shown}
    folded = [
        notice.stories[pick.story]
        for pick in sorted(parts.picks.values(), key=_place)
        if pick.story not in ids
    ]
    return (*shown, *folded)


def _place(pick: Pick) -> int:
    return pick.position


def _themes(notice: DigestNotice) -> tuple[str, ...]:
    """The kinds that tellers tagged, without counts, what was tagged most first. A model that arranged the digest says
    which of its teller's tags a story stands for: those come first then."""
    told = Counter(tag for story in notice.stories.values() for tag in story.tags)
    meant = Counter(pick.theme for pick in notice.digest.picks if notice.digest.label == LABEL_AI)
    known = sorted((tag for tag in TAGS if told[tag.key]), key=lambda tag: (-meant[tag.key], -told[tag.key]))
    return tuple(f"{tag.emoji} {tag.label}" for tag in known[:_MOST_THEMES])
