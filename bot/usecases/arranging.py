"""Arranging a digest with a model: asked once, for a minute, about what people agreed to; only what holds is kept."""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

from bot.domain.arranging import Proposal, ai_may_read, arranged, as_it_stands, proposal_of
from bot.domain.briefing import MOST_READ, Briefing, brief
from bot.domain.digests import LABEL_AI, Digest, DigestState
from bot.domain.identity import DigestId, StoryId, Workspace
from bot.domain.prompts import MONDAY_QUESTIONS
from bot.domain.stories import Story
from bot.domain.teams import Team
from bot.ports.stores import Store
from bot.ports.writer import RUNNING, AiLog, Run, Used, Writer, WriterProblem

log = logging.getLogger(__name__)

MONTHLY = Used(requests=200, tokens=2_000_000)
"""What a workspace may use in a calendar month; beyond it digests are compiled without AI."""
ASKED_FOR = timedelta(seconds=60)
_WAITED_FOR = timedelta(seconds=75)
"""A run that is noted as under way for longer than this went down with its process."""
_ANSWER_TOKENS = 8_000
_A_REQUEST_MAY_BE_TWO = 2


def _random_word() -> str:
    return secrets.token_hex(6)


@dataclass(frozen=True, slots=True)
class _Asked:
    """How the question to the model ended."""

    outcome: str
    used: Used
    proposal: Proposal | None = None
    kept: int = 0
    """How many of its picks held."""


async def readable(store: Store, team: Team, digest: Digest) -> Mapping[StoryId, Story]:
    """The stories of a digest that a model may read, as consent stands at this moment."""
    if not team.ai or not digest.picks:
        return {}
    ids = {pick.story for pick in digest.picks} - set(digest.left_out)
    told = await store.stories.many(digest.workspace, ids)
    people = await store.people.many(digest.workspace, {story.teller for story in told.values()})
    return {story.id: story for story in told.values() if ai_may_read(story, team, people.get(story.teller))}


async def carried_over(store: Store, team: Team, before: Digest, chosen: Digest) -> Digest:
    """`chosen`, a digest whose stories were chosen anew, with the model's part in `before` as far as it holds there;
    nobody is asked again."""
    if before.label != LABEL_AI:
        return chosen
    stories = await readable(store, team, chosen)
    texts = [story.text for story in stories.values()]
    return arranged(chosen, proposal_of(before), stories, stories.keys(), sources=texts)


class Arranging:
    """Asks the writer about planned digests, in the background, and publishes only what holds."""

    def __init__(
        self,
        store: Store,
        ai_log: AiLog,
        writer: Writer,
        *,
        monthly: Used = MONTHLY,
        seconds: float = ASKED_FOR.total_seconds(),
        random_word: Callable[[], str] = _random_word,
    ) -> None:
        """`seconds` is how long the writer is waited for; `random_word` makes ids and marks that nobody can guess."""
        self._store = store
        self._log = ai_log
        self._writer = writer
        self._monthly = monthly
        self._seconds = seconds
        self._random_word = random_word
        self._under_way: dict[DigestId, asyncio.Task[str]] = {}

    async def outcomes(self) -> Mapping[str, int]:
        """How many runs ended how, for whoever watches over this."""
        return await self._log.outcomes()

    async def purge(self, *, before: datetime) -> int:
        """Delete what is kept about runs (ids only) that began before that instant. How many."""
        return await self._log.purge(before=before)

    async def close(self) -> None:
        """Ask nobody any more; what is under way is noted as stopped."""
        tasks = list(self._under_way.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def under_way(self, team: Team, digest: Digest, now: datetime) -> bool:
        """Start arranging a planned digest where that was never tried; True while it is worth waiting for."""
        if not team.ai or digest.state is not DigestState.PLANNED:
            return False
        if digest.id in self._under_way:
            return True
        earlier = await self._log.run(digest.workspace, digest.id)
        if earlier is not None:
            return earlier.outcome == RUNNING and timedelta() <= now - earlier.at < _WAITED_FOR
        if not await readable(self._store, team, digest):
            return False
        if digest.id not in self._under_way:
            task = asyncio.create_task(self.arrange(digest.workspace, digest.id, now))
            self._under_way[digest.id] = task
            task.add_done_callback(partial(self._done, digest.id))
        return True

    async def arrange(self, workspace: Workspace, digest_id: DigestId, now: datetime) -> str:
        """Ask about one planned digest and store what holds; how it ended, as the log has it.

        Nothing that goes wrong here touches the digest: it stays as it was compiled.
        """
        digest = await self._store.digests.get(workspace, digest_id)
        team = await self._store.teams.get(workspace, digest.team) if digest is not None else None
        if digest is None or team is None or digest.state is not DigestState.PLANNED:
            return "not_planned"
        briefing = await self._brief(team, digest)
        run = Run(
            workspace=workspace,
            about=digest.id,
            at=now,
            model=self._writer.model,
            prompt_version=self._writer.prompt_version,
            used=_reserved(briefing) if briefing is not None else Used(),
            stories=tuple(briefing.stories.values()) if briefing is not None else (),
        )
        if not await self._log.begin(run):
            return "begun_before"
        asked = _Asked("stopped", run.used)
        try:
            asked = await self._asked_and_published(team, briefing, run)
        finally:
            await self._noted(run, asked, now)
        return asked.outcome

    async def _asked_and_published(self, team: Team, briefing: Briefing | None, run: Run) -> _Asked:
        if briefing is None:
            return _Asked("nothing_to_read", Used())
        # With what this run and those beside it reserved.
        if not (await self._log.used(run.workspace, run.at)).fits(self._monthly):
            return _Asked("over_budget", Used())
        asked = await self._ask(briefing)
        return asked if asked.proposal is None else await self._publish(run.about, team, briefing, asked)

    async def _brief(self, team: Team, digest: Digest) -> Briefing | None:
        stories = await readable(self._store, team, digest)
        if not stories:
            return None
        told = await self._store.stories.many(digest.workspace, {pick.story for pick in digest.picks})
        members = {member.user for member in await self._store.teams.members(team.workspace, team.id)}
        tellers = {story.teller for story in told.values()}
        people = await self._store.people.many(team.workspace, members | tellers | set(team.managers))
        latest = await self._store.digests.latest(team.workspace, team.id, before=digest.until)
        # In a thread: masking three hundred stories takes longer than the loop should stand still.
        return await asyncio.to_thread(
            brief,
            digest,
            stories,
            customers=[story.customer for story in told.values()],
            people=[person.name for person in people.values()],
            questions=[each for each in MONDAY_QUESTIONS if latest is None or each != latest.question],
            ids=self._ids(),
            delimiter=f"====={self._random_word()}=====",
        )

    def _ids(self) -> Sequence[str]:
        ids: dict[str, None] = {}
        while len(ids) < MOST_READ:
            ids[f"s{self._random_word()}"] = None
        return tuple(ids)

    async def _ask(self, briefing: Briefing) -> _Asked:
        try:
            async with asyncio.timeout(self._seconds):
                written = await self._writer.write(briefing.assignment)
        except WriterProblem as problem:
            return _Asked(problem.code, problem.used)
        except TimeoutError:
            return _Asked("timeout", _reserved(briefing))
        except Exception as problem:  # noqa: BLE001 - whatever it is, the digest is compiled without AI
            # Its name only: what it says may quote what people told.
            return _Asked(f"failed: {type(problem).__name__}", _reserved(briefing))
        try:
            return _Asked("arranged", written.used, briefing.understood(written.proposal))
        except Exception as problem:  # noqa: BLE001 - an answer of no known form is no answer
            return _Asked(f"failed: {type(problem).__name__}", written.used)

    async def _publish(self, digest_id: DigestId, team: Team, briefing: Briefing, asked: _Asked) -> _Asked:
        """Look at consent, stories and the digest again: a minute may have passed."""
        fresh = await self._store.digests.get(team.workspace, digest_id)
        now_team = await self._store.teams.get(team.workspace, team.id)
        if fresh is None or now_team is None or fresh.state is not DigestState.PLANNED:
            return _Asked("too_late", asked.used)
        stories = await readable(self._store, now_team, fresh)
        changed = arranged(
            fresh,
            asked.proposal or Proposal(),
            stories,
            stories.keys(),
            sources=briefing.sources(stories.keys()),
            questions=briefing.assignment.questions,
        )
        # Once more against the words as they are now: a story may have been edited meanwhile.
        changed = as_it_stands(changed, stories, stories.keys())
        if changed.label != LABEL_AI:
            return _Asked("nothing_held", asked.used)
        if not await self._store.digests.change(changed, before=fresh):
            return _Asked("too_late", asked.used)
        return replace(asked, kept=sum(pick.quote is not None for pick in changed.picks))

    async def _noted(self, run: Run, asked: _Asked, now: datetime) -> None:
        await self._log.note(run.workspace, run.about, outcome=asked.outcome, used=asked.used)
        await self._store.audit.note(
            run.workspace, actor="ai", action=f"digest.{asked.outcome}", about=run.about, at=now
        )
        log.info(
            "arranging: digest=%s model=%s outcome=%s stories=%d picks=%d kept=%d requests=%d tokens=%d",
            run.about,
            run.model,
            asked.outcome,
            len(run.stories),
            len(asked.proposal.picks) if asked.proposal is not None else 0,
            asked.kept,
            asked.used.requests,
            asked.used.tokens,
        )

    def _done(self, digest_id: DigestId, task: asyncio.Task[str]) -> None:
        self._under_way.pop(digest_id, None)
        if not task.cancelled() and (problem := task.exception()) is not None:
            log.error("arranging: digest=%s failed with %s", digest_id, type(problem).__name__)


def _reserved(briefing: Briefing) -> Used:
    """What a question may take at most: every try reads everything; a token is hardly less than three characters."""
    characters = sum(len(text) for _, text in briefing.assignment.texts)
    return Used(_A_REQUEST_MAY_BE_TWO, _A_REQUEST_MAY_BE_TWO * (characters // 3 + _ANSWER_TOKENS))
