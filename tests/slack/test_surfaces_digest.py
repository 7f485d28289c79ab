"""The digest at every size: the contract's words, word-for-word stories, Slack's limits, golden renderings.

`GOLDEN=write pytest tests/slack/test_surfaces_digest.py` writes the renderings anew after a wanted change.
"""

from __future__ import annotations

import os
import re
from dataclasses import replace
from pathlib import Path

import pytest

from bot.domain.digests import LABEL_AI, LABEL_LOCAL, DigestState
from bot.domain.notices import Beside, DigestNotice
from bot.domain.stories import Story
from bot.sandbox.block_kit import message_blocks
from handlers.slack.surfaces import names
from handlers.slack.surfaces.digest import render_digest, without_chart
from handlers.slack.surfaces.reading import STORIES_A_PAGE, Page, colleague_modal, read_modal, stories_modal
from handlers.slack.surfaces.rendered import Rendered
from tests.slack.limits import message_problems, view_problems
from tests.slack.samples import CHART, WEEK, actions_in, digest, pretty, story, week, words_in

GOLDEN = Path(__file__).parent / "golden"
SIZES = (0, 1, 8, 500)


def _rendered(count: int) -> Rendered:
    return render_digest(digest(week(count), chart=CHART if count >= 8 else None))


@pytest.mark.parametrize("count", SIZES)
def test_a_digest_looks_as_it_did(count: int) -> None:
    message = _rendered(count)
    golden = GOLDEN / f"digest_{count}.json"
    now = pretty(message.text, message.blocks)
    if os.environ.get("GOLDEN") == "write":
        golden.write_text(now, encoding="utf-8")

    assert now == golden.read_text(encoding="utf-8")


@pytest.mark.parametrize("count", [0, 1, 2, 8, 19, 20, 21, 500, 5_000])
@pytest.mark.parametrize("preview", [False, True])
def test_a_digest_fits_at_every_size(count: int, preview: bool) -> None:
    notice = digest(week(count), chart=CHART, preview=preview)

    message = render_digest(notice)

    assert message_problems(message.text, message.blocks) == []
    assert message_blocks(message.blocks, lambda file: True)
    assert len(str(message.blocks)) < 60_000


def test_a_digest_has_the_contracts_words() -> None:
    message = _rendered(8)

    seen = words_in(message.blocks)
    assert message.blocks[0]["text"]["text"] == "Impact digest · Small business"
    for words in ("Week 47 (2026-W47)", "We help small businesses be more successful.", LABEL_LOCAL):
        assert words in seen
        assert words in message.text
    assert "Whose worry could we take away this week?" in seen
    assert "What it was about: " in seen
    for _, customer, text in WEEK:
        assert seen.count(text) == 1
        assert customer in seen
    assert message.text.startswith("Impact digest · Small business, Week 47")


def test_the_label_says_when_ai_arranged_it() -> None:
    notice = digest(week(8))

    message = render_digest(replace(notice, digest=replace(notice.digest, label=LABEL_AI)))

    assert LABEL_AI in words_in(message.blocks)
    assert LABEL_LOCAL not in words_in(message.blocks)


def test_a_week_that_fits_is_shown_whole_and_a_large_one_ends_in_a_button() -> None:
    small, large = _rendered(20), _rendered(500)

    assert "more" not in words_in([block for block in small.blocks if block["type"] == "section"])
    assert "and 488 more" in words_in(large.blocks)
    assert actions_in(large.blocks)[names.DIGEST_ALL]["value"] == "G1"
    assert "and 495 more" in large.text


def test_about_five_highlights_one_a_teller() -> None:
    notice = digest(week(500))
    buttons = [
        element
        for block in render_digest(notice).blocks
        if block["type"] == "actions"
        for element in block["elements"]
        if element["action_id"] == names.STORY_BUILD
    ]

    tellers = [notice.stories[button["value"]].teller for button in buttons]
    assert len(set(tellers)) == len(tellers) == 5


def test_an_empty_week_is_short_and_no_reproach() -> None:
    message = _rendered(0)

    seen = words_in(message.blocks)
    assert "A quiet week" in seen
    assert len(message.blocks) <= 8
    assert not re.search(r"(?i)nobody|no one|only|should|didn't|failed|missing", seen)


def test_near_duplicates_are_said_and_not_shown() -> None:
    first = story("The bakery on Mill Road gets its flour order right every morning now.", number=0)
    copies = [story(f"{first.text} Really{'!' * number}", "UBOB", number) for number in range(1, 4)]

    message = render_digest(digest([first, *copies]))

    seen = words_in(message.blocks)
    assert "and 3 like it" in seen
    assert seen.count("flour order") == 1


def test_a_former_colleague_is_not_named() -> None:
    message = render_digest(digest(week(3), former=frozenset({"UALICE"})))

    assert "a former colleague" in words_in(message.blocks)
    assert "Alice" not in words_in(message.blocks) + message.text


def test_a_withdrawn_story_leaves_no_word_behind() -> None:
    notice = digest(week(8))
    gone = notice.digest.picks[0].story
    left = {key: value for key, value in notice.stories.items() if key != gone}

    message = render_digest(replace(notice, stories=left))

    assert notice.stories[gone].text not in words_in(message.blocks) + message.text


def _told(length: int) -> Story:
    return story("She said that it works. " * (length // 24), customer="Initech")


def test_a_long_story_is_shown_in_whole_sentences_with_a_button_for_the_rest() -> None:
    notice = digest([_told(2_000)])

    blocks = render_digest(notice).blocks

    [quoted] = [block["elements"][1]["elements"][0]["text"] for block in blocks if _is_quote(block)]
    assert quoted.endswith("works.")
    assert _told(2_000).text.startswith(quoted)
    assert len(quoted) <= 700
    assert actions_in(blocks)[names.DIGEST_READ]["value"] == "S0"


def _is_quote(block: dict[str, object]) -> bool:
    return block["type"] == "rich_text" and "rich_text_quote" in str(block)


def test_a_picked_quote_is_shown_only_while_the_story_still_holds_it() -> None:
    notice = digest([story("They doubted it. Then it worked.")])
    quoted = replace(notice.digest.picks[0], quote="Then it worked.")
    invented = replace(quoted, quote="It was wonderful.")

    short = render_digest(replace(notice, digest=replace(notice.digest, picks=(quoted,))))
    whole = render_digest(replace(notice, digest=replace(notice.digest, picks=(invented,))))

    assert "They doubted it" not in words_in(short.blocks)
    assert "They doubted it. Then it worked." in words_in(whole.blocks)
    assert "wonderful" not in words_in(whole.blocks)


def test_the_chart_is_told_in_words_and_can_be_left_away() -> None:
    message = _rendered(8)

    bare = without_chart(message)

    assert "most often time saved and an honest no" in message.text
    assert [block["type"] for block in message.blocks].count("data_visualization") == 1
    assert len(bare.blocks) == len(message.blocks) - 1
    assert bare.text == message.text


@pytest.mark.parametrize("count", [0, 1, 8, 20, 500])
def test_a_preview_with_stories_to_look_at_fits_and_shows_a_few_at_a_time(count: int) -> None:
    held = tuple(week(count + 9)[count:])
    beside = {each.id: Beside(story("Like it. " * 30), "Erin", "Leadership") for each in week(count)}

    message = render_digest(digest(week(count), chart=CHART, preview=True, held=held, beside=beside))

    assert message_problems(message.text, message.blocks) == []
    assert message_blocks(message.blocks, lambda file: True)
    assert words_in(message.blocks).count("names a colleague") == 3
    assert len(message.blocks) <= 50
    assert names.DIGEST_PUT_IN in actions_in(message.blocks)
    assert (names.DIGEST_POST_NOW in actions_in(message.blocks)) is bool(count)


def test_a_preview_has_the_managers_buttons_and_none_for_the_channel() -> None:
    found = actions_in(render_digest(digest(week(8), preview=True)).blocks)

    assert found[names.DIGEST_POST_NOW]["value"] == "G1"
    assert found[names.DIGEST_NOT_THIS_WEEK]["value"] == "G1"
    assert len(found[names.DIGEST_LEAVE_OUT]["options"]) == 8
    assert names.unpaired(found[names.DIGEST_LEAVE_OUT]["options"][0]["value"])[0] == "G1"
    assert names.STORY_BUILD not in found


@pytest.mark.parametrize("state", [DigestState.POSTED, DigestState.DROPPED])
def test_a_preview_that_is_decided_has_no_more_buttons_to_decide(state: DigestState) -> None:
    notice: DigestNotice = digest(week(8), preview=True)

    found = actions_in(render_digest(replace(notice, digest=replace(notice.digest, state=state))).blocks)

    assert not {names.DIGEST_POST_NOW, names.DIGEST_NOT_THIS_WEEK, names.DIGEST_LEAVE_OUT} & set(found)


# Reading ----------------------------------------------------------------------------------------------------------


def test_reading_shows_every_character_of_the_longest_story() -> None:
    text = "Zeile mit Leerzeichen 🧑‍🤝‍🧑\n\n" * 1_300

    view = read_modal(story(text[:40_000], customer="Initech"), "Alice")

    shown = [
        run["text"]
        for block in view["blocks"][1:]
        if _is_text(block)
        for run in block["elements"][0]["elements"]
    ]
    assert "".join(shown) == text[:40_000]
    assert view_problems(view) == []


def _is_text(block: dict[str, object]) -> bool:
    return block["type"] == "rich_text"


@pytest.mark.parametrize(
    "view", [read_modal(None, ""), colleague_modal(None, ""), colleague_modal(story(), "Bob")]
)
def test_reading_what_is_gone_says_so_kindly(view: dict[str, object]) -> None:
    assert view_problems(view) == []


def test_a_long_list_turns_its_pages() -> None:
    stories = week(500)
    page = Page("Week 47", "G1", names.PAGE_DIGEST, names.PAGE_DIGEST_BACK, {})

    first, second, past = (stories_modal(page, stories, number) for number in (0, 1, 99))

    assert names.PAGE_DIGEST_BACK not in actions_in(first)
    assert names.unpaired(actions_in(first)[names.PAGE_DIGEST]["value"]) == ("G1", "1")
    assert names.unpaired(actions_in(second)[names.PAGE_DIGEST_BACK]["value"]) == ("G1", "0")
    assert names.PAGE_DIGEST not in actions_in(past)
    assert stories[STORIES_A_PAGE].text in words_in(second)
    for view in (first, second, past, stories_modal(page, [])):
        assert view_problems(view) == []
