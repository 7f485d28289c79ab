"""All stores over one database."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

from bot.db.audit import SqlAudit
from bot.db.checks import SqlChecks
from bot.db.coach_rules import SqlCoachRules
from bot.db.companies import SqlCompanies
from bot.db.customers import SqlCustomers
from bot.db.deletions import Deletions
from bot.db.digests import SqlDigests
from bot.db.echoes import SqlEchoes
from bot.db.engine import Database
from bot.db.forgetting import SqlForgetting
from bot.db.hopes import SqlHopes
from bot.db.huddles import SqlHuddles
from bot.db.inbox import SqlInbox
from bot.db.installing import SqlInstallStates, SqlRenewals
from bot.db.ledger import SqlLedger
from bot.db.moving import SqlMoving
from bot.db.own_stories import SqlOwnStories
from bot.db.people import SqlPeople
from bot.db.problems import DatabaseProblem
from bot.db.pulses import SqlPulses
from bot.db.readiness import Readiness
from bot.db.reasons import SqlReasons
from bot.db.reminders import SqlReminders
from bot.db.replies import SqlReplies
from bot.db.sqlite_file import copy_file
from bot.db.stories import SqlStories
from bot.db.teams import SqlTeams
from bot.db.tokens import TokenBox
from bot.db.workspaces import SqlWorkspaces


class SqlStore:
    """See `bot.ports.stores.Store`; its schema must be up to date (`bot.db.migrating.migrate`)."""

    def __init__(
        self, database: Database, *, token_keys: Sequence[str] = (), deletions: Deletions | None = None
    ) -> None:
        """`token_keys` are Fernet keys: the first one encrypts stored tokens, all of them decrypt. `deletions` keeps
        outside the database what a restored backup must not bring back; None: nothing."""
        self.database = database
        self._readiness = Readiness(database)
        self.deletions = deletions or Deletions(None)
        box = TokenBox(token_keys)
        self.workspaces = SqlWorkspaces(database, box, self.deletions)
        self.install_states = SqlInstallStates(database)
        self.renewals = SqlRenewals(database, box)
        self.teams = SqlTeams(database)
        self.people = SqlPeople(database)
        self.stories = SqlStories(database, self.deletions)
        self.checks = SqlChecks(database)
        self.digests = SqlDigests(database)
        self.reminders = SqlReminders(database)
        self.inbox = SqlInbox(database)
        self.audit = SqlAudit(database)
        self.forgetting = SqlForgetting(database, self.deletions)
        self.ledger = SqlLedger(database)
        self.huddles = SqlHuddles(database)
        self.hopes = SqlHopes(database, self.deletions)
        self.companies = SqlCompanies(database)
        self.coach_rules = SqlCoachRules(database)
        self.moving = SqlMoving(database)
        self.reasons = SqlReasons(database, self.deletions)
        self.replies = SqlReplies(database, self.deletions)
        self.echoes = SqlEchoes(database)
        self.pulses = SqlPulses(database)
        self.customers = SqlCustomers(database)
        self.own_stories = SqlOwnStories(database)

    async def ready(self) -> None:
        """Raises where the database does not answer, or takes no writes."""
        await self._readiness.check()

    async def backup(self, path: Path) -> int:
        """A consistent copy of an SQLite database while it is used; the bytes written. DatabaseProblem where it
        cannot be made."""
        if self.database.path is None:
            raise DatabaseProblem("PostgreSQL brings its own backup: use pg_dump.")
        return await asyncio.to_thread(copy_file, self.database.path, path)

    async def close(self) -> None:
        """Flush what waits and give connections back."""
        await self.inbox.flush()
        await self.database.close()
