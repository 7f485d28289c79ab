"""A digest's life over the local workspace: previewed, decided about, posted, changed, built on."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.cli import keeping
from bot.domain.deliveries import DeliveryState, Kind
from bot.domain.stories import Source, Visibility
from bot.domain.teams import Team
from bot.ports.stories import StoryChange
from bot.sandbox import membership
from bot.sandbox.model import Json
from bot.usecases.telling import Told
from handlers.slack.incoming import read
from handlers.slack.routes import route_for
from tests.process.inside import DEADLINE_SECONDS, PURPOSE, Inside

SB = "small-business"


async def told(inside: Inside, who: str, team: Team, text: str, **more: Any) -> str:
    """A story that somebody told; its id."""
    number = inside.now().isoformat()
    kept = await inside.house.services.telling.tell(
        Told(
            workspace=inside.workspace,
            teller=inside.user(who),
            text=text,
            origin=f"test:{who}:{number}",
            source=Source.DM,
            team=team.id,
            **more,
        ),
        inside.now(),
    )
    await inside.settled()
    return str(getattr(kept, "id", ""))


def to_friday(inside: Inside, team: Team, hour: int, minute: int) -> None:
    """Move the clock to the coming Friday on the team's own clock."""
    zone = ZoneInfo(team.zone)
    today = inside.now().astimezone(zone).date()
    friday = today + timedelta(days=(4 - today.weekday()) % 7)
    moment = datetime.combine(friday, time(hour, minute), zone).astimezone(UTC)
    if moment <= inside.now():
        moment += timedelta(weeks=1)
    inside.later(seconds=(moment - inside.now()).total_seconds())


def words(message: Any) -> str:
    """All that something says."""
    return f"{message.get('text', '')} {message.get('blocks', '')}"


def in_channel(inside: Inside, said: str, channel: str = SB) -> list[Json]:
    """The bot's messages there that say so, outside threads and in them."""
    found = inside.ws.messages(inside.channel(channel))
    return [one for one in found if one.get("bot_id") and said in words(one)]


async def seen(inside: Inside, where: str, said: str) -> Json:
    """The newest message of the bot that says so, once it is there."""

    def found() -> list[Json]:
        return [one for one in inside.ws.messages(where) if one.get("bot_id") and said in words(one)]

    message: Json = (await inside.ws.wait_for(found))[-1]
    await inside.settled()
    return message


async def true(check: Callable[[], Awaitable[bool]]) -> None:
    """Wait until it is so."""
    async with asyncio.timeout(DEADLINE_SECONDS):
        while True:
            if await check():
                return
            await asyncio.sleep(0.01)


async def previewed(inside: Inside, team: Team) -> Json:
    """The clock goes to an hour before the digest; Alice's preview."""
    to_friday(inside, team, 13, 55)
    await true(partial(_planned, inside, team))
    inside.later(minutes=6)
    return await seen(inside, inside.dm("alice"), "Only you see this")


async def _planned(inside: Inside, team: Team) -> bool:
    found = await inside.store.ledger.about(inside.workspace, f"{team.id}:digest", Kind.PREVIEW)
    return any(each.state in (DeliveryState.QUEUED, DeliveryState.SENT) for each in found)


async def digest_posted(inside: Inside, team: Team) -> Json:
    """The clock goes to the digest's hour; the message in the channel."""
    to_friday(inside, team, 15, 0)
    return await seen(inside, inside.channel(SB), "Impact digest")


async def test_an_untouched_digest_posts_itself_with_what_was_told_after_its_preview(inside: Inside) -> None:
    team = await inside.team(SB, "bob", "charlie")
    await told(inside, "bob", team, "Maria closes her books two days earlier.", customer="Maria's bakery")

    preview = await previewed(inside, team)
    await told(inside, "charlie", team, "The clinic answers its phone again.")
    posted = await digest_posted(inside, team)

    assert "Maria closes her books two days earlier." in words(preview)
    assert "clinic" not in words(preview)
    for said in (
        PURPOSE,
        "Maria closes her books two days earlier.",
        "The clinic answers its phone again.",
        "Bob",
        "compiled without AI",
    ):
        assert said in words(posted)
    assert len(in_channel(inside, "Impact digest")) == 1
    assert "Posted." in words(await inside_last_preview(inside))


async def inside_last_preview(inside: Inside) -> Json:
    """Alice's preview as it stands now."""
    return [one for one in inside.said("alice") if "Impact digest" in words(one)][-1]


async def test_post_now_posts_at_once_and_the_hour_brings_no_second_one(inside: Inside) -> None:
    team = await inside.team(SB, "bob", "charlie")
    await told(inside, "bob", team, "Maria closes her books two days earlier.")
    preview = await previewed(inside, team)

    await inside.ws.click(inside.user("alice"), preview, "digest.post_now")
    posted = await seen(inside, inside.channel(SB), "Impact digest")
    await told(inside, "charlie", team, "Told between the click and the old hour.")
    digest = await inside.store.digests.latest(inside.workspace, team.id)
    again = await forged(inside, "alice", "digest.post_now", digest.id)
    to_friday(inside, team, 15, 0)
    inside.later(minutes=20)
    await inside.settled()

    assert "Maria" in words(posted)
    assert len(in_channel(inside, "Impact digest")) == 1
    assert "posted already" in again
    inside.later(days=2)
    to_friday(inside, team, 15, 0)
    following = await seen(inside, inside.channel(SB), "Told between the click and the old hour.")
    assert "Maria" not in words(following)


async def test_left_out_means_left_out_and_only_managers_decide(inside: Inside) -> None:
    team = await inside.team(SB, "bob", "charlie")
    out = await told(inside, "bob", team, "About a customer who would rather not be named.")
    await told(inside, "charlie", team, "The clinic answers its phone again.")
    preview = await previewed(inside, team)
    digest = await inside.store.digests.latest(inside.workspace, team.id)

    leave_out = f"{digest.id}:{out}"
    refusals = [
        await forged(inside, "bob", "digest.leave_out", leave_out),
        await forged(inside, "bob", "digest.not_this_week", digest.id),
        await forged(inside, "grace", "digest.post_now", digest.id),
        await forged(inside, "bob", "digest.ask_wider", leave_out),
    ]
    untouched = await inside.store.digests.get(inside.workspace, digest.id)
    await inside.ws.click(inside.user("alice"), preview, "digest.leave_out", leave_out)
    await inside.settled()
    shown = await inside_last_preview(inside)
    posted = await digest_posted(inside, team)

    assert untouched == digest
    assert all("team's managers" in said or "full members" in said for said in refusals)
    assert "rather not be named" not in str(shown["text"])
    assert "rather not be named" not in words(posted)
    assert "clinic" in words(posted)


async def forged(inside: Inside, who: str, action: str, value: str) -> str:
    """A click that nobody was offered, with an id of one's own choosing; what only that person then reads."""
    base = {
        "type": "block_actions",
        "user": {"id": inside.user(who)},
        "team": {"id": inside.ws.team_id},
        "channel": {"id": inside.channel(SB)},
        "trigger_id": f"forged.{who}.{action}",
        "actions": [{"action_id": action, "value": value, "type": "button"}],
        "response_url": "",
    }
    incoming = read(base)
    assert incoming is not None
    route = route_for(incoming)
    assert route is not None
    said: list[str] = []
    await route.run(incoming, _Whispering(inside, said), inside.now())  # type: ignore[arg-type]
    return said[-1]


class _Whispering:
    """The services, with whispers noted where they would be seen."""

    def __init__(self, inside: Inside, said: list[str]) -> None:
        self._inside, self._said = inside, said

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inside.house.services, name)

    async def whisper(self, incoming: Any, text: str, blocks: Any = None) -> None:
        self._said.append(text)


async def test_not_this_week_posts_nothing_and_its_stories_come_next_week(inside: Inside) -> None:
    team = await inside.team(SB, "bob")
    await told(inside, "bob", team, "Maria closes her books two days earlier.")
    preview = await previewed(inside, team)

    await inside.ws.click(inside.user("alice"), preview, "digest.not_this_week")
    await inside.settled()
    to_friday(inside, team, 15, 0)
    await true(partial(_skipped, inside, team))
    dropped = await inside_last_preview(inside)
    inside.later(days=2)
    to_friday(inside, team, 15, 0)
    following = await seen(inside, inside.channel(SB), "Impact digest")

    assert "Not this week" in words(dropped)
    assert "Maria" in words(following)
    assert len(in_channel(inside, "Impact digest")) == 1


async def _skipped(inside: Inside, team: Team) -> bool:
    found = await inside.store.ledger.about(inside.workspace, f"{team.id}:digest", Kind.DIGEST)
    return any(each.reason == "not_this_week" for each in found)


async def test_a_quiet_week_is_said_kindly_and_after_a_second_only_the_manager_hears_once(
    inside: Inside,
) -> None:
    team = await inside.team(SB, "bob", "charlie")

    quiet = await digest_posted(inside, team)
    for _ in range(3):
        inside.later(days=2)
        to_friday(inside, team, 15, 0)
        await true(partial(_quiet, inside, team, inside.now()))
    await inside.settled()

    assert "A quiet week" in words(quiet)
    assert [one["ts"] for one in in_channel(inside, "Impact digest")] == [quiet["ts"]]
    asked = [one for one in inside.said("alice") if "so I post no digest this time" in words(one)]
    assert len(asked) == 1
    assert not [one for one in (*inside.said("bob"), *inside.said("charlie")) if "digest" in words(one)]


async def _quiet(inside: Inside, team: Team, hour: datetime) -> bool:
    found = await inside.store.ledger.about(inside.workspace, f"{team.id}:digest", Kind.DIGEST)
    return any(each.reason == "quiet_weeks" and each.due_at >= hour - timedelta(hours=1) for each in found)


async def test_late_edits_and_withdrawals_change_the_posted_digest(inside: Inside) -> None:
    team = await inside.team(SB, "bob", "charlie")
    await told(inside, "charlie", team, "The clinic answers its phone again.")
    story = await told(inside, "bob", team, "Maria closes her books two days earlier.")
    posted = await digest_posted(inside, team)
    telling = inside.house.services.telling

    change = StoryChange(text="Maria closes her books a week earlier.")
    await telling.edit(inside.workspace, inside.user("bob"), story, change, inside.now())
    await inside.settled()
    [edited] = in_channel(inside, "Impact digest")
    await telling.withdraw(inside.workspace, inside.user("bob"), story, inside.now())
    await inside.settled()
    [withdrawn] = in_channel(inside, "Impact digest")

    assert edited["ts"] == withdrawn["ts"] == posted["ts"]
    assert "a week earlier" in words(edited)
    assert "Maria" not in words(withdrawn)
    assert "clinic" in words(withdrawn)


async def test_building_on_a_story_replies_in_the_thread_with_the_story_quoted_and_every_word_escaped(
    inside: Inside,
) -> None:
    team = await inside.team(SB, "bob", "charlie")
    story = await told(inside, "bob", team, "Maria closes her books two days earlier.")
    posted = await digest_posted(inside, team)
    charlie = inside.user("charlie")

    await inside.ws.click(charlie, posted, "story.build", story)
    await inside.settled()
    form = inside.modal("charlie")
    await inside.ws.submit(charlie, form["id"], {"story.text": "<!channel> we could show her & her brother"})
    await inside.settled()
    [_, reply] = inside.ws.messages(inside.channel(SB), thread=posted["ts"])
    await inside.house.services.telling.withdraw(inside.workspace, inside.user("bob"), story, inside.now())
    await inside.settled()
    [_, later] = inside.ws.messages(inside.channel(SB), thread=posted["ts"])

    assert "Charlie builds on what Bob told" in words(reply)
    assert "Maria closes her books two days earlier." in words(reply)
    assert "<!channel>" not in reply["text"]
    assert "&lt;!channel&gt;" in reply["text"]
    assert "Maria" not in words(later)
    assert "her brother" in words(later)


async def test_read_all_shows_every_story_to_those_who_may_and_purpose_digest_shows_the_last_one(
    inside: Inside,
) -> None:
    team = await inside.team(SB, "bob", "charlie")
    for number in range(24):
        await told(inside, "bob", team, f"Number {number}: the {number}th shop on the street opens at nine.")
    before = await asked_for_digest(inside, "charlie")
    posted = await digest_posted(inside, team)
    charlie = inside.user("charlie")

    await inside.ws.click(charlie, posted, "digest.all")
    await inside.settled()
    first = inside.modal("charlie")
    await inside.ws.click(charlie, first, "page.digest")
    await inside.settled()
    second = inside.modal("charlie")
    after = await asked_for_digest(inside, "charlie")
    guest = await asked_for_digest(inside, "grace")

    assert "no digest here yet" in before
    assert str(first["blocks"]).count("shop on the street") == 15
    assert str(second["blocks"]).count("shop on the street") == 9
    assert "Impact digest" in after
    assert "full members" in guest


async def asked_for_digest(inside: Inside, who: str) -> str:
    """`/purpose digest`, and what only that person sees."""
    channel = inside.channel(SB)
    if inside.user(who) not in inside.ws.workspace.channels[channel].members:
        inside.ws.workspace.channels[channel].members[inside.user(who)] = None
    await inside.ws.command(inside.user(who), channel, "/purpose", "digest")
    await inside.settled()
    return inside.whispered(who, channel)


async def test_where_slack_draws_no_charts_the_digest_has_a_picture_that_people_can_open(
    inside: Inside,
) -> None:
    team = await inside.team(SB, "bob", "charlie")
    inside.ws.add_person("Dora")
    for number, who in enumerate(("alice", "bob", "charlie", "dora")):
        await told(inside, who, team, f"Number {number}: the shop opens at nine.", tags=("time_saved",))
    await previewed(inside, team)
    inside.ws.hub.faults.add({"fail": {"method": "chat.postMessage", "error": "invalid_blocks"}})

    posted = await digest_posted(inside, team)

    kinds = [block["type"] for block in posted["blocks"]]
    assert "data_visualization" not in kinds
    [image] = [block for block in posted["blocks"] if block["type"] == "image"]
    assert "kinds of difference" in image["alt_text"]


async def test_a_featured_teller_hears_so_once_inside_the_next_prompt(inside: Inside) -> None:
    team = await inside.team(SB, "bob", "charlie")
    await told(inside, "bob", team, "Maria closes her books two days earlier.")
    await digest_posted(inside, team)

    first = await inside.prompt("bob", team, inside.now().date() + timedelta(days=1))
    charlies = await inside.prompt("charlie", team, inside.now().date() + timedelta(days=1))
    inside.later(days=1)
    second = await inside.prompt("bob", team, inside.now().date() + timedelta(days=2))

    assert "Your story opened Friday's digest of small-business." in words(first)
    assert "Your story" not in words(charlies)
    assert "Your story" not in words(second)


async def test_where_slack_refuses_to_change_the_post_the_teller_hears_so_and_nobody_else(
    inside: Inside,
) -> None:
    team = await inside.team(SB, "bob", "charlie")
    story = await told(inside, "bob", team, "Maria closes her books two days earlier.")
    await told(inside, "charlie", team, "The clinic answers its phone again.")
    await digest_posted(inside, team)
    refusal = {"method": "chat.update", "error": "cant_update_message", "times": 2}
    inside.ws.hub.faults.add({"fail": refusal})

    await inside.house.services.telling.withdraw(inside.workspace, inside.user("bob"), story, inside.now())
    await inside.settled()

    assert any("still stands in my post" in words(one) for one in inside.said("bob"))
    assert not any("still stands" in words(one) for one in inside.said("charlie"))


async def test_a_preview_shows_nothing_new_to_somebody_who_manages_the_team_no_more(inside: Inside) -> None:
    team = await inside.team(SB, "bob", "charlie")
    story = await told(inside, "bob", team, "Maria closes her books two days earlier.")
    await previewed(inside, team)
    managed = await inside.store.teams.get(inside.workspace, team.id)
    await inside.store.teams.save(
        replace(managed, managers=(inside.user("charlie"),)), by=inside.user("charlie"), now=inside.now()
    )

    reworded = StoryChange(text="Maria sleeps until seven.")
    await inside.house.services.telling.edit(
        inside.workspace, inside.user("bob"), story, reworded, inside.now()
    )
    await inside.settled()

    assert "It is for the team's managers." in words(inside.last("alice"))
    assert "Maria" not in words(inside.last("alice"))


async def test_what_slack_refused_to_change_is_changed_once_the_bot_is_back_in_the_channel(
    inside: Inside,
) -> None:
    team = await inside.team(SB, "bob", "charlie")
    story = await told(inside, "bob", team, "Maria closes her books two days earlier.")
    await told(inside, "charlie", team, "The clinic answers its phone again.")
    await digest_posted(inside, team)
    inside.ws.hub.faults.add({"fail": {"method": "chat.update", "error": "cant_update_message", "times": 2}})
    await inside.house.services.telling.withdraw(inside.workspace, inside.user("bob"), story, inside.now())
    await inside.settled()
    [given_up] = in_channel(inside, "Impact digest")

    place = inside.ws.workspace.channels[team.channel]
    membership.leave(inside.ws.workspace, place, inside.ws.bot_user)
    inside.ws.invite(inside.user("alice"), team.channel)
    await inside.settled()

    [changed] = in_channel(inside, "Impact digest")
    assert "Maria" in words(given_up)
    assert "Maria" not in words(changed)
    assert "clinic" in words(changed)


async def test_a_channel_that_was_opened_holds_the_digest_until_a_manager_goes_on(inside: Inside) -> None:
    team = await inside.team(SB, "bob", "charlie")
    await told(inside, "bob", team, "Maria closes her books two days earlier.")
    await previewed(inside, team)
    opened = replace(team, held="channel_public")
    await inside.store.teams.save(opened, by=inside.user("alice"), now=inside.now())

    to_friday(inside, team, 15, 0)
    question = await seen(inside, inside.dm("alice"), "Shall it go on there?")
    inside.later(minutes=25)
    await inside.settled()
    waiting = in_channel(inside, "Impact digest")
    await inside.ws.click(inside.user("alice"), question, "held.go_on")
    posted = await seen(inside, inside.channel(SB), "Impact digest")
    answered = [one for one in inside.said("alice") if one["ts"] == question["ts"]]

    assert waiting == []
    assert "Maria" in words(posted)
    assert len([one for one in inside.said("alice") if "go on there" in words(one)]) == 0
    assert "goes on there" in words(answered[0])


async def test_a_team_made_where_other_companies_read_posts_no_digest_before_its_manager_said_so(
    inside: Inside,
) -> None:
    inside.ws.workspace.channels[inside.channel(SB)].is_shared = True
    team = await inside.team(SB, "bob", "charlie")
    await told(inside, "bob", team, "Maria closes her books two days earlier.")

    to_friday(inside, team, 15, 0)
    question = await seen(inside, inside.dm("alice"), "Shall it go on there?")
    inside.later(minutes=25)
    await inside.settled()
    waiting = in_channel(inside, "Impact digest")
    await inside.ws.click(inside.user("alice"), question, "held.go_on")
    posted = await seen(inside, inside.channel(SB), "Impact digest")

    assert "people of other companies can read it" in words(question)
    assert "was opened" not in words(question)
    assert waiting == []
    assert "Maria" in words(posted)


async def test_a_teller_is_asked_once_to_share_wider_and_decides_alone(inside: Inside) -> None:
    team = await inside.team(SB, "bob", "charlie")
    story = await told(inside, "bob", team, "Maria closes her books two days earlier.")
    preview = await previewed(inside, team)
    digest = await inside.store.digests.latest(inside.workspace, team.id)

    await inside.ws.click(inside.user("alice"), preview, "digest.ask_wider", f"{digest.id}:{story}")
    question = await seen(inside, inside.dm("bob"), "deserves more readers")
    await forged(inside, "alice", "story.ask_wider", story)
    charlies = await forged(inside, "charlie", "wider.yes", story)
    before = await inside.store.stories.get(inside.workspace, story)
    await inside.ws.click(inside.user("bob"), question, "wider.yes")
    await inside.settled()
    after = await inside.store.stories.get(inside.workspace, story)

    assert "Maria closes her books" in words(question)
    assert "Only the person who told" in charlies
    assert before.visibility is Visibility.TEAM
    assert after.visibility is Visibility.COMPANY
    assert len([one for one in inside.said("bob") if "Shared with everyone" in words(one)]) == 1
    assert not [one for one in inside.said("bob") if "deserves more readers" in words(one)]


async def test_a_teller_who_was_asked_something_today_is_asked_to_share_wider_tomorrow(
    inside: Inside,
) -> None:
    team = await inside.team(SB, "bob")
    noon = inside.now().replace(hour=17, minute=0) + timedelta(days=1)
    inside.later(seconds=(noon - inside.now()).total_seconds())
    story = await told(inside, "bob", team, "Maria closes her books two days earlier.")
    today = noon.astimezone(ZoneInfo(team.zone)).date()
    assert await inside.store.ledger.claim_day(inside.workspace, inside.user("bob"), today, "a prompt")

    await inside.house.services.asking.ask_wider(inside.workspace, inside.user("alice"), story, inside.now())
    await inside.settled()
    same_day = [one for one in inside.said("bob") if "deserves more readers" in words(one)]
    inside.later(days=1)
    await inside.settled()

    assert same_day == []
    assert await seen(inside, inside.dm("bob"), "deserves more readers")


async def replied(inside: Inside, name: str, posted: Any, story: str, said: str) -> None:
    """Somebody builds on a story below its digest."""
    await inside.ws.click(inside.user(name), posted, "story.build", story)
    await inside.settled()
    await inside.ws.submit(inside.user(name), inside.modal(name)["id"], {"story.text": said})
    await inside.settled()


async def test_what_somebody_wrote_in_a_reply_is_forgotten_with_them(inside: Inside) -> None:
    team = await inside.team(SB, "bob", "charlie")
    story = await told(inside, "bob", team, "Maria closes her books two days earlier.")
    posted = await digest_posted(inside, team)
    await replied(inside, "charlie", posted, story, "Her brother too.")
    kept = await inside.store.forgetting.everything_of(inside.workspace, inside.user("charlie"))

    await inside.store.forgetting.person(inside.workspace, inside.user("charlie"), at=inside.now())
    await inside.settled()

    [_, reply] = inside.ws.messages(inside.channel(SB), thread=posted["ts"])
    assert "Her brother too." in str(kept["replies"])
    assert "brother" not in words(reply)
    assert "Charlie" not in words(reply)


async def test_a_name_is_blacked_out_of_what_others_replied_too(
    inside: Inside, capsys: pytest.CaptureFixture[str]
) -> None:
    team = await inside.team(SB, "bob", "charlie")
    story = await told(inside, "bob", team, "Maria Lopez closes her books two days earlier.")
    posted = await digest_posted(inside, team)
    await replied(inside, "charlie", posted, story, "Maria Lopez helped us, too.")

    await keeping.redact(inside.settings, "maria lopez", None, dry_run=False)
    inside.later(seconds=5)
    await inside.settled()

    [_, reply] = inside.ws.messages(inside.channel(SB), thread=posted["ts"])
    assert "And in 1 of the replies below digests." in capsys.readouterr().out
    assert "helped us, too." in words(reply)
    assert "Maria" not in words(reply)


async def test_only_a_manager_who_reads_a_whole_story_may_ask_to_share_it_wider(inside: Inside) -> None:
    team = await inside.team(SB, "bob", "charlie")
    long = "Maria closes her books two days earlier. " * 50
    story = await told(inside, "bob", team, long)
    posted = await digest_posted(inside, team)

    await inside.ws.click(inside.user("charlie"), posted, "digest.read", story)
    await inside.ws.click(inside.user("alice"), posted, "digest.read", story)
    await inside.settled()
    charlies, alices = inside.modal("charlie"), inside.modal("alice")
    await inside.ws.click(inside.user("alice"), alices, "story.ask_wider", story)
    await inside.settled()

    assert "Ask to share wider" not in str(charlies["blocks"])
    assert "Ask to share wider" in str(alices["blocks"])
    assert "Asked." in str(inside.modal("alice")["blocks"])
    assert any("deserves more readers" in words(one) for one in inside.said("bob"))
