"""What a story form held when it came back: read once, under the names that the form was built with."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.domain.customers import MOST_NAME
from bot.domain.folding import clean, is_blank
from bot.domain.stories import Source, Visibility
from bot.domain.tags import known_tags
from handlers.slack.incoming import Incoming
from handlers.slack.surfaces import names

FROM_HOME = "home"
"""In a form's metadata: it was opened from Home, which is drawn anew once the form was taken."""


@dataclass(frozen=True, slots=True)
class StoryForm:
    """The story form as submitted. `text` is as typed ("" where the form had no words to edit); `visibility` None
    where it was not asked. `customer_pick` is the id of one named before, chosen in place of typing. The rest says what
    the form was about."""

    text: str
    visibility: Visibility | None = None
    team: str | None = None
    customer: str = ""
    customer_pick: str = ""
    goal: str = ""
    change: str = ""
    tags: tuple[str, ...] = ()
    story: str | None = None
    check: str | None = None
    prompt: str | None = None
    source: Source | None = None


def read_story_form(view: Mapping[str, Any]) -> StoryForm:
    """The values of a submitted story form; what is missing or unknown reads as left empty."""
    meta = read_meta(view)
    source = meta.get("source")
    return StoryForm(
        text=text_of(view, names.BLOCK_TEXT),
        visibility=Visibility.from_word(chosen_of(view, names.BLOCK_AUDIENCE)),
        team=chosen_of(view, names.BLOCK_TEAM) or meta.get("team"),
        customer=text_of(view, names.BLOCK_CUSTOMER),
        customer_pick=chosen_of(view, names.BLOCK_CUSTOMER_PICK),
        goal=text_of(view, names.BLOCK_GOAL),
        change=text_of(view, names.BLOCK_CHANGE),
        tags=known_tags(_chosen_many(view, names.BLOCK_TAGS)),
        story=meta.get("story"),
        check=meta.get("check"),
        prompt=meta.get("prompt"),
        source=Source(source) if source in list(Source) else None,
    )


def form_errors(incoming: Incoming) -> dict[str, str]:
    """What to say beneath the form's inputs before it is taken; nothing where all is well."""
    value = value_of(incoming.view, names.BLOCK_TEXT)
    if value and is_blank(text_of(incoming.view, names.BLOCK_TEXT)):
        return {names.BLOCK_TEXT: "A few words are needed here. One short sentence is plenty."}
    if len(text_of(incoming.view, names.BLOCK_CUSTOMER)) > MOST_NAME:
        return {
            names.BLOCK_CUSTOMER: f"A customer's name has at most {MOST_NAME} characters. A shorter one works."
        }
    return {}


def read_meta(view: Mapping[str, Any]) -> dict[str, str]:
    """What the form carried along; empty where that is missing or not ours."""
    try:
        meta = json.loads(view.get("private_metadata") or "{}")
    except ValueError:
        return {}
    return {str(key): clean(str(value)) for key, value in meta.items()} if isinstance(meta, dict) else {}


def value_of(view: Mapping[str, Any], block: str) -> Mapping[str, Any]:
    """What an input holds; empty where the form has none of that name."""
    values = (view.get("state") or {}).get("values") or {}
    value: Mapping[str, Any] = (values.get(block) or {}).get(names.VALUE) or {}
    return value


def text_of(view: Mapping[str, Any], block: str) -> str:
    """The words in a field, such that they can be stored."""
    return clean(str(value_of(view, block).get("value") or ""))


def chosen_of(view: Mapping[str, Any], block: str) -> str:
    """The value chosen in a menu."""
    return clean(str((value_of(view, block).get("selected_option") or {}).get("value") or ""))


def _chosen_many(view: Mapping[str, Any], block: str) -> list[str]:
    return [str(each.get("value")) for each in value_of(view, block).get("selected_options") or []]
