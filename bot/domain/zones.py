"""Names of time zones as people and directories write them, and what stands in for a bad one."""

from __future__ import annotations

from difflib import get_close_matches
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

from bot.domain.schedules import Problem

# Real files of the tz database that name no place: the first one is whatever this machine is set to.
_NO_PLACE = frozenset({"localtime", "posixrules", "Factory"})
_EXPECTED = "a time zone such as America/New_York"


@lru_cache(maxsize=1)
def zone_names() -> frozenset[str]:
    """Every zone of the tz database that a person may live in."""
    return frozenset(available_timezones()) - _NO_PLACE


def known_zone(name: str | None) -> ZoneInfo | None:
    """The zone of that exact name; None where there is no such zone, so that the caller can log it."""
    # Asked of the list, because ZoneInfo itself raises five different errors for bad names.
    return ZoneInfo(name) if name is not None and name in zone_names() else None


def zone_or(name: str | None, fallback: ZoneInfo) -> ZoneInfo:
    """The zone of that name, or the fallback (the team's) where the name is missing or unknown."""
    return known_zone(name) or fallback


def parse_zone(text: str) -> str | Problem:
    """A zone's own name from what a person typed; a Problem with the nearest name where it is no zone."""
    name = text.strip()
    if name in zone_names():
        return name
    close = _nearest(name)
    return Problem(f"{_EXPECTED}; did you mean “{close}”?" if close else _EXPECTED)


def _nearest(name: str) -> str | None:
    wanted = name.casefold().replace(" ", "_")[:60]
    by_words: dict[str, str] = {}
    # Sorted in reverse so that of several names ending alike the first one in the alphabet stays.
    for known in sorted(zone_names(), reverse=True):
        by_words[known.rpartition("/")[2].casefold()] = known
        by_words[known.casefold()] = known
    close = get_close_matches(wanted, by_words, n=1, cutoff=0.7)
    return by_words[close[0]] if close else None
