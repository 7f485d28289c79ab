"""What people mean by "until friday", "for 2 weeks" or "4h": a day to come back on, or a length of time."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, timedelta

from bot.domain.schedules import Problem, weekday

FURTHEST_YEARS = 5
"""A pause further away than this is a slip of the finger, or a `stop`."""
ENDLESS = date.max
"""The return day of a pause that only `resume` ends."""

_EXPECTED = "a day, such as “until 2026-12-01” or “until friday”, or a length, such as “for 2 weeks”"
_PAST = "a day after today"
_TOO_FAR = f"a day within the next {FURTHEST_YEARS} years; to end it for good, say stop"
_DURATION_EXPECTED = "a length of time such as 30m, 4h or 1d"

_MONTHS = {"january": 1, "february": 2, "march": 3, "april": 4, "may": 5, "june": 6, "july": 7, "august": 8}
_MONTHS |= {"september": 9, "october": 10, "november": 11, "december": 12}
_SHORTEST_MONTH = 3
_NUMBERS = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7}
_NUMBERS |= {"eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12}
_DAYS_IN = {"d": 1, "day": 1, "w": 7, "week": 7, "fortnight": 14}

_LITTLE_WORDS = re.compile(r"(?:until|till|til|for|on)\b ?")
_LENGTH = re.compile(r"(?:the )?(?:next )?([0-9]+|[a-z]+) ?(d|w|day|week|fortnight|month|year)s?")
_NEXT = re.compile(r"next ([a-z]+)")
# Day and month with a slash between them mean two things in two countries, so they are asked again.
_DATES = tuple(
    re.compile(pattern)
    for pattern in (
        r"(?P<year>[0-9]{4})-(?P<month>[0-9]{1,2})-(?P<day>[0-9]{1,2})",
        r"(?P<day>[0-9]{1,2})\. ?(?P<month>[0-9]{1,2})\.? ?(?P<year>[0-9]{4})?",
        r"(?P<month>[a-z]{3,9})\.? (?P<day>[0-9]{1,2})(?:st|nd|rd|th)?(?:,? (?P<year>[0-9]{4}))?",
        (
            r"(?:the )?(?P<day>[0-9]{1,2})(?:st|nd|rd|th|\.)?(?: of)? (?P<month>[a-z]{3,9})\.?"
            r"(?:,? (?P<year>[0-9]{4}))?"
        ),
    )
)
_DURATION = re.compile(
    r"(?:(?P<days>[0-9]{1,4}) ?d(?:ays?)?)? ?"
    r"(?:(?P<hours>[0-9]{1,4}) ?h(?:ours?)?)? ?"
    r"(?:(?P<minutes>[0-9]{1,5}) ?m(?:in(?:ute)?s?)?)?"
)


def parse_pause(text: str, today: date) -> date | Problem:
    """The local date on which prompts return, from what follows `pause`; ENDLESS where nothing follows.

    "until 2026-12-01", "until friday", "until Dec 1", "until tomorrow", "for 2 weeks", "for a month"; the
    little word may be missing. A day without a year is the next such day; the date is after `today`.
    """
    plain = " ".join(text.casefold().split()).rstrip("!")
    if not plain:
        return ENDLESS
    found = day_of(_LITTLE_WORDS.sub("", plain, count=1), today)
    if found is None:
        return Problem(_EXPECTED)
    if found <= today:
        return Problem(_PAST)
    return found if found <= add_months(today, 12 * FURTHEST_YEARS) else Problem(_TOO_FAR)


def day_of(plain: str, today: date) -> date | None:
    """The day that casefolded words without a little word before them name, past ones too; None for other words."""
    return _length(plain, today) or _named_day(plain, today) or _calendar_day(plain, today)


def month_of(plain: str, today: date) -> date | None:
    """The first day of the next month called `plain` ("march", "mar"); None for other words."""
    month = _month(plain) if len(plain) >= _SHORTEST_MONTH and plain.isalpha() else None
    if month is None:
        return None
    return date(today.year + (month <= today.month), month, 1)


def _length(plain: str, today: date) -> date | None:
    match = _LENGTH.fullmatch(plain)
    if match is None:
        return None
    # Cut, because any number of more than a few digits is only "too far".
    count = int(match[1][:5]) if match[1].isdigit() else _NUMBERS.get(match[1])
    if count is None:
        return None
    if match[2] in _DAYS_IN:
        return today + timedelta(days=_DAYS_IN[match[2]] * count)
    return add_months(today, count * (12 if match[2] == "year" else 1))


def add_months(day: date, months: int) -> date:
    """The same day of a later month, or that month's last; the last day of all for what no calendar holds."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if year > date.max.year:
        return date.max
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _named_day(plain: str, today: date) -> date | None:
    """Tomorrow, a weekday (the first one after today), or something next week or month."""
    next_monday = today + timedelta(days=7 - today.weekday())
    if plain in ("tomorrow", "next week"):
        return today + timedelta(days=1) if plain == "tomorrow" else next_monday
    if plain == "next month":
        return add_months(today, 1).replace(day=1)
    following = _NEXT.fullmatch(plain)
    number = weekday(following[1] if following else plain)
    if number is None:
        return None
    if following:
        return next_monday + timedelta(days=number)
    return today + timedelta(days=(number - today.weekday() - 1) % 7 + 1)


def _calendar_day(plain: str, today: date) -> date | None:
    match = next(filter(None, (pattern.fullmatch(plain) for pattern in _DATES)), None)
    month = _month(match["month"]) if match else None
    if match is None or month is None:
        return None
    day = int(match["day"])
    if match["year"]:
        return _date(int(match["year"]), month, day)
    # Up to eight years ahead, because that is how far apart two 29th of February can be.
    ahead = (_date(today.year + years, month, day) for years in range(9))
    return next((each for each in ahead if each is not None and each > today), None)


def _month(text: str) -> int | None:
    if text.isdigit():
        return int(text)
    return next((number for name, number in _MONTHS.items() if name.startswith(text)), None)


def _date(year: int, month: int, day: int) -> date | None:
    if not (1 <= year <= date.max.year and 1 <= month <= 12 and 1 <= day <= monthrange(year, month)[1]):
        return None
    return date(year, month, day)


def parse_duration(text: str) -> timedelta | Problem:
    """A length of time greater than none, from "30m", "4h", "1d", "1h 30m" or "4 hours"."""
    match = _DURATION.fullmatch(" ".join(text.casefold().split()))
    parts = {name: int(value) for name, value in match.groupdict().items() if value} if match else {}
    length = timedelta(**parts)
    return length or Problem(_DURATION_EXPECTED)


def format_duration(length: timedelta) -> str:
    """A length of time as `parse_duration` reads it back: "30m", "4h", "1d", "1h 30m"."""
    minutes = int(length.total_seconds()) // 60
    parts = ((minutes // 1440, "d"), (minutes // 60 % 24, "h"), (minutes % 60, "m"))
    return " ".join(f"{count}{unit}" for count, unit in parts if count) or "0m"
