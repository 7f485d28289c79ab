"""Try it now: what members will get and what a digest looks like, for a manager who is setting a team up."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from bot.domain.digests import Digest, Pick
from bot.domain.notices import DigestNotice
from bot.domain.prompts import monday_question, second_question
from bot.domain.purposes import Purpose
from bot.domain.stories import Source, Story
from bot.domain.teams import Team
from bot.domain.zones import zone_or
from bot.usecases.telling import UTC_ZONE
from handlers.slack.surfaces.blocks import context, divider, plain
from handlers.slack.surfaces.digest import render_digest
from handlers.slack.surfaces.prompt import sample_prompt
from handlers.slack.surfaces.rendered import Block

_TOLD = (
    ("Sam", "Corner Clinic", ("easier_day",), "The front desk no longer retypes every list: home by five."),
    ("Noor", "", ("honest_no",), "Told a bakery that they don't need us yet. They said it did them good."),
    (
        "Kim",
        "Mill Road School",
        ("time_saved",),
        "Their Mondays begin with breakfast now, not with a backlog.",
    ),
)


def sample_view(team: Team, purpose: str, now: datetime) -> dict[str, Any]:
    """A modal with a prompt and a digest of invented people; `purpose` is the wording in the form, or empty.

    Nothing in it can be clicked.
    """
    wording = Purpose(team.id, 1, purpose, "", now) if purpose else team.purpose
    shown = replace(team, purpose=wording, ai=False)
    on = now.date()
    prompt = sample_prompt(shown, second_question(team.questions, team=team.id, on=on))
    blocks = [
        *prompt.blocks,
        divider(),
        context("And this is how a digest looks. The people and stories in it are made up:"),
        *_still(render_digest(_digest(shown, now)).blocks),
    ]
    return {"type": "modal", "title": plain("Try it now", 24), "close": plain("Back", 24), "blocks": blocks}


def _digest(team: Team, now: datetime) -> DigestNotice:
    stories = {
        f"sample-{place}": Story(
            id=f"sample-{place}",
            workspace=team.workspace,
            team=team.id,
            teller=name,
            text=text,
            told_at=now,
            told_on=now.date(),
            source=Source.DM,
            origin="",
            customer=customer,
            tags=tags,
        )
        for place, (name, customer, tags, text) in enumerate(_TOLD)
    }
    digest = Digest(
        id="sample",
        workspace=team.workspace,
        team=team.id,
        day=now.astimezone(zone_or(team.zone, UTC_ZONE)).date(),
        since=now - timedelta(days=7),
        until=now,
        question=monday_question(team=team.id, on=now.date(), last=None),
        picks=tuple(
            Pick(story=story.id, teller=story.teller, featured=True, position=place)
            for place, story in enumerate(stories.values())
        ),
    )
    return DigestNotice(
        digest=digest,
        team=team,
        stories=stories,
        names={story.teller: story.teller for story in stories.values()},
    )


def _still(blocks: list[Block]) -> list[Block]:
    """The same without anything to click."""
    return [
        {name: value for name, value in block.items() if name != "accessory"}
        for block in blocks
        if block["type"] != "actions"
    ]
