"""The story coach: at most one short question about what a story leaves out, who it was or what changed for them.

In doubt it keeps quiet: a question too few costs little, a needless one costs the wish to tell.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from bot.domain.folding import fold
from bot.domain.patterns import compile_listed
from bot.domain.phrases import has_words

LONGEST_ASKED_ABOUT = 600
"""Characters; whoever wrote more has taken the time to say what matters."""

# Who it was, where no name is given: a kind of person or place is enough.
_SOMEONE = """
    bakery|baker|bakers|clinic|dentist|dentists|doctor|doctors|nurse|nurses|school|schools|teacher
    teachers|principal|owner|owners|founder
    shop|shops|store|restaurant|cafe|hotel|hospital|farm|farmer|driver|drivers|charity|library|museum
    gym|salon|garage|plant|warehouse
    family|families|couple|parents|mother|father|patient|patients|student|students|accountant|bookkeeper
    plumber|electrician|carpenter|dispatcher|receptionist
    startup|non-profit|nonprofit|foundation|town|city|council|church|theatre|brewery|winery|pharmacy
    pharmacist|vet|lawyer|firm|agency|studio|workshop
    backerei|praxis|arzt|arztin|schule|lehrer*|laden|handwerker*|landwirt*|pflege*|werkstatt|verein|kita
    familie|inhaber*|steuerberater*|spedition
    boulangerie|boulanger|ecole|medecin|infirmier*|magasin|restauratrice|restaurateur|famille|artisan
    comptable|mairie|association
    panaderia|escuela|medico|medica|enfermer*|tienda|restaurante|familia|taller|contable|padaria|escola
    loja|oficina|contador*
    panetteria|scuola|medico|negozio|ristorante|famiglia|officina|commercialista|bakkerij|huisarts
    winkel|gezin|werkplaats|boekhouder
"""
# What changed, or a story that needs no change to be whole: an honest no, something learned.
_CHANGE = """
    now|again|anymore|finally|instead|sooner|earlier|already, since then, from now on, no longer, any more, no more
    first time, on time, for good, at last, in time, easier|better|faster|simpler|calmer|safer|cheaper|happier|smoother
    less|fewer|half|twice|without|saves|saved|saving|spares|spared|gained, can|could, able to
    stopped|stops|stop|started|fixed|solved|works|working|worked|runs|sorted|back|recovered|avoided|kept|reopened
    opened|grew|grows|relieved|relief|happy|glad|grateful|thanked|thank|smiled|smiling|laughed|cried|slept|sleeps|sleep
    proud|trust|trusts|calm|hugged|breathe, #
    learn|learned|learnt|realised|realized|understood|noticed, found out, told ... no, said no, not right for, wrong fit
    walked away, better off, sent ... to, honest|honestly
    jetzt|endlich|wieder|mehr|weniger|leichter|besser|schneller|einfacher|ruhiger|ohne|lauft|geschafft|gespart|froh
    kein|keine|keinen|dankbar|erleichtert|gelernt|ehrlich|statt
    maintenant|enfin|plus|mieux|moins|facile*|soulage*|content*|heureu*|gagne*|economise*|merci|sans|desormais|appris
    honnete*|marche
    ahora|ya|mejor|menos|mas|facil*|aliviad*|content*|feliz|ahorr*|gracias|sin|aprendi*|honest*|funciona, por fin
    agora|finalmente|melhor|mais|poup*|sem|obrigad*
    adesso|ora|meglio|meno|piu|sollevat*|felice|grazie|senza|imparat*|onest*|risparmi*
    nu|eindelijk|beter|minder|meer|makkelijk*|blij|opgelucht|zonder|geleerd|eerlijk
"""
# Words that begin a sentence with a capital letter and are no names.
_BEGINNINGS = """
    i i'm i've i'd i'll we we've we're today yesterday tomorrow this that these those the a an my our your his her she
    he they it its there here after before when while since during because as at in on for from with without to by of
    about and but so or not no nothing none just only also even still then now finally again once one two three some
    someone somebody somewhere something many most much more every everyone everything all both another other such
    what who how why where which got did do does done had has have was were is are been being will would can could
    should may might let made make spent took gave helped told asked called met sat went came saw heard found fixed
    showed sent wrote spoke talked learned walked worked drove stayed kept set brought bought sold tried turned
    listened explained felt thought knew put ran visited booked moved opened closed tested trained wished
    good great nice small big new old long short quick first last next morning monday tuesday wednesday thursday
    friday saturday sunday january february march april june july august september october november december
    customer client thanks thank ok okay yes hi hello well maybe perhaps honestly actually unfortunately luckily bad
    hard slow busy quiet crm erp ceo cfo cto hr pdf excel slack zoom teams api vat eod q1 q2 q3 q4 ai faq csv usb sms
"""
_WORD = re.compile(r"[^\W\d_][\w'\u2019-]*")


class Missing(StrEnum):
    """What a story leaves out; stable."""

    CUSTOMER = "customer"
    CHANGE = "change"
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class CoachQuestion:
    """The one question: what it is about, and the words to show."""

    code: str
    words: str


WORDS: dict[Missing, str] = {
    Missing.CUSTOMER: "Who was it? A first name or “a bakery in Leeds” is plenty.",
    Missing.CHANGE: "What is different for them now? Half a sentence is plenty.",
    Missing.BOTH: "Who was it, and what is different for them now? Half a sentence is plenty.",
}


def one_question(story_text: str, customer: str, change: str) -> CoachQuestion | None:
    """What to ask the teller about `story_text`, or None where it needs nothing.

    `customer` and `change` are the fields of the form, empty where they were left empty.
    """
    too_much = len(story_text) > LONGEST_ASKED_ABOUT
    if too_much or not has_words(story_text) or _in_another_script(story_text):
        return None
    no_customer = not customer.strip() and not _names_someone(story_text)
    no_change = not change.strip() and _finder(_CHANGE).search(fold(story_text)) is None
    if not no_customer and not no_change:
        return None
    missing = Missing.CHANGE if not no_customer else Missing.BOTH if no_change else Missing.CUSTOMER
    return CoachQuestion(missing, WORDS[missing])


def _names_someone(text: str) -> bool:
    """A name (a capital letter that the sentence does not explain), or a kind of person or place."""
    capitals = (word for word in _WORD.findall(text) if word[0].isupper())
    if any(fold(word).removesuffix("'s") not in _beginnings() for word in capitals):
        return True
    return _finder(_SOMEONE).search(fold(text)) is not None


def _in_another_script(text: str) -> bool:
    """True where letters stand that our words and the rule about capitals know nothing of."""
    return any(ord(character) > 0x2FF and character.isalpha() for character in fold(text))


@cache
def _finder(listed: str) -> re.Pattern[str]:
    return compile_listed(listed)


@cache
def _beginnings() -> frozenset[str]:
    return frozenset(_BEGINNINGS.split())
