"""Refusals, help and why: each says what to do next."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from bot.domain.deliveries import Delivery, DeliveryState, Kind
from bot.domain.people import Person
from bot.domain.quiet import Reason
from bot.domain.refusals import Refusal, Why
from handlers.slack import surfaces
from handlers.slack.surfaces.help import check_help, help_blocks
from handlers.slack.surfaces.refusals import words_of
from handlers.slack.surfaces.why import why_text
from tests.slack.limits import message_problems
from tests.slack.samples import (
    NOW,
    TEAM,
    markup_in,
)


@pytest.mark.parametrize("why", Why)
def test_every_refusal_has_words_that_say_what_to_do_next(why: Why) -> None:
    words = words_of(Refusal(why))

    assert len(words) > 30
    assert re.search(
        r"`/|\bask\b|Ask|Send|send|Type|Go to|Bring|Name|Choose|Try|Join|Tell|just write", words
    ), words
    assert not re.search(r"(?i)\b(error|invalid|illegal|denied|must not|sorry)\b", words)


def test_a_refusal_to_a_stranger_names_who_can() -> None:
    words = words_of(Refusal(Why.NOT_A_MANAGER, {"managers": "UMAY UNOA"}))

    assert "<@UMAY> or <@UNOA>" in words


def test_help_shows_what_this_person_may_do() -> None:
    member = help_blocks(team=TEAM, manager=False, member=True)
    manager = help_blocks(team=TEAM, manager=True, member=True)
    guest = help_blocks(team=TEAM, manager=False, member=False, unknown="sotry <!here>")

    assert "/purpose setup" not in member.text
    assert "/purpose setup" in manager.text
    assert "/purpose-check" in manager.text
    assert "/purpose story" not in guest.text
    assert "“sotry &lt;!here&gt;”" in guest.text
    for message in (member, manager, guest, check_help()):
        assert message_problems(message.text, message.blocks) == []
        assert not re.search(r"[<>]", message.text + "".join(markup_in(message.blocks)))


def test_help_names_every_word_of_the_command() -> None:
    told = help_blocks(team=TEAM, manager=True, member=True).text

    for word in [
        "setup",
        "set",
        "show",
        "story",
        "stories",
        "digest",
        "why",
        "days",
        "holidays",
        "pause",
        "resume",
        "stop",
        "mydata",
        "forget",
    ]:
        assert f"`/purpose {word}" in told


def _delivery(reason: str | None, state: DeliveryState = DeliveryState.SKIPPED) -> Delivery:
    return Delivery(
        workspace="slack:T1",
        subject="x",
        kind=Kind.PROMPT,
        recipient="UALICE",
        due_at=NOW,
        team="T1",
        id="D1",
        state=state,
        reason=reason,
    )


@pytest.mark.parametrize("reason", Reason)
def test_why_has_words_for_every_reason(reason: Reason) -> None:
    person = Person("slack:T1", "UALICE")

    told = why_text(person=person, teams=[TEAM], recent=[_delivery(reason.value)], now=NOW)

    assert f"not sent: {reason.words}" in told
    assert "question of Small business" in told


@pytest.mark.parametrize("state", DeliveryState)
def test_why_has_words_for_every_state(state: DeliveryState) -> None:
    person = Person("slack:T1", "UALICE", stopped_at=NOW)

    told = why_text(person=person, teams=[TEAM], recent=[_delivery(None, state)], now=NOW)

    assert "You stopped all questions." in told
    assert "None" not in told


_SHOWN_AS_THEY_ARE = {"plain", "paragraph", "context", "header", "button", "confirm", "option", "overflow"}
_MARKS = re.compile(r"\*\w[^*\n]*\*|`[^`]+`|<[@#!]")


def _marked(tree: ast.AST) -> list[str]:
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    return [
        part.value
        for call in calls
        if isinstance(call.func, ast.Name) and call.func.id in _SHOWN_AS_THEY_ARE
        for argument in (*call.args, *(keyword.value for keyword in call.keywords))
        if not isinstance(argument, ast.Call)  # which is looked at on its own
        for part in ast.walk(argument)
        if isinstance(part, ast.Constant) and isinstance(part.value, str) and _MARKS.search(part.value)
    ]


@pytest.mark.parametrize(
    "module", sorted(Path(surfaces.__file__).parent.glob("*.py")), ids=lambda it: it.stem
)
def test_no_mark_of_ours_is_shown_to_people_as_a_star_or_a_backtick(module: Path) -> None:
    assert _marked(ast.parse(module.read_text())) == []


def test_the_search_for_marks_finds_one() -> None:
    assert _marked(ast.parse('context("Nothing yet.", "*Add a hope* below.")')) == ["*Add a hope* below."]
