"""The one place that escapes and cuts text on its way to Slack."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime

CUT = "…"
MOST_FALLBACK = 3_900
"""Slack advises 4,000 characters for a message's text."""

_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_MOST_MARKS = 40
"""So many joined characters are one sign; zalgo beyond that is cut like anything else."""
_SENTENCE_END = re.compile(r"(?:[.!?…]+[\"'”’»)\]]*(?=\s)|[。！？]+|(?=\n))\s*")
_USER_ID = re.compile(r"[UW][A-Z0-9]{1,30}")


def escape(text: str) -> str:
    """`text` as Slack's mrkdwn shows it literally: `&`, `<` and `>` escaped, which disarms mentions and links."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def mention(user: str) -> str:
    """A person named by id in mrkdwn. Anything that is no id is escaped instead, so that nothing typed can ping."""
    return f"<@{user}>" if _USER_ID.fullmatch(user) else escape(user)


def moment(at: datetime, form: str = "{time}") -> str:
    """An instant in mrkdwn, shown on each reader's own clock; `form` is Slack's date format."""
    spare = at.astimezone(UTC).strftime("%H:%M UTC")
    return f"<!date^{int(at.timestamp())}^{form}|{spare}>"


def day(on: date) -> str:
    """A date as people read it: "22 November 2026"."""
    return f"{on.day} {_MONTHS[on.month - 1]} {on.year}"


def month(on: date) -> str:
    """A month as people read it: "November 2026"."""
    return f"{_MONTHS[on.month - 1]} {on.year}"


def listed(words: Sequence[str], last: str = "and") -> str:
    """Words in a row: "a, b and c"."""
    return f" {last} ".join(filter(None, (", ".join(words[:-1]), *words[-1:])))


def size(text: str) -> int:
    """How long the strictest reader counts it: in UTF-16 units, as a browser does."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def escaped_size(text: str) -> int:
    """How long it is once it was escaped."""
    return size(escape(text))


def cut(text: str, most: int, *, measure: Callable[[str], int] = size) -> str:
    """`text`, or as much of its beginning as fits into `most` with an ellipsis, at a word's end where one is near."""
    if measure(text) <= most:
        return text
    head = text[: _fitting(text, most - 1, measure)]
    space = max(head.rfind(" "), head.rfind("\n"))
    if space > len(head) - 30 and space > 0:
        head = head[:space]
    return head.rstrip() + CUT


def pieces(text: str, most: int) -> Iterator[str]:
    """`text` taken apart into pieces of at most `most`, at line or word ends where there are any; nothing is lost."""
    rest = text
    while size(rest) > most:
        end = _fitting(rest, most, size)
        near = max(rest.rfind("\n", 0, end), rest.rfind(" ", 0, end)) + 1
        end = near if near > end // 2 else end
        yield rest[:end]
        rest = rest[end:]
    if rest:
        yield rest


def excerpt(text: str, wanted: int, most: int) -> tuple[str, bool]:
    """The whole sentences at the beginning of `text` that fit into `wanted`, at least one, and whether more follows.

    Half a sentence can turn its meaning round, so a first sentence that is longer than `wanted` is still taken whole;
    only beyond `most` is it cut.
    """
    if size(text) <= wanted:
        return text, False
    taken = 0
    for end in _sentence_ends(text):
        if taken and size(text[:end].rstrip()) > wanted:
            break
        taken = end
    head = text[:taken].rstrip()
    if head and size(head) <= most:
        return head, bool(text[taken:].strip())
    return text[: _fitting(text, most, size)].rstrip(), True


_TURNS = dict.fromkeys("\u202a\u202b\u202d\u202e", "\u202c") | dict.fromkeys("\u2066\u2067\u2068", "\u2069")


def beginning(text: str) -> str:
    """`text` as a sentence begins: with a capital letter."""
    return f"{text[:1].upper()}{text[1:]}"


def plain_line(text: str) -> str:
    """`text` on one line, for places that have no second one. What turns its direction round ends with it."""
    line = " ".join(text.split())
    return line if line.isascii() else line + _turned_back(line)


def _turned_back(line: str) -> str:
    """The marks that end each change of direction still open at the end of `line` (Unicode's UAX 9)."""
    ends: list[str] = []
    for character in line:
        if character in _TURNS:
            ends.append(_TURNS[character])
        elif ends and character == ends[-1]:
            ends.pop()
    return "".join(reversed(ends))


def _sentence_ends(text: str) -> Iterator[int]:
    for match in _SENTENCE_END.finditer(text):
        if match.end():
            yield match.end()
    yield len(text)


def _fitting(text: str, most: int, measure: Callable[[str], int]) -> int:
    """The greatest place <= what fits at which `text` can be cut without taking a sign apart."""
    low, high = 0, min(len(text), max(most, 0))
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if measure(text[:middle]) <= most else (low, middle - 1)
    for place in range(low, max(low - _MOST_MARKS, 0), -1):
        if not _joined(text, place):
            return place
    return max(low, 1)


def _joined(text: str, place: int) -> bool:
    """True where the characters before and after `place` make one sign (accents, emoji of several parts, flags)."""
    if not 0 < place < len(text):
        return False
    before, after = text[place - 1], text[place]
    if before == "\u200d" or after in "\u200d\ufe0e\ufe0f" or "\U0001f3fb" <= after <= "\U0001f3ff":
        return True
    if "\U000e0020" <= after <= "\U000e007f" or (before == "\r" and after == "\n"):
        return True
    if _flag_letter(before) and _flag_letter(after):
        run = place - 1
        while run > 0 and _flag_letter(text[run - 1]):
            run -= 1
        return (place - run) % 2 == 1
    return unicodedata.category(after) in ("Mn", "Me", "Mc")


def _flag_letter(character: str) -> bool:
    return "\U0001f1e6" <= character <= "\U0001f1ff"
