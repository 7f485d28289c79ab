"""Stories that may hurt a colleague: one is named, and hard words about people stand beside the name.

A rule of words cannot tell blame from praise: whoever reads it decides, so in doubt it says yes. Only what it finds is
held for a manager's look; nothing is kept about it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache

from bot.domain.folding import fold
from bot.domain.masking import PERSON, mask
from bot.domain.patterns import compile_any
from bot.domain.sentences import sentences

# What is said of people, not of a customer's bad week. What may stand alone:
_WORDS = """
    lazy useless incompetent incompetence clueless careless sloppy stupid stupidity idiot idiots idiotic moron pathetic
    worthless unprofessional unreliable arrogant selfish rude toxic liar liars dishonest disgrace disgraceful jerk loser
    insufferable asshole bastard bitch bullshit crap sucks shouted yelled screamed insulted bullied bully bullies
    humiliated harassed lied cheated cheats stole steals sabotaged sabotages botched bungled ruined wrecked fault blame
    blames blamed messed screwed neglected hates sacked
    faul unfähig unfähige dumm dumme dummer nutzlos unzuverlässig unzuverlässige inkompetent inkompetente versagt
    vermasselt verbockt gelogen lügner paresseux paresseuse incompetente menteur menteuse imbécile mentiroso mentirosa
    incapaz inútil idiota incapace bugiardo bugiarda stupida preguiçoso preguiçosa leugenaar nutteloos onbekwaam
"""
# And what needs words beside it; each line begins with one that hardly stands in other stories.
_PHRASES = """
    ball: dropped|drops|drop the ball
    down: let|lets|letting ... down
    failed: failed us|me|them|her|him|to
    forgot: forgot to|again|about
    forgets: forgets
    ignored: ignored us|me|them|him|her|it|my|our|their
    ignores: ignores
    bother: never|doesn't|don't|didn't|couldn't|won't ... bother
    bothered: never|can't|couldn't ... bothered
    care: never|doesn't|don't|didn't|couldn't ... care
    cares: never ... cares
    cared: never ... cared
    listens: never ... listens
    listened: never ... listened
    answers: never ... answers
    helps: never ... helps
    replies: never ... replies
    shows: never ... shows up
    delivers: never ... delivers
    trusted: cannot|can't|couldn't|not be trusted
    relied: cannot|can't|couldn't|not be relied
    stand: cannot|can't stand
    hate: i|we hate
    sick: sick of
    fed: fed up with
    bus: under the bus
    waste: waste of space
    fired: should|needs|deserves ... fired
    terrible: terrible job|work|attitude|colleague|teammate|manager|seller|rep
    awful: awful job|work|attitude|colleague|teammate|manager|seller|rep
    horrible: horrible job|work|attitude|colleague|teammate|manager|seller|rep
    lousy: lousy job|work|attitude|colleague|teammate|manager|seller|rep
    poor: poor job|work|attitude|colleague|teammate|manager|seller|rep
    bad: bad job|work|attitude|colleague|teammate|manager|seller|rep
    worst: worst colleague|teammate|manager|seller|rep
"""
_ROLE = re.compile(
    r"(?<!\w)(?:my|our) (?:own )?(?:boss|manager|team lead|colleagues?|co-?workers?|teammates?)(?!\w)"
)
_SPACED = bytes(each if each > 0x7F or chr(each).isalnum() else 0x20 for each in range(256))
"""Makes spaces of what stands between words; of bytes, because every story of a digest is looked at."""


def has_hard_words(text: str) -> bool:
    """Whether `text` holds hard words at all."""
    plain = text.lower()
    for mark in "’“”":
        plain = plain.replace(mark, " ")
    words = plain.encode("utf-8", "replace").translate(_SPACED).split()
    return not _keys().isdisjoint(words) and _hard().search(fold(text)) is not None


def may_hurt(text: str, colleagues: Sequence[str], *, customers: Iterable[str] = ()) -> bool:
    """Whether beside hard words, in their sentence or the ones around it, a colleague is named or mentioned.

    `colleagues` are names, the teller's own not among them; a customer of the same name is none.
    """
    said = ["", *(text[start:end] for start, end in sentences(text)), ""]
    near = [
        " ".join(said[place - 1 : place + 2])
        for place in range(1, len(said) - 1)
        if _hard().search(fold(said[place])) is not None
    ]
    if any(_ROLE.search(fold(each)) for each in near):
        return True
    return any(PERSON in kinds for kinds in mask(near, customers=customers, people=colleagues).kinds)


@cache
def _phrases() -> Mapping[str, str]:
    """What to look for beside which word."""
    listed = (line.strip().partition(": ") for line in _PHRASES.strip().splitlines())
    return {key: pattern for key, _, pattern in listed}


@cache
def _keys() -> frozenset[bytes]:
    words = _WORDS.split()
    return frozenset(word.encode() for word in (*words, *map(fold, words), *_phrases()))


@cache
def _hard() -> re.Pattern[str]:
    return compile_any(("|".join(_WORDS.split()), *_phrases().values()))
