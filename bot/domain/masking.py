"""Masking: what points at people, accounts or customers gives way to placeholders before a text leaves the house."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from bot.domain.folding import fold, fold_with_places

PERSON = "PERSON"
CUSTOMER = "CUSTOMER"

_TOP = "ai|app|at|au|be|ca|ch|cn|co|com|de|dev|dk|es|eu|fi|fr|gov|ie|in|info|io|it|jp|me|net|nl|no|org|pl|pt|se|uk|us"
_KEYWORD = r"pass ?words?|passcode|passwd|passwort|kennwort|pwd|pin|token|secret|api[ _-]?keys?|mot de passe|contrasena"
# Tried in this order at each place, on folded text: lower case, no accents, plain quotes and digits.
_KINDS: tuple[tuple[str, str], ...] = (
    ("TYPED", r"\[(?:typed|person|email|secret|link|account|card|phone|customer)_\d{1,9}\]"),
    (PERSON, r"<@[uw][a-z0-9]{1,30}(?:\|[^>\n]{0,80})?>"),
    ("EMAIL", r"[\w.+'-]{1,64}@(?:[\w-]{1,63}\.){1,5}[a-z]{2,24}"),
    (
        "SECRET",
        (
            rf"(?<!\w)(?:{_KEYWORD})(?!\w)\s{{0,3}}(?:is|are|was|ist|lautet|est|es|[:=])\s{{0,3}}\S{{3,200}}"
            r"|(?<!\w)(?:xox[a-z]-|xapp-|sk[-_]|pk[-_]|rk_|gh[a-z]_|github_pat_|glpat-|akia|aiza|eyj)[\w.+/=-]{10,}"
            r"|(?<![\w+/=-])(?=[\w+/=-]{0,200}\d)(?=[\w+/=-]{0,200}[a-z])[\w+/=-]{24,}"
        ),
    ),
    (
        "LINK",
        (
            r"<[#!][^>\n]{1,100}>|(?<!\w)[a-z][a-z0-9+.-]{1,15}://[^\s<>\"]+|(?<!\w)(?:mailto|tel|sip|skype):[^\s<>\"]+"
            r"|(?<!\w)www\.[^\s<>\"]+|(?<![\w@])\d{1,3}(?:\.\d{1,3}){3}(?::\d{1,5})?(?![\w.])"
            rf"|(?<![\w@.-])(?:[a-z0-9][a-z0-9-]{{0,62}}\.){{1,4}}(?:{_TOP})(?![\w-])(?:/[^\s<>\"]*)?"
        ),
    ),
    ("ACCOUNT", r"(?<!\w)[a-z]{2}\d{2}(?:[ -]?[a-z0-9]{4}){2,7}(?:[ -]?[a-z0-9]{1,4})?(?!\w)"),
    ("CARD", r"(?<!\d)(?:\d[ .-]?){12,18}\d(?!\d)"),
    (
        "PHONE",
        r"(?<![\w+])(?=(?:[^\w\n]{0,3}\d){7})(?:\+|00)?[ ]?\(?\d{1,5}\)?(?:[ ./-]{0,2}\(?\d{1,5}\)?){1,7}(?!\w)",
    ),
)
_PLACEHOLDER = re.compile(r"\[(?:TYPED|PERSON|EMAIL|SECRET|LINK|ACCOUNT|CARD|PHONE|CUSTOMER)_\d{1,9}\]")
_FIRM = re.compile(
    r"[\s,]+(?:gmbh(?: & co\.? kg)?|ag|kg|ug|se|inc|incorporated|ltd|limited|llc|llp|corp|corporation|co|company|plc"
    r"|pty|sa|sas|sarl|srl|spa|sl|bv|nv|oy|ab|as|aps|group|gruppe|holding)\.?$"
)
_HINT = re.compile(r"\s*\([^()]*\)$")
"""What tells two customers of one name apart stands behind it, and not in what people tell."""
_SHORTEST_PART = 3


@dataclass(frozen=True, slots=True)
class Masked:
    """Texts with placeholders, what each placeholder stands for, and which kinds each text held."""

    texts: tuple[str, ...]
    values: Mapping[str, str]
    kinds: tuple[frozenset[str], ...]


def mask(texts: Sequence[str], *, customers: Iterable[str] = (), people: Iterable[str] = ()) -> Masked:
    """`texts` with e-mail addresses, links, phone and card numbers, accounts, secrets, `customers` and `people`
    masked, in one pass: nothing that was put in is looked at again.

    The same words get the same placeholder in all texts. A placeholder that somebody typed is masked like anything
    else, so that `unmask` gives back exactly what was typed.
    """
    folded = [fold_with_places(text) for text in texts]
    pattern = _pattern(customers, people, " ".join("\n".join(text for text, _ in folded).split()))
    placeholders: dict[tuple[str, str], str] = {}
    masked, kinds = [], []
    for text, (plain, places) in zip(texts, folded, strict=True):
        found: set[str] = set()
        matches = ((match, *_in_source(match, places, len(text))) for match in pattern.finditer(plain))
        masked.append(_mask(text, matches, placeholders, found))
        kinds.append(frozenset(found))
    values = {placeholder: words for (_, words), placeholder in placeholders.items()}
    return Masked(tuple(masked), values, tuple(kinds))


def unmask(text: str, values: Mapping[str, str]) -> str:
    """`text` with the words that its placeholders stand for; unknown ones stay as they are."""
    return _PLACEHOLDER.sub(partial(_value, values), text)


def without_placeholders(text: str) -> str:
    """`text` with a bar in place of each placeholder."""
    return _PLACEHOLDER.sub("|", text)


def _value(values: Mapping[str, str], match: re.Match[str]) -> str:
    return values.get(match[0], match[0])


def _mask(
    text: str,
    matches: Iterable[tuple[re.Match[str], int, int]],
    placeholders: dict[tuple[str, str], str],
    found: set[str],
) -> str:
    pieces: list[str] = []
    done = 0
    for match, start, end in matches:
        kind, words = match.lastgroup or "", text[start:end]
        if start < done or (kind == "NAME" and words[:1].islower()):
            # "Will" may be a colleague, "will" is not.
            continue
        kind = _shown_kind(kind)
        placeholder = placeholders.setdefault((kind, words), f"[{kind}_{len(placeholders) + 1}]")
        pieces += [text[done:start], placeholder]
        done = end
        found.add(kind)
    return "".join([*pieces, text[done:]])


def _in_source(match: re.Match[str], places: Sequence[int], length: int) -> tuple[int, int]:
    """Where in the text a match in its folded form stands, with the accents that belong to its last character."""
    start, end = places[match.start()], places[match.end() - 1] + 1
    following = places[match.end()] if match.end() < len(places) else length
    return start, max(end, following)


def _shown_kind(group: str) -> str:
    return PERSON if group in ("NAME", "FULLNAME") else group


def _pattern(customers: Iterable[str], people: Iterable[str], everything: str) -> re.Pattern[str]:
    """One pattern for all kinds; of the names only those that occur in `everything`, so that hundreds cost little."""
    full = [name for person in people if len(name := fold(person).strip()) >= _SHORTEST_PART]
    parts = [part for name in full for part in re.split(r"[^\w'-]+", name) if len(part) >= _SHORTEST_PART]
    groups = [
        *_KINDS,
        (CUSTOMER, _any_of(_customer_names(customers), everything)),
        ("FULLNAME", _any_of((name for name in full if " " in name), everything)),
        ("NAME", _any_of(parts, everything)),
    ]
    return re.compile(
        "|".join(f"(?P<{kind}>{alternatives})" for kind, alternatives in groups if alternatives)
    )


def _customer_names(customers: Iterable[str]) -> list[str]:
    """Each name, without what tells it from another of that name, and what people call the firm without its legal
    form."""
    names = [" ".join(fold(customer).split()) for customer in customers]
    names += [_HINT.sub("", name) for name in names]
    names += [_FIRM.sub("", name) for name in names]
    return [name for name in names if len(name) >= 2]


def _any_of(names: Iterable[str], everything: str) -> str:
    met = {plain for name in names if (plain := " ".join(name.split())) in everything}
    return "|".join(_whole(name) for name in sorted(met, key=lambda name: (-len(name), name)))


def _whole(name: str) -> str:
    """A name as a whole word, with a genitive or plural s; where words are not spaced, anywhere."""
    words = r"\s+".join(map(re.escape, name.split()))
    before = r"(?<!\w)" if name[0] < "\u2e80" else ""
    return f"{before}{words}" + (r"s?(?!\w)" if name[-1] < "\u2e80" else "")
