"""Over the local workspace: a story that may hurt waits for its manager, and a week has as many digests as days."""

from __future__ import annotations

from dataclasses import replace
from datetime import time, timedelta

from bot.domain.schedules import Schedule
from tests.process.inside import Inside
from tests.process.test_digest_life import (
    SB,
    digest_posted,
    forged,
    in_channel,
    inside_last_preview,
    previewed,
    seen,
    to_friday,
    told,
    words,
)

HARD = "Charlie messed up the order again, so I drove to Maria's bakery at five."


async def test_what_names_a_colleague_badly_is_posted_once_its_manager_put_it_in(inside: Inside) -> None:
    team = await inside.team(SB, "bob", "charlie")
    hard = await told(inside, "bob", team, HARD)
    await told(inside, "charlie", team, "The clinic answers its phone again.")

    preview = await previewed(inside, team)
    digest = await inside.store.digests.latest(inside.workspace, team.id)
    assert digest is not None
    refused = await forged(inside, "bob", "digest.put_in", f"{digest.id}:{hard}")
    untouched = await inside.store.digests.get(inside.workspace, digest.id)
    await inside.ws.click(inside.user("alice"), preview, "digest.put_in", f"{digest.id}:{hard}")
    await inside.settled()
    shown = await inside_last_preview(inside)
    posted = await digest_posted(inside, team)

    assert "names a colleague" in words(preview)
    assert HARD in words(preview)
    assert "team's managers" in refused
    assert untouched == digest
    assert "names a colleague" not in words(shown)
    assert HARD in words(posted)


async def test_edited_into_kind_words_it_stands_there_by_itself(inside: Inside) -> None:
    team = await inside.team(SB, "bob", "charlie")
    await inside.prompt("bob", team)
    ts = await inside.ws.say(inside.user("bob"), inside.dm("bob"), HARD)
    await inside.settled()

    await previewed(inside, team)
    await inside.ws.edit(inside.user("bob"), inside.dm("bob"), ts, "I drove to Maria's bakery at five.")
    await inside.settled()
    posted = await digest_posted(inside, team)

    assert "I drove to Maria's bakery at five." in words(posted)
    assert "messed up" not in words(posted)


async def test_a_team_with_two_days_gets_two_digests_a_week(inside: Inside) -> None:
    team = await inside.team(SB, "bob", "charlie")
    to_friday(inside, team, 16, 0)
    twice = replace(team, digest=Schedule(frozenset({1, 4}), time(15)))
    await inside.store.teams.save(twice, by=inside.user("alice"), now=inside.now())
    await told(inside, "bob", team, "Told before Tuesday, about the bakery.")

    inside.later(days=4)
    tuesday = await seen(inside, inside.channel(SB), "Told before Tuesday")
    await told(inside, "charlie", team, "Told before Friday, about the clinic.")
    inside.later(days=3)
    friday = await seen(inside, inside.channel(SB), "Told before Friday")
    inside.later(hours=12)
    await inside.settled()

    assert "Told before Friday" not in words(tuesday)
    assert "Told before Tuesday" not in words(friday)
    digests = [one for one in in_channel(inside, "Impact digest") if "Told before" in words(one)]
    assert len(digests) == 2
    kept = await inside.store.digests.featured_since(
        inside.workspace, team.id, inside.now() - timedelta(days=7)
    )
    assert len({digest.week for digest in kept}) == 1
