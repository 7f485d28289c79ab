"""One quiet line of thanks: what came of a story, never a number, never who read it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bot.domain.thanks import Loop, Thanks
from handlers.slack.surfaces.text import beginning, cut, day, plain_line

_NAME = 100


def thanks_words(thanks: Thanks) -> str:
    """The line, as it is shown (not escaped)."""
    return _WORDS[thanks.loop](thanks)


def _story(thanks: Thanks) -> str:
    """ "your story about Maria's books", or by its day where no customer is named."""
    customer = cut(plain_line(thanks.customer), _NAME)
    if customer:
        return f"your story about {customer}"
    return f"your story of {day(thanks.told_on)}" if thanks.told_on is not None else "your story"


def _team(thanks: Thanks) -> str:
    return cut(plain_line(thanks.team), _NAME) or "your team"


def _built_on(thanks: Thanks) -> str:
    name = cut(plain_line(thanks.name), _NAME)
    return f"{beginning(name)} built on {_story(thanks)}. Thank you for telling it."


def _huddle(thanks: Thanks) -> str:
    story = _story(thanks)
    return f"{beginning(story)} was told in {_team(thanks)}'s huddle. Thank you for it."


def _digest(thanks: Thanks) -> str:
    verb = "opened" if thanks.opened else "stood in"
    return f"Your story {verb} {thanks.day}'s digest of {_team(thanks)}. Thank you for telling it."


_WORDS: Mapping[Loop, Callable[[Thanks], str]] = {
    Loop.BUILT_ON: _built_on,
    Loop.HUDDLE: _huddle,
    Loop.DIGEST: _digest,
    Loop.TRIAL: lambda thanks: "A colleague is trying what you try, too. Thank you for sharing it.",
    Loop.READ: lambda thanks: f"A colleague read {_story(thanks)}.",
}
