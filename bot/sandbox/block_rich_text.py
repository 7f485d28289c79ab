"""The rich_text block: sections, lists, quotes, code, and what stands in them."""

from __future__ import annotations

from bot.sandbox.block_objects import BLOCK_ID
from bot.sandbox.block_rules import Rule, anything, array, boolean, integer, one_of, shape, string, typed, url

_MOST = 10_000
_TEXT_STYLE = shape(
    {},
    dict.fromkeys(
        ("bold", "italic", "strike", "code", "underline", "highlight", "client_highlight", "unlink"), boolean
    ),
)
_STYLE = {"style": _TEXT_STYLE}
_TYPE = {"type": string()}


def _piece(required: dict[str, Rule], optional: dict[str, Rule] | None = None) -> Rule:
    return shape(_TYPE | required, _STYLE | (optional or {}))


PIECES = typed(
    {
        "text": _piece({"text": string(least=1)}),
        "link": _piece({"url": url()}, {"text": string(), "unsafe": boolean}),
        "emoji": _piece(
            {"name": string(least=1)}, {"unicode": string(), "skin_tone": integer(1, 6), "url": string()}
        ),
        "user": _piece({"user_id": string(least=1)}),
        "usergroup": _piece({"usergroup_id": string(least=1)}),
        "channel": _piece({"channel_id": string(least=1)}),
        "team": _piece({"team_id": string(least=1)}),
        "broadcast": _piece({"range": one_of("here", "channel", "everyone")}),
        "color": _piece({"value": string(least=1)}),
        "date": _piece(
            {"timestamp": integer(), "format": string(least=1)}, {"url": url(), "fallback": string()}
        ),
    }
)
_INNER = array(PIECES, _MOST, least=0)
_SECTION = shape(_TYPE | {"elements": _INNER})
_PLAIN_PIECES = array(
    typed(
        {
            "text": _piece({"text": string(least=1)}),
            "link": _piece({"url": url()}, {"text": string(), "unsafe": boolean}),
        }
    ),
    _MOST,
    least=0,
)
_BORDER: dict[str, Rule] = {"border": integer(0, 1)}
_PARTS = typed(
    {
        "rich_text_section": _SECTION,
        "rich_text_list": shape(
            _TYPE
            | {
                "elements": array(typed({"rich_text_section": _SECTION}), _MOST, least=0),
                "style": one_of("bullet", "ordered"),
            },
            {"indent": integer(0, 8), "offset": integer(0)} | _BORDER,
        ),
        "rich_text_preformatted": shape(
            _TYPE | {"elements": _PLAIN_PIECES}, _BORDER | {"language": anything}
        ),
        "rich_text_quote": shape(_TYPE | {"elements": _INNER}, _BORDER),
    }
)

RICH_TEXT = shape(_TYPE | {"elements": array(_PARTS, _MOST, least=0)}, {"block_id": BLOCK_ID})
