"""Who may see what: every surface is walked as every role, and what each reads is compared with a model.

Each secret is a word of its own. `allowed` says who may ever read it and `promised` who always can; both know only
what PRIVACY.md and the receipts say, and nothing of the product's code.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import orjson
import pytest

from bot.cli import reading
from bot.domain.hopes import Answer, Hope, Outcome, answered
from bot.domain.stories import Source, Story, Visibility
from bot.domain.teams import Membership, Team
from bot.domain.teamspecs import CompanySpec
from bot.usecases.customers import Renaming
from bot.usecases.hoping import Trial
from bot.usecases.telling import Told
from tests.process.inside import Inside
from tests.process.test_digest_life import seen, to_friday
from tests.process.walking import Walker

SB, COMPANY, ELSEWHERE = "small-business", "leadership", "random"
PRIVATE, MANAGERS, TEAM, EVERYONE = Visibility
OPEN, SHARED, UNSHARED = "open", "shared", "unshared"
INSIDERS = {"teller", "colleague", "manager", "reader"}
"""People of the team: who told it, who is in it, who manages it, who is in its channel and was never counted in."""


@dataclass(frozen=True, slots=True)
class Secret:
    """One word. `what` it belongs to; a story's visibility; how its hope (a trial, a reason) stands."""

    what: str
    visibility: Visibility
    hope: str

    @property
    def word(self) -> str:
        return f"zq{self.what}{self.visibility.word}{self.hope}qz"


def readers(visibility: Visibility) -> set[str]:
    """Which of the people may read a story."""
    return {
        PRIVATE: {"teller"},
        MANAGERS: {"teller", "manager"},
        TEAM: INSIDERS | {"channel"},
        EVERYONE: INSIDERS | {"channel", "other", "admin", "company channel"},
    }[visibility]


def allowed(secret: Secret) -> set[str]:
    """Who may read it, anywhere."""
    story = readers(secret.visibility)
    exported = {"export"} if secret.visibility >= TEAM else set()
    match secret.what:
        case "text":
            return story | exported
        case "customer":
            return (story & (INSIDERS | {"channel"})) | exported
        case "mask" | "goal" | "change" | "promise":
            return story
        case "line":
            return story if secret.hope == SHARED else {"teller"}
        case "draft":
            return {"teller"}
        case "withdrawn":
            return set()
        case "trial":
            return INSIDERS | {"channel"} if secret.hope == SHARED else {"teller"}
        case "why":
            return {"teller", "colleague", "manager"} if secret.hope == SHARED else {"colleague"}
    raise AssertionError(secret)


def promised(secret: Secret) -> set[str]:
    """Who finds it in the end, for certain: otherwise a walk that reads nothing would find no fault."""
    story = readers(secret.visibility)
    people = story - {"channel", "company channel"}
    in_posts = (story & {"channel", "company channel"}) | ({"export"} if secret.visibility >= TEAM else set())
    match secret.what:
        case "text":
            return people | in_posts
        case "customer":
            return (people & INSIDERS) | (in_posts - {"company channel"})
        case "mask":
            return {"teller"} | (story & {"other", "admin", "company channel"})
        case "goal":
            return people & INSIDERS
        case "promise" if secret.hope == OPEN:
            return people & INSIDERS
        case "line" if secret.hope == SHARED:
            return people & INSIDERS
        case "change" | "promise" | "line" | "draft":
            return {"teller"}
        case "trial":
            return {"teller", "colleague", "manager"} if secret.hope == SHARED else {"teller"}
        case "why":
            return {"teller", "colleague", "manager"} if secret.hope == SHARED else {"colleague"}
    return set()


STORIES = [
    *((visibility, hope) for visibility in (PRIVATE, MANAGERS, EVERYONE, TEAM) for hope in (SHARED, OPEN)),
    (EVERYONE, UNSHARED),
    (TEAM, UNSHARED),
]
"""The newest one is the team's: that is what a huddle is offered first."""


_TOLD = (
    "Her accountant went home at five on the last day of the month.",
    "Forty hours of rota work are gone, and nurses have their weekends back.",
    "An honest no: we told the florist to wait until spring.",
    "Somebody at the clinic finally answers the phone before noon.",
    "The school kitchen throws nothing away any more.",
    "They rang the bell in the shop for their first online order.",
    "Jon counts stock in an hour; it took all of Sunday.",
    "We learned what urgent means to a baker in December.",
    "A call back by eleven, promised for twelve.",
    "Invoices that were lost turned up, and the owner bought cake.",
)
"""None like another, so that the digest folds none beneath another."""


def secrets() -> Iterator[Secret]:
    """Every secret there is."""
    for visibility, hope in STORIES:
        for what in ("text", "customer", "mask", "goal", "change", "promise"):
            yield Secret(what, visibility, hope)
        if hope != OPEN:
            yield Secret("line", visibility, hope)
    for what in ("draft", "withdrawn"):
        yield Secret(what, PRIVATE, OPEN)
    for what in ("trial", "why"):
        yield Secret(what, TEAM, SHARED)
        yield Secret(what, TEAM, UNSHARED)


async def told(inside: Inside, team: Team, check: str, visibility: Visibility, hope: str) -> Story:
    """Bob's story of that visibility, its customer masked, with a hope that stands so."""
    services, bob, now = inside.house.services, inside.user("bob"), inside.now()

    def word(what: str) -> str:
        return Secret(what, visibility, hope).word

    story = await services.telling.tell(
        Told(
            workspace=inside.workspace,
            teller=bob,
            text=f"{_TOLD[STORIES.index((visibility, hope))]} ({word('text')}, a walk for {visibility.word}.)",
            origin=f"walk:{word('text')}",
            source=Source.DM,
            team=team.id,
            visibility=visibility,
            customer=f"Customer {word('customer')}",
            goal=word("goal"),
            change=word("change"),
            check=check if hope == OPEN else None,
        ),
        now,
    )
    assert isinstance(story, Story)
    masked = Renaming(f"Customer {word('customer')}", masked=f"A customer {word('mask')}")
    await services.customers.rename(inside.workspace, bob, story.customer_id or "", masked)
    kept = await services.hoping.promise(
        inside.workspace,
        bob,
        story.id,
        word("promise"),
        (now + timedelta(days=30)).date(),
        origin=story.id,
        now=now,
    )
    assert isinstance(kept, Hope)
    if hope != OPEN:
        # Straight into the store: shared while the story was, and the story made narrower since.
        outcome = answered(kept, Answer(Outcome.CAME_TRUE, word("line"), shared=hope == SHARED), now)
        assert await inside.store.hopes.change(outcome)
    return story


async def lived(inside: Inside) -> dict[str, list[str]]:
    """A week in which everything was told; the ids of all of it, by the first word of the actions that take them."""
    services, bob = inside.house.services, inside.user("bob")
    inside.ws.add_person("Cara", announce=False)
    inside.ws.add_person("Dana", announce=False)
    inside.ws.add_person("Erin", role="admin", announce=False)
    team = await inside.team(SB, "bob", "charlie")
    await inside.team(ELSEWHERE, "dana", manager="dana")
    for name in ("cara", "erin"):
        await services.admission.person(inside.workspace, inside.user(name), inside.now())
    inside.ws.invite(inside.user("alice"), inside.channel(SB), inside.user("cara"))
    await inside.store.teams.set_member(
        inside.workspace, team.id, inside.user("cara"), Membership.INVITED, now=inside.now()
    )
    inside.ws.invite(inside.user("alice"), inside.channel(COMPANY))
    await inside.settled()
    spec = CompanySpec(inside.channel(COMPANY))
    await inside.house.applying.apply(inside.workspace, [], inside.now(), company=spec)
    await inside.ws.command(inside.user("alice"), inside.channel(SB), "/purpose-check", "Who was helped?")
    await inside.settled()
    [check] = await inside.store.checks.open_in(inside.workspace)
    stories = [await told(inside, team, check.id, visibility, hope) for visibility, hope in STORIES]
    for what in ("draft", "withdrawn"):
        secret = Told(
            inside.workspace,
            bob,
            Secret(what, PRIVATE, OPEN).word,
            f"walk:{what}",
            Source.DM,
            draft=what == "draft",
        )
        kept = await services.telling.tell(secret, inside.now())
        assert isinstance(kept, Story)
        stories.append(kept)
    await services.telling.withdraw(inside.workspace, bob, stories[-1].id, inside.now())
    for hope in (SHARED, UNSHARED):
        words, day = Secret("trial", TEAM, hope).word, (inside.now() + timedelta(days=20)).date()
        trial = Trial(words, day, words, team.id, shared=hope == SHARED)
        await services.hoping.try_out(inside.workspace, bob, trial, inside.now())
    for name, hope in (("bob", SHARED), ("charlie", UNSHARED)):
        await inside.store.people.set(
            inside.workspace,
            inside.user(name),
            why=Secret("why", TEAM, hope).word,
            why_shared=hope == SHARED,
        )
    await inside.settled()
    huddle = await huddled(inside, team)
    to_friday(inside, team, 15, 0)
    await inside.house.services.checks.close_due(inside.now())
    await seen(inside, inside.channel(SB), "Impact digest")
    await seen(inside, inside.channel(COMPANY), "Impact digest")
    digest = await inside.store.digests.latest(inside.workspace, team.id)
    inside.later(days=40)
    for name in ("alice", "bob", "charlie"):
        await inside.prompt(name, team)
    hopes = await inside.store.hopes.of_person(inside.workspace, bob)
    ids = [story.id for story in stories]
    customers = [story.customer_id or "" for story in stories[: len(STORIES)]]
    return {
        "story": ids,
        "digest": [digest.id],
        "page": [f"{digest.id}:0", f"{check.id}:0"],
        "check": [check.id],
        "customer": customers,
        "hope": [*(hope.id for hope in hopes), ids[0], ids[-1]],
        "outcome": [hope.id for hope in hopes],
        "trial": [hope.id for hope in hopes],
        "team": [team.id],
        "prompt": [team.id],
        "setup": [team.id, team.channel],
        "huddle": [huddle],
        "why": ["home"],
        "pulse": ["none"],
        "home": [""],
        "modal": ["detail"],
        "forget": [""],
    }


async def huddled(inside: Inside, team: Team) -> str:
    """Bob says yes to a story of his in Alice's huddle."""
    await inside.ws.command(inside.user("alice"), inside.channel(SB), "/purpose", "huddle")
    await inside.settled()
    asked = next(one for one in inside.said("bob") if "huddle.yes" in str(one))
    await inside.ws.click(inside.user("bob"), asked, "huddle.yes")
    await inside.settled()
    [huddle] = await inside.store.huddles.of_team(inside.workspace, team.id)
    return str(huddle.id)


async def walked(walker: Walker, channel: str, values: dict[str, list[str]]) -> str:
    """Everything that one person can open, type and click."""
    words = [visibility.word for visibility in Visibility]
    searched = [f"stories walk {word}" for word in words]
    for typed in ("", "help", "show", "digest", "why", "customer", "customer Customer", "huddle", *searched):
        await walker.command(channel, typed)
    await walker.shows(channel, values)
    await walker.home()
    walker.messages()
    return walker.text


def channel(inside: Inside, name: str) -> str:
    """All that stands in a channel, threads included."""
    return str([one for one in inside.ws.messages(inside.channel(name)) if one.get("bot_id")])


async def printed(inside: Inside, capsys: pytest.CaptureFixture[str]) -> str:
    """What the operator's export holds, with tellers."""
    capsys.readouterr()
    place = inside.channel(SB)
    await reading.export_stories(
        inside.settings, place, None, inside.ws.team_id, csv=False, with_tellers=True
    )
    return capsys.readouterr().out


async def test_everybody_reads_what_was_shared_with_them_and_nothing_else_anywhere(
    inside: Inside, capsys: pytest.CaptureFixture[str]
) -> None:
    globex = inside.ws.add_workspace("Globex")
    await inside.also(globex)
    values = await lived(inside)
    names = {
        "teller": "bob",
        "colleague": "charlie",
        "manager": "alice",
        "reader": "cara",
        "other": "dana",
        "admin": "erin",
        "guest": "grace",
    }
    walkers = {role: Walker(inside, inside.ws, inside.user(name)) for role, name in names.items()}
    walkers["outsider"] = Walker(inside, globex, globex.users["bob"])

    read = {role: await walked(walker, inside.channel(SB), values) for role, walker in walkers.items()}
    mine = await inside.store.forgetting.everything_of(inside.workspace, inside.user("bob"))
    read["teller"] += orjson.dumps(mine).decode()
    read |= {"channel": channel(inside, SB), "company channel": channel(inside, COMPANY)}
    read["export"] = await printed(inside, capsys)

    found = {secret: {role for role in read if secret.word in read[role]} for secret in secrets()}
    leaks = {
        secret.word: sorted(who - allowed(secret)) for secret, who in found.items() if who - allowed(secret)
    }
    missing = {
        secret.word: sorted(promised(secret) - who) for secret, who in found.items() if promised(secret) - who
    }
    assert leaks == {}
    assert missing == {}


def test_the_model_promises_nothing_that_it_does_not_allow() -> None:
    assert [secret for secret in secrets() if not promised(secret) <= allowed(secret)] == []
    assert len({secret.word for secret in secrets()}) == len(list(secrets()))
