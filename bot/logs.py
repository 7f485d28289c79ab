"""Logs: one line an event, ids and never anybody's words; readable on a terminal, JSON elsewhere."""

from __future__ import annotations

import logging
import sys

import structlog

_OURS = ("bot", "handlers", "scheduler")


def set_up(level: str, log_format: str | None) -> None:
    """Send structlog's and the standard library's records to stderr, in one format.

    Libraries speak only from warnings on: their debug lines hold payloads, which hold people's words.
    """
    chosen = log_format or ("console" if sys.stderr.isatty() else "json")
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(foreign_pre_chain=shared, processors=_rendering(chosen))
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    wanted = logging.getLevelNamesMapping()[level]
    root.setLevel(max(logging.WARNING, wanted))
    for name in _OURS:
        logging.getLogger(name).setLevel(wanted)
    # Strangers who send what is no HTTP are answered, not written down: their lines would fill the disk.
    logging.getLogger("uvicorn.error").setLevel(max(logging.ERROR, wanted))
    # That a tick was left out because the last one still ran is how ticks are meant to be.
    logging.getLogger("apscheduler.scheduler").setLevel(logging.ERROR)


def _rendering(chosen: str) -> list[structlog.typing.Processor]:
    strip = structlog.stdlib.ProcessorFormatter.remove_processors_meta
    if chosen == "console":
        # Frames without their locals: those hold tokens and people's words.
        console = structlog.dev.ConsoleRenderer(
            colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
        )
        return [strip, console]
    return [strip, structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
