"""How a digest looks that a model arranged: the headline once in each place, the quotes, and which it was."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.domain.digests import LABEL_AI, LABEL_LOCAL, Digest, Pick
from bot.domain.notices import DigestNotice
from bot.domain.stories import Source, Story
from bot.domain.teams import Team
from handlers.slack.surfaces.digest import render_digest
from tests.slack.samples import words_in

FRIDAY = datetime(2026, 11, 20, 20, tzinfo=UTC)
TEXT = "I doubt they will be happy. The bakery opens at six."
STORY = Story("s1", "slack:T1", "sales", "UBOB", TEXT, FRIDAY, FRIDAY.date(), Source.DM, "D:1")
TEAM = Team("sales", "slack:T1", "C1", "Sales", "UTC", managers=("UMAY",))
PICK = Pick("s1", "UBOB", featured=True, position=0, quote="The bakery opens at six.")
DIGEST = Digest(
    "d1",
    "slack:T1",
    "sales",
    FRIDAY.date(),
    FRIDAY - timedelta(days=7),
    FRIDAY,
    headline="The bakery opens at six",
    label=LABEL_AI,
    picks=(PICK,),
)
NOTICE = DigestNotice(digest=DIGEST, team=TEAM, stories={"s1": STORY}, names={"UBOB": "Bob"})


def test_an_arranged_digest_shows_its_headline_its_quote_and_its_label() -> None:
    shown = render_digest(NOTICE)

    blocks = json.dumps(shown.blocks, ensure_ascii=False)
    assert blocks.count('"The bakery opens at six"') == 1
    assert '"The bakery opens at six."' in blocks
    assert "I doubt" not in blocks
    assert "Read it all" in blocks
    assert "arranged with AI, every quote checked" in blocks
    assert "The bakery opens at six\n" in shown.text
    assert shown.text.endswith("arranged with AI, every quote checked")


def test_a_quote_that_is_no_longer_in_the_story_gives_way_to_the_story() -> None:
    edited = replace(STORY, text="I doubt that they open at all.")

    shown = render_digest(replace(NOTICE, stories={"s1": edited}))

    assert "I doubt that they open at all." in json.dumps(shown.blocks)


def test_of_a_tellers_tags_the_one_that_the_model_chose_leads_the_themes() -> None:
    stories = {each: replace(STORY, id=each, tags=("time_saved", "honest_no")) for each in ("s1", "s2")}
    picks = tuple(
        replace(PICK, story=each, position=place, quote=None, theme="honest_no")
        for place, each in enumerate(stories)
    )
    by_ai = DigestNotice(replace(DIGEST, picks=picks), TEAM, stories, {"UBOB": "Bob"})
    local = replace(by_ai, digest=replace(by_ai.digest, label=LABEL_LOCAL))

    assert [_themes(each) for each in (by_ai, local)] == [
        ["an honest no", "time saved"],
        ["time saved", "an honest no"],
    ]


def _themes(notice: DigestNotice) -> list[str]:
    [line] = [each for each in words_in(render_digest(notice).blocks).splitlines() if "it was about" in each]
    return [each.split(" ", 1)[1] for each in line.removeprefix("What it was about: ").split(" · ")]
