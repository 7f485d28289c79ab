"""What a model is given to read: masked texts under ids of one run, and the way back from its answer."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from bot.domain.arranging import Proposal, Quote, Theme, pickable
from bot.domain.digests import Digest
from bot.domain.identity import StoryId
from bot.domain.masking import PERSON, Masked, mask, unmask, without_placeholders
from bot.domain.stories import Story
from bot.domain.tags import labels

MOST_READ = 300
MOST_CHARACTERS = 600
_LOOKED_AT = 2 * MOST_CHARACTERS
"""Placeholders can be shorter than what they stand for, so more than what is sent is masked."""


@dataclass(frozen=True, slots=True)
class Assignment:
    """All that leaves the house: `texts` are (id, masked text of at most 600 characters), ids are random and of this
    run only; a pick may be of `pickable` ids only, at most `most_picks`; `kinds` are labels of tags."""

    delimiter: str
    texts: tuple[tuple[str, str], ...]
    pickable: tuple[str, ...]
    most_picks: int
    kinds: tuple[str, ...]
    questions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Briefing:
    """An assignment and what stays in the house: which story each id is, and what the placeholders stand for."""

    assignment: Assignment
    stories: Mapping[str, StoryId]
    masked: Masked

    def sources(self, readable: Collection[StoryId]) -> tuple[str, ...]:
        """The masked texts whose words a headline may use: of stories that are still readable."""
        return tuple(
            without_placeholders(text)
            for story, text in zip(self.stories.values(), self.masked.texts, strict=True)
            if story in readable
        )

    def understood(self, proposal: Proposal) -> Proposal:
        """A model's answer in the house's own terms: what is not of this run is left away, then unmasked."""
        allowed = frozenset(self.assignment.pickable)
        return replace(
            proposal,
            themes=tuple(
                Theme(
                    theme.label, tuple(self.stories[each] for each in theme.stories if each in self.stories)
                )
                for theme in proposal.themes
            ),
            picks=tuple(
                Quote(self.stories[pick.story], unmask(pick.words, self.masked.values))
                for pick in proposal.picks
                if pick.story in allowed
            ),
        )


def brief(
    digest: Digest,
    readable: Mapping[StoryId, Story],
    *,
    customers: Iterable[str],
    people: Iterable[str],
    questions: Sequence[str],
    ids: Sequence[str],
    delimiter: str,
) -> Briefing | None:
    """The assignment for a digest; None where there is nothing that a model could pick.

    `readable` are the stories that consent covers, `ids` at least `MOST_READ` random ones. Near-duplicates are sent
    once. A story that names a colleague may be read but is not picked: whether it is opened to the team stays the
    manager's choice.
    """
    own = [pick.story for pick in digest.picks if pick.like is None and pick.story in readable]
    first = pickable(digest, readable)
    chosen = tuple(dict.fromkeys((*first, *own)))[:MOST_READ]
    masked = mask([_head(readable[each].text) for each in chosen], customers=customers, people=people)
    known = dict(zip(ids, chosen, strict=False))
    named = {story for story, kinds in zip(chosen, masked.kinds, strict=True) if PERSON in kinds}
    may_be = tuple(each for each, story in known.items() if story in first and story not in named)
    if not may_be:
        return None
    tellers = {readable[known[each]].teller for each in may_be}
    assignment = Assignment(
        delimiter=delimiter,
        texts=tuple(
            (each, shortened(text, MOST_CHARACTERS)) for each, text in zip(known, masked.texts, strict=True)
        ),
        pickable=may_be,
        most_picks=len(tellers),
        kinds=labels(dict.fromkeys(tag for each in chosen for tag in readable[each].tags)),
        questions=tuple(questions),
    )
    return Briefing(assignment, known, masked)


def shortened(text: str, most: int) -> str:
    """`text`, or as many of its first words as fit into `most` characters."""
    if len(text) <= most:
        return text
    head = text[: most + 1]
    space = max(head.rfind(" "), head.rfind("\n"))
    return (head[:space] if space > 0 else head[:most]).rstrip()


def _head(text: str) -> str:
    return shortened(text, _LOOKED_AT)
