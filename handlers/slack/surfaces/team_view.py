"""The team view for managers: totals of twelve weeks, seen by one person and kept nowhere."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.team_view import Row, TeamView
from bot.domain.teams import Team
from handlers.slack.surfaces.blocks import context, line, paragraph, plain, rich, run
from handlers.slack.surfaces.rendered import Block, View
from handlers.slack.surfaces.text import cut, plain_line

_MOST_ROWS = 12
_NAME = 200
_PROMISE = (
    "Totals only, of what was shared, each from at least four people. Nobody's name, and nothing about who didn't "
    "answer: a count would become a target."
)
_NOT_YET = "There is nothing to count yet: I show a number once at least four people stand behind it."


def team_view_modal(team: Team, view: TeamView) -> View:
    """One modal; a part without numbers that may be shown is left out."""
    blocks: list[Block] = [
        rich(line(run(plain_line(team.name), bold=True))),
        context("The last twelve weeks"),
    ]
    if view.empty:
        blocks.append(paragraph(_NOT_YET))
    if view.stories:
        blocks += _part("Stories told", [_by_week(view.stories)])
    blocks += _part("Kinds of difference, by week", [_with_weeks(row) for row in view.kinds if row.weeks])
    blocks += _part("Themes, over all weeks", [_total(row) for row in view.kinds])
    blocks += _part("What came of it", [_total(row) for row in view.outcomes])
    blocks += _part("Questions that brought stories", [_total(row) for row in view.questions])
    blocks.append(context(_PROMISE))
    return {"type": "modal", "title": plain("Team view", 24), "close": plain("Close", 24), "blocks": blocks}


def _part(title: str, lines: Sequence[str]) -> list[Block]:
    if not lines:
        return []
    return [rich(line(run(title, bold=True))), paragraph("\n".join(lines[:_MOST_ROWS]))]


def _total(row: Row) -> str:
    return f"{cut(plain_line(row.name), _NAME)}: {row.total}"


def _with_weeks(row: Row) -> str:
    return f"{cut(plain_line(row.name), _NAME)}: {_by_week(row.weeks)}"


def _by_week(weeks: Sequence[tuple[str, int]]) -> str:
    return " · ".join(f"{week} {count}" for week, count in weeks)
