"""Which rules the coach goes by: a company's own, as its file was applied, else those that come with the bot."""

from __future__ import annotations

import asyncio
import logging
from datetime import datetime
from functools import lru_cache

from bot.domain.coaching import Rules
from bot.domain.coaching_file import load_rules
from bot.domain.identity import Workspace
from bot.domain.rule_files import RulesProblem
from bot.ports.stores import Store
from bot.usecases.packaged import packaged_text

log = logging.getLogger(__name__)

PACKAGED = "coaching_rules.toml"


class CoachRuling:
    """Keeps and finds the coach's rules."""

    def __init__(self, store: Store) -> None:
        """A company's own are in the store."""
        self._store = store

    async def of(self, workspace: Workspace) -> Rules:
        """The rules of a workspace. Reading them takes a quarter of a second, once, beside the loop."""
        own = await self._store.coach_rules.get(workspace)
        if own is not None:
            try:
                return await asyncio.to_thread(_read, own)
            except RulesProblem as problem:
                # They were fine when they were applied: a later version reads them otherwise.
                log.warning("coach rules cannot be used: workspace=%s problem=%s", workspace, problem.where)
        return await asyncio.to_thread(_read, packaged_text(PACKAGED))

    async def text(self, workspace: Workspace) -> str:
        """The file in force, to be read and changed."""
        return await self._store.coach_rules.get(workspace) or packaged_text(PACKAGED)

    async def apply(
        self, workspace: Workspace, rules: str | None, now: datetime, *, dry_run: bool
    ) -> tuple[str, ...]:
        """Go by the file with this text (None: the packaged one); lines that tell what changed."""
        if rules == await self._store.coach_rules.get(workspace):
            return ()
        if not dry_run:
            await self._store.coach_rules.save(workspace, rules)
            await self._store.audit.note(workspace, actor="operator", action="coach.applied", at=now)
        return ("the rules that come with the bot",) if rules is None else ("rules of your own",)


@lru_cache(maxsize=8)
def _read(text: str) -> Rules:
    return load_rules(text)
