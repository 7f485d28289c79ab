"""The one clock that the local workspace and the bot share: the machine's own, moved by an offset kept in a file."""

from __future__ import annotations

import mmap
import os
import struct
import time
from datetime import UTC, datetime
from pathlib import Path

_OFFSET = struct.Struct("<d")


class SharedClock:
    """The machine's clock plus an offset in seconds that every process holding the same file sees at once.

    The file is one float64. The workspace opens it for writing; the bot opens it with `writable=False`.
    """

    def __init__(self, path: Path | str, *, writable: bool = True) -> None:
        """Map the file, made with an offset of zero where there is none. Raises OSError where it cannot be had."""
        self.path = Path(path)
        if writable and (not self.path.exists() or self.path.stat().st_size < _OFFSET.size):
            self.path.write_bytes(_OFFSET.pack(0.0))
            self.path.chmod(0o600)
        descriptor = os.open(self.path, os.O_RDWR if writable else os.O_RDONLY)
        try:
            access = mmap.ACCESS_WRITE if writable else mmap.ACCESS_READ
            self._map = mmap.mmap(descriptor, _OFFSET.size, access=access)
        finally:
            os.close(descriptor)

    @property
    def offset(self) -> float:
        """How many seconds this clock is ahead of the machine's."""
        return float(_OFFSET.unpack_from(self._map)[0])

    def set_offset(self, seconds: float) -> None:
        """Move the clock for everyone who shares the file."""
        _OFFSET.pack_into(self._map, 0, seconds)

    def time(self) -> float:
        """Seconds since the epoch on this clock."""
        return time.time() + self.offset

    def now(self) -> datetime:
        """The time on this clock, in UTC."""
        return datetime.fromtimestamp(self.time(), UTC)

    def close(self) -> None:
        """Let go of the file."""
        self._map.close()
