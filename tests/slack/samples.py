"""Alice, Bob and Charlie's team, and what they told: values for the tests of what people see."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from bot.domain.checks import Check
from bot.domain.choosing import choose
from bot.domain.digests import Digest
from bot.domain.notices import ChartData, DigestNotice, PromptNotice, ReceiptNotice
from bot.domain.prompts import FIRST_QUESTION
from bot.domain.purposes import Purpose
from bot.domain.stories import Source, Story, Visibility
from bot.domain.teams import Team

NOW = datetime(2026, 11, 20, 20, tzinfo=UTC)
HOSTILE = "<!channel> <@U0EVE> <https://evil.example|our bank> &amp; *bold* _it_ `code` :boom: <b>html</b>"
TEAM = Team(
    id="T1",
    workspace="slack:T1",
    channel="C1",
    name="Small business",
    zone="America/New_York",
    managers=("UMAY",),
    channel_name="small-business",
    company="Acme",
    purpose=Purpose("T1", 1, "We help small businesses be more successful.", "UMAY", NOW),
)
LARGE_TEAM = replace(
    TEAM,
    name="🧑‍🤝‍🧑&" * 200,
    channel_name="a" * 80,
    company="&<>" * 100,
    purpose=Purpose("T1", 1, "🌍&<" * 166, "UMAY", NOW),
    ai=True,
)
WEEK = (
    (
        "UALICE",
        "Initech",
        "Maria at Initech closed her books in one day instead of four. She went home at five.",
    ),
    ("UBOB", "", "An honest no: the bakery on Mill Road doesn't need us yet. They thanked me for saying so."),
    (
        "UCHARLIE",
        "Corner Clinic",
        "Heute hat mir die Praxis gesagt, dass montags niemand mehr Schlange steht 🙂",
    ),
    ("UALICE", "Globex", "Set up Globex's first online order. Jon rang the bell in the shop."),
    (
        "UDORA",
        "",
        "Not my best day. I was late for the call, said sorry, and they still talked me through it.",
    ),
    ("UEVE", "Umbrella", "We found 40 hours a month in their rota. The nurses get their weekends back."),
    ("UFINN", "", "Learned what 'urgent' means to a florist in May."),
    ("UBOB", "Hooli", "Promised them a call back by noon, called at eleven."),
)
TAGS = (
    ("time_saved",),
    ("honest_no",),
    ("easier_day", "people"),
    ("growth",),
    ("learned",),
    ("people",),
    (),
    (),
)
NAMES = {user: user[1:].title() for user, _, _ in WEEK}
CHART = ChartData(
    weeks=tuple(f"W{week:02d}" for week in range(36, 48)),
    series=(("time saved", (1, 0, 2, 0, 1, 1, 0, 0, 3, 1, 0, 2)), ("an honest no", (0,) * 11 + (1,))),
)


def story(text: str = WEEK[0][2], teller: str = "UALICE", number: int = 0, **changes: Any) -> Story:
    """One kept story, shared with the team."""
    at = NOW - timedelta(days=1) + timedelta(seconds=number)
    told = Story(
        id=f"S{number}",
        workspace="slack:T1",
        team="T1",
        teller=teller,
        text=text,
        told_at=at,
        told_on=date(2026, 11, 19),
        source=Source.DM,
        origin=f"D1:{number}",
    )
    return replace(told, **changes)


MORE = (
    "Shop {n} on the high street counts its stock in an hour now, it used to take the whole Sunday.",
    "Called back clinic {n} within the day. They had waited two weeks for anybody to do that.",
    "Told school {n} to wait until spring. It will cost them less, and they will remember who said so.",
    "Office {n} found its lost invoices, and the owner bought cake for the two who looked.",
)


def week(count: int) -> list[Story]:
    """A week of `count` stories: the eight above, then as many more as it takes, no two alike."""
    told = []
    for number in range(count):
        if number < len(WEEK):
            teller, customer, text = WEEK[number]
        else:
            teller, customer, text = f"U{number % 40}", "", MORE[number % len(MORE)].format(n=number)
        told.append(story(text, teller, number, customer=customer, tags=TAGS[number % len(TAGS)]))
    return told


def digest(stories: list[Story], team: Team = TEAM, **changes: Any) -> DigestNotice:
    """A digest of those stories, chosen as the product chooses."""
    planned = Digest(
        id="G1",
        workspace="slack:T1",
        team=team.id,
        day=date(2026, 11, 20),
        since=NOW - timedelta(weeks=1),
        until=NOW,
        question="Whose worry could we take away this week?",
        picks=choose(stories, {}, seed="T1 2026-W47"),
    )
    likes = {pick.story: pick.alike for pick in planned.picks if pick.alike}
    notice = DigestNotice(
        digest=planned,
        team=team,
        stories={each.id: each for each in stories},
        names={each.teller: NAMES.get(each.teller, f"Person {each.teller[1:]}") for each in stories},
        likes=likes,
    )
    return replace(notice, **changes)


def check(**changes: Any) -> Check:
    """An open check."""
    asked = Check(
        id="K1",
        workspace="slack:T1",
        team="T1",
        channel="C1",
        question="Who at Initech will notice the difference first?",
        asked_by="UMAY",
        opened_at=NOW,
        closes_at=NOW + timedelta(hours=4),
        ts="1.2",
    )
    return replace(asked, **changes)


def prompt(**changes: Any) -> PromptNotice:
    """The daily prompt of Alice's team."""
    notice = PromptNotice(TEAM, FIRST_QUESTION, "Whose day was easier because of you?", Visibility.TEAM)
    return replace(notice, **changes)


def receipt(**changes: Any) -> ReceiptNotice:
    """The receipt of Alice's story."""
    return replace(ReceiptNotice(story(), TEAM, until=date(2027, 11, 19)), **changes)


def words_in(thing: Any) -> str:
    """Everything that people read in blocks or a view, one piece a line."""
    return "\n".join(_words(thing))


def _words(thing: Any) -> Iterator[str]:
    if isinstance(thing, dict):
        for name, value in thing.items():
            if name in ("text", "initial_value", "title") and isinstance(value, str):
                yield value
            else:
                yield from _words(value)
    elif isinstance(thing, list):
        for value in thing:
            yield from _words(value)


def actions_in(thing: Any) -> dict[str, Any]:
    """Each element that can be clicked, by its action id."""
    found: dict[str, Any] = {}
    if isinstance(thing, dict):
        if "action_id" in thing:
            found[thing["action_id"]] = thing
        for value in thing.values():
            found |= actions_in(value)
    elif isinstance(thing, list):
        for value in thing:
            found |= actions_in(value)
    return found


def markup_in(thing: Any) -> list[str]:
    """Every mrkdwn text in blocks: the places where markup would work."""
    if isinstance(thing, dict):
        if thing.get("type") == "mrkdwn":
            return [thing["text"]]
        return [each for value in thing.values() for each in markup_in(value)]
    if isinstance(thing, list):
        return [each for value in thing for each in markup_in(value)]
    return []


def pretty(text: str, blocks: list[dict[str, Any]]) -> str:
    """A message as a golden file holds it."""
    return json.dumps({"text": text, "blocks": blocks}, indent=1, ensure_ascii=False) + "\n"
