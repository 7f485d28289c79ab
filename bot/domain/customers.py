"""A customer as one person knows them: what their stories call it, what tells two of one name apart, and what people
outside the story's team read instead."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.folding import clean, fold, is_blank
from bot.domain.identity import CustomerId, UserId, Workspace

MOST_NAME = 200
MOST_HINT = 60

_HINTED = re.compile(r"(?P<name>.*\S) ?\((?P<hint>[^()]*[^()\s][^()]*)\)")


@dataclass(frozen=True, slots=True)
class Naming:
    """What a customer is called: `hint` tells two of one name apart ("Lyon") and may be empty."""

    name: str
    hint: str = ""

    @property
    def label(self) -> str:
        """As stories show it: "Acme", or "Acme (Lyon)"."""
        return f"{self.name} ({self.hint})" if self.hint else self.name

    @property
    def folded(self) -> str:
        """By what it is found and compared: case, accents and invisible characters taken away."""
        return fold(self.label)


@dataclass(frozen=True, slots=True)
class Customer:
    """One person's record of a customer. `masked` is what people outside a story's team read instead, or empty."""

    id: CustomerId
    workspace: Workspace
    owner: UserId
    naming: Naming
    masked: str = ""
    created_at: datetime | None = None

    @property
    def label(self) -> str:
        """As stories show it."""
        return self.naming.label


def naming(typed: str) -> Naming | None:
    """What somebody typed as a customer, on one line and no longer than is kept; a hint may stand in brackets at the
    end. None where nothing in it can be seen."""
    words = " ".join(clean(typed).split())
    if is_blank(words):
        return None
    hinted = _HINTED.fullmatch(words)
    name, hint = (hinted["name"], hinted["hint"].strip()) if hinted else (words, "")
    if is_blank(name) or is_blank(hint):
        name, hint = words, ""
    return Naming(name[:MOST_NAME].rstrip(), hint[:MOST_HINT].rstrip())


def masking(typed: str) -> str:
    """What somebody typed to stand for a customer where others read along; empty where nothing can be seen."""
    words = " ".join(clean(typed).split())
    return "" if is_blank(words) else words[:MOST_NAME].rstrip()


def meant(typed: Naming, known: Sequence[Customer]) -> Customer | None:
    """Which of the customers that a person named before is meant: the one called just so, else the only one of that
    name where no hint was typed. None: a new one."""
    for each in known:
        if each.naming.folded == typed.folded:
            return each
    if typed.hint:
        return None
    namesakes = [each for each in known if fold(each.naming.name) == typed.folded]
    return namesakes[0] if len(namesakes) == 1 else None
