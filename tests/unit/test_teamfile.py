"""Team files: read as promised, and every mistake told with its line, all at once."""

from __future__ import annotations

from dataclasses import replace
from datetime import time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.schedules import Schedule
from bot.domain.teamfile import parse_team_file
from bot.domain.teams import Join, Team
from bot.domain.teamspecs import UNSET, CompanySpec, FileProblem, ScheduleChange, TeamFile, TeamSpec

CONTRACT = """\
[[team]]
channel = "C0123456789"
name = "Small business"                      # default: the channel's name
purpose = "We help small businesses be more successful."   # no default
managers = ["U9"]                            # default: whoever set the team up
members = ["U1", "U2"]                       # default: the channel's people
timezone = "America/New_York"                # the channel's own clock
holidays = "US"                              # a country, or country-subdivision
join = "invite"                              # default
prompt   = { days = "mon-fri", at = "16:30" }            # a DM to each member
reminder = { days = "mon", at = "09:00" }                # in the channel
digest   = { days = "fri", at = "15:00" }
check    = { closes_after = "4h" }
questions = []                                           # the team's own
ai       = false
"""
WEEKDAYS = frozenset(range(5))
TEAM = Team(id="t1", workspace="w", channel="C1", name="sales", zone="Europe/Berlin", managers=("U7",))

# One right line and what it means, and one wrong line and what is expected of it, for every key.
RIGHT = {
    "name": ('name = "Sales\\tEMEA"', "Sales\tEMEA"),
    "purpose": ("purpose = '''\nWe help\nbakers.'''", "We help\nbakers."),
    "managers": ('managers = [\n  "U9", # Alice\n  "W8",\n]', ("U9", "W8")),
    "members": ('members = ["U1", "U2", "U1"]', ("U1", "U2")),
    "timezone": ('timezone = "Asia/Kolkata"', "Asia/Kolkata"),
    "holidays": ('holidays = "de-by"', "DE-BY"),
    "join": ('join = "enrol"', Join.ENROL),
    "prompt": ('prompt.days = "mon-wed"\nprompt.at = "4pm"', ScheduleChange(frozenset({0, 1, 2}), time(16))),
    "reminder": ("reminder = { at = 09:15:00 }", ScheduleChange(None, time(9, 15))),
    "digest": ('digest = { "days" = "thu" }', ScheduleChange(frozenset({3}))),
    "check_closes_after": ('check.closes_after = "1h 30m"', timedelta(minutes=90)),
    "questions": (
        'questions = ["Whose day was easier?", "Who smiled?"]',
        ("Whose day was easier?", "Who smiled?"),
    ),
    "ai": ("ai = true", True),
}
WRONG = {
    "name": ('name = ""', "name", "team's name"),
    "purpose": (f'purpose = "{"x" * 501}"', "purpose", "at most 500 characters"),
    "managers": ("managers = []", "managers", "a list such as"),
    "members": ('members = ["U1", "bob"]', "members", "a person's id"),
    "timezone": ('timezone = "Europe/Berlni"', "timezone", "“Europe/Berlin”"),
    "holidays": ('holidays = "Germany"', "holidays", "did you mean DE?"),
    "join": ('join = "enroll"', "join", '"invite" or "enrol"'),
    "prompt": ('prompt.at = "25:00"', "prompt.at", "a time between 00:00 and 23:59"),
    "reminder": ('reminder = { days = "funday" }', "reminder.days", "days such as"),
    "digest": ('digest = "fri"', "digest", "a table such as"),
    "check_closes_after": ('check = { closes_after = "15d" }', "check.closes_after", "between 1m and 14d"),
    "questions": ('questions = [""]', "questions", "a question"),
    "ai": ('ai = "yes"', "ai", "true or false"),
    "unknown": ("digset = 1", "digset", "did you mean “digest”?"),
}


def problems(text: str | bytes) -> tuple[FileProblem, ...]:
    found = parse_team_file(text)
    assert isinstance(found, tuple)
    return found


def test_the_contracts_own_example_is_read() -> None:
    found = parse_team_file(CONTRACT)

    assert found == TeamFile(
        teams=(
            TeamSpec(
                channel="C0123456789",
                name="Small business",
                purpose="We help small businesses be more successful.",
                managers=("U9",),
                members=("U1", "U2"),
                timezone="America/New_York",
                holidays="US",
                join=Join.INVITE,
                prompt=ScheduleChange(WEEKDAYS, time(16, 30)),
                reminder=ScheduleChange(frozenset({0}), time(9)),
                digest=ScheduleChange(frozenset({4}), time(15)),
                check_closes_after=timedelta(hours=4),
                questions=(),
                ai=False,
            ),
        )
    )


def test_a_key_that_is_not_there_says_nothing() -> None:
    found = parse_team_file('[[team]]\nchannel = "C1"')

    assert found == TeamFile((TeamSpec(channel="C1"),))
    assert isinstance(found, TeamFile)
    assert found.teams[0].onto(TEAM) == TEAM


@pytest.mark.parametrize(
    "text", ['company = { channel = "G9" }', '[company]\nchannel = "G9"', 'company.channel = "G9"']
)
def test_the_companys_channel_is_read_in_each_way_of_writing_it(text: str) -> None:
    assert parse_team_file(text) == TeamFile((), CompanySpec("G9"))


def test_the_companys_digest_is_switched_off_by_name() -> None:
    assert parse_team_file('[company]\nchannel = "none"') == TeamFile((), CompanySpec(None))


@pytest.mark.parametrize("words", ["none", "", "None"])
def test_holidays_can_be_switched_off(words: str) -> None:
    found = parse_team_file(f'[[team]]\nchannel = "C1"\nholidays = "{words}"')

    assert isinstance(found, TeamFile)
    assert found.teams[0].holidays is None
    assert found.teams[0].onto(replace(TEAM, holidays="US")).holidays is None


def test_only_the_half_of_a_schedule_that_is_given_changes() -> None:
    found = parse_team_file('[[team]]\nchannel = "C1"\nprompt.at = "15:00"\ndigest.days = "thu"')

    assert isinstance(found, TeamFile)
    changed = found.teams[0].onto(TEAM)
    assert changed.prompt == Schedule(WEEKDAYS, time(15))
    assert changed.digest == Schedule(frozenset({3}), time(15))
    assert changed.reminder == TEAM.reminder


@settings(deadline=None)
@given(st.lists(st.lists(st.sampled_from(sorted(RIGHT)), unique=True), min_size=1, max_size=4))
def test_any_choice_of_keys_is_read_and_applying_it_twice_changes_nothing(choices: list[list[str]]) -> None:
    text = "".join(
        _team(f"C{number}", [RIGHT[key][0] for key in keys]) for number, keys in enumerate(choices)
    )

    found = parse_team_file(text)

    assert isinstance(found, TeamFile)
    for spec, keys in zip(found.teams, choices, strict=True):
        assert {key: getattr(spec, key) for key in RIGHT} == {
            key: RIGHT[key][1] if key in keys else UNSET for key in RIGHT
        }
        once = spec.onto(TEAM)
        assert spec.onto(once) == once


@settings(deadline=None)
@given(
    st.lists(
        st.lists(st.tuples(st.sampled_from(sorted(WRONG)), st.booleans()), unique_by=lambda each: each[0])
    )
)
def test_every_mistake_is_told_on_its_line_and_nothing_else_is(choices: list[list[tuple[str, bool]]]) -> None:
    text, expected = "# teams\n", []
    for number, keys in enumerate(choices):
        text += f'\n[[team]]\nchannel = "C{number}"\n'
        for key, is_wrong in keys:
            if is_wrong or key not in RIGHT:
                expected.append((text.count("\n") + 1, *WRONG[key][1:]))
            text += (WRONG[key][0] if is_wrong or key not in RIGHT else RIGHT[key][0]) + "\n"

    found = parse_team_file(text)

    if not choices:
        expected = [(1, "", "[[team]]")]
    told = found if isinstance(found, tuple) else ()
    assert [(each.line, each.key) for each in told] == [(line, key) for line, key, _ in expected]
    assert all(words in each.expected for each, (_, _, words) in zip(told, expected, strict=True))


def _team(channel: str, lines: list[str]) -> str:
    return "\n".join(["[[team]]", f'channel = "{channel}"', *lines, ""])


@pytest.mark.parametrize(
    ("text", "line", "key", "words"),
    [
        ("", 1, "", "at least one [[team]]"),
        ("# nothing here\n", 1, "", "at least one [[team]]"),
        ("team = []", 1, "", "at least one [[team]]"),
        ('[team]\nchannel = "C1"', 1, "team", "two brackets"),
        ("team = [1]", 1, "team", "[[team]]"),
        ('[[team]]\nname = "x"', 1, "channel", "a channel's id"),
        ('[[team]]\nchannel = "#sales"', 2, "channel", "a channel's id"),
        ("[[team]]\nchannel = 7", 2, "channel", "a channel's id"),
        ('[[teem]]\nchannel = "C1"', 1, "teem", "did you mean “team”?"),
        ('[[team]]\nchannel = "C1"\ncompany = { channel = "C2" }', 3, "company", "above the first [[team]]"),
        ('company = "C1"', 1, "company", "a table such as"),
        ('[[team]]\nchannel = "C1"\nname = "\\u200b"', 3, "name", "in quotes"),
        ('[[team]]\nchannel = "C1"\npurpose = "\\u202e"', 3, "purpose", "in quotes"),
        ("\n[company]\n", 2, "company", "a channel"),
        ('[company]\nchannel = "C1"\nchanel = "C2"', 3, "company.chanel", "did you mean “channel”?"),
        (
            '[[team]]\nchannel = "C1"\n[team.prompt]\ndays = "fri"\nhour = 4',
            5,
            "prompt.hour",
            "a known key: days, at",
        ),
        ('[[team]]\nchannel = "C1"\nmembers = ["U1",\n\n 7]', 5, "members", "a person's id"),
        ('[[team]]\nchannel = "C1"\nmembers = "U1"', 3, "members", "a list such as"),
        ('[[team]]\nchannel = "C1"\n"\\u001b[2J" = 1', 3, "�[2J", "a known key"),
        ('[[team]]\nchannel = "C1"\nprompt = { at = 16:30 }', 3, "", 'the time in quotes, such as "16:30"'),
        ("[[team]]\nchannel = “C1”", 2, "", "straight quotes"),
        ('[[team]]\nchannel = "C1"\nchannel = "C2"', 3, "", "valid TOML"),
        ('[[team]]\nchannel = "C1', 2, "", "valid TOML"),
        ('[[team]]\nchannel = """\n\n', 4, "", "valid TOML"),
        ("a = " + "9" * 5000, 1, "", "valid TOML"),
        ("a = " + "[" * 100_000, 1, "", "fewer brackets"),
    ],
)
def test_one_mistake_is_told_with_its_line_and_what_was_expected(
    text: str, line: int, key: str, words: str
) -> None:
    (problem,) = problems(text)

    assert (problem.line, problem.key) == (line, key)
    assert words in problem.expected


def test_a_channel_has_one_team() -> None:
    text = (
        '[[team]]\nchannel = "C1"\n\n[[team]]\nchannel = "C2"\n\n[[team]]\nname = "Bob\'s"\nchannel = "C1"\n'
    )

    assert problems(text) == (FileProblem(9, "channel", "another channel: the team of line 2 has this one"),)


def test_a_problem_reads_as_one_line() -> None:
    (timed,) = problems('[[team]]\nchannel = "C1"\nprompt.at = "25:00"')
    (empty,) = problems("")

    assert str(timed) == "line 3: prompt.at: expected a time between 00:00 and 23:59"
    assert str(empty) == "line 1: expected at least one [[team]]"


def test_files_from_windows_are_read() -> None:
    windows = b"\xef\xbb\xbf" + CONTRACT.replace("\n", "\r\n").encode()

    assert parse_team_file(windows) == parse_team_file(CONTRACT)


def test_a_file_that_is_not_utf_8_says_where() -> None:
    assert problems('[[team]]\nname = "Zoë"'.encode("latin-1")) == (
        FileProblem(2, "", "text saved as UTF-8"),
    )


def test_the_line_of_each_team_is_kept_for_what_is_found_out_later() -> None:
    found = parse_team_file('# ours\n\n[[team]]\nchannel = "C1"\n\n[[team]]\nchannel = "C2"\n')

    assert isinstance(found, TeamFile)
    assert [spec.line for spec in found.teams] == [3, 6]


@settings(deadline=None)
@given(
    st.one_of(
        st.text(), st.binary(), st.lists(st.sampled_from(CONTRACT.split("\n")), max_size=20).map("\n".join)
    )
)
def test_nothing_in_a_file_is_ever_thrown(source: str | bytes) -> None:
    found = parse_team_file(source)

    if isinstance(found, tuple):
        assert found
        assert all(each.line >= 1 and each.expected and "\n" not in str(each) for each in found)


@settings(deadline=None)
@given(st.integers(0, len(CONTRACT)), st.integers(0, 40), st.text(max_size=5))
def test_a_good_file_damaged_anywhere_is_read_or_refused_with_lines_it_has(
    start: int, length: int, put: str
) -> None:
    damaged = CONTRACT[:start] + put + CONTRACT[start + length :]

    found = parse_team_file(damaged)

    last = damaged.count("\n") + 1
    assert isinstance(found, TeamFile) or all(1 <= each.line <= last for each in found)
