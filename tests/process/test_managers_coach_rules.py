"""A company's own rules for the coach: a file beside the team file, applied, in force at once, and taken back."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.domain.coaching import Talk, advise
from tests.process.commands import Outcome, purpose_bot, settings_for, without_slack
from tests.process.inside import Inside

BOATS = """
fallback = ["Who sails better because of us?"]

[[slot]]
key = "boats"
words = ["boat*"]
questions = ["Where do they want to sail?"]
"""


async def applied(inside: Inside, rules: str, *more: str) -> Outcome:
    (inside.folder / "teams.toml").write_text(f'[coach]\nrules = "{rules}"\n')
    environment = settings_for(inside.ws, inside.folder)
    return await purpose_bot(environment, inside.folder, "apply", "teams.toml", *more, clock=inside.ws.clock)


async def talk(inside: Inside, question: str) -> Talk:
    return advise(question, await inside.house.services.rules.of(inside.workspace)).kind


async def test_own_rules_are_in_force_once_applied_until_the_packaged_ones_are_back(inside: Inside) -> None:
    (inside.folder / "coach.toml").write_text(BOATS)

    dry = await applied(inside, "coach.toml", "--dry-run")
    before = await talk(inside, "How many boats?")
    done = await applied(inside, "coach.toml")
    own = [await talk(inside, "How many boats?"), await talk(inside, "When does it close?")]
    again = await applied(inside, "coach.toml")
    printed = await purpose_bot(without_slack(inside.folder), inside.folder, "coach-rules")
    back = await applied(inside, "packaged")
    packaged = await talk(inside, "When does it close?")

    assert "Nothing was changed" in dry.out
    assert before is not Talk.NEUTRAL
    assert done.out == "coach: rules of your own\n"
    assert own == [Talk.NUMBER, Talk.NEUTRAL]
    assert again.out == "Nothing to change.\n"
    assert printed.out == BOATS
    assert back.out == "coach: the rules that come with the bot\n"
    assert packaged is Talk.NUMBER


async def test_a_manager_is_offered_the_companys_own_questions(inside: Inside) -> None:
    await inside.team("small-business", "bob")
    await inside.store.coach_rules.save(inside.workspace, BOATS)
    alice, where = inside.user("alice"), inside.channel("small-business")

    await inside.ws.command(alice, where, "/purpose-check", "How many boats this week?")
    await inside.settled()

    assert "Where do they want to sail?" in str(inside.ws.ephemerals(alice, where)[-1])


async def test_rules_that_a_later_version_cannot_read_give_way_to_the_packaged_ones(inside: Inside) -> None:
    await inside.store.coach_rules.save(inside.workspace, "of another time")

    assert await talk(inside, "When does it close?") is Talk.NUMBER


async def test_each_problem_of_a_rule_file_is_told_with_its_line_and_nothing_is_changed(
    inside: Inside,
) -> None:
    (inside.folder / "coach.toml").write_text('[[slot]]\nkey = "boats"\nword = ["boat*"]\n')

    outcome = await applied(inside, "coach.toml")

    assert (outcome.code, outcome.out) == (2, "")
    lines = outcome.err.splitlines()
    assert lines[0].startswith("coach.toml: line 1: fallback: expected")
    assert lines[1].startswith("coach.toml: line 1: slot.questions: expected")
    assert lines[2].startswith("coach.toml: line 3: slot.word: expected a known key")
    assert lines[-1] == "coach.toml: nothing was changed."
    assert await inside.store.coach_rules.get(inside.workspace) is None


@pytest.mark.parametrize("rules", ["nowhere.toml", "."])
async def test_a_rule_file_that_cannot_be_read_is_named_with_its_line(inside: Inside, rules: str) -> None:
    outcome = await applied(inside, rules)

    assert outcome.code == 2
    assert "teams.toml: line 2: coach.rules: expected a file that can be read" in outcome.err


async def test_the_packaged_rules_are_printed_without_any_workspace(tmp_path: Path) -> None:
    outcome = await purpose_bot({}, tmp_path, "coach-rules", "--packaged")

    assert outcome.code == 0
    assert "[[slot]]" in outcome.out
