"""A kind second look at a purpose: does it name whom we help, and how they are better off? Never a refusal."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from bot.domain.folding import fold
from bot.domain.patterns import compile_listed
from bot.domain.phrases import has_words

EASY_TO_SAY = 300
"""Characters up to which a purpose can be said aloud in one breath or two."""

_LOOKED_AT = 2_000
_TELLING_WORDS = 5
"""So many words after "we help" say more than whom: nobody is asked how, for want of a word in our lists."""

# What follows one of these is whom we help, unless it is ourselves.
_HELP = """
    help|helps|helping|support|supports|serve|serves|enable|enables|empower|empowers|let|free|give|gives
    take care of|for
    helfen|hilft|unterstutzen|unterstutzt|fur|befahigen|entlasten|begleiten|ermoglichen|machen|geben
    schenken, aidons|aider|aide|accompagnons|soutenons|pour|permettons|donnons|facilitons
    ayudamos|ayudar|apoyamos|acompanamos|para|damos|facilitamos|hacemos
    ajudamos|ajudar|apoiamos|facilitamos|fazemos|aiutiamo|aiutare|sosteniamo|per|diamo|rendiamo|facciamo
    helpen|helpt|steunen|ondersteunen|voor|geven|maken|zorgen
"""
_OURSELVES = """
    us|ourselves|our|ourself|shareholders|investors|uns|nous|nos|nosotros|noi|ons, the company|team
"""
_PEOPLE = """
    customer*|client*|people|person|families|family|patients|nurses|teachers|schools|students|owners
    founders
    businesses|companies|shops|bakeries|restaurants|clinics|hospitals|farmers|drivers|makers|charities
    teams|workers
    parents|children|kids|citizens|communities|merchants|sellers|buyers|users|everyone
    anyone who, those who, small business, shop|business|home|cafe owner|owners, school|hospital|canteen kitchens
    kund*|menschen|betriebe|firmen|unternehmen|familien|praxen|schulen|handwerk*|bauern|eltern|kinder
    gens|entreprises|familles|ecoles|commercants|artisans|personas|empresas|familias|escuelas|negocios
    pessoas|familias
    persone|aziende|famiglie|scuole|imprese|mensen|bedrijven|gezinnen|scholen|ondernemers|klanten
    clienti|clientes
"""
_BETTER = """
    more|better|easier|easily|simpler|safer|safely|calmer|faster|sooner|less|fewer|without|free|happier
    healthier|closer
    grow|grows|thrive|succeed|successful|save|saves|sleep|breathe|focus|enjoy|love|smile|trust|live
    flourish|prosper|win
    so|can|could|back|time|worry|worries|confidence|stress*|care|sense, able to, no longer, instead of, peace of mind
    so that
    mehr|besser|leichter|einfacher|sicherer|ruhiger|weniger|ohne|damit|erfolgreich*|wachsen|zeit
    schneller|gesund*|konnen|sorge*|glucklich*
    plus|mieux|moins|sans|reussir|facile*|simple*|temps|sereine*|grandir|prosperer|vivre|libre*|afin
    pouvoir|confiance
    mas|mejor|menos|sin|facil*|tiempo|crecer|tranquil*|vivir|prosperar|exito|poder|confianza
    mais|melhor|sem|tempo|crescer|viver|sucesso|piu|meglio|meno|senza|facil*|tempo|crescere|successo
    vivere|seren*
    meer|beter|minder|zonder|makkelijker|eenvoudiger|groeien|tijd|succesvol*|rustig*|zodat|kunnen
"""
_OUR_NUMBERS = """
    number one|1, nr 1, market leader*|leadership|share
    leading|largest|biggest|best ... provider|vendor|team|company|player
    be the? best|leader|leaders|biggest|largest|first
    hit|make|meet|beat|reach|exceed|smash|crush|achieve ... target*|quota*|number*|goal|goals|plan|forecast|budget
    sell more, close more, win more deals|business|customers|market
    grow|increase|maximi*|drive|double|triple ... revenue*|sales|profit*|arr|bookings|pipeline|margin*
    quota*, our number*|target*|revenue|sales|goal|goals|profit*, shareholder*, best sales team
    make|more money, dominate, president's club, nummer eins|1|een, marktfuhrer*|marktleider*
    umsatz* ... steiger*|mach*|erhoh*|ziel*, ziel|ziele|quote ... erreich*|schaff*, unsere zahlen|ziele
    numero un|uno|um, leader du|di|del marche|mercato, lider|lideres, nos objectifs|chiffres|ventes
    chiffre d'affaires, nuestr*|nossa*|nosso* ... meta*|objetivo*|ventas|vendas
    vender|vendere|vendre|verkopen mas|mais|di|plus|meer, fatturato|facturacion|faturamento|omzet
    onze doelen|targets|omzet
"""


class Code(StrEnum):
    """What the question is about; stable."""

    NO_WORDS = "no_words"
    OUR_NUMBER = "our_number"
    WHOM = "whom"
    BETTER_OFF = "better_off"
    LONG = "long"


@dataclass(frozen=True, slots=True)
class Question:
    """One kind question back, with words to show."""

    code: str
    words: str


WORDS: dict[Code, str] = {
    Code.NO_WORDS: "How would you say it in a sentence: whom do we help, and how are they better off?",
    Code.OUR_NUMBER: "That is what a good year brings us. What does it bring the people we work for?",
    Code.WHOM: "Whom do we help? Naming them makes it ours: small bakeries, night nurses, school kitchens…",
    Code.BETTER_OFF: "And how are they better off because of us? What would they miss without us?",
    Code.LONG: "Shorter is easier to say aloud. Which part of it would you tell a neighbour?",
}


def look_at(text: str) -> tuple[Question, ...]:
    """The questions that a purpose invites, the most helpful first; none for a sentence that has it all.

    `text` is the purpose as typed, of any length. Saving it is never in question.
    """
    if not has_words(text):
        return (_asked(Code.NO_WORDS),)
    looks = _Looks.of(fold(text[:_LOOKED_AT]))
    codes: list[Code] = []
    if looks.our_number and not (looks.whom and looks.better_off):
        codes.append(Code.OUR_NUMBER)
    elif not looks.whom:
        codes.append(Code.WHOM)
    elif not looks.better_off:
        codes.append(Code.BETTER_OFF)
    if len(text.strip()) > EASY_TO_SAY:
        codes.append(Code.LONG)
    return tuple(_asked(code) for code in codes)


@dataclass(frozen=True, slots=True)
class _Looks:
    whom: bool
    better_off: bool
    our_number: bool

    @classmethod
    def of(cls, folded: str) -> _Looks:
        helped = _helped_words(folded)
        return cls(
            whom=bool(helped) or _finder("people").search(folded) is not None,
            better_off=_finder("better").search(folded) is not None or helped >= _TELLING_WORDS,
            our_number=_finder("numbers").search(folded) is not None,
        )


def _helped_words(folded: str) -> int:
    """How many words follow the first "help …" that is not about ourselves; 0 where there is none."""
    for found in _finder("help").finditer(folded):
        rest = folded[found.end() :].lstrip()
        if rest and not _finder("ourselves").match(rest):
            return len(re.findall(r"\w+", rest))
    return 0


@cache
def _finder(name: str) -> re.Pattern[str]:
    lists = {
        "help": _HELP,
        "ourselves": _OURSELVES,
        "people": _PEOPLE,
        "better": _BETTER,
        "numbers": _OUR_NUMBERS,
    }
    return compile_listed(lists[name])


def _asked(code: Code) -> Question:
    return Question(code, WORDS[code])
