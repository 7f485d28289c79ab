"""Who pumps which workspace, with many processes on one PostgreSQL: procrastinate carries the ring to one of them.

A job is a doorbell, nothing more: the ledger holds the truth, so a job lost, doubled or left behind does no harm.
"""

from __future__ import annotations

import asyncio
import logging
from importlib.metadata import version

from procrastinate import App, PsycopgConnector
from procrastinate.exceptions import AlreadyEnqueued, ConnectorException
from procrastinate.jobs import Status

from bot.domain.identity import Workspace
from bot.ports.problems import StoreProblem
from scheduler.distributor import Turn
from scheduler.saying import Saying

log = logging.getLogger(__name__)

_PUMP = "pump"
_QUEUE = "lanes"
_SILENT_SECONDS = 60.0
_AGAIN_SECONDS = 5.0
_AWAY = "The database cannot be reached, or does not do what it is asked."
# Any two numbers: they name "purpose-bot hangs up its doorbell" among this server's advisory locks.
_ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(8127, 2)"


def doorbell_schema() -> str:
    """Each version of procrastinate has tables of its own, so that nobody migrates them and two versions of the bot
    run side by side during a deploy."""
    return f"purpose_doorbell_{version('procrastinate').replace('.', '_')}"


class Replicas:
    """The Distributor of many machines: any replica rings, one of them comes."""

    def __init__(self, url: str, *, works: bool = True, lanes_at_once: int = 16) -> None:
        """`url` is PostgreSQL's (`postgresql://…`). A replica that does not work (`--role web`) only rings."""
        kwargs = {
            "options": f"-c search_path={doorbell_schema()}",
            "application_name": "purpose-bot doorbell",
        }
        self._connector = PsycopgConnector(conninfo=url, kwargs=kwargs, min_size=1, max_size=4, timeout=10.0)
        self._app = App(connector=self._connector)
        self._works = works
        self._lanes_at_once = lanes_at_once
        self._worker: asyncio.Task[None] | None = None
        self._soon: set[asyncio.Task[None]] = set()
        self._stopping = False
        self._open = False
        self._saying = Saying(log)

    async def start(self, turn: Turn) -> None:
        """Hang up the doorbell where it is missing, and listen for it. Raises StoreProblem where there is no server."""
        try:
            await self._app.open_async()
            await self._hang_up()
            self._open = True
            if not self._works:
                return
            await self._clear_away()
        except ConnectorException as problem:
            raise StoreProblem(_AWAY) from problem

        async def pump(workspace: str) -> None:
            await self._pump(turn, workspace)

        self._app.task(name=_PUMP, queue=_QUEUE)(pump)
        self._worker = asyncio.create_task(self._listen())

    async def ring(self, workspace: Workspace) -> None:
        """Ring, unless somebody has and nobody came yet; before the start and after the end nobody hears it, and the
        next tick rings again."""
        if not self._open:
            return
        bell = self._app.configure_task(_PUMP, queue=_QUEUE, queueing_lock=f"lane:{workspace}")
        try:
            await bell.defer_async(workspace=workspace)
        except AlreadyEnqueued:
            log.debug("rung already: workspace=%s", workspace)
        except ConnectorException:
            # The next tick rings again.
            self._saying.trouble("ringing", StoreProblem(_AWAY))
        else:
            self._saying.well("ringing")

    async def stop(self, seconds: float) -> None:
        """Take up nothing more; wait that long for what is under way, then let go of it."""
        self._stopping = True
        for task in self._soon:
            task.cancel()
        if self._worker is not None:
            # Cancelled, the worker takes no more jobs and ends those it has.
            self._worker.cancel()
            await asyncio.wait([self._worker], timeout=seconds + 1)
        self._open = False
        await self._app.close_async()

    async def _pump(self, turn: Turn, workspace: Workspace) -> None:
        # The next tick rings whoever still has something to do.
        try:
            slice_ = await turn(workspace)
        except StoreProblem as problem:
            self._saying.trouble("pumping", problem)
            return
        except Exception:
            log.exception("pumping: workspace=%s", workspace)
            return
        self._saying.well("pumping")
        if slice_.more:
            await self.ring(workspace)
        elif slice_.wait:
            self._ring_in(slice_.wait, workspace)

    def _ring_in(self, seconds: float, workspace: Workspace) -> None:
        async def soon() -> None:
            await asyncio.sleep(seconds)
            await self.ring(workspace)

        if not self._stopping:
            task = asyncio.create_task(soon())
            self._soon.add(task)
            task.add_done_callback(self._soon.discard)

    async def _listen(self) -> None:
        """Work until stopped; a server that went away is tried again."""
        while not self._stopping:
            try:
                await self._app.run_worker_async(
                    queues=[_QUEUE],
                    concurrency=self._lanes_at_once,
                    fetch_job_polling_interval=1.0,
                    delete_jobs="always",
                    install_signal_handlers=False,
                    shutdown_graceful_timeout=10.0,
                )
            except ConnectorException:
                self._saying.trouble("listening for the doorbell", StoreProblem(_AWAY))
                await asyncio.sleep(_AGAIN_SECONDS)
            except Exception:
                log.exception("the doorbell is silent; listening again in %s seconds", _AGAIN_SECONDS)
                await asyncio.sleep(_AGAIN_SECONDS)

    async def _hang_up(self) -> None:
        schema = doorbell_schema()
        if await self._app.check_connection_async():
            return
        tables = self._app.schema_manager.get_schema().replace("%", "%%")
        try:
            await self._connector.execute_query_async(
                f"{_ONE_AT_A_TIME}; CREATE SCHEMA IF NOT EXISTS {schema}; {tables}"
            )
        except ConnectorException:
            # Another replica was first; anything else is still missing now.
            if not await self._app.check_connection_async():
                raise

    async def _clear_away(self) -> None:
        """Rings that a replica took up and died over."""
        manager = self._app.job_manager
        for job in await manager.get_stalled_jobs(seconds_since_heartbeat=_SILENT_SECONDS):
            if job.id is not None:
                await manager.finish_job_by_id_async(job.id, Status.FAILED, delete_job=True)
