"""What somebody types, as Slack's clients send it: escaped, with mentions, links and a rich_text block."""

from __future__ import annotations

import re

from bot.sandbox.identifiers import short
from bot.sandbox.model import Json
from bot.sandbox.workspace import Workspace

_TOKEN = re.compile(r"(?P<url>https?://[^\s<>|]*[^\s<>|.,;:!?)'\"])|(?P<mark>[@#])(?P<name>[\w.-]*\w)")
# Slack's clients turn typed marks into styles as they send them.
_STYLED = re.compile(r"(?<!\w)(?P<mark>[*_~`])(?=\S)(?P<words>(?:(?!(?P=mark))[^\n])+(?<=\S))(?P=mark)(?!\w)")
_STYLES = {"*": "bold", "_": "italic", "~": "strike", "`": "code"}
_BROADCASTS = ("here", "channel", "everyone")


def escape(text: str) -> str:
    """The three characters that Slack escapes."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def sendable(text: str) -> str:
    """Text as a client can send it: halves of a surrogate pair are joined, or become U+FFFD."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def typed(workspace: Workspace, text: str) -> tuple[str, list[Json]]:
    """Slack's text and rich_text block for typed words: @name, @here, #channel and addresses become links, *bold*,
    _italic_, ~struck~ and `code` are styled."""
    text = sendable(text)
    wire: list[str] = []
    pieces: list[Json] = []
    start = 0
    for match in _TOKEN.finditer(text):
        piece = _piece(workspace, match, text)
        if piece is None:
            continue
        _words(text[start : match.start()], wire, pieces)
        wire.append(piece[0])
        pieces.append(piece[1])
        start = match.end()
    _words(text[start:], wire, pieces)
    section = {"type": "rich_text_section", "elements": pieces}
    return "".join(wire), [{"type": "rich_text", "block_id": short(), "elements": [section]}]


def _words(text: str, wire: list[str], pieces: list[Json]) -> None:
    if not text:
        return
    wire.append(escape(text))
    start = 0
    for match in _STYLED.finditer(text):
        _plain(text[start : match.start()], pieces)
        pieces.append({"type": "text", "text": match["words"], "style": {_STYLES[match["mark"]]: True}})
        start = match.end()
    _plain(text[start:], pieces)


def _plain(text: str, pieces: list[Json]) -> None:
    if text:
        pieces.append({"type": "text", "text": text})


def _piece(workspace: Workspace, match: re.Match[str], text: str) -> tuple[str, Json] | None:
    if match["url"]:
        return f"<{escape(match['url'])}>", {"type": "link", "url": match["url"]}
    if match.start() > 0 and (text[match.start() - 1].isalnum() or text[match.start() - 1] in "._-@#&"):
        return None
    name = match["name"]
    if match["mark"] == "#":
        channel = workspace.named(name)
        if channel is None:
            return None
        return f"<#{channel.id}|{channel.name}>", {"type": "channel", "channel_id": channel.id}
    if name in _BROADCASTS:
        return f"<!{name}>", {"type": "broadcast", "range": name}
    person = next((one for one in workspace.people.values() if one.name == name.lower()), None)
    if person is None:
        return None
    return f"<@{person.id}>", {"type": "user", "user_id": person.id}
