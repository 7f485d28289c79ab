"""The tables of what people hope for and what came of it, of customers, and of the quarterly pulse."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Index, PrimaryKeyConstraint, Table, UniqueConstraint

from bot.db.columns import flag, instant, maybe_instant, maybe_string, metadata, partial, string

# A hoped-for difference (promise) or something to try (trial), the day to ask, and what came of it.
hope = Table(
    "hope",
    metadata,
    string("workspace", None),
    string("id", None),
    string("kind", None),
    string("person", None),
    maybe_string("team"),
    maybe_string("story"),
    string("origin", None),
    string("words"),
    string("customer"),
    string("due_on", None),
    string("state", None),
    maybe_string("outcome"),
    string("line"),
    flag("shared"),
    maybe_string("taken_from"),
    instant("created_at"),
    maybe_instant("asked_at"),
    maybe_instant("answered_at"),
    PrimaryKeyConstraint("workspace", "id"),
    UniqueConstraint("workspace", "origin", name="uq_hope_origin"),
    CheckConstraint("kind IN ('promise', 'trial')", name="ck_hope_kind"),
    CheckConstraint("state IN ('open', 'answered', 'dropped')", name="ck_hope_state"),
    CheckConstraint("state <> 'dropped' OR (words = '' AND line = '')", name="ck_hope_dropped_is_empty"),
)
Index("ix_hope_person", hope.c.workspace, hope.c.person, hope.c.state, hope.c.due_on)
partial("ix_hope_story", "story IS NOT NULL", hope.c.workspace, hope.c.story)
partial("ix_hope_team", "state = 'answered'", hope.c.workspace, hope.c.team, hope.c.answered_at)
Index("ix_hope_created", hope.c.created_at)
Index("ix_hope_tried", hope.c.workspace, hope.c.team, hope.c.kind, hope.c.created_at)
partial("ix_hope_taken", "taken_from IS NOT NULL", hope.c.workspace, hope.c.taken_from)

# A person's own record of a customer: what its stories call it, and what wider audiences read instead.
customer = Table(
    "customer",
    metadata,
    string("workspace", None),
    string("id", None),
    string("owner", None),
    string("name", None),
    string("folded", None),
    string("hint"),
    string("masked"),
    instant("created_at"),
    PrimaryKeyConstraint("workspace", "id"),
    UniqueConstraint("workspace", "owner", "folded", name="uq_customer_name"),
)
Index("ix_customer_folded", customer.c.workspace, customer.c.folded)

# Only counts stay; who answered is a keyed hash whose key (salt) goes when the pulse closes.
pulse = Table(
    "pulse",
    metadata,
    string("workspace", None),
    string("id", None),
    string("team", None),
    string("quarter", None),
    instant("opened_at"),
    instant("closes_at"),
    maybe_instant("closed_at"),
    string("salt"),
    string("counts", "{}"),
    PrimaryKeyConstraint("workspace", "id"),
    UniqueConstraint("workspace", "team", "quarter", name="uq_pulse_quarter"),
)
partial("ix_pulse_closing", "closed_at IS NULL", pulse.c.closes_at)

pulse_voter = Table(
    "pulse_voter",
    metadata,
    string("workspace", None),
    string("pulse", None),
    string("voter", None),
    PrimaryKeyConstraint("workspace", "pulse", "voter"),
)
