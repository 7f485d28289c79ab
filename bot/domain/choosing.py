"""Choosing a week's highlights as a good editor would: few voices, in turn, the customer first, nothing twice."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import blake2b

from bot.domain.alike import fold_alike
from bot.domain.digests import LABEL_AI, Digest, Pick
from bot.domain.identity import StoryId, UserId
from bot.domain.stories import Story

HIGHLIGHTS = 5
_GLANCE = range(40, 701)
"""So many characters read at a glance and still say something."""


def weight(weeks: float | None) -> float:
    """How much it is a teller's turn, by weeks since they were last featured (None: never): 1 - 0.5 ** weeks."""
    return 1.0 if weeks is None else 1.0 - 0.5 ** max(weeks, 0.0)


def weeks_since_featured(digests: Sequence[Digest], until: datetime) -> dict[UserId, float]:
    """For each teller featured in `digests`: how many weeks before `until` that was last."""
    weeks: dict[UserId, float] = {}
    for digest in digests:
        ago = (until - digest.until) / timedelta(weeks=1)
        for pick in digest.picks:
            if pick.featured and ago > 0:
                weeks[pick.teller] = min(ago, weeks.get(pick.teller, ago))
    return weeks


def choose(
    stories: Sequence[Story],
    featured: Mapping[UserId, float],
    *,
    seed: str,
    not_featured: Collection[UserId] = (),
    highlights: int = HIGHLIGHTS,
) -> tuple[Pick, ...]:
    """Every story's place in the digest; the same stories and `seed` (team and week) give the same places.

    `featured` are weeks since each teller was last featured; `not_featured` are tellers who only stand among the
    others (they left the company). Near-duplicates stand beneath the one that was told first.
    """
    told = sorted(stories, key=lambda story: (story.told_at, story.id))
    beneath = {
        told[later].id: told[first] for later, first in fold_alike([story.text for story in told]).items()
    }
    own = [story for story in told if story.id not in beneath]
    opening = _opening(own, featured, seed, not_featured)[:highlights]
    shown = {story.id for story in opening}
    others = _in_turns([story for story in own if story.id not in shown], opening, seed)
    alike = Counter(first.id for first in beneath.values())
    order = [*opening, *others, *(story for story in told if story.id in beneath)]
    themes = Counter(tag for story in stories for tag in story.tags)
    return tuple(
        Pick(
            story=story.id,
            teller=story.teller,
            featured=story.id in shown,
            position=position,
            alike=alike[story.id],
            theme=_theme(story, themes),
            like=beneath[story.id].id if story.id in beneath else None,
        )
        for position, story in enumerate(order)
    )


def joined(earlier: Digest, later: Digest) -> Digest:
    """What two digests of one week hold together, to look at: each story once, the earlier digest's first."""
    had = {pick.story for pick in earlier.picks}
    more = [pick for pick in later.picks if pick.story not in had]
    picks = (*earlier.picks, *(replace(pick, position=pick.position + len(had)) for pick in more))
    return replace(
        later,
        since=earlier.since,
        picks=picks,
        headline=later.headline or earlier.headline,
        label=LABEL_AI if LABEL_AI in (earlier.label, later.label) else later.label,
        left_out=(*earlier.left_out, *later.left_out),
        held=(*earlier.held, *later.held),
        put_in=(*earlier.put_in, *later.put_in),
    )


def standing(picks: Sequence[Pick], shown: Collection[StoryId]) -> tuple[Pick, ...]:
    """The picks whose story may be shown. Where the first of several alike was taken back, the next stands for it."""
    heirs: dict[StoryId, Pick] = {}
    featured = {pick.teller for pick in picks if pick.featured and pick.story in shown}
    kept: list[Pick] = []
    places = {pick.story: pick for pick in picks}
    for pick in sorted(picks, key=lambda pick: pick.position):
        if pick.story not in shown:
            continue
        if pick.like is None or pick.like in shown:
            kept.append(pick)
        elif pick.like in heirs:
            kept.append(replace(pick, like=heirs[pick.like].story))
        else:
            gone = places.get(pick.like)
            opens = gone is not None and gone.featured and pick.teller not in featured
            heir = replace(pick, like=None, featured=opens, position=gone.position if gone else pick.position)
            heirs[pick.like] = heir
            kept.append(heir)
    return tuple(sorted(kept, key=lambda pick: pick.position))


def _opening(
    stories: Sequence[Story], featured: Mapping[UserId, float], seed: str, never: Collection[UserId]
) -> list[Story]:
    """One story a teller, whose turn it is most first."""
    by_teller: dict[UserId, list[Story]] = defaultdict(list)
    for story in stories:
        if story.teller not in never:
            by_teller[story.teller].append(story)
    tellers = sorted(by_teller, key=lambda user: (-weight(featured.get(user)), _lot(seed, user)))
    return [max(by_teller[user], key=lambda story: _reads_well(story, seed)) for user in tellers]


def _reads_well(story: Story, seed: str) -> tuple[int, int]:
    """Of one teller's stories first the one about somebody, with a change, that reads at a glance; then by lot."""
    good = (bool(story.customer.strip()), bool(story.change.strip()), len(story.text) in _GLANCE)
    return sum(good), _lot(seed, story.id)


def _in_turns(stories: Sequence[Story], before: Sequence[Story], seed: str) -> list[Story]:
    """The others so that every voice is heard before one is heard again."""
    heard = Counter(story.teller for story in before)
    turns: list[tuple[int, int, Story]] = []
    for story in sorted(stories, key=lambda story: _lot(seed, story.id)):
        turns.append((heard[story.teller], len(turns), story))
        heard[story.teller] += 1
    return [story for _, _, story in sorted(turns, key=lambda turn: turn[:2])]


def _theme(story: Story, themes: Mapping[str, int]) -> str | None:
    """Of the tags that its teller gave it, the one told most this week; never one of ours."""
    return max(story.tags, key=lambda tag: themes[tag], default=None)


def _lot(seed: str, name: str) -> int:
    """A lot drawn for `name`: the same on every machine, another one each week."""
    return int.from_bytes(
        blake2b(f"{seed}\n{name}".encode("utf-8", "replace"), digest_size=8).digest(), "big"
    )
