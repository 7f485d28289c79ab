"""The little language in which the rule files say which words to look for, so that people can edit them.

A pattern is words with spaces between; it is compared with folded text (see `folding`):

- ``clos*``      the start of a word
- ``when|once``  either word
- ``the?``       a word that may be missing
- ``...``        up to four words of any kind, within one sentence
- ``#``          a number or an amount: 7, 40k, 1.2m, $500, 10%
- ``{customer}`` any pattern of that group, defined in the file's ``[groups]``
- ``^`` / ``$``  as the first or last word: the sentence starts or ends here
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from bot.domain.folding import fold

_BETWEEN = r"[^\w\n.!?;]{1,3}"
_GAP = rf"(?:{_BETWEEN}[\w%]+){{0,4}}?{_BETWEEN}"
_UNIT = r"(?:st|nd|rd|th|\s?(?:k|m|mm|mio|tsd|million|thousand|grand|bucks|eur|usd|euros?|dollars?))?"
_NUMBER = rf"(?:[$€£₹]\s?)?\d[\d.,']*{_UNIT}(?:\s?[%$€£₹])?"
_WORD = re.compile(r"[\w*'&+-]+")


class PatternProblem(ValueError):
    """A pattern that the little language does not have; its words say which and what was expected."""


Groups = Mapping[str, Sequence[str]]


def compile_any(patterns: Iterable[str], groups: Groups | None = None) -> re.Pattern[str]:
    """One expression that finds any of `patterns` in folded text; at one place the longest pattern wins.

    No patterns: an expression that never matches. Raises PatternProblem.
    """
    ordered = sorted(dict.fromkeys(patterns), key=len, reverse=True)
    if not ordered:
        return re.compile(r"(?!)")
    return re.compile("|".join(_expression(pattern, groups or {}, inside=()) for pattern in ordered))


def compile_listed(listed: str) -> re.Pattern[str]:
    """`compile_any` for patterns written in one text, with commas or line ends between them."""
    return compile_any(filter(None, (pattern.strip() for pattern in re.split(r"[,\n]", listed))))


def _expression(pattern: str, groups: Groups, inside: tuple[str, ...]) -> str:
    tokens = fold(pattern).split()
    starts, ends = tokens[:1] == ["^"], tokens[-1:] == ["$"]
    tokens = tokens[1 if starts else 0 : -1 if ends else None]
    if not tokens:
        raise PatternProblem(f'the pattern "{pattern}" is empty; expected words')
    built = ""
    joint = ""
    started = False
    for token in tokens:
        if token == "...":
            joint = _GAP if started else ""
            continue
        piece = _piece(token, pattern, groups, inside)
        if not token.endswith("?"):
            built, joint, started = built + joint + piece, _BETWEEN, True
        elif started:
            built, joint = f"{built}(?:{joint}{piece})?", _BETWEEN
        else:
            built += f"(?:{piece}{_BETWEEN})?"
    opening = r"(?:(?<=[.!?;\n])\s*|\A\W*)" if starts else r"(?<![\w])"
    closing = r"(?=\W*(?:[.!?;\n]|\Z))" if ends else r"(?![\w])"
    return f"{opening}(?:{built}){closing}"


def _piece(token: str, pattern: str, groups: Groups, inside: tuple[str, ...]) -> str:
    ways = [_alternative(word, pattern, groups, inside) for word in token.removesuffix("?").split("|")]
    return "(?:" + "|".join(ways) + ")"


def _alternative(word: str, pattern: str, groups: Groups, inside: tuple[str, ...]) -> str:
    if word == "#":
        return _NUMBER
    if word.startswith("{") and word.endswith("}"):
        return _group(word[1:-1], pattern, groups, inside)
    if not _WORD.fullmatch(word):
        raise PatternProblem(
            f'the pattern "{pattern}" holds "{word}"; expected words, *, |, ?, #, ... or a {{group}}'
        )
    return re.escape(word).replace(r"\*", r"\w*")


def _group(name: str, pattern: str, groups: Groups, inside: tuple[str, ...]) -> str:
    if name in inside:
        raise PatternProblem(f"the group {{{name}}} holds itself")
    if name not in groups:
        raise PatternProblem(
            f'the pattern "{pattern}" asks for the group {{{name}}}, which [groups] does not define'
        )
    words = sorted(groups[name], key=len, reverse=True)
    return "(?:" + "|".join(_expression(word, groups, (*inside, name)) for word in words) + ")"
