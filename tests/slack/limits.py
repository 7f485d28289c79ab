"""Slack's documented limits, checked independently of the code that builds and of the local workspace."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

_TEXT = {"section": 3_000, "header": 150}
_LENGTHS = {"action_id": 255, "block_id": 255, "callback_id": 255, "private_metadata": 3_000}


def message_problems(text: str, blocks: list[dict[str, Any]]) -> list[str]:
    """What Slack would refuse, or show cut, in a message."""
    problems = list(_blocks(blocks, most=50))
    if not text.strip():
        problems.append("text: empty")
    if _size(text) > 4_000:
        problems.append(f"text: {_size(text)} characters")
    if sum(block["type"] == "data_visualization" for block in blocks) > 2:
        problems.append("more than two charts")
    return problems


def view_problems(view: dict[str, Any]) -> list[str]:
    """What Slack would refuse in a modal."""
    problems = list(_blocks(view["blocks"], most=100))
    problems += [
        f"{name}: {view[name]['text']!r}"
        for name in ("title", "submit", "close")
        if name in view and not 0 < _size(view[name]["text"]) <= 24
    ]
    if any(block["type"] == "input" for block in view["blocks"]) and "submit" not in view:
        problems.append("inputs without submit")
    if any(block["type"] == "data_visualization" for block in view["blocks"]):
        problems.append("a chart in a modal")
    return problems + list(_lengths(view, "view"))


def _blocks(blocks: list[dict[str, Any]], most: int) -> Iterator[str]:
    if not 0 < len(blocks) <= most:
        yield f"{len(blocks)} blocks"
    ids = [block["block_id"] for block in blocks if "block_id" in block]
    if len(set(ids)) < len(ids):
        yield "the same block_id twice"
    for number, block in enumerate(blocks):
        at = f"{number}:{block['type']}"
        yield from (f"{at}: {problem}" for problem in _block(block))
        yield from _lengths(block, at)
        yield from _elements(block, at)


def _block(block: dict[str, Any]) -> Iterator[str]:
    match block["type"]:
        case "section" | "header" as kind:
            yield from _sized(block["text"]["text"], _TEXT[kind])
            if kind == "header" and block["text"]["type"] != "plain_text":
                yield "a header is plain text"
        case "context":
            yield from _counted(block["elements"], 10)
        case "actions":
            yield from _counted(block["elements"], 25)
            ids = [element["action_id"] for element in block["elements"]]
            if len(set(ids)) < len(ids):
                yield "the same action_id twice in one row"
        case "rich_text":
            yield from _rich_text(block)
        case "input":
            yield from _sized(block["label"]["text"], 2_000)
        case "data_visualization":
            yield from _chart(block)
        case "image":
            yield from _image(block)
        case "divider":
            pass
        case other:
            yield f"unexpected block {other}"


def _rich_text(block: dict[str, Any]) -> Iterator[str]:
    for part in block["elements"]:
        yield from ("empty run" for run in part["elements"] if run["type"] == "text" and not run["text"])
        if not part["elements"]:
            yield "empty part"


def _image(block: dict[str, Any]) -> Iterator[str]:
    yield from _sized(block["alt_text"], 2_000)
    yield from _sized(block["title"]["text"], 2_000)
    if block["slack_file"].keys() not in ({"id"}, {"url"}):
        yield "an image of no file"


def _chart(block: dict[str, Any]) -> Iterator[str]:
    yield from _sized(block["title"], 50)
    chart = block["chart"]
    yield from _counted(chart["series"], 6)
    yield from _counted(chart["axis_config"]["categories"], 20)
    names = [series["name"] for series in chart["series"]]
    if len(set(names)) < len(names):
        yield "two series of one name"
    for series in chart["series"]:
        yield from _sized(series["name"], 20)
        if [point["label"] for point in series["data"]] != chart["axis_config"]["categories"]:
            yield "labels differ from the categories"


def _elements(thing: Any, at: str) -> Iterator[str]:
    for element in _objects(thing):
        match element.get("type"):
            case "button":
                yield from (f"{at}: button {problem}" for problem in _sized(element["text"]["text"], 75))
                if _size(element.get("value", "")) > 2_000:
                    yield f"{at}: button value"
            case "static_select" | "multi_static_select":
                yield from _counted(element["options"], 100)
                yield from (f"{at}: {problem}" for problem in _sized(element["placeholder"]["text"], 150))
                yield from _options(element["options"], at)
            case "overflow":
                yield from _counted(element["options"], 5)
                yield from _options(element["options"], at)
            case "plain_text_input":
                if (
                    _size(element.get("initial_value", "")) > element["max_length"]
                    or element["max_length"] > 3_000
                ):
                    yield f"{at}: input"
            case "mrkdwn":
                if not element.get("verbatim"):
                    yield f"{at}: mrkdwn that is not verbatim"
                yield from (f"{at}: {problem}" for problem in _sized(element["text"], 3_000))
            case "plain_text":
                yield from (f"{at}: {problem}" for problem in _sized(element["text"], 3_000))


def _options(options: list[dict[str, Any]], at: str) -> Iterator[str]:
    values = [option["value"] for option in options]
    if len(set(values)) < len(values):
        yield f"{at}: the same value twice"
    for option in options:
        yield from (f"{at}: option {problem}" for problem in _sized(option["text"]["text"], 75))
        yield from (f"{at}: value {problem}" for problem in _sized(option["value"], 150))


def _objects(thing: Any) -> Iterator[dict[str, Any]]:
    if isinstance(thing, dict):
        yield thing
        for value in thing.values():
            yield from _objects(value)
    elif isinstance(thing, list):
        for value in thing:
            yield from _objects(value)


def _lengths(thing: dict[str, Any], at: str) -> Iterator[str]:
    for each in _objects(thing):
        for name, most in _LENGTHS.items():
            if name in each and _size(each[name]) > most:
                yield f"{at}: {name}"


def _counted(things: list[Any], most: int) -> Iterator[str]:
    if not 0 < len(things) <= most:
        yield f"{len(things)} elements"


def _sized(text: str, most: int) -> Iterator[str]:
    if not 0 < _size(text) <= most:
        yield f"{_size(text)} characters of {most}: {text[:40]!r}"


def _size(text: str) -> int:
    """In UTF-16 units, as the strictest reader counts."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
