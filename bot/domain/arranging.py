"""The AI step, as rules: what a model is given to read, and what may be taken from what it answers.

A model proposes; every word that is shown is the teller's own. Whose turn it is stays decided by `choosing`: among the
stories of those tellers a model picks one each, the sentences to quote, and their order.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from bot.domain.digests import LABEL_AI, LABEL_LOCAL, Digest, Pick
from bot.domain.folding import fold
from bot.domain.headlines import is_supported
from bot.domain.identity import StoryId
from bot.domain.people import Person
from bot.domain.quoting import whole_quote
from bot.domain.sentences import is_whole
from bot.domain.stories import Story, shown_in_channel
from bot.domain.tags import TAGS, labels
from bot.domain.teams import Team


@dataclass(frozen=True, slots=True)
class Theme:
    """A kind of difference, and the stories that it is said to be told of."""

    label: str
    stories: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Quote:
    """A story, and the part of it that is said to be worth showing."""

    story: str
    words: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a model proposes for a digest: nothing of it is trusted."""

    headline: str = ""
    themes: tuple[Theme, ...] = ()
    picks: tuple[Quote, ...] = ()
    question: str = ""


def ai_may_read(story: Story, team: Team, teller: Person | None) -> bool:
    """Whether everyone agrees that a model reads this story: the team, its teller, and the teller for this story."""
    if not (team.ai and story.ai_allowed and story.team == team.id and shown_in_channel(story)):
        return False
    if team.ai_since is not None and story.told_at < team.ai_since:
        return False
    return teller is None or (teller.may_take_part and not teller.ai_refused)


def arranged(
    digest: Digest,
    proposal: Proposal,
    stories: Mapping[StoryId, Story],
    consented: Collection[StoryId],
    *,
    sources: Iterable[str],
    questions: Sequence[str] = (),
) -> Digest:
    """`digest`, compiled locally, with those parts of `proposal` that hold.

    `stories` are those that may be shown, as they read now; `sources` are the texts whose words a headline may use;
    `questions` are ours, of which one may be chosen. What does not hold is left away: the local choice stands there.
    """
    readable = {each: stories[each] for each in consented if each in stories and each not in digest.left_out}
    quotes = _quotes(digest, proposal.picks, readable)
    headline = proposal.headline.strip()
    if not is_supported(headline, sources, _told_kinds(readable.values())):
        headline = ""
    if not quotes and not headline:
        return replace(digest, headline=None, label=LABEL_LOCAL, picks=_without_quotes(digest.picks))
    picks = _in_places(digest.picks, quotes)
    themes = _themes(proposal.themes, readable)
    return replace(
        digest,
        headline=headline or None,
        label=LABEL_AI,
        question=_one_of(questions, proposal.question) or digest.question,
        picks=tuple(
            replace(pick, theme=themes.get(pick.story, pick.theme), quote=quotes.get(pick.story))
            for pick in picks
        ),
    )


def as_it_stands(digest: Digest, stories: Mapping[StoryId, Story], consented: Collection[StoryId]) -> Digest:
    """`digest` with what a model arranged only as far as it still holds: consent is there, the quotes are whole
    sentences of what the stories say now, and the headline is borne out by them. Without any of it, it is compiled
    without AI."""
    if digest.label != LABEL_AI:
        return digest
    readable = {each: stories[each] for each in consented if each in stories}
    picks = tuple(
        pick
        if pick.quote is None or (pick.story in readable and is_whole(readable[pick.story].text, pick.quote))
        else replace(pick, quote=None)
        for pick in digest.picks
    )
    headline = digest.headline
    texts = [story.text for story in readable.values()]
    if headline is not None and not is_supported(headline, texts, _told_kinds(readable.values())):
        headline = None
    by_ai = headline is not None or any(pick.quote is not None for pick in picks)
    label = digest.label if by_ai else LABEL_LOCAL
    return replace(digest, picks=picks, headline=headline, label=label)


def proposal_of(digest: Digest) -> Proposal:
    """What a model's part in `digest` was, to be checked anew against another choice of stories."""
    quoted = sorted((pick for pick in digest.picks if pick.quote is not None), key=lambda pick: pick.position)
    return Proposal(
        headline=digest.headline or "",
        picks=tuple(Quote(pick.story, pick.quote or "") for pick in quoted),
        question=digest.question,
    )


def pickable(digest: Digest, readable: Collection[StoryId]) -> tuple[StoryId, ...]:
    """The readable stories of the tellers whose turn it is, near-duplicates aside, in the digest's order."""
    turn = {pick.teller for pick in digest.picks if pick.featured}
    return tuple(
        pick.story
        for pick in sorted(digest.picks, key=lambda pick: pick.position)
        if pick.teller in turn and pick.like is None and pick.story in readable
    )


def _quotes(
    digest: Digest, proposed: Sequence[Quote], readable: Mapping[StoryId, Story]
) -> dict[StoryId, str]:
    """The whole sentences to show, by story in the order proposed: one story a teller whose turn it is."""
    may_be = frozenset(pickable(digest, readable))
    quotes: dict[StoryId, str] = {}
    heard = set()
    for pick in proposed:
        story = readable.get(pick.story)
        if story is None or story.id not in may_be or story.teller in heard:
            continue
        quote = whole_quote(story.text, pick.words)
        if quote is not None:
            quotes[story.id] = quote
            heard.add(story.teller)
    return quotes


def _in_places(picks: Sequence[Pick], quotes: Mapping[StoryId, str]) -> list[Pick]:
    """Quoted stories first, then the local highlights of tellers without one, then the others as they stood."""
    known = {pick.story: pick for pick in picks}
    quoted = [known[story] for story in quotes]
    heard = {pick.teller for pick in quoted}
    standing = sorted(picks, key=lambda pick: pick.position)
    refilled = [pick for pick in standing if pick.featured and pick.teller not in heard]
    opening = [*quoted, *refilled]
    shown = {pick.story for pick in opening}
    order = [*opening, *(pick for pick in standing if pick.story not in shown)]
    return [
        replace(pick, featured=pick.story in shown, position=position) for position, pick in enumerate(order)
    ]


def _themes(proposed: Sequence[Theme], readable: Mapping[StoryId, Story]) -> dict[StoryId, str]:
    """Which of its teller's tags a story stands for; a model gives no story a tag that its teller did not."""
    keys = {fold(tag.label): tag.key for tag in TAGS}
    themes: dict[StoryId, str] = {}
    for theme in proposed:
        key = keys.get(fold(" ".join(theme.label.split())))
        for each in theme.stories:
            if key is not None and each in readable and key in readable[each].tags:
                themes.setdefault(each, key)
    return themes


def _told_kinds(stories: Iterable[Story]) -> tuple[str, ...]:
    return labels(dict.fromkeys(tag for story in stories for tag in story.tags))


def _without_quotes(picks: Iterable[Pick]) -> tuple[Pick, ...]:
    return tuple(replace(pick, quote=None) for pick in picks)


def _one_of(questions: Sequence[str], chosen: str) -> str | None:
    wanted = fold(" ".join(chosen.split()))
    return next((question for question in questions if fold(question) == wanted), None)
