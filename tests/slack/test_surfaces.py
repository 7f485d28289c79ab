"""Every surface at its largest and with hostile words: Slack's limits, no ping, no link, no counting of people."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import get_args

import pytest

from bot.domain.checks import CheckState
from bot.domain.hopes import Hope, HopeKind, HopeState, Outcome
from bot.domain.notices import (
    AskNotice,
    Beside,
    BuildNotice,
    CheckNotice,
    DigestNotice,
    DraftNotice,
    DueHope,
    InvitationNotice,
    LaterOn,
    Notice,
    OutcomeNotice,
    PlainNotice,
    ReminderNotice,
    RollupNotice,
)
from bot.domain.pulses import Pulse
from bot.domain.purposes import Purpose
from bot.domain.reasons import Asked, WhyBack
from bot.domain.refusals import Why
from bot.domain.stories import Story
from bot.domain.teams import Team
from bot.domain.thanks import Loop, Thanks
from bot.sandbox.block_kit import message_blocks
from handlers.slack.surfaces.plain import WORDS
from handlers.slack.surfaces.table import SURFACES, render
from tests.slack.limits import message_problems
from tests.slack.samples import (
    CHART,
    HOSTILE,
    LARGE_TEAM,
    NOW,
    TEAM,
    check,
    digest,
    markup_in,
    prompt,
    receipt,
    story,
    words_in,
)

LONG = "A&<>'🧑‍🤝‍🧑 word " * 3_600
_PULSE = Pulse("P1", "slack:T1", "T1", "2026-Q4", NOW, NOW)
MANY_TEAMS = tuple((f"T{number}", "Team <&> " * 30) for number in range(150))


def _thanks(words: str) -> Iterator[Thanks]:
    """Every kind of thanks, with these words wherever people's words go."""
    for loop in Loop:
        yield Thanks(loop, customer=words, name=words, team=words, day="Friday")
        yield Thanks(loop, told_on=NOW.date(), name=words, team=words, day="Friday", opened=True)


def _hopes(words: str) -> Iterator[Hope]:
    """A promise and a trial in every state, with these words wherever people's words go."""
    for kind in HopeKind:
        one = Hope(
            "H1", "slack:T1", kind, "UALICE", words, NOW.date(), "view:1", NOW, "T1", "S0", words, line=words
        )
        yield one
        for outcome in Outcome:
            state = HopeState.OPEN if outcome is Outcome.NOT_YET else HopeState.ANSWERED
            yield replace(one, state=state, outcome=outcome, shared=True, answered_at=NOW)


def _about_hopes(words: str, team: Team) -> Iterator[Notice]:
    told = story(words * (2_000 // len(words) + 1), customer=words)
    for hope in _hopes(words):
        due = DueHope(hope, asks=hope.state is HopeState.OPEN)
        yield prompt(team=team, first=True, due=due)
        yield OutcomeNotice(due)
        if hope.state is HopeState.ANSWERED:
            yield digest([], team, later=(LaterOn(told, hope, words, NOW.date()),) * 2)
    yield OutcomeNotice(None)
    yield receipt(story=told, team=team, hopes=tuple(_hopes(words)))


def _largest() -> Iterator[Notice]:
    yield from _about_hopes("&" * 1_000, LARGE_TEAM)
    big = story(LONG[:40_000], customer="&" * 200, goal="<" * 1_000, change=">" * 1_000, ai_allowed=True)
    many = tuple(story(LONG[:3_000], f"U{number}", number) for number in range(300))
    purpose = LARGE_TEAM.purpose
    assert purpose is not None
    yield prompt(
        team=LARGE_TEAM,
        second="&" * 4_000,
        first=True,
        others=("Other " * 20,) * 30,
        thanks=tuple(_thanks("&" * 5_000)),
        pulse=_PULSE,
        asks_why=Asked.OPEN,
        asks_rhythm=True,
        nudge=True,
    )
    yield prompt(team=LARGE_TEAM, answered="told", first=True, asks_why=Asked.LATER)
    back = WhyBack("🌍&<" * 166, big)
    yield prompt(team=LARGE_TEAM, answered="nothing", why_back=back, asks_why=Asked.KEPT, pulse=_PULSE)
    yield receipt(
        story=big, team=LARGE_TEAM, first=True, coach=("customer", "Who was it? " * 400), others=MANY_TEAMS
    )
    yield receipt(story=replace(big, team=None), team=None, others=MANY_TEAMS)
    for why in ("no_prompt", "unclear", "which_team"):
        yield DraftNotice(big, why, MANY_TEAMS)
    yield CheckNotice(check(question="&" * 1_000), LARGE_TEAM, 300)
    yield CheckNotice(
        check(question="Why?\n" * 200, state=CheckState.CLOSED, closed_by="UMAY"), LARGE_TEAM, 300
    )
    yield RollupNotice(check(), LARGE_TEAM, many, 300, {"U1": "<Bob> & Co" * 50})
    yield ReminderNotice(LARGE_TEAM, "&" * 5_000)
    yield InvitationNotice("C1", None, "UMAY")
    yield InvitationNotice("C1", LARGE_TEAM)
    yield digest(list(many), LARGE_TEAM, chart=CHART)
    yield digest(list(many), LARGE_TEAM, chart=CHART, preview=True)
    other = Beside(big, "&" * 300, "<" * 300)
    yield digest(list(many), LARGE_TEAM, chart=CHART, beside={each.id: other for each in many})
    yield BuildNotice("&" * 300, "🧑‍🤝‍🧑&" * 500, big, "<" * 300)
    yield BuildNotice("&" * 300, "🧑‍🤝‍🧑&" * 500, None, "")
    yield BuildNotice("", "", None, "")
    asked = {"name": "&" * 300, "company": "<" * 300, "team": "&" * 300, "channel": "a" * 80, "held": "x"}
    for answered in (None, "yes", "no", "gone"):
        yield AskNotice("wider", big.id, asked, big, answered)
        yield AskNotice("held", "T1", asked, None, answered)
    for code in (*WORDS, *(f"refused.{why.value}" for why in Why), "about_privacy"):
        yield PlainNotice(code, dict.fromkeys(("team", "channel", "code", "until", "expected"), HOSTILE))


def _hostile_team() -> Team:
    purpose = Purpose("T1", 1, HOSTILE, "UMAY", NOW)
    return replace(
        TEAM,
        name=HOSTILE,
        channel_name=HOSTILE,
        company=HOSTILE,
        purpose=purpose,
        ai=True,
        managers=(HOSTILE,),
    )


def _hostile() -> Iterator[Notice]:
    team = _hostile_team()
    yield from _about_hopes(HOSTILE, team)
    told = story(HOSTILE, customer=HOSTILE, goal=HOSTILE, change=HOSTILE, tags=("honest_no", HOSTILE))
    several = (("T1", HOSTILE), ("T2", HOSTILE))
    yield prompt(
        team=team,
        second=HOSTILE,
        first=True,
        others=(HOSTILE,),
        thanks=tuple(_thanks(HOSTILE)),
        asks_rhythm=True,
    )
    yield prompt(
        team=team, question=HOSTILE, answered="nothing", why_back=WhyBack(HOSTILE, told, returns=False)
    )
    yield receipt(
        story=told,
        team=team,
        first=True,
        coach=("x", HOSTILE),
        others=several,
        thanks=tuple(_thanks(HOSTILE)),
    )
    yield DraftNotice(told, "which_team", several)
    yield CheckNotice(check(question=HOSTILE, asked_by=HOSTILE), team, 1)
    yield CheckNotice(check(question=HOSTILE, state=CheckState.CLOSED, closed_by=HOSTILE), team, 1)
    yield RollupNotice(check(question=HOSTILE), team, (told,), 1, {"UALICE": HOSTILE})
    yield ReminderNotice(team, HOSTILE)
    yield InvitationNotice(HOSTILE, team, HOSTILE)
    yield InvitationNotice(HOSTILE, None, HOSTILE)
    headline = replace(digest([told], team).digest, headline=HOSTILE, question=HOSTILE)
    yield replace(digest([told], team, names={"UALICE": HOSTILE}, chart=CHART), digest=headline)
    yield replace(digest([told], team, names={"UALICE": HOSTILE}, preview=True), digest=headline)
    yield replace(headline_beside(told, team), digest=headline)
    yield BuildNotice(HOSTILE, HOSTILE, told, HOSTILE)
    yield BuildNotice(HOSTILE, HOSTILE, None, HOSTILE)
    asked = dict.fromkeys(("name", "company", "team", "channel", "held"), HOSTILE)
    for answered in (None, "yes"):
        yield AskNotice("wider", told.id, asked, told, answered)
        yield AskNotice("held", "T1", asked, None, answered)
    for code in (*WORDS, *(f"refused.{why.value}" for why in Why)):
        yield PlainNotice(
            code, dict.fromkeys(("team", "channel", "code", "until", "expected", "managers"), HOSTILE)
        )


def headline_beside(told: Story, team: Team) -> DigestNotice:
    """A digest of one story, with one of another team beside it."""
    return digest([told], team, beside={told.id: Beside(told, HOSTILE, HOSTILE)})


def test_every_notice_has_its_surface() -> None:
    assert set(SURFACES) == set(get_args(Notice))


@pytest.mark.parametrize("notice", list(_largest()), ids=lambda notice: type(notice).__name__)
def test_the_largest_input_keeps_to_slacks_limits(notice: Notice) -> None:
    message = render(notice)

    assert message_problems(message.text, message.blocks) == []
    assert message_blocks(message.blocks, lambda file: True)


@pytest.mark.parametrize("notice", list(_hostile()), ids=lambda notice: type(notice).__name__)
def test_nothing_typed_becomes_markup_a_ping_or_a_link(notice: Notice) -> None:
    message = render(notice)

    for markup in (message.text, *markup_in(message.blocks)):
        ours = re.sub(r"<@U[A-Z0-9]+>|<!date\^\d+\^[^<>|]*\|[^<>]*>", "", markup)
        assert "<" not in ours
        assert "&amp;lt;" not in markup


@pytest.mark.parametrize("notice", [*_largest(), *_hostile()], ids=lambda notice: type(notice).__name__)
def test_no_surface_counts_people_out_of_people(notice: Notice) -> None:
    message = render(notice)

    shown = message.text + words_in([block for block in message.blocks if block["type"] != "rich_text"])
    assert not re.search(r"\b\d+ (of|out of|/) ?\d+\b", shown)
