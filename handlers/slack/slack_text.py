"""Slack's own notation taken out of what people typed: entities and automatic links become plain text again."""

from __future__ import annotations

import re

from bot.domain.folding import clean

_LINK = re.compile(r"<((?:https?|mailto|tel):[^<>|]*)(?:\|([^<>]*))?>")
_ENTITIES = (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"))
"""The three that Slack escapes; the ampersand last, so that "&amp;lt;" stays what was typed."""


def typed(text: str) -> str:
    """A message's or command's text as its author typed it."""
    plain = _LINK.sub(_unlinked, clean(text))
    for entity, character in _ENTITIES:
        plain = plain.replace(entity, character)
    return plain


def _unlinked(link: re.Match[str]) -> str:
    target, label = link[1], link[2]
    bare = target.removeprefix("mailto:").removeprefix("tel:")
    if not label or label == bare:
        return bare
    return label if label in target else f"{label} ({bare})"
