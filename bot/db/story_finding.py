"""Questions about stories as SQL: what fits, in which order, and who may see it."""

# ruff: noqa: S608 - only constants of this room are joined into statements; values are always bound.

from __future__ import annotations

from typing import Any

from bot.db.story_rows import COLUMNS
from bot.db.values import micros
from bot.domain.identity import StoryId, Workspace
from bot.domain.stories import Story, Viewer, Visibility
from bot.ports.stories import StoryQuery

# bot.domain.stories.may_see, word for word; a contract test holds the two together.
MAY_SEE = f"""(s.state <> 'withdrawn' AND (s.teller = :viewer OR (
  s.state = 'kept' AND :full_member AND s.team IS NOT NULL AND (
    s.visibility = {int(Visibility.COMPANY)}
    OR (s.visibility = {int(Visibility.TEAM)} AND s.team IN :readable)
    OR (s.visibility = {int(Visibility.MANAGERS)} AND s.team IN :managed)))))"""


# bot.domain.stories.knows_customer, for stories that MAY_SEE lets through.
KNOWS_CUSTOMER = "(s.masked = '' OR s.teller = :viewer OR s.team IN :readable)"


def viewer_values(viewer: Viewer) -> dict[str, Any]:
    """What `MAY_SEE` binds."""
    return {
        "viewer": viewer.user,
        "full_member": viewer.full_member,
        "readable": sorted(viewer.teams | viewer.managed),
        "managed": sorted(viewer.managed),
    }


def lists_of(values: dict[str, Any]) -> tuple[str, ...]:
    """The names among `values` that are lists, for IN."""
    return tuple(sorted(name for name, value in values.items() if isinstance(value, list)))


def query_sql(
    workspace: Workspace, query: StoryQuery, after: Story | None = None
) -> tuple[str, dict[str, Any]]:
    """The statement for a query and its values; `after` continues behind a story."""
    values: dict[str, Any] = {
        "workspace": workspace,
        "states": [state.value for state in query.states],
    }
    where = ["s.workspace = :workspace", "s.state IN :states"]
    for name, column, value in (
        ("team", "s.team = :team", query.team),
        ("teller", "s.teller = :teller", query.teller),
        ("check", "s.check_id = :check", query.check),
        ("customer", "s.customer_id = :customer", query.customer),
        (
            "about",
            "s.customer_id IN (SELECT id FROM customer WHERE workspace = :workspace AND folded = :about)",
            query.about,
        ),
        ("since", "s.told_at >= :since", None if query.since is None else micros(query.since)),
        ("until", "s.told_at < :until", None if query.until is None else micros(query.until)),
        ("at_least", "s.visibility >= :at_least", None if query.at_least is None else int(query.at_least)),
    ):
        if value is not None:
            where.append(column)
            values[name] = value
    if query.viewer is not None:
        where.append(MAY_SEE)
        values |= viewer_values(query.viewer)
        if query.about is not None:
            where.append(KNOWS_CUSTOMER)
    _page(where, values, query, after)
    order = "s.told_at, s.id" if query.oldest_first else "s.told_at DESC, s.id DESC"
    return f"SELECT {COLUMNS} FROM story s WHERE {' AND '.join(where)} ORDER BY {order} LIMIT :limit", values


def _page(where: list[str], values: dict[str, Any], query: StoryQuery, after: Story | None) -> None:
    if query.before is not None:
        where.append("(s.told_at, s.id) < (:before_at, :before_id)")
        values |= _place("before", micros(query.before[0]), query.before[1])
    if after is not None:
        where.append(f"(s.told_at, s.id) {'>' if query.oldest_first else '<'} (:after_at, :after_id)")
        values |= _place("after", micros(after.told_at), after.id)


def _place(name: str, at: int, story: StoryId) -> dict[str, Any]:
    return {f"{name}_at": at, f"{name}_id": story}
