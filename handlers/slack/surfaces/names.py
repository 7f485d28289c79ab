"""The names by which clicks and forms come back: action ids, callback ids and block ids, each said once."""

from __future__ import annotations

from typing import Final

# Prompt; the value is the team's id.
PROMPT_SHARE: Final = "prompt.share"
PROMPT_NOTHING: Final = "prompt.nothing"
PROMPT_LATER: Final = "prompt.later"

# A person's own settings. `PERSON_AUDIENCE` is a menu whose value is a visibility's word; the rhythm's value is days
# such as "tue,thu" (empty: as it is), the others' the team's id.
PERSON_AUDIENCE: Final = "person.audience"
PERSON_STOP: Final = "person.stop"
RHYTHM_SAME: Final = "rhythm.same"
RHYTHM_TWICE: Final = "rhythm.twice"
RHYTHM_WEEKLY: Final = "rhythm.weekly"
RHYTHM_STOP: Final = "rhythm.stop"
AI_REFUSE: Final = "ai.refuse"

# Receipt; the value is the story's id. Menus have "story:word" (audience) or "story:team" (also).
STORY_EDIT: Final = "story.edit"
STORY_PRIVATE: Final = "story.private"
STORY_SHARE: Final = "story.share"
STORY_DELETE: Final = "story.delete"
STORY_COLLEAGUE: Final = "story.colleague"
STORY_READ: Final = "story.read"
STORY_AUDIENCE: Final = "story.audience"
STORY_ALSO: Final = "story.also"
STORY_COACH: Final = "story.coach"
STORY_BUILD: Final = "story.build"
STORY_ASK_WIDER: Final = "story.ask_wider"
COACH_OFF: Final = "coach.off"
AI_REFUSE_STORY: Final = "ai.refuse_story"

# Draft; the value is the story's id, of a team's button "story:team".
DRAFT_SAVE: Final = "draft.save"
DRAFT_DROP: Final = "draft.drop"
DRAFT_TEAM: Final = "draft.team"

# Purpose check; the value is the check's id.
CHECK_ANSWER: Final = "check.answer"
CHECK_CLOSE: Final = "check.close"
CHECK_ALL: Final = "check.all"

# Digest; the value is the story's id to read, "digest:story" to leave one out, else the digest's id.
DIGEST_READ: Final = "digest.read"
DIGEST_ALL: Final = "digest.all"
DIGEST_POST_NOW: Final = "digest.post_now"
DIGEST_LEAVE_OUT: Final = "digest.leave_out"
DIGEST_PUT_IN: Final = "digest.put_in"
DIGEST_NOT_THIS_WEEK: Final = "digest.not_this_week"
DIGEST_ASK_WIDER: Final = "digest.ask_wider"

# Questions in a DM; the value is the story's id (wider) or the team's (held).
WIDER_YES: Final = "wider.yes"
WIDER_NO: Final = "wider.no"
HELD_GO_ON: Final = "held.go_on"

# A page of a long list in a modal; the value is "digest:page" or "check:page", counted from 0.
PAGE_DIGEST: Final = "page.digest"
PAGE_DIGEST_BACK: Final = "page.digest_back"
PAGE_CHECK: Final = "page.check"
PAGE_CHECK_BACK: Final = "page.check_back"

# A customer; the value is the id of one of its records, of a page of its stories "customer|cursor".
CUSTOMER_OPEN: Final = "customer.open"
CUSTOMER_CARD: Final = "customer.card"
CUSTOMER_NAME: Final = "customer.name"
CUSTOMER_EARLIER: Final = "customer.earlier"
CUSTOMER_NEWEST: Final = "customer.newest"

# Home, for managers; the value is the team's id.
TEAM_VIEW: Final = "team.view"

# Huddle; the value is the huddle's id.
HUDDLE_YES: Final = "huddle.yes"
HUDDLE_ANY_TIME: Final = "huddle.any_time"
HUDDLE_NO: Final = "huddle.no"
HUDDLE_ASK_FIRST: Final = "huddle.ask_first"
HUDDLE_TOLD: Final = "huddle.told"
HUDDLE_ANOTHER: Final = "huddle.another"

# Hopes and trials; the value is the hope's id, of a new promise its story's, of a new trial "new". `HOPE_MENU` is a
# menu whose value is "hope:what". The four outcomes are named by their words.
HOPE_ADD: Final = "hope.add"
HOPE_CHANGE: Final = "hope.change"
HOPE_MENU: Final = "hope.menu"
HOPE_TELL: Final = "hope.tell"
HOPE_ALL: Final = "hope.all"
OUTCOME_TRUE: Final = "outcome.came_true"
OUTCOME_PARTLY: Final = "outcome.partly"
OUTCOME_NOT_YET: Final = "outcome.not_yet"
OUTCOME_NO: Final = "outcome.no"
TRIAL_NEW: Final = "trial.new"
TRIAL_TAKE: Final = "trial.take"

# Invitation; the value is the channel's id (set-up) or the team's (join).
SETUP_OPEN: Final = "setup.open"
SETUP_DEFAULTS: Final = "setup.defaults"
SETUP_TRY: Final = "setup.try"
JOIN_COUNT_ME_IN: Final = "join.count_me_in"
JOIN_NOT_NOW: Final = "join.not_now"

# The button that shows the rest of the story form.
MODAL_DETAIL: Final = "modal.detail"

# Modals.
VIEW_TELL: Final = "story.tell"
VIEW_EDIT: Final = "story.edit"
VIEW_CHECK: Final = "check.answer"
VIEW_READ: Final = "story.read"
VIEW_BUILD: Final = "story.build"
VIEW_LIST: Final = "story.list"
VIEW_CUSTOMER: Final = "customer.read"
VIEW_CUSTOMER_NAME: Final = "customer.name"
VIEW_HOPE: Final = "hope.say"
VIEW_OUTCOME: Final = "hope.outcome"

# The story form's inputs: one block each, with one element called `VALUE`.
VALUE: Final = "value"
BLOCK_TEXT: Final = "story.text"
BLOCK_AUDIENCE: Final = "story.audience"
BLOCK_TEAM: Final = "story.team"
BLOCK_CUSTOMER: Final = "story.customer"
BLOCK_CUSTOMER_PICK: Final = "story.customer_pick"
BLOCK_GOAL: Final = "story.goal"
BLOCK_CHANGE: Final = "story.change"
BLOCK_TAGS: Final = "story.tags"
BLOCK_DETAIL: Final = "story.detail"

# The inputs of a customer's name, with the same one element.
BLOCK_NAME: Final = "customer.name"
BLOCK_HINT: Final = "customer.hint"
BLOCK_MASKED: Final = "customer.masked"
BLOCK_JOIN: Final = "customer.join"

# The inputs of a hope and of its outcome, with the same one element.
BLOCK_HOPE: Final = "hope.words"
BLOCK_AGAIN: Final = "hope.again"
BLOCK_DAY: Final = "hope.day"
BLOCK_LINE: Final = "hope.line"
BLOCK_TOLD: Final = "hope.told"


def paired(first: str, second: str) -> str:
    """Two ids in one value."""
    return f"{first}:{second}"


def unpaired(value: str) -> tuple[str, str]:
    """The two ids of a value made by `paired`; the second is empty where there was none."""
    first, _, second = value.rpartition(":")
    return (first, second) if first else (second, "")
