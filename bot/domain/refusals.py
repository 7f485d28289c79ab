"""Refusals: what a person asked for and does not get, as values that every platform has words for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Why(StrEnum):
    """Every reason to say no; each has words on each platform, and says what to do next."""

    NOT_A_MANAGER = "not_a_manager"
    NOT_A_FULL_MEMBER = "not_a_full_member"
    NOT_YOURS = "not_yours"
    STORY_GONE = "story_gone"
    EMPTY_STORY = "empty_story"
    TOO_LONG = "too_long"
    NEEDS_WORDS = "needs_words"
    NO_TEAM_HERE = "no_team_here"
    NO_TEAM_YET = "no_team_yet"
    NOT_A_CHANNEL = "not_a_channel"
    BOT_NOT_IN_CHANNEL = "bot_not_in_channel"
    CHANNEL_ARCHIVED = "channel_archived"
    CHECK_CLOSED = "check_closed"
    CHECK_GONE = "check_gone"
    PURPOSE_TOO_LONG = "purpose_too_long"
    PURPOSE_EMPTY = "purpose_empty"
    QUESTION_TOO_LONG = "question_too_long"
    NOT_UNDERSTOOD = "not_understood"
    NO_DIGEST_YET = "no_digest_yet"
    NOTHING_TO_READ = "nothing_to_read"
    TOO_LATE = "too_late"
    NO_PROMPT_EVER = "no_prompt_ever"
    LAST_MANAGER = "last_manager"
    NO_HUDDLE_STORY = "no_huddle_story"
    CUSTOMER_GONE = "customer_gone"
    CUSTOMER_UNKNOWN = "customer_unknown"
    CUSTOMER_NAMELESS = "customer_nameless"
    CUSTOMER_NAME_TAKEN = "customer_name_taken"
    PULSE_NOT_YOURS = "pulse_not_yours"
    PULSE_CLOSED = "pulse_closed"
    PULSE_ANSWERED = "pulse_answered"
    HOPE_GONE = "hope_gone"
    HOPE_NOT_YOURS = "hope_not_yours"
    HOPE_EMPTY = "hope_empty"
    HOPE_TOO_LONG = "hope_too_long"
    DAY_PAST = "day_past"
    DAY_TOO_FAR = "day_too_far"
    DAY_NOT_CLEAR = "day_not_clear"


@dataclass(frozen=True, slots=True)
class Refusal:
    """One no. `facts` fill the words ("managers": "<ids>", "expected": "a day like mon-fri")."""

    why: Why
    facts: Mapping[str, str] = field(default_factory=dict)
