"""What a direct message means, in seven languages."""

from __future__ import annotations

from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.phrases import (
    Answer,
    Command,
    Courtesy,
    Nothing,
    QuestionToBot,
    Topic,
    Unclear,
    has_words,
    load_phrases,
)
from bot.domain.rule_files import RulesProblem

PHRASES = load_phrases(files("bot.domain").joinpath("phrases.toml").read_text("utf-8"))

ANSWERS = [
    "I helped her stop the double billing",
    "thanks to us she can sleep again",
    "ok so today I drove to the bakery",
    "nothing beats seeing her smile today",
    "Asked her: what would make month-end easier? She said a single export.",
    "Asked Tom what would make his day easier?",
    "Who would have thought? The clinic got its Fridays back.",
    "help desk at Acme now answers in a minute",
    "later that day Bob called back and cried",
    "Skip the dishes now pays drivers on time",
    "No invoices lost this week at the hospice",
    "not today's win but last week's: Ola got her grant",
    "that manager at Acme can see all her orders now",
    "their boss can now read the reports himself",
    "this is what she said: we can breathe again",
    "Danke an Maria, die Buchhaltung bei Müller läuft wieder",
    "Nichts ist schöner als ihr Lachen nach dem Umzug",
    "Rien de plus beau que sa voix quand tout a marché",
    "Je passe beaucoup de temps avec Anna, elle respire",
    "nada como ver su sonrisa, el cierre ya tarda un día",
    "Para Lucía fue un alivio: ya no firma a mano",
    "Nada mais de planilhas: a Joana fecha o caixa em dez minutos",
    "Devo dire che Maria era felice",
    "Niets liever dan zo'n telefoontje van de bakker",
    "今日はお客様を助けました",
    "Maria 😀",
    "Told 3 people no",
]
COURTESIES = [
    "thanks",
    "ok",
    "👍",
    "Danke!",
    "merci beaucoup",
    "ok thanks!",
    "gracias",
    "obrigada 🙏",
    "grazie mille",
    "hi",
    ":+1:",
]


@pytest.mark.parametrize("text", [answer for answer in ANSWERS if answer != "Maria 😀"])
def test_a_story_stays_an_answer_whatever_words_it_holds(text: str) -> None:
    assert PHRASES.read(text) == Answer()


@given(
    st.sampled_from(ANSWERS[:-2]),
    st.lists(st.sampled_from(COURTESIES), max_size=3),
    st.sampled_from(COURTESIES),
    st.sampled_from([" ", "! ", "\n", ", "]),
)
def test_courtesies_around_it_never_drop_an_answer(
    before: str, more: list[str], after: str, joint: str
) -> None:
    assert PHRASES.read(joint.join([*more, before, after])) == Answer()


@pytest.mark.parametrize(
    "text",
    [
        "nothing",
        "Nothing today, thanks!",
        "nope 🙂",
        "no thanks",
        "thanks but no",
        "NICHTS.",
        "N\u200bichts",
        "Heute leider nichts",
        "rien",
        "Rien de spécial aujourd’hui, merci",
        "nada",
        "nada hoje",
        "Hoy nada, gracias",
        "niente",
        "niets",
        "Vandaag niks :sweat_smile:",
        "n\u0335o\u0336t\u0337h\u0335ing",
    ],
)
def test_nothing_today_is_a_full_answer_in_every_language(text: str) -> None:
    assert PHRASES.read(text) == Nothing()


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("skip", "skip"),
        ("Skip!", "skip"),
        ("überspringen", "skip"),
        ("later", "later"),
        ("ok, later", "later"),
        ("plus tard", "later"),
        ("más tarde", "later"),
        ("mais tarde, obrigado", "later"),
        ("Remind me in an hour", "later"),
        ("pause", "pause"),
        ("resume", "resume"),
        ("weiter", "resume"),
        ("STOP", "stop"),
        ("please stop", "stop"),
        ("stop, thanks", "stop"),
        ("hör auf", "stop"),
        ("smettila", "stop"),
        ("help", "help"),
        ("Hilfe!", "help"),
        ("??", "help"),
    ],
)
def test_a_command_word_counts_as_the_whole_message(text: str, name: str) -> None:
    assert PHRASES.read(text) == Command(name)


@pytest.mark.parametrize(
    "text",
    [
        "thanks",
        "ok",
        "👍",
        "👍🏽",
        ":thumbsup::skin-tone-3:",
        "ok thanks!",
        "ok 👍",
        "Vielen Dank und schönen Feierabend",
        "merci",
        "obrigada",
        "❤️",
        "Thanks!! 🙏",
        "mille grazie",
        "no worries",
        "good morning",
    ],
)
def test_a_bare_courtesy_is_only_kind(text: str) -> None:
    assert PHRASES.read(text) == Courtesy()


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("can my boss see this?", Topic.PRIVACY),
        ("ok but can my manager read it?", Topic.PRIVACY),
        ("who sees this", Topic.PRIVACY),
        ("is this anonymous?", Topic.PRIVACY),
        ("what happens with my answers", Topic.PRIVACY),
        ("wer kann das sehen?", Topic.PRIVACY),
        ("kann mein Chef das lesen?", Topic.PRIVACY),
        ("qui peut voir ça ?", Topic.PRIVACY),
        ("¿quién puede ver esto?", Topic.PRIVACY),
        ("quem pode ver isso?", Topic.PRIVACY),
        ("chi può vedere questo?", Topic.PRIVACY),
        ("wie kan dit zien?", Topic.PRIVACY),
        ("what is this", Topic.WHAT),
        ("are you a bot?", Topic.WHAT),
        ("bist du ein Bot?", Topic.WHAT),
        ("c'est quoi ?", Topic.WHAT),
        ("why are you asking me this", Topic.WHAT),
        ("how do I stop this?", Topic.STOP),
        ("do I have to answer?", Topic.STOP),
        ("do you use AI?", Topic.AI),
        ("does chatgpt read my stories?", Topic.AI),
        ("when do you ask?", Topic.WHEN),
        ("how often will you ask?", Topic.WHEN),
        ("how does this work?", Topic.HELP),
        ("what should I write?", Topic.HELP),
        ("pause until friday", Topic.HELP),
    ],
)
def test_a_question_to_the_bot_is_told_by_its_topic(text: str, topic: Topic) -> None:
    assert PHRASES.read(text) == QuestionToBot(topic)


@pytest.mark.parametrize(
    "text",
    [
        "🦄",
        "",
        "...",
        "42",
        "<@U123>",
        "https://example.com/x",
        "lunch",
        "When is the meeting tomorrow?",
        "Who can see this? I helped Maria get her evenings back",
        ":unicorn_face:",
    ],
)
def test_what_could_be_either_is_left_to_its_writer(text: str) -> None:
    assert PHRASES.read(text) == Unclear()


@given(st.text())
def test_anything_typed_has_a_meaning(text: str) -> None:
    assert isinstance(PHRASES.read(text), Answer | Command | Nothing | Courtesy | QuestionToBot | Unclear)


@pytest.mark.parametrize("text", ["who can see " * 3_000, "thanks " * 5_000, ":a" * 20_000, "<http:" * 6_000])
def test_the_longest_message_is_read_too(text: str) -> None:
    assert PHRASES.read(text) in (Answer(), Courtesy(), Unclear())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Maria", True),
        ("今日", True),
        ("see <https://example.com|her letter>", True),
        ("<https://example.com|https://example.com>", False),
        ("🦄🦄", False),
        (":unicorn_face:", False),
        ("<@U12345> <!here>", False),
        ("12:30 — 40%", False),
        ("", False),
    ],
)
def test_words_are_letters_of_ones_own(text: str, expected: bool) -> None:
    assert has_words(text) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[commands", "TOML"),
        ("commands = 1", "commands"),
        ('[commands]\nstop = "stop"', "commands.stop"),
        ('[questions]\nai = ["(x"]', "questions.ai"),
    ],
)
def test_a_broken_phrases_file_says_what_was_expected(text: str, expected: str) -> None:
    with pytest.raises(RulesProblem, match=expected):
        load_phrases(text)
