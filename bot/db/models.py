"""The tables of everything but stories and the ledger: every row has its workspace.

Instants are microseconds since 1970 (UTC), local dates are ISO texts, lists of words are JSON texts: SQLite and
PostgreSQL compare and keep them alike.
"""

from __future__ import annotations

from sqlalchemy import Column, Index, PrimaryKeyConstraint, Table, Text, UniqueConstraint

from bot.db.columns import (
    Serial,
    flag,
    instant,
    maybe_instant,
    maybe_string,
    metadata,
    number,
    partial,
    string,
)

__all__ = ["metadata"]

workspace = Table(
    "workspace",
    metadata,
    Column("key", Text, primary_key=True),
    string("name"),
    string("bot_user"),
    maybe_string("token"),
    string("scopes"),
    maybe_instant("installed_at"),
    maybe_instant("revoked_at"),
    maybe_instant("heard_at"),
    maybe_string("refresh_token"),
    maybe_instant("expires_at"),
    maybe_string("renewer"),
    maybe_instant("renewing_until"),
)
partial("ix_workspace_expires", "refresh_token IS NOT NULL", workspace.c.expires_at)

# Installations that were begun: only hashes, of the state that Slack hands back and of the browser that began.
install_state = Table(
    "install_state",
    metadata,
    Column("state", Text, primary_key=True),
    string("browser"),
    instant("expires_at"),
)
Index("ix_install_state_expires", install_state.c.expires_at)

team = Table(
    "team",
    metadata,
    string("workspace", None),
    string("id", None),
    string("channel", None),
    string("name"),
    string("zone"),
    string("channel_name"),
    string("channel_kind"),
    string("company"),
    maybe_string("holidays"),
    string("joining"),
    string("prompt"),
    string("reminder"),
    string("digest"),
    number("check_closes_after"),
    string("questions", "[]"),
    string("reminder_lines", "[]"),
    flag("ai"),
    maybe_instant("ai_since"),
    maybe_instant("created_at"),
    maybe_string("held"),
    number("purpose_version"),
    PrimaryKeyConstraint("workspace", "id"),
    UniqueConstraint("workspace", "channel", name="uq_team_channel"),
)

team_manager = Table(
    "team_manager",
    metadata,
    string("workspace", None),
    string("team", None),
    string("user", None),
    number("position"),
    PrimaryKeyConstraint("workspace", "team", "user"),
)
Index("ix_team_manager_user", team_manager.c.workspace, team_manager.c.user)

purpose = Table(
    "purpose",
    metadata,
    string("workspace", None),
    string("team", None),
    number("version"),
    string("text"),
    string("set_by"),
    instant("set_at"),
    PrimaryKeyConstraint("workspace", "team", "version"),
)

member = Table(
    "member",
    metadata,
    string("workspace", None),
    string("team", None),
    string("user", None),
    string("state", None),
    instant("since"),
    maybe_instant("ai_told_at"),
    PrimaryKeyConstraint("workspace", "team", "user"),
)
Index("ix_member_user", member.c.workspace, member.c.user)

person = Table(
    "person",
    metadata,
    string("workspace", None),
    string("id", None),
    string("name"),
    maybe_string("zone"),
    maybe_string("locale"),
    string("standing", "member"),
    flag("is_admin"),
    maybe_string("dm"),
    number("default_visibility", 2),
    flag("coach", True),
    flag("nudge"),
    flag("ai_refused"),
    maybe_instant("stopped_at"),
    maybe_string("paused_until"),
    maybe_string("own_days"),
    maybe_string("own_at"),
    maybe_string("own_holidays"),
    number("unanswered"),
    maybe_instant("rhythm_asked_at"),
    maybe_instant("introduced_at"),
    maybe_instant("forgotten_at"),
    maybe_instant("refreshed_at"),
    maybe_instant("left_at"),
    string("why"),
    flag("why_shared"),
    maybe_instant("why_asked_at"),
    flag("why_returns", True),
    maybe_instant("why_returned_at"),
    PrimaryKeyConstraint("workspace", "id"),
)

partial("ix_person_left", "left_at IS NOT NULL", person.c.left_at)

purpose_check = Table(
    "purpose_check",
    metadata,
    string("workspace", None),
    string("id", None),
    string("team", None),
    string("channel", None),
    string("question"),
    string("asked_by"),
    instant("opened_at"),
    instant("closes_at"),
    string("state", "open"),
    maybe_instant("closed_at"),
    maybe_string("closed_by"),
    maybe_string("ts"),
    string("origin"),
    PrimaryKeyConstraint("workspace", "id"),
)
partial("uq_check_origin", "origin <> ''", purpose_check.c.workspace, purpose_check.c.origin, unique=True)
Index("ix_check_message", purpose_check.c.workspace, purpose_check.c.channel, purpose_check.c.ts)
partial("ix_check_due", "state = 'open'", purpose_check.c.closes_at)

digest = Table(
    "digest",
    metadata,
    string("workspace", None),
    string("id", None),
    string("team", None),
    string("day", None),
    instant("since"),
    instant("until"),
    string("state", "planned"),
    maybe_string("headline"),
    string("question"),
    string("label"),
    string("left_out", "[]"),
    string("held", "[]"),
    string("put_in", "[]"),
    PrimaryKeyConstraint("workspace", "id"),
    # Named when a week had one.
    UniqueConstraint("workspace", "team", "day", name="uq_digest_week"),
)
Index("ix_digest_until", digest.c.workspace, digest.c.team, digest.c.until)

digest_pick = Table(
    "digest_pick",
    metadata,
    string("workspace", None),
    string("digest", None),
    string("story", None),
    string("teller", None),
    flag("featured"),
    number("position"),
    number("alike"),
    maybe_string("theme"),
    maybe_string("quote"),
    maybe_string("beneath"),
    PrimaryKeyConstraint("workspace", "digest", "story"),
)
Index("ix_digest_pick_story", digest_pick.c.workspace, digest_pick.c.story)

# A company's own rules for the coach: the whole file as it was applied.
coach_rules = Table(
    "coach_rules",
    metadata,
    string("workspace", None),
    string("rules", None),
    PrimaryKeyConstraint("workspace"),
)

reminder_used = Table(
    "reminder_used",
    metadata,
    string("workspace", None),
    string("team", None),
    string("used_on", None),
    string("key", None),
    PrimaryKeyConstraint("workspace", "team", "used_on"),
)

inbox = Table(
    "inbox",
    metadata,
    string("workspace", None),
    string("key", None),
    string("kind"),
    string("payload"),
    instant("received_at"),
    string("sender"),
    number("attempts"),
    string("state", "pending"),
    maybe_string("reason"),
    maybe_instant("changed_at"),
    PrimaryKeyConstraint("workspace", "key"),
)
partial("ix_inbox_pending", "state = 'pending'", inbox.c.received_at)
partial("ix_inbox_done", "state = 'done'", inbox.c.received_at)
partial("ix_inbox_resting", "state = 'resting'", inbox.c.received_at)

audit = Table(
    "audit",
    metadata,
    Column("number", Serial, primary_key=True, autoincrement=True),
    string("workspace", None),
    instant("at"),
    string("actor"),
    string("action"),
    string("about"),
)
Index("ix_audit_at", audit.c.workspace, audit.c.at)
