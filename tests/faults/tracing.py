"""System calls that fail on demand, in a process that runs: strace answers them with an error of the kernel's."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

STRACE = shutil.which("strace")
SYNCS = ("fsync", "fdatasync")
WRITES = ("pwrite64", "ftruncate", "fallocate")
_ATTACHED_WITHIN_SECONDS = 30.0


@asynccontextmanager
async def failing(
    process: int, calls: Sequence[str], error: str, paths: Sequence[Path] = ()
) -> AsyncIterator[None]:
    """Let `calls` of a process and its threads fail with `error` ("EIO"), on `paths` only where some are named.

    Raises PermissionError where the system lets nobody trace.
    """
    assert STRACE is not None
    names = ",".join(calls)
    tracing = await asyncio.create_subprocess_exec(
        STRACE, "-f", "-qq", "-o", os.devnull, "-p", str(process), "-e", f"trace={names}",
        "-e", f"inject={names}:error={error}", *(option for path in paths for option in ("-P", str(path))),
        stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        async with asyncio.timeout(_ATTACHED_WITHIN_SECONDS):
            while not _traced(process):  # the kernel tells nobody
                if tracing.returncode is not None:
                    raise PermissionError("strace may not attach here")
                await asyncio.sleep(0.01)
        yield
    finally:
        if tracing.returncode is None:
            tracing.terminate()
        await tracing.communicate()


def _traced(process: int) -> bool:
    """Whether every thread is."""
    return all(
        "TracerPid:\t0\n" not in (task / "status").read_text()
        for task in Path(f"/proc/{process}/task").iterdir()
    )
