"""The form in which a person writes why they sell."""

from __future__ import annotations

import json
from typing import Any, Final

from bot.domain.people import Person
from bot.domain.reasons import MOST_CHARACTERS
from handlers.slack.incoming import Incoming
from handlers.slack.surfaces.blocks import context, option, plain
from handlers.slack.surfaces.forms import FROM_HOME, read_meta
from handlers.slack.surfaces.names import VALUE
from handlers.slack.surfaces.reasons import QUESTION
from handlers.slack.surfaces.rendered import Block, Element, View
from handlers.slack.surfaces.text import cut

VIEW_WHY: Final = "why.form"
BLOCK_WHY: Final = "why.words"
BLOCK_WISHES: Final = "why.wishes"
SHARE, RETURN = "share", "return"
_SHARE_OPTION = option("Share it with my teams", SHARE)
_RETURN_OPTION = option("Bring it back to me on a hard day", RETURN)


def why_modal(person: Person, *, home: bool, message: tuple[str, str]) -> View:
    """The form, filled in. `message` (channel, ts) is the prompt that asked, if one did."""
    meta = {FROM_HOME: "yes" if home else "", "channel": message[0], "ts": message[1]}
    return {
        "type": "modal",
        "callback_id": VIEW_WHY,
        "title": plain(QUESTION, 24),
        "submit": plain("Keep it", 24),
        "close": plain("Cancel", 24),
        "private_metadata": json.dumps({name: value for name, value in meta.items() if value}),
        "blocks": [_words_input(person.why), _wishes(person), context(_WHO_SEES)],
    }


_WHO_SEES = (
    "Only you see it, unless you share it: then it may stand in your teammates' Home, with your name. Empty it, and it "
    "is gone."
)


def _words_input(why: str) -> Block:
    element: Element = {
        "type": "plain_text_input",
        "action_id": VALUE,
        "multiline": True,
        "max_length": MOST_CHARACTERS,
        "placeholder": plain("For whom, and what does it give you?", 150),
    }
    if why:
        element["initial_value"] = cut(why, MOST_CHARACTERS)
    return {
        "type": "input",
        "block_id": BLOCK_WHY,
        "label": plain("In your own words"),
        "element": element,
        "optional": True,
    }


def _wishes(person: Person) -> Block:
    element: Element = {
        "type": "checkboxes",
        "action_id": VALUE,
        "options": [_SHARE_OPTION, _RETURN_OPTION],
    }
    chosen = [
        each
        for each, wanted in ((_SHARE_OPTION, person.why_shared), (_RETURN_OPTION, person.why_returns))
        if wanted
    ]
    if chosen:
        element["initial_options"] = chosen
    return {
        "type": "input",
        "block_id": BLOCK_WISHES,
        "label": plain("What may happen with it"),
        "element": element,
        "optional": True,
    }


def read_why(view: Any) -> tuple[str, bool, bool]:
    """What was written, whether it is shared, whether it may come back."""
    values = (view.get("state") or {}).get("values") or {}
    written = str(((values.get(BLOCK_WHY) or {}).get(VALUE) or {}).get("value") or "")
    chosen = ((values.get(BLOCK_WISHES) or {}).get(VALUE) or {}).get("selected_options") or []
    wishes = {str(each.get("value")) for each in chosen}
    return written, SHARE in wishes, RETURN in wishes


def why_errors(incoming: Incoming) -> dict[str, str]:
    """What to say beneath the form before it is taken."""
    if len(read_why(incoming.view)[0].strip()) > MOST_CHARACTERS:
        return {BLOCK_WHY: f"At most {MOST_CHARACTERS} characters. One sentence says it best."}
    return {}


def asked_in(view: Any) -> tuple[str, str]:
    """The message (channel, ts) from which the form was opened; empty texts from Home."""
    meta = read_meta(view)
    return meta.get("channel", ""), meta.get("ts", "")
