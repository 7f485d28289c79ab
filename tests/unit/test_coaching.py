"""The coach tells talk about our numbers from talk about the customer, and knows what to ask instead."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.coaching import Rules, Talk, advise, advise_agenda
from bot.domain.coaching_file import load_rules, parse_rules
from bot.domain.rule_files import RulesProblem

HERE = Path(__file__).parent
RULES = load_rules(files("bot.domain").joinpath("coaching_rules.toml").read_text("utf-8"))
ENOUGH = 0.9


def questions(file: str) -> Iterator[tuple[str, str]]:
    corpus = tomllib.loads((HERE / file).read_text("utf-8"))
    return ((kind, question) for kind, listed in corpus.items() for question in listed)


@pytest.mark.parametrize("file", ["coaching_questions.toml", "coaching_questions_held_out.toml"])
def test_nine_of_ten_questions_from_life_are_told_apart_both_ways(file: str) -> None:
    asked = list(questions(file))

    misses = [
        f"{kind} talk taken as {advise(question, RULES).kind}: {question}"
        for kind, question in asked
        if (advise(question, RULES).kind is Talk.NUMBER) is not (kind == "number")
    ]

    print(f"{file}: {len(asked) - len(misses)} of {len(asked)} right", *misses, sep="\n  ")
    for way in ("number", "impact"):
        total = sum(kind == way for kind, _ in asked)
        missed = sum(miss.startswith(way) for miss in misses)
        assert total >= 30
        assert 1 - missed / total >= ENOUGH, misses


@pytest.mark.parametrize(
    ("question", "slot", "first"),
    [
        (
            "When does Acme close?",
            "close_date",
            "What changes for them once it is live, and when do they need that?",
        ),
        ("What's our ARR on this one?", "size", "What is it worth to them?"),
        (
            "What is your forecast?",
            "probability",
            "How sure are they that this helps, and what would make them surer?",
        ),
        ("Who is the decision maker?", "decision", "Who will feel the difference, and have we met them?"),
        ("Which competitors are in?", "competition", "What can we do for them that no one else will?"),
        ("How many dials yesterday?", "activity", "What did we learn about their goals?"),
        ("Did you make quota?", "quota", "Who did we help this week, and how do we know?"),
    ],
)
def test_each_theme_brings_its_own_question_first(question: str, slot: str, first: str) -> None:
    advice = advise(question, RULES)

    assert advice.kind is Talk.NUMBER
    assert advice.matches[0].slot == slot
    assert advice.questions[0] == first
    assert 2 <= len(advice.questions) <= 3


def test_two_themes_bring_a_question_each() -> None:
    advice = advise("Who are the competitors, and did you make quota?", RULES)

    assert advice.questions[:2] == (
        "What can we do for them that no one else will?",
        "Who did we help this week, and how do we know?",
    )


def test_the_matched_words_are_shown_as_typed() -> None:
    asked = "Hey Bob — what’s the CLOSE DATE?"

    match = advise(asked, RULES).matches[0]

    assert match.words == "CLOSE DATE"
    assert asked[slice(*match.span)] == match.words
    assert match.name == "close date"


def test_nothing_matched_still_has_something_to_offer() -> None:
    advice = advise("What is for lunch?", RULES)

    assert advice.kind is Talk.NEUTRAL
    assert advice.questions[0] == "How will this customer be different because they did business with us?"
    assert not advice.offers_questions


def test_a_question_that_asks_about_impact_too_passes() -> None:
    advice = advise("When does Acme close? And what changes for them then?", RULES)

    assert advice.kind is Talk.BOTH
    assert advice.matches
    assert not advice.offers_questions


def test_an_agenda_is_looked_at_line_by_line() -> None:
    agenda = (
        "Monday 1:1\n\n- Pipeline review\n* 2. What's the close date on Initech?\n[ ] Who did we help?\n---"
    )

    lines = advise_agenda(agenda, RULES)

    assert [line for line, _ in lines] == [
        "Monday 1:1",
        "Pipeline review",
        "What's the close date on Initech?",
        "Who did we help?",
    ]
    assert [advice.kind for _, advice in lines[1:]] == [Talk.NUMBER, Talk.NUMBER, Talk.IMPACT]


@given(st.text(max_size=300))
def test_any_text_gets_advice_whose_spans_are_true(text: str) -> None:
    advice = advise(text, RULES)

    assert all(text[slice(*match.span)] == match.words for match in advice.matches)
    assert bool(advice.matches) is (advice.kind in (Talk.NUMBER, Talk.BOTH))
    assert len(advice.questions) in ((2, 3) if advice.kind in (Talk.NUMBER, Talk.NEUTRAL) else (0,))


def test_a_pasted_novel_is_not_read_to_its_end() -> None:
    novel = "Once upon a time " * 3_000 + "what is the close date?"

    assert advise(novel, RULES).kind is Talk.NEUTRAL
    assert len(advise_agenda("close date?\n" * 5_000, RULES)) == 100


BOATS = '[[slot]]\nkey = "boats"\nwords = ["boat*"]\nquestions = ["Where do they want to sail?"]\n'


def edited(head: str = 'fallback = ["Who?"]', slot: str = BOATS, tail: str = "") -> Rules:
    return load_rules(f"{head}\n{slot}\n{tail}")


def test_a_company_can_write_rules_of_its_own() -> None:
    advice = advise("How many boats?", edited())

    assert advice.kind is Talk.NUMBER
    assert advice.questions == ("Where do they want to sail?", "Who?")


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ({"head": "fallback = ["}, "TOML"),
        ({"head": ""}, "fallback"),
        ({"slot": ""}, "slot"),
        ({"slot": "slot = [1]"}, "key"),
        ({"slot": '[[slot]]\nkey = "boats"\nwords = ["boat*"]\n'}, "questions"),
        ({"slot": '[[slot]]\nkey = "boats"\nwords = "boat"\nquestions = ["Who?"]\n'}, "list"),
        ({"slot": '[[slot]]\nkey = "boats"\nwords = ["(boat"]\nquestions = ["Who?"]\n'}, "boat"),
        ({"tail": "\n[impact]\nstrong = [1]"}, "impact.strong"),
        ({"tail": '\n[impact]\nstrong = ["{nobody}"]'}, "nobody"),
        ({"head": 'impact = 1\nfallback = ["Who?"]'}, "impact"),
    ],
)
def test_a_broken_rule_file_says_what_was_expected(parts: dict[str, str], expected: str) -> None:
    with pytest.raises(RulesProblem, match=expected):
        edited(**parts)


def test_every_problem_of_a_rule_file_is_told_with_its_line() -> None:
    source = """fallback = []
questons = ["Who?"]

[groups]
boat = ["boat*", "(dinghy"]

[[slot]]
key = "boats"
words = ["{boat}", "{ship}"]
questions = ["Where do they want to sail?"]
only_alone = "yes"

[[slot]]
key = "boats"
questions = "Who?"

[impact]
strong = "help"
"""

    problems = parse_rules(source)

    assert isinstance(problems, tuple)
    assert [(each.line, each.key) for each in problems] == [
        (1, "fallback"),
        (2, "questons"),
        (5, "groups.boat"),
        (9, "slot.words"),
        (11, "slot.only_alone"),
        (14, "slot.key"),
        (15, "slot.questions"),
        (18, "impact.strong"),
    ]
    assert "(dinghy" in problems[2].expected


@given(st.text(max_size=200) | st.binary(max_size=200))
def test_whatever_a_rule_file_holds_is_read_or_refused_with_lines(source: str | bytes) -> None:
    read = parse_rules(source)

    assert isinstance(read, tuple)
    assert all(problem.line >= 1 and problem.expected for problem in read)
