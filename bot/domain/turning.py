"""Words that turn a meaning round, doubt or condition it: what is left of a sentence without them may lie."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

# Folded, as bot.domain.folding does it. Too many here only means that a quote is longer, or a headline left away.
_TURNING = """
    no not never none nobody nothing nor neither nowhere without cannot cant dont doesnt didnt wont isnt arent wasnt
    werent havent hasnt hadnt wouldnt couldnt shouldnt aint hardly barely scarcely rarely seldom almost nearly
    doubt doubts doubted doubting doubtful unlikely impossible unable fail fails failed failing failure refuse refuses
    refused deny denies denied lack lacks lacked avoid avoided stop stops stopped prevent prevented
    if unless whether would could might may maybe perhaps possibly supposedly allegedly apparently should
    hope hopes hoped hoping wish wishes wished expect expected claim claims claimed pretend pretended
    false wrong untrue lie lies lied liar joke joking kidding instead except unfortunately
    nicht kein keine keinen keinem keiner nie niemals niemand nichts ohne kaum weder zweifel zweifle zweifeln
    bezweifle ob wenn falls vielleicht ware wurde wurden konnte konnten hoffe hoffen leider beinahe
    ne pas jamais sans aucun aucune rien personne si doute peut-etre
    nunca jamas sin nadie nada ni dudo quizas quiza tampoco apenas
    non mai senza nessuno niente dubito forse se
    niet geen nooit zonder niemand niets als misschien
    nao nem sem ninguem talvez duvido
    inte aldrig utan ingen inga inget om kanske
    ikke uden uten hvis maske kanskje
"""
_OPENING = """
    but however yet although though still except unless only otherwise not no nope never sadly unfortunately
    aber jedoch doch allerdings leider nein mais cependant pourtant helas pero sin sino embargo ma pero tuttavia
    maar echter helaas mas porem men dock
"""
_TURNS = frozenset(_TURNING.split())
_OPENS = frozenset(_OPENING.split())
_EDGES = ".,;:!?…\"'()[]{}*_~-"


def bare(word: str) -> str:
    """A folded word without the punctuation around it."""
    return word.strip(_EDGES)


def is_turn(word: str) -> bool:
    """Whether a folded word turns, doubts or conditions what it stands with; "n't" does, glued to any word."""
    plain = bare(word)
    return plain in _TURNS or plain.endswith("n't")


def turns(words: Iterable[str]) -> bool:
    """Whether one of these folded words does."""
    return any(is_turn(word) for word in words)


def opens_a_turn(words: Sequence[str]) -> bool:
    """Whether a sentence of these folded words begins by taking back what was said before it."""
    return bool(words) and bare(words[0]) in _OPENS
