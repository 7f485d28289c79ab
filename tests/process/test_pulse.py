"""The quarterly pulse: it rides in a prompt, counts without names, and says the same to everybody."""

from __future__ import annotations

import asyncio
import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from bot.db.schema import metadata
from bot.domain.pulses import CUSTOMERS, MEANING, Pulse, quarter_of, window
from bot.domain.refusals import Refusal, Why
from bot.domain.teams import Membership, Team
from bot.ports.problems import StoreProblem
from bot.usecases.telling import team_zone
from tests.process.inside import Inside

SB = "small-business"
OTHERS = ("dora", "eve", "finn", "gina", "hugo")
RIDES = "Once a quarter: two questions"
YES = {"pulse.customers": "5", "pulse.meaning": "4"}


async def in_its_weeks(inside: Inside, people: int = 8) -> Team:
    """A team of so many, in which everybody has had a first prompt, on the pulse's first day at noon."""
    team = await inside.team(SB, "bob", "charlie")
    for name in OTHERS[: people - 3]:
        user = inside.ws.add_person(name.title(), announce=False)
        await inside.store.teams.set_member(
            inside.workspace, team.id, user, Membership.ACTIVE, now=inside.now()
        )
    for name in ("alice", "bob", "charlie"):
        when = inside.now() - timedelta(days=30)
        await inside.store.people.set(
            inside.workspace, inside.user(name), introduced_at=when, why_asked_at=when
        )
    to(inside, _next_window(inside, team) + timedelta(hours=12))
    await inside.planned()
    return team


def _next_window(inside: Inside, team: Team) -> datetime:
    zone, day = team_zone(team), inside.now().date()
    opens, _ = window(day, zone)
    while opens < inside.now():
        day += timedelta(days=28)
        opens, _ = window(day, zone)
    return opens


def to(inside: Inside, moment: datetime) -> None:
    """Move the clock there."""
    inside.later(seconds=(moment - inside.now()).total_seconds())


async def answer(inside: Inside, prompt: Any, name: str = "bob", values: Any = None) -> Any:
    """**Answer (10 seconds)**, and the form filled in; what Slack was told."""
    await inside.ws.click(inside.user(name), prompt, "pulse.answer")
    await inside.settled()
    told = await inside.ws.submit(inside.user(name), inside.modal(name)["id"], values or YES)
    await inside.settled()
    return told


async def answered_by(inside: Inside, team: Team, people: int) -> None:
    """So many answered this quarter's pulse, which Bob's prompt opened; then its weeks are over."""
    await inside.prompt("bob", team)
    pulse = await pulse_of(inside, team)
    for number in range(people):
        answers = {CUSTOMERS: 4 + number % 2, MEANING: 1 + number % 5}
        await inside.store.pulses.answer(inside.workspace, pulse.id, f"U{number}", answers, now=inside.now())
    to(inside, pulse.closes_at)


async def pulse_of(inside: Inside, team: Team) -> Pulse:
    """The team's pulse of this quarter."""
    quarter = quarter_of(inside.now().astimezone(team_zone(team)).date())
    pulse = await inside.store.pulses.of_quarter(inside.workspace, team.id, quarter)
    assert isinstance(pulse, Pulse)
    return pulse


async def home(inside: Inside, name: str) -> str:
    """Somebody's Home, opened now."""
    await inside.ws.open_home(inside.user(name))
    await inside.settled()
    return str(inside.ws.home(inside.user(name)))


async def everything_kept(inside: Inside) -> str:
    """Every row of every table."""
    found = []
    async with inside.store.database.reading() as connection:
        for table in metadata.sorted_tables:
            rows = (await connection.execute(text(f'SELECT * FROM "{table.name}"'))).mappings()
            found += [f"{table.name}: {dict(row)}" for row in rows]
    return "\n".join(found)


async def test_it_rides_in_a_prompt_of_its_two_weeks_once(inside: Inside) -> None:
    team = await in_its_weeks(inside)

    prompt = await inside.prompt("bob", team)
    inside.later(days=1)
    next_day = await inside.prompt("bob", team)
    to(inside, (await pulse_of(inside, team)).closes_at + timedelta(hours=12))
    afterwards = await inside.prompt("charlie", team)

    assert RIDES in str(prompt["blocks"])
    assert "Answer (10 seconds)" in str(prompt["blocks"])
    assert RIDES not in str(next_day["blocks"])
    assert RIDES not in str(afterwards["blocks"])


async def test_ten_seconds_and_the_answer_is_in_the_count(inside: Inside) -> None:
    team = await in_its_weeks(inside)
    prompt = await inside.prompt("bob", team)

    await answer(inside, prompt)

    counted = await pulse_of(inside, team)
    assert dict(counted.counts) == {CUSTOMERS: (0, 0, 0, 0, 1), MEANING: (0, 0, 0, 1, 0)}
    assert "Counted, thank you" in str(inside.last("bob"))


async def test_a_question_left_open_is_asked_about_in_the_form(inside: Inside) -> None:
    team = await in_its_weeks(inside)
    prompt = await inside.prompt("bob", team)
    await inside.ws.click(inside.user("bob"), prompt, "pulse.answer")
    await inside.settled()

    told = await inside.ws.submit(inside.user("bob"), inside.modal("bob")["id"], {"pulse.customers": "5"})

    assert set(told["errors"]) == {"pulse.meaning"}
    assert (await pulse_of(inside, team)).answers == 0


async def test_a_second_answer_is_kindly_refused_before_and_after_the_form(inside: Inside) -> None:
    team = await in_its_weeks(inside)
    prompt = await inside.prompt("bob", team)
    pulse = await pulse_of(inside, team)
    await answer(inside, prompt)

    await inside.ws.click(inside.user("bob"), prompt, "pulse.answer")
    await inside.settled()
    forged = await inside.house.services.pulsing.answer(
        inside.workspace, pulse.id, inside.user("bob"), {CUSTOMERS: 1, MEANING: 1}, inside.now()
    )

    assert "You answered this pulse already, thank you." in inside.whispered("bob", inside.dm("bob"))
    assert isinstance(forged, Refusal)
    assert forged.why is Why.PULSE_ANSWERED
    assert (await pulse_of(inside, team)).answers == 1


async def test_only_people_of_the_team_answer_and_only_while_it_is_open(inside: Inside) -> None:
    team = await in_its_weeks(inside)
    await inside.prompt("bob", team)
    pulse = await pulse_of(inside, team)
    dave = inside.ws.add_person("Dave", announce=False)
    pulsing = inside.house.services.pulsing

    async def refused(user: str, pulse_id: str = pulse.id) -> Why | None:
        found = await pulsing.answer(
            inside.workspace, pulse_id, user, {CUSTOMERS: 1, MEANING: 1}, inside.now()
        )
        return found.why if isinstance(found, Refusal) else None

    strangers = [await refused(dave), await refused(inside.user("grace")), await refused(dave, "nothing")]
    to(inside, pulse.closes_at)
    late = await refused(inside.user("bob"))

    assert strangers == [Why.PULSE_NOT_YOURS, Why.NOT_A_FULL_MEMBER, Why.PULSE_NOT_YOURS]
    assert late is Why.PULSE_CLOSED
    assert (await pulse_of(inside, team)).answers == 0


async def test_a_team_of_seven_has_no_pulse(inside: Inside) -> None:
    team = await in_its_weeks(inside, people=7)

    assert RIDES not in str((await inside.prompt("bob", team))["blocks"])


async def test_of_four_answers_nothing_is_shown_and_of_five_the_same_to_everybody(inside: Inside) -> None:
    team = await in_its_weeks(inside)
    await answered_by(inside, team, 4)
    four = await home(inside, "bob")
    to(inside, _next_window(inside, team) + timedelta(hours=12))
    await answered_by(inside, team, 5)

    shown = {name: what_it_says(await home(inside, name)) for name in ("alice", "bob", "charlie")}

    assert "Too few answered to show anything, by design." in four
    assert "said “mostly”" not in four
    assert len(set(shown.values())) == 1
    assert "said “mostly” or “very much”: likely between 55 % and 100 %." in shown["bob"]
    assert "nothing to compare it with" in shown["bob"]
    assert "is it working" not in (await home(inside, "grace")).casefold()


def what_it_says(view: str) -> str:
    """The pulse's part of a Home, without the ids that Slack gives to blocks."""
    part = view[view.index("Is it working?") : view.index("Everybody in the team reads the same")]
    return re.sub(r"'block_id': '[^']*'", "", part)


async def test_who_answered_is_written_nowhere_and_after_closing_not_even_hashed(inside: Inside) -> None:
    team = await in_its_weeks(inside)
    prompt = await inside.prompt("bob", team)
    await inside.ws.click(inside.user("bob"), prompt, "pulse.answer")
    await inside.settled()
    before = await everything_kept(inside)
    await inside.ws.submit(inside.user("bob"), inside.modal("bob")["id"], YES)
    await inside.settled()

    while_open = set((await everything_kept(inside)).splitlines()) - set(before.splitlines())
    to(inside, (await pulse_of(inside, team)).closes_at)
    await inside.house.services.pulsing.close_due(inside.now())
    closed = await everything_kept(inside)

    # A lane notes only that the bot looked for what there is to send.
    assert {line.partition(":")[0] for line in while_open} - {"lane"} == {"pulse", "pulse_voter"}
    assert inside.user("bob") not in str(while_open)
    assert "pulse_voter:" not in closed
    assert "'salt': ''" in closed


async def test_an_answer_outlasts_a_database_that_does_not_answer_for_a_moment(
    inside: Inside, monkeypatch: pytest.MonkeyPatch
) -> None:
    team = await in_its_weeks(inside)
    prompt = await inside.prompt("bob", team)
    counting, tries = inside.store.pulses.answer, []

    async def stumbles(*what: Any, **how: Any) -> Any:
        tries.append(what)
        if len(tries) == 1:
            raise StoreProblem("The disk is full.")
        return await counting(*what, **how)

    monkeypatch.setattr(inside.store.pulses, "answer", stumbles)
    await answer(inside, prompt)
    async with asyncio.timeout(30):
        while len(tries) < 2 or inside.door.under_way:  # noqa: ASYNC110 - the door asks again by itself
            await asyncio.sleep(0.02)

    assert (await pulse_of(inside, team)).answers == 1
