"""`purpose-bot sandbox` as people start it: the workspace, the demo's month and the real bot, as processes."""

from __future__ import annotations

import asyncio
import re
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

_PATIENCE = 60.0


@asynccontextmanager
async def real_sandbox(*options: str) -> AsyncIterator[str]:
    """Start `purpose-bot sandbox` on a free port, as long as the block runs; the page's address."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "sandbox", "--no-open", "--port", "0", *options,
        stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        yield await asyncio.wait_for(_address(process), _PATIENCE)
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
        await asyncio.wait_for(process.wait(), _PATIENCE)


async def _address(process: asyncio.subprocess.Process) -> str:
    assert process.stdout is not None
    while line := await process.stdout.readline():
        if found := re.search(r"http://127\.0\.0\.1:\d+/", line.decode()):
            return found[0]
    raise RuntimeError(f"the sandbox ended with {await process.wait()} before it said where it is")
