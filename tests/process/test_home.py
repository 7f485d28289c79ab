"""The Home tab: opened quickly with two thousand stories, the same on two devices, and there again after an outage."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, text

from bot.domain.stories import Source, Story
from bot.domain.teams import Team
from bot.ports.problems import StoreProblem
from bot.sandbox.model import Json
from handlers.slack.surfaces import names
from handlers.slack.surfaces.home_asking import HOME_PAUSE
from handlers.slack.surfaces.home_kept import HOME_FORGET, HOME_MYDATA
from handlers.slack.surfaces.home_stories import HOME_EARLIER, HOME_LATER, PAGE
from handlers.slack.surfaces.rhythm import HOME_RHYTHM
from tests.process.inside import Inside

MOST_STATEMENTS = 30
"""A constant, however many stories there are: none of them is asked for alone."""


@pytest.fixture
async def team(inside: Inside) -> Team:
    """Bob and Charlie are in Alice's team."""
    return await inside.team("small-business", "bob", "charlie")


async def tell(inside: Inside, team: Team, *customers: str, first: int = 0) -> None:
    """Bob's stories, a minute after each other, one for each customer."""
    begin = inside.now() - timedelta(days=300)
    for number, customer in enumerate(customers, first):
        at = begin + timedelta(minutes=number)
        story = Story(
            id="",
            workspace=inside.workspace,
            team=team.id,
            teller=inside.user("bob"),
            text=f"Story {number}.",
            told_at=at,
            told_on=at.date(),
            source=Source.MODAL,
            origin=f"test:{number}",
            customer=customer,
        )
        await inside.store.stories.keep(story)


async def home_of(inside: Inside, name: str = "bob") -> Json:
    await inside.ws.open_home(inside.user(name))
    await inside.settled()
    return shown(inside, name)


def shown(inside: Inside, name: str = "bob") -> Json:
    """A person's Home as it stands."""
    return dict(inside.ws.home(inside.user(name)) or {})


def words(home: Json) -> str:
    blocks = [
        {name: value for name, value in block.items() if name != "block_id"} for block in home["blocks"]
    ]
    return json.dumps(blocks, ensure_ascii=False)


async def click(inside: Inside, action: str, home: Json | None = None, value: Any = None) -> None:
    await inside.ws.click(inside.user("bob"), home or shown(inside), action, value)
    await inside.settled()


async def test_home_shows_each_customer_once_and_turns_its_pages(inside: Inside, team: Team) -> None:
    await tell(inside, team, *(f"Customer {number % 10}" for number in range(30)))

    first = await home_of(inside)
    await click(inside, HOME_EARLIER)
    second = shown(inside)
    await click(inside, HOME_LATER)

    assert [f"Customer {number}" in words(first) for number in range(10)] == [False] * 2 + [True] * 8
    assert "(3 stories)" in words(first)
    assert [f"Story {number}." in words(second) for number in (21, 20, 29)] == [True, True, False]
    assert words(shown(inside)) == words(first)
    assert PAGE == 8


async def test_home_opens_within_a_second_with_two_thousand_stories(inside: Inside, team: Team) -> None:
    await tell(inside, team, *(f"Customer {number}" for number in range(20)))
    await fill(inside, 2_000)
    await home_of(inside)

    with counted(inside) as statements:
        begun, busy = time.perf_counter(), time.process_time()
        home = await home_of(inside)
        seconds, busy = time.perf_counter() - begun, time.process_time() - busy

    print(
        f"Home with 2,020 stories: {seconds * 1_000:.0f} ms, {busy * 1_000:.0f} ms of CPU, {len(statements)} asked"
    )
    assert "2,020 stories" in words(home)
    assert "Customer 19" in words(home)
    assert len(statements) <= MOST_STATEMENTS
    assert busy < 1, "whatever else this machine does meanwhile"


async def test_home_draws_once_more_where_another_device_drew_it_since(inside: Inside, team: Team) -> None:
    """Both devices show the same Home; the second one's click comes with the hash of what stands there no more."""
    old = await home_of(inside)
    await tell(inside, team, "Maria")
    fresh = await home_of(inside)
    stale = inside.ws.workspace.homes[inside.user("bob")]

    drawn: list[str | None] = []
    publish = inside.house.api.call

    async def call(workspace: str, method: str, **arguments: Any) -> Any:
        if method == "views.publish":
            drawn.append(arguments.get("hash"))
            if arguments.get("hash"):
                stale.hash = "drawn by the other device meanwhile"
        return await publish(workspace, method, **arguments)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("handlers.slack.api.SlackApi.call", lambda _, *given, **more: call(*given, **more))
        await click(inside, HOME_PAUSE)

    assert old["hash"] != fresh["hash"]
    assert drawn == [fresh["hash"], None]
    assert "You are paused" in words(shown(inside))
    assert "Maria" in words(shown(inside))


async def test_home_says_that_the_store_is_away_and_comes_back_by_itself(
    inside: Inside, team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    await tell(inside, team, "Maria")
    away = True
    by_month = inside.store.own_stories.by_month

    async def asked(*given: Any) -> Any:
        if away:
            raise StoreProblem("The database cannot be reached.")
        return await by_month(*given)

    monkeypatch.setattr(inside.store.own_stories, "by_month", asked)
    await inside.ws.open_home(inside.user("bob"))
    await inside.ws.wait_for(lambda: inside.ws.home(inside.user("bob")))
    meanwhile = words(shown(inside))
    away = False
    await inside.ws.wait_for(lambda: "Maria" in words(shown(inside)))

    assert "comes back by itself" in meanwhile
    assert "next prompt" in words(shown(inside))


async def test_days_time_and_holidays_of_ones_own_are_chosen_in_a_form(inside: Inside, team: Team) -> None:
    bob = inside.user("bob")
    await home_of(inside)
    await click(inside, HOME_RHYTHM)
    form = inside.modal("bob")["id"]
    wrong = await inside.ws.submit(bob, form, {"rhythm.days": ["1"], "rhythm.holidays": "Atlantis"})

    values = {"rhythm.days": ["1", "3"], "rhythm.at": "09:15", "rhythm.holidays": "de-by"}
    await inside.ws.submit(bob, form, values)
    await inside.settled()
    mine = await inside.store.people.get(inside.workspace, bob)
    planned = await inside.house.services.prompting.next_prompt(mine, [team], inside.now())

    assert "a country such as" in wrong["errors"]["rhythm.holidays"]
    assert (mine.own_days, mine.own_at, mine.own_holidays) == ("tue,thu", "09:15", "DE-BY")
    assert planned is not None
    assert f"^{int(planned.timestamp())}^" in words(shown(inside))


async def test_choosing_what_the_team_has_follows_the_team_again(inside: Inside, team: Team) -> None:
    bob = inside.user("bob")
    await inside.store.people.set(inside.workspace, bob, own_days="tue", own_at="09:15")
    await home_of(inside)
    await click(inside, HOME_RHYTHM)

    days = [str(day) for day in sorted(team.prompt.days)]
    at = f"{team.prompt.at:%H:%M}"
    await inside.ws.submit(bob, inside.modal("bob")["id"], {"rhythm.days": days, "rhythm.at": at})
    await inside.settled()

    mine = await inside.store.people.get(inside.workspace, bob)
    assert (mine.own_days, mine.own_at, mine.own_holidays) == (None, None, None)


async def test_ones_data_and_its_end_are_a_click_away(inside: Inside, team: Team) -> None:
    await tell(inside, team, "Maria")
    home = await home_of(inside)

    await click(inside, HOME_MYDATA)
    files = [one for one in inside.said("bob") if one.get("files")]
    await click(inside, HOME_FORGET)
    asked = inside.last("bob")
    await inside.ws.click(inside.user("bob"), asked, "forget.yes")
    await inside.settled()

    assert "One story, the oldest from" in words(home)
    assert len(files) == 1
    assert "cannot be undone" in asked["text"]
    assert await inside.stories() == []
    assert await inside.store.customers.of_owner(inside.workspace, inside.user("bob")) == []


async def test_an_edit_from_home_changes_home(inside: Inside, team: Team) -> None:
    await tell(inside, team, "Maria")
    await home_of(inside)

    await click(inside, names.STORY_EDIT)
    await inside.ws.submit(
        inside.user("bob"), inside.modal("bob")["id"], {names.BLOCK_TEXT: "She sleeps again."}
    )
    await inside.settled()

    assert "She sleeps again." in words(shown(inside))


async def test_nobodys_home_holds_anothers_stories(inside: Inside, team: Team) -> None:
    await tell(inside, team, "Maria")

    home = await home_of(inside, "charlie")

    assert "Story 0." not in words(home)
    assert "Maria" not in words(home)


async def fill(inside: Inside, count: int) -> None:
    """As many more stories of Bob's, put there at once."""
    statement = text("""
    WITH RECURSIVE many(number) AS (SELECT 1 UNION ALL SELECT number + 1 FROM many WHERE number < :count)
    INSERT INTO story (workspace, id, team, teller, text, told_at, told_on, source, origin, visibility, state,
      customer, customer_id)
    SELECT workspace, 'many' || number, team, teller, text, told_at - 60000000 * number, told_on, source,
      'many:' || number, visibility, state, customer, customer_id
    FROM many JOIN story ON origin = 'test:' || (number % 20)
    """)
    async with inside.store.database.writing() as connection:
        await connection.execute(statement, {"count": count})


@contextmanager
def counted(inside: Inside) -> Iterator[list[str]]:
    """Every question to the database of stories, people and teams meanwhile."""
    asked: list[str] = []
    engine = inside.store.database._readers.sync_engine

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if " delivery" not in statement and " lane" not in statement:
            asked.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    yield asked
    event.remove(engine, "before_cursor_execute", note)
