"""Everything that is kept about one person, as plain data that they can read."""

# ruff: noqa: S608 - only constants of this module are joined into statements; values are always bound.

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import RowMapping, text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.db.pulses import votes_of
from bot.db.values import instant, words
from bot.domain.identity import UserId, Workspace
from bot.domain.stories import Visibility

_MINE = "WHERE workspace = :workspace AND"
_WHO = text(f"SELECT * FROM person {_MINE} id = :user")
_STORIES = text(f"SELECT * FROM story {_MINE} teller = :user AND state <> 'withdrawn' ORDER BY told_at, id")
_WORDINGS = text(
    f"SELECT story, revision, text, at FROM story_revision {_MINE} story IN"
    " (SELECT id FROM story WHERE workspace = :workspace AND teller = :user) ORDER BY story, revision"
)
_LISTS: tuple[tuple[str, str], ...] = (
    ("teams", f'SELECT team, state, since, ai_told_at FROM member {_MINE} "user" = :user ORDER BY team'),
    ("manages", f'SELECT team FROM team_manager {_MINE} "user" = :user ORDER BY team'),
    ("read", f"SELECT story, at FROM story_read {_MINE} reader = :user ORDER BY at"),
    (
        "messages",
        f"SELECT kind, due_at, state, reason, sent_at FROM delivery {_MINE} recipient = :user ORDER BY due_at, id",
    ),
    (
        "purposes_set",
        f"SELECT team, version, text, set_at FROM purpose {_MINE} set_by = :user ORDER BY set_at",
    ),
    (
        "checks_asked",
        f"SELECT id, question, opened_at FROM purpose_check {_MINE} asked_by = :user ORDER BY opened_at",
    ),
    (
        "customers",
        f"SELECT id, name, hint, masked, created_at FROM customer {_MINE} owner = :user ORDER BY created_at, id",
    ),
    ("in_huddles", f"SELECT team, story, state, at, told_at FROM huddle {_MINE} teller = :user ORDER BY at"),
    (
        "hopes",
        (
            "SELECT id, kind, team, story, words, customer, due_on, state, outcome, line, shared, created_at, asked_at,"
            f" answered_at FROM hope {_MINE} person = :user AND state <> 'dropped' ORDER BY created_at, id"
        ),
    ),
    ("huddles_any_time", f'SELECT since FROM huddle_any_time {_MINE} "user" = :user'),
    (
        "replies",
        (
            f"SELECT channel, sent_at, data FROM delivery {_MINE} kind = 'reply'"
            " AND subject LIKE 'build:' || :user || ':%' ORDER BY due_at, id"
        ),
    ),
    ("in_digests", f"SELECT digest, story FROM digest_pick {_MINE} teller = :user ORDER BY digest, position"),
    (
        "arrived",
        f"SELECT kind, received_at, state, payload FROM inbox {_MINE} sender = :user ORDER BY received_at",
    ),
    ("done", f"SELECT at, action, about FROM audit {_MINE} actor = :user ORDER BY at, number"),
)
_INSTANTS = frozenset(
    (
        *("told_at", "since", "at", "due_at", "sent_at", "set_at", "opened_at", "received_at", "stopped_at"),
        *("why_asked_at", "why_returned_at"),
        *("rhythm_asked_at", "introduced_at", "forgotten_at", "refreshed_at", "left_at", "ai_told_at"),
        *("created_at", "asked_at", "answered_at"),
    )
)
_FLAGS = frozenset(
    (
        *("ai_allowed", "coached", "is_admin", "coach", "nudge", "ai_refused", "shared"),
        *("why_shared", "why_returns"),
    )
)


async def own_data(connection: AsyncConnection, workspace: Workspace, user: UserId) -> Mapping[str, Any]:
    """The person's profile and settings, stories with every wording, and where else their id stands."""
    values = {"workspace": workspace, "user": user}
    person = (await connection.execute(_WHO, values)).mappings().one_or_none()
    data: dict[str, Any] = {"person": {} if person is None else _plain(person)}
    wordings: dict[str, list[Any]] = {}
    for row in (await connection.execute(_WORDINGS, values)).mappings():
        wordings.setdefault(row["story"], []).append(_plain(row, without=("story",)))
    told = (await connection.execute(_STORIES, values)).mappings().all()
    data["stories"] = [_plain(row) | {"wordings": wordings.get(row["id"], [])} for row in told]
    for name, statement in _LISTS:
        rows: Sequence[RowMapping] = (await connection.execute(text(statement), values)).mappings().all()
        data[name] = [_plain(row) for row in rows]
    data["pulses_answered"] = list(await votes_of(connection, workspace, user))
    return data


def _plain(row: RowMapping, without: Sequence[str] = ("workspace", "teller")) -> dict[str, Any]:
    return {name: _readable(name, value) for name, value in row.items() if name not in without}


def _readable(name: str, value: Any) -> Any:
    if value is None:
        return None
    if name in _INSTANTS:
        return instant(value).isoformat()
    if name in _FLAGS:
        return bool(value)
    if name in ("visibility", "default_visibility"):
        return Visibility(value).word
    return list(words(value)) if name == "tags" else value
