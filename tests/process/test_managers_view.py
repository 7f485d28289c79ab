"""What managers see of their team: totals behind a click, and never a name against a number."""

from __future__ import annotations

import re
from typing import Any

from bot.domain.teams import Team
from bot.usecases.exporting import COLUMNS, TELLER_COLUMNS, exported
from handlers.slack.surfaces import names
from tests.process.inside import PURPOSE, Inside

SB = "small-business"
PEOPLE = ("bob", "charlie", "dana", "erin")
COUNTED = re.compile(r"\b\d+\s*(?:of|/|out of)\s*\d+\b|\d\s*%")
BLAMING = re.compile(
    r"(?i)did(?:n't| not) (?:answer|respond|reply|tell)|no answer from|missing:|haven't|not answered|silent|"
    r"rank|leader ?board|streak|top teller|most stories|score"
)


async def a_week(inside: Inside) -> Team:
    """Four people told stories, one keeps quiet, one keeps theirs private; a check was asked and closed."""
    for name in ("Dana", "Erin", "Finn"):
        user = inside.ws.add_person(name)
        inside.ws.workspace.channels[inside.channel(SB)].members[user] = None
    team = await inside.team(SB, *PEOPLE, "finn")
    for name in PEOPLE:
        await inside.ws.command(
            inside.user(name), inside.channel(SB), "/purpose", "story Helped Maria at Initech."
        )
    await inside.settled()
    await inside.ws.command(inside.user("alice"), inside.channel(SB), "/purpose-check", "Who slept better?")
    await inside.settled()
    check = next(
        one for one in inside.ws.messages(inside.channel(SB)) if "Who slept better?" in str(one["text"])
    )
    for name in PEOPLE:
        await inside.ws.say(
            inside.user(name), inside.channel(SB), f"Rosa did. {name}.", thread_ts=check["ts"]
        )
    await inside.settled()
    await inside.ws.click(inside.user("alice"), check, "check.close")
    await inside.settled()
    return team


async def home_of(inside: Inside, name: str) -> Any:
    await inside.ws.open_home(inside.user(name))
    await inside.settled()
    return inside.ws.home(inside.user(name))


async def test_a_managers_home_has_the_team_view_and_nobody_elses(inside: Inside) -> None:
    await a_week(inside)
    home = await home_of(inside, "alice")
    assert "Team view: small-business" in str(home)
    assert "Team view" not in str(await home_of(inside, "bob"))

    await inside.ws.click(inside.user("alice"), home, "team.view#0")
    await inside.settled()

    shown = str(inside.modal("alice"))
    assert "Who slept better?: 4" in shown
    assert "Stories told" in shown
    assert "each from at least four people" in shown


async def test_a_forged_click_on_the_team_view_shows_nothing(inside: Inside) -> None:
    team = await a_week(inside)
    viewing = inside.house.services.team_viewing

    for name in ("bob", "grace"):
        refused = await viewing.look(inside.workspace, team.id, inside.user(name), inside.now())
        assert "managers" in str(refused) or "not_a_full_member" in str(refused)
    assert "no_team_here" in str(await viewing.look("slack:T2", team.id, inside.user("alice"), inside.now()))


async def test_nothing_that_managers_see_or_export_holds_names_against_numbers_or_who_did_not_answer(
    inside: Inside,
) -> None:
    team = await a_week(inside)
    alice, where = inside.user("alice"), inside.channel(SB)
    for words in ("", "help", "show", "digest", "huddle", "why", "setup"):
        await inside.ws.command(alice, where, "/purpose", words)
        await inside.settled()
    await inside.ws.click(alice, await home_of(inside, "alice"), "team.view#0")
    await inside.settled()
    names = {name.capitalize() for name in (*PEOPLE, "finn")} | {
        inside.user(name) for name in (*PEOPLE, "finn")
    }
    seen = [
        *(words_of(each) for each in inside.ws.messages(where) if each.get("bot_id")),
        *(words_of(each) for each in inside.said("alice")),
        *(words_of(each) for each in inside.ws.ephemerals(alice, where)),
        *(words_of(each) for each in inside.ws.views(alice)),
        words_of(await home_of(inside, "alice")),
    ]
    assert sum("Who slept better?" in each for each in seen) >= 2

    for lines in seen:
        for line in lines.splitlines():
            line = line.replace(PURPOSE, "")
            assert not COUNTED.search(line), line
            assert not BLAMING.search(line.replace("nothing about who didn't answer", "")), line
            if re.search(r"\b\d+ (?:people|stor|answer)|: \d+\b", line):
                assert not any(name in line for name in names), line
    quiet = {"Finn", inside.user("finn")}
    assert not any(name in each for each in seen for name in quiet)
    assert team.name


async def test_the_export_has_stories_and_no_numbers_a_head(inside: Inside) -> None:
    team = await a_week(inside)

    for with_tellers in (False, True):
        lines = [each async for each in exported(inside.store, team, None, with_tellers=with_tellers)]
        assert len(lines) == 8
        wanted = {*COLUMNS, *(TELLER_COLUMNS if with_tellers else ())}
        assert {name for line in lines for name in line} == wanted
        assert inside.user("finn") not in str(lines)


def words_of(thing: Any) -> str:
    """Every text that something shows, one a line."""
    if isinstance(thing, dict):
        return "\n".join(
            str(value) if key in ("text", "alt_text") and isinstance(value, str) else words_of(value)
            for key, value in thing.items()
            if key not in ("private_metadata", "value", "team", "metadata", "initial_users")
        )
    if isinstance(thing, list):
        return "\n".join(map(words_of, thing))
    return ""


async def test_a_story_told_in_the_form_below_a_prompt_counts_for_the_daily_question(inside: Inside) -> None:
    for name in ("Dana", "Erin"):
        user = inside.ws.add_person(name)
        inside.ws.workspace.channels[inside.channel(SB)].members[user] = None
    team = await inside.team(SB, *PEOPLE)
    for name in PEOPLE:
        prompt = await inside.prompt(name, team)
        await inside.ws.click(inside.user(name), prompt, "prompt.share")
        await inside.settled()
        await inside.ws.submit(
            inside.user(name), inside.modal(name)["id"], {names.BLOCK_TEXT: f"Maria saved an hour. {name}."}
        )
        await inside.settled()

    outcome = await inside.house.services.team_viewing.look(
        inside.workspace, team.id, inside.user("alice"), inside.now()
    )

    assert isinstance(outcome, tuple)
    assert [(row.name, row.total) for row in outcome[1].questions] == [("The daily question", 4)]


async def test_a_form_that_was_opened_elsewhere_names_no_question(inside: Inside) -> None:
    team = await inside.team(SB, "bob")
    await inside.prompt("bob", team)

    await inside.ws.click(inside.user("bob"), await home_of(inside, "bob"), "prompt.share")
    await inside.settled()
    await inside.ws.submit(
        inside.user("bob"), inside.modal("bob")["id"], {names.BLOCK_TEXT: "Maria saved an hour."}
    )
    await inside.settled()

    [story] = await inside.stories()
    assert story.prompt is None
