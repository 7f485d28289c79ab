"""What a surface gives back: the blocks that people see, and the text that notifications and screen readers read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

Block: TypeAlias = dict[str, Any]
Element: TypeAlias = dict[str, Any]
View: TypeAlias = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Rendered:
    """One message: `text` is Slack's mrkdwn, escaped already; `blocks` are plain dicts."""

    text: str
    blocks: list[Block]
