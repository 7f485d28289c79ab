"""Which story of another team stands beside one of ours: about the same sort of thing, by the words they share."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from math import log

from bot.domain.folding import fold
from bot.domain.identity import StoryId
from bot.domain.stories import Story

_WORD = re.compile(r"[^\W\d_]{4,}")
LEAST_SHARED = 2
"""So many telling words two stories must share; one of them is as good as chance."""
_RARE, _FEW = 0.2, 3
"""A word that more than this share of the stories hold tells nothing, unless they are no more than a few."""
_COMMON = frozenset(
    re.findall(
        r"\w+",
        """
about after also because been before could customer customers each even every from have into just made more
most much only other over said same since some such team than that their them then there these they this those
today told very were what when where which while will with without would your
""",
    )
)


def beside(ours: Sequence[Story], others: Sequence[Story]) -> Mapping[StoryId, Story]:
    """For each of `ours` that has one: the most similar of `others`, each of them once. Ties go to the newer."""
    words = {story.id: _words(story) for story in (*ours, *others)}
    held = Counter(word for each in words.values() for word in each)
    most = max(_FEW, int(len(words) * _RARE))
    weights = {word: log((1 + len(words)) / count) for word, count in held.items() if 2 <= count <= most}
    pairs = []
    for mine in ours:
        for other in others:
            shared = [weights[word] for word in words[mine.id] & words[other.id] if word in weights]
            if len(shared) >= LEAST_SHARED:
                score = sum(shared) + len(set(mine.tags) & set(other.tags))
                pairs.append((score, other.told_at, other.id, mine.id, other))
    found: dict[StoryId, Story] = {}
    used: set[StoryId] = set()
    for _, _, other_id, mine_id, other in sorted(pairs, key=lambda pair: pair[:4], reverse=True):
        if mine_id not in found and other_id not in used:
            found[mine_id] = other
            used.add(other_id)
    return found


def _words(story: Story) -> frozenset[str]:
    return frozenset(_WORD.findall(fold(f"{story.text} {story.customer}"))) - _COMMON
