"""The vocabulary of kinds of difference."""

from __future__ import annotations

from bot.domain.tags import HONEST_NO, LEARNED, MOST_TAGS, TAGS, known_tags, labels, tag_by_key


def test_the_vocabulary_has_room_for_more_than_wins() -> None:
    assert {HONEST_NO, LEARNED, "other"} <= {tag.key for tag in TAGS}


def test_keys_and_labels_are_unique_and_fit_a_menu() -> None:
    assert len({tag.key for tag in TAGS}) == len(TAGS)
    assert len({tag.label for tag in TAGS}) == len(TAGS)
    assert all(len(tag.label) <= 75 for tag in TAGS)


def test_unknown_and_repeated_keys_are_left_out() -> None:
    assert known_tags(["learned", "nonsense", "honest_no", "learned"]) == ("honest_no", "learned")


def test_a_story_cannot_be_everything_at_once() -> None:
    assert len(known_tags(tag.key for tag in TAGS)) == MOST_TAGS


def test_a_key_from_an_older_vocabulary_can_still_be_read() -> None:
    assert tag_by_key("calm_nights") is None
    assert labels(["honest_no", "calm_nights"]) == ("an honest no", "calm nights")
