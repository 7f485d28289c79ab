"""ONE table: what a person does -> the function that answers, and whether it must be on disk before the ack."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto
from typing import Any, TypeAlias

from handlers.slack import (
    building,
    customers,
    digesting,
    forgetting,
    home,
    hoping,
    huddling,
    joining,
    outcomes,
    prompting,
    pulsing,
    purpose,
    purpose_check,
    reasons,
    rhythm,
    setup,
    team_view,
    telling,
)
from handlers.slack.incoming import Incoming, from_a_bot
from handlers.slack.services import Services
from handlers.slack.surfaces import coaching, names
from handlers.slack.surfaces.customers import naming_errors
from handlers.slack.surfaces.forgetting import FORGET_NO, FORGET_YES
from handlers.slack.surfaces.home_asking import HOME_NUDGE, HOME_PAUSE, HOME_RESUME
from handlers.slack.surfaces.home_kept import HOME_FORGET, HOME_MYDATA
from handlers.slack.surfaces.home_stories import HOME_EARLIER, HOME_LATER
from handlers.slack.surfaces.hope_forms import hope_errors, tell_errors
from handlers.slack.surfaces.modals import form_errors
from handlers.slack.surfaces.pulse import PULSE_ANSWER
from handlers.slack.surfaces.pulse_form import VIEW_PULSE, pulse_errors
from handlers.slack.surfaces.reason_form import VIEW_WHY, why_errors
from handlers.slack.surfaces.reasons import WHY_KEEP_AWAY, WHY_NOT_NOW, WHY_WRITE
from handlers.slack.surfaces.rhythm import HOME_RHYTHM, VIEW_RHYTHM, rhythm_errors
from handlers.slack.surfaces.setup import VIEW_SETUP, setup_errors

Run: TypeAlias = Callable[[Incoming, Services, datetime], Awaitable[None]]
Errors: TypeAlias = Callable[[Incoming], dict[str, str]]
Reply: TypeAlias = Callable[[Incoming], dict[str, Any] | None]


class Keep(Enum):
    """Whether a payload is on disk before Slack hears that it arrived."""

    ALWAYS = auto()
    IF_CHECK_OPEN = auto()
    """A channel's message: only where it answers an open check; any other is dropped unread."""
    NO = auto()
    """It only shows something: a crash costs a click, and nothing that anybody said."""


@dataclass(frozen=True, slots=True)
class Route:
    """Who answers. `errors` looks at a submitted form before the ack: what it returns goes back into the form."""

    run: Run
    keep: Keep = Keep.ALWAYS
    errors: Errors | None = None
    reply: Reply | None = None


def _shows(run: Run) -> Route:
    return Route(run, Keep.NO)


EVENTS: dict[str, Route] = {
    "message.im": Route(telling.direct_message),
    "message.im.changed": Route(telling.message_changed),
    "message.im.deleted": Route(telling.message_deleted),
    "message.thread": Route(purpose_check.thread_message, Keep.IF_CHECK_OPEN),
    "message.thread.changed": Route(purpose_check.thread_edited, Keep.IF_CHECK_OPEN),
    "message.thread.deleted": Route(purpose_check.thread_deleted, Keep.IF_CHECK_OPEN),
    "member_joined_channel": Route(joining.member_joined),
    "member_left_channel": Route(joining.member_left),
    **dict.fromkeys(
        (
            "channel_rename",
            "group_rename",
            "channel_archive",
            "group_archive",
            "channel_unarchive",
            "group_unarchive",
            "channel_shared",
            "channel_unshared",
        ),
        Route(joining.channel_changed),
    ),
    "channel_id_changed": Route(joining.channel_moved),
    "user_change": Route(joining.user_changed),
    "app_home_opened": _shows(home.opened),
    "tokens_revoked": Route(joining.revoked),
    "app_uninstalled": Route(joining.revoked),
}

COMMANDS: dict[str, Route] = {
    "/purpose-check": Route(purpose_check.command),
    "/purpose": Route(purpose.command),
}

ACTIONS: dict[str, Route] = {
    names.PROMPT_SHARE: _shows(telling.open_story),
    names.PROMPT_NOTHING: Route(prompting.nothing_today),
    names.PROMPT_LATER: Route(prompting.remind_later),
    names.PERSON_STOP: Route(prompting.stop),
    names.PERSON_AUDIENCE: Route(prompting.choose_default_audience),
    names.RHYTHM_SAME: Route(prompting.choose_rhythm),
    names.RHYTHM_TWICE: Route(prompting.choose_rhythm),
    names.RHYTHM_WEEKLY: Route(prompting.choose_rhythm),
    names.RHYTHM_STOP: Route(prompting.choose_rhythm),
    names.AI_REFUSE: Route(prompting.refuse_ai),
    names.STORY_EDIT: _shows(telling.open_edit),
    names.STORY_COACH: _shows(telling.open_edit),
    names.STORY_PRIVATE: Route(home.redrawn(customers.redrawn(telling.keep_private))),
    names.STORY_SHARE: Route(home.redrawn(customers.redrawn(telling.share_with_team))),
    names.STORY_AUDIENCE: Route(telling.choose_audience),
    names.STORY_DELETE: Route(home.redrawn(customers.redrawn(telling.withdraw))),
    names.STORY_COLLEAGUE: _shows(telling.read_colleague),
    names.STORY_READ: _shows(telling.read_all),
    names.STORY_ALSO: Route(telling.also_share),
    names.COACH_OFF: Route(telling.coach_off),
    names.AI_REFUSE_STORY: Route(telling.refuse_ai),
    names.DRAFT_SAVE: Route(telling.save_draft),
    names.DRAFT_TEAM: Route(telling.save_draft),
    names.DRAFT_DROP: Route(home.redrawn(telling.withdraw)),
    names.MODAL_DETAIL: _shows(telling.show_detail),
    names.CHECK_ANSWER: _shows(purpose_check.share),
    names.CHECK_CLOSE: Route(purpose_check.close),
    names.CHECK_ALL: _shows(purpose_check.show_all),
    names.PAGE_CHECK: _shows(purpose_check.show_all),
    names.PAGE_CHECK_BACK: _shows(purpose_check.show_all),
    coaching.USE_THIS: Route(purpose_check.use_question),
    coaching.ASK_BOTH: Route(purpose_check.use_question),
    coaching.POST_MINE: Route(purpose_check.use_question),
    names.DIGEST_READ: _shows(telling.read_all),
    names.DIGEST_ALL: _shows(digesting.show_all),
    names.PAGE_DIGEST: _shows(digesting.show_all),
    names.PAGE_DIGEST_BACK: _shows(digesting.show_all),
    names.DIGEST_POST_NOW: Route(digesting.post_now),
    names.DIGEST_LEAVE_OUT: Route(digesting.leave_out),
    names.DIGEST_PUT_IN: Route(digesting.put_in),
    names.DIGEST_NOT_THIS_WEEK: Route(digesting.not_this_week),
    names.DIGEST_ASK_WIDER: Route(building.ask_wider),
    names.STORY_ASK_WIDER: Route(building.ask_wider),
    names.STORY_BUILD: _shows(building.build),
    names.WIDER_YES: Route(building.widen),
    names.WIDER_NO: Route(building.leave_as_it_is),
    names.HELD_GO_ON: Route(digesting.go_on),
    names.CUSTOMER_OPEN: _shows(customers.opened),
    names.CUSTOMER_CARD: _shows(customers.chosen),
    names.CUSTOMER_NAME: _shows(customers.open_naming),
    names.CUSTOMER_EARLIER: _shows(customers.turned),
    names.CUSTOMER_NEWEST: _shows(customers.turned),
    names.TEAM_VIEW: _shows(team_view.opened),
    names.HUDDLE_YES: Route(huddling.answered),
    names.HUDDLE_ANY_TIME: Route(huddling.answered),
    names.HUDDLE_NO: Route(huddling.answered),
    names.HUDDLE_ASK_FIRST: Route(huddling.ask_first),
    names.HUDDLE_TOLD: Route(huddling.told),
    names.HUDDLE_ANOTHER: Route(huddling.another),
    names.HOPE_ADD: _shows(hoping.add),
    names.HOPE_MENU: Route(home.redrawn(outcomes.from_menu)),
    names.HOPE_TELL: _shows(hoping.tell_on),
    names.HOPE_ALL: _shows(hoping.show_all),
    names.OUTCOME_TRUE: _shows(outcomes.chosen),
    names.OUTCOME_PARTLY: _shows(outcomes.chosen),
    names.OUTCOME_NOT_YET: _shows(outcomes.chosen),
    names.OUTCOME_NO: _shows(outcomes.chosen),
    names.TRIAL_NEW: _shows(hoping.new_trial),
    names.TRIAL_TAKE: _shows(hoping.take),
    names.SETUP_OPEN: _shows(setup.clicked),
    names.SETUP_DEFAULTS: Route(joining.use_defaults),
    names.SETUP_TRY: _shows(setup.try_it),
    names.JOIN_COUNT_ME_IN: Route(joining.count_me_in),
    names.JOIN_NOT_NOW: Route(joining.not_now),
    FORGET_YES: Route(forgetting.forget),
    FORGET_NO: _shows(forgetting.keep),
    WHY_WRITE: _shows(reasons.open_form),
    WHY_NOT_NOW: Route(reasons.not_now),
    WHY_KEEP_AWAY: Route(reasons.keep_away),
    PULSE_ANSWER: _shows(pulsing.open_form),
    HOME_PAUSE: Route(home.pause),
    HOME_RESUME: Route(home.resume),
    HOME_NUDGE: Route(home.nudge),
    HOME_MYDATA: Route(home.mydata),
    HOME_FORGET: _shows(home.forget),
    HOME_RHYTHM: _shows(rhythm.open_form),
    HOME_EARLIER: _shows(home.turned),
    HOME_LATER: _shows(home.turned),
}

VIEWS: dict[str, Route] = {
    names.VIEW_TELL: Route(telling.told, errors=tell_errors),
    names.VIEW_EDIT: Route(home.redrawn(customers.redrawn(telling.edited)), errors=form_errors),
    VIEW_RHYTHM: Route(home.redrawn(rhythm.chosen), errors=rhythm_errors),
    names.VIEW_CUSTOMER_NAME: Route(home.redrawn(customers.named), errors=naming_errors),
    names.VIEW_HOPE: Route(home.redrawn(hoping.said), errors=hope_errors),
    names.VIEW_OUTCOME: Route(home.redrawn(outcomes.answered), errors=hope_errors),
    names.VIEW_BUILD: Route(building.built, errors=form_errors),
    names.VIEW_CHECK: Route(purpose_check.answered, errors=form_errors),
    VIEW_SETUP: Route(setup.submitted, errors=setup_errors),
    VIEW_WHY: Route(home.redrawn(reasons.written), errors=why_errors),
    # On no disk: the payload says whose answer it is.
    VIEW_PULSE: Route(pulsing.answered, Keep.NO, errors=pulse_errors),
}

SHORTCUTS: dict[str, Route] = {"story.keep": _shows(telling.keep_message)}

_TABLES = {"event": EVENTS, "command": COMMANDS, "action": ACTIONS, "view": VIEWS, "shortcut": SHORTCUTS}


def route_for(incoming: Incoming) -> Route | None:
    """Who answers, or None: what bots write and what nobody here listens to."""
    if incoming.kind == "event" and incoming.name.startswith("message.") and from_a_bot(incoming.event):
        return None
    name = incoming.name
    if incoming.kind == "action":
        # An action id must be unique within a message, so lists append "#1", "#2", …
        name = name.partition("#")[0]
    return _TABLES[incoming.kind].get(name)
