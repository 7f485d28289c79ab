"""The web server of `purpose-bot run`: a socket taken before anything else, and uvicorn on it."""

from __future__ import annotations

import os
import socket as sockets
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module

from bot.cli.ending import Stopped
from bot.settings import Settings
from handlers.slack.edge import Edge


def listen(settings: Settings) -> sockets.socket:
    """The socket of HOST and PORT, taken before anything else so that a taken port is said at once."""
    try:
        family = sockets.AF_INET6 if ":" in settings.host else sockets.AF_INET
        return sockets.create_server((settings.host, settings.port), family=family, backlog=2048)
    except OSError as problem:
        raise Stopped(
            f"PORT: {settings.port} on {settings.host} cannot be used ({os.strerror(problem.errno or 0)}). "
            "Stop what listens there, or set PORT to a free one (0: no web server)."
        ) from problem


def load_server() -> None:
    """Load the code of the web server now, rather than when one is made."""
    import_module("bot.cli.protocol")


class WebServer:
    """uvicorn on a socket that is open already; signals are not its business."""

    def __init__(self, edge: Edge, listening: sockets.socket) -> None:
        """Serve `edge` on `listening`."""
        import uvicorn

        from bot.cli.protocol import CutsTheSlow

        class Quiet(uvicorn.Server):
            @contextmanager
            def capture_signals(self) -> Iterator[None]:
                yield

        config = uvicorn.Config(
            edge,
            log_config=None,
            access_log=False,
            lifespan="off",
            http=CutsTheSlow,
            ws="none",
            server_header=False,
            date_header=False,
            proxy_headers=False,  # nothing here asks who the client is
            timeout_keep_alive=75,
            timeout_graceful_shutdown=4,
        )
        self._server = Quiet(config)
        self._listening = listening

    async def serve(self) -> None:
        """Until `stop`."""
        await self._server.serve(sockets=[self._listening])

    def stop(self) -> None:
        """Take nothing more and finish what is under way."""
        self._server.should_exit = True
