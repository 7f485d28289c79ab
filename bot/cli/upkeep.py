"""What the house does for its data whether anybody asks or not: what is too old goes, and the database is looked at."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import structlog

from bot.ports.problems import StoreProblem
from bot.usecases import leaving
from bot.wiring import House

log = structlog.get_logger(__name__)

INBOX_KEPT = timedelta(days=7)
"""How long the key of something worked off is remembered: Slack never sends anything again after an hour."""
LEAVERS_KEPT = timedelta(days=30)
"""How long what a leaver told without sharing it is kept, should they come back."""
AUDIT_KEPT = timedelta(days=90)
"""How long it stays on record who did what; PRIVACY.md says so."""


class Upkeep:
    """One house's; what it said and did already, it remembers."""

    def __init__(self, house: House) -> None:
        """The house tells the time, and for how long stories are kept."""
        self._house = house
        self._compacted_on: date | None = None
        self._database_trouble: str | None = None

    async def look_at_database(self) -> None:
        """Say it once when the database can no longer be written, and once when it can be again."""
        try:
            await self._house.store.ready()
        except StoreProblem as problem:
            if self._database_trouble != str(problem):
                self._database_trouble = str(problem)
                log.error("database.trouble", reason=self._database_trouble)
        else:
            if self._database_trouble is not None:
                self._database_trouble = None
                log.info("database.well_again")

    async def retention(self) -> None:
        """Delete what is older than it may be, and say what goes soon."""
        now = self._house.clock()
        store = self._house.store
        await store.inbox.purge(before=now - INBOX_KEPT)
        await store.audit.purge(before=now - AUDIT_KEPT)
        if self._house.arranging is not None:
            await self._house.arranging.purge(before=now - AUDIT_KEPT)
        await self._house.services.pulsing.close_due(now)
        gone = await store.forgetting.expired(
            before=now - timedelta(days=self._house.settings.retention_days)
        )
        gone += await store.forgetting.left_behind(before=now - LEAVERS_KEPT)
        removed = await store.workspaces.purge(before=now - leaving.KEPT)
        for workspace in removed:
            log.info("workspace.deleted", workspace=workspace)
        # No backup is to be restored that is older than what it holds may be.
        await store.deletions.drop(before=now - timedelta(days=self._house.settings.retention_days))
        if self._compacted_on != now.date():
            await self._tell_of_leavers(now)
        if gone or removed or self._compacted_on != now.date():
            # Once a day: what people took back one by one goes from the files as well.
            self._compacted_on = now.date()
            await store.forgetting.compact()

    async def _tell_of_leavers(self, now: datetime) -> None:
        """Once a day, while there is a week or less left to save what they leave."""
        for each in leaving.soon(await leaving.leavers(self._house.store), now):
            log.warning(
                "workspace.will_be_deleted",
                workspace=each.workspace,
                on=each.goes_at.date().isoformat(),
                keep_its_data="purpose-bot doctor shows how",
            )
