"""Receipts and drafts: word for word, with everything their teller can do."""

from __future__ import annotations

import pytest

from bot.domain.notices import (
    DraftNotice,
)
from bot.domain.stories import StoryState, Visibility
from handlers.slack.surfaces import names
from handlers.slack.surfaces.table import render
from tests.slack.samples import (
    HOSTILE,
    WEEK,
    actions_in,
    receipt,
    story,
    words_in,
)


def test_a_receipt_shows_what_was_kept_word_for_word() -> None:
    text = f"{HOSTILE}\n\n  second  line 🧑‍🤝‍🧑 \u202eabc\u202c"

    blocks = render(receipt(story=story(text))).blocks

    runs = [
        run["text"]
        for block in blocks
        if block["type"] == "rich_text"
        for run in block["elements"][0]["elements"]
    ]
    assert text in runs


def test_a_receipt_says_who_until_when_and_whether_ai_reads_it() -> None:
    plain = words_in(render(receipt()).blocks)
    read = render(receipt(story=story(ai_allowed=True))).blocks

    assert "Seen by: #small-business (public: everyone at Acme), until 19 November 2027." in plain
    assert "AI does not read it." in plain
    assert "AI may read it" in words_in(read)
    assert names.AI_REFUSE_STORY in actions_in(read)


@pytest.mark.parametrize(
    ("visibility", "there", "not_there"),
    [
        (Visibility.TEAM, {names.STORY_PRIVATE}, {names.STORY_SHARE}),
        (Visibility.COMPANY, {names.STORY_PRIVATE}, {names.STORY_SHARE}),
        (Visibility.PRIVATE, {names.STORY_SHARE}, {names.STORY_PRIVATE}),
        (Visibility.MANAGERS, {names.STORY_SHARE, names.STORY_PRIVATE}, set()),
    ],
)
def test_a_receipts_buttons_fit_who_sees_it(
    visibility: Visibility, there: set[str], not_there: set[str]
) -> None:
    found = actions_in(render(receipt(story=story(visibility=visibility))).blocks)

    always = {names.STORY_EDIT, names.STORY_DELETE, names.STORY_COLLEAGUE}
    assert always | there <= set(found)
    assert not not_there & set(found)
    assert found[names.STORY_DELETE]["confirm"]
    assert {found[each]["value"] for each in always} == {"S0"}


def test_a_receipt_has_the_contracts_words_on_its_buttons() -> None:
    shared = words_in(render(receipt()).blocks)
    private = words_in(render(receipt(story=story(visibility=Visibility.PRIVATE))).blocks)

    for words in ("Edit", "Keep private", "Delete", "Read a colleague's"):
        assert words in shared
    assert "Share with team" in private


def test_a_long_story_is_cut_with_read_all() -> None:
    found = actions_in(render(receipt(story=story("word " * 2_000))).blocks)

    assert found[names.STORY_READ]["text"]["text"] == "Read all"


def test_a_first_receipt_shows_the_story_as_the_digest_would() -> None:
    shared = words_in(render(receipt(first=True)).blocks)
    private = words_in(render(receipt(first=True, story=story(visibility=Visibility.PRIVATE))).blocks)

    assert "In Friday's digest it would look like this" in shared
    assert shared.count(WEEK[0][2]) == 2
    assert "digest it would look" not in private


def test_a_withdrawn_story_leaves_one_line_and_none_of_its_words() -> None:
    message = render(receipt(story=story(state=StoryState.WITHDRAWN)))

    assert words_in(message.blocks).startswith("🗑️ Gone")
    assert actions_in(message.blocks) == {}
    assert WEEK[0][2] not in message.text + words_in(message.blocks)


def test_the_coach_asks_inside_the_receipt_and_can_be_switched_off() -> None:
    blocks = render(receipt(coach=("customer", "Who was it for?"))).blocks

    assert "Who was it for?" in words_in(blocks)
    assert {names.STORY_COACH, names.COACH_OFF} <= set(actions_in(blocks))


def test_other_teams_are_offered_with_story_and_team_in_the_value() -> None:
    found = actions_in(render(receipt(others=(("T2", "Enterprise"),))).blocks)

    assert found[names.STORY_ALSO]["placeholder"]["text"] == "Also share with…"
    assert names.unpaired(found[names.STORY_ALSO]["options"][0]["value"]) == ("S0", "T2")


def test_in_doubt_the_draft_asks_save_or_not() -> None:
    message = render(DraftNotice(story(), "no_prompt", (("T1", "Small business"),)))

    seen = words_in(message.blocks)
    assert "Save as a story" in seen
    assert "Not a story" in seen
    assert {names.DRAFT_SAVE, names.DRAFT_DROP} == set(actions_in(message.blocks))


def test_where_the_team_is_unclear_there_is_a_button_for_each() -> None:
    teams = (("T1", "Small business"), ("T2", "Schools"))

    blocks = render(DraftNotice(story(), "which_team", teams)).blocks

    values = [
        element["value"]
        for block in blocks
        if block["type"] == "actions"
        for element in block["elements"]
        if element["action_id"] == names.DRAFT_TEAM
    ]
    assert [names.unpaired(value) for value in values] == [("S0", "T1"), ("S0", "T2")]
