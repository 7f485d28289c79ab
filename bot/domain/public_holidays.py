"""Public holidays of a country or one of its subdivisions, by codes such as "US", "US-CA" or "DE-BY"."""

from __future__ import annotations

from datetime import date
from difflib import get_close_matches
from functools import lru_cache

from bot.domain.schedules import Problem

_EXPECTED = "a country such as US, or a country and its part such as DE-BY"


def is_holiday(code: str | None, day: date) -> bool:
    """Whether that day is a public holiday there; no code, or one that is no longer known, has none."""
    canonical = parse_holidays(code) if code else None
    return isinstance(canonical, str) and day in _days_off(canonical, day.year)


def known_holidays(code: str) -> bool:
    """Whether the holidays of that country or subdivision are known."""
    return isinstance(parse_holidays(code), str)


@lru_cache(maxsize=1024)
def parse_holidays(text: str) -> str | Problem:
    """The canonical code ("DE-BY") of "de-by" or "DE-Bayern"; a Problem with a suggestion otherwise."""
    country_text, dash, part_text = text.strip().partition("-")
    countries = _countries()
    country = country_text.strip().upper()
    if country not in countries:
        return _unknown_country(text)
    if not dash:
        return country
    parts = _parts(country)
    part = parts.get(part_text.strip().casefold())
    return f"{country}-{part}" if part else _unknown_part(country, part_text, parts)


def _unknown_country(text: str) -> Problem:
    from holidays.registry import COUNTRIES

    names = {module.replace("_", " "): entry[1] for module, entry in COUNTRIES.items()}
    wanted = text.strip().casefold()[:60]
    close = get_close_matches(wanted, names, n=1, cutoff=0.75)
    return Problem(f"{_EXPECTED}; did you mean {names[close[0]]}?" if close else _EXPECTED)


def _unknown_part(country: str, text: str, parts: dict[str, str]) -> Problem:
    if not parts:
        return Problem(f"{_EXPECTED}; {country} has no parts here, so write {country} alone")
    close = get_close_matches(text.strip().casefold()[:60], parts, n=1, cutoff=0.6)
    if close:
        return Problem(f"{_EXPECTED}; did you mean {country}-{parts[close[0]]}?")
    return Problem(f"{_EXPECTED}; {country} has {', '.join(sorted(set(parts.values()))[:6])} and others")


# The library is imported inside: it is heavy, and a bot without holidays never needs it.
@lru_cache(maxsize=1)
def _countries() -> frozenset[str]:
    import holidays

    return frozenset(code for code in holidays.list_supported_countries() if len(code) == 2)


@lru_cache(maxsize=512)
def _parts(country: str) -> dict[str, str]:
    """Every way to write a subdivision of that country, case folded, to its own code."""
    import holidays

    cls = getattr(holidays, country)
    aliases: dict[str, str] = cls.subdivisions_aliases
    codes: tuple[str, ...] = cls.subdivisions
    return {name.casefold(): code for name, code in aliases.items()} | {
        code.casefold(): code for code in codes
    }


@lru_cache(maxsize=1024)
def _days_off(code: str, year: int) -> frozenset[date]:
    import holidays

    country, _, part = code.partition("-")
    return frozenset(holidays.country_holidays(country, subdiv=part or None, years=year))
