"""Doctoring: asks each part that the bot stands on how it is, and says in one table what to do about the rest."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

T = TypeVar("T")
Ask = Callable[[], Awaitable[T]]

ANSWER_WITHIN_SECONDS = 10.0
"""How long one part may take to answer before it counts as silent."""


class Ailing(Exception):
    """A part answered that it is not well. `words` and `what_to_do` are shown as they are: never a secret in them."""

    def __init__(self, words: str, what_to_do: str = "") -> None:
        """Both in plain words, for the operator."""
        super().__init__(words)
        self.words = words
        self.what_to_do = what_to_do


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the table. `what_to_do` is empty where there is nothing to do."""

    name: str
    ok: bool
    words: str
    what_to_do: str = ""


@dataclass(frozen=True, slots=True)
class SettingSeen:
    """A setting without its value: whether it is set, and for a bad or missing one what is expected and where from."""

    name: str
    is_set: bool
    expected: str = ""
    how_to_get: str = ""


@dataclass(frozen=True, slots=True)
class TokenSeen:
    """What the platform said about a token; `granted` None where it did not say which permissions it has."""

    workspace: str
    granted: frozenset[str] | None


class Permission(Protocol):
    """What the bot asks a workspace for; `without` says what is missing where an optional one is refused."""

    @property
    def name(self) -> str:
        """As the platform calls it."""

    @property
    def reason(self) -> str:
        """Why the bot asks for it."""

    @property
    def optional(self) -> bool:
        """Whether the bot works without it."""

    @property
    def without(self) -> str:
        """What is missing without it."""


@dataclass(frozen=True, slots=True)
class Platform:
    """The chat platform: how to ask about each token, what it should have granted, and how to mend it.

    `tokens` has one question for each workspace; `connect` asks whether the bot can be reached, where that can be
    asked; `nothing_set` is shown where there is no token to ask about.
    """

    name: str
    tokens: Sequence[Ask[TokenSeen]]
    permissions: Sequence[Permission]
    mend_permissions: str
    connect: Ask[None] | None = None
    nothing_set: str = "no workspace has installed the bot yet"


async def diagnose(
    *,
    settings: Callable[[], Sequence[SettingSeen]],
    database: Ask[None],
    schema: Ask[str],
    platform: Platform,
    ai: Ask[str] | None,
    kept: Ask[Sequence[Check]] | None = None,
    within: float = ANSWER_WITHIN_SECONDS,
) -> tuple[Check, ...]:
    """Ask everything once, side by side. `schema` and `ai` give the words for a good answer; `ai` None: none is set.
    `kept` looks into a database that is up to date.

    A part says what is wrong by raising `Ailing`. Of any other error only its type is shown, as a driver's own
    words may hold an address or a password. `within` is in seconds, for each question.
    """
    found = tuple(_setting(each) for each in settings())
    stored, spoken, thinking = await asyncio.gather(
        _storage(database, schema, kept, within), _platform(platform, within), _ai(ai, within)
    )
    return (*found, *stored, *spoken, *thinking)


def well(checks: Sequence[Check]) -> bool:
    """Whether nothing needs doing."""
    return all(check.ok for check in checks)


def table(checks: Sequence[Check]) -> list[str]:
    """The lines to print: a mark, the name, the words; what to do stands below, indented."""
    width = max((len(check.name) for check in checks), default=0)
    lines: list[str] = []
    for check in checks:
        lines.append(f"{'ok' if check.ok else 'NO':<3} {check.name:<{width}}  {check.words}".rstrip())
        if check.what_to_do:
            lines.append(f"    {'':<{width}}  {check.what_to_do}")
    todo = sum(not check.ok for check in checks)
    lines.append("All is well." if todo == 0 else f"{todo} to mend, marked NO.")
    return lines


def _setting(seen: SettingSeen) -> Check:
    if seen.expected:
        state = "malformed" if seen.is_set else "missing"
        return Check(seen.name, False, f"{state}: expected {seen.expected}", seen.how_to_get)
    return Check(seen.name, True, "set" if seen.is_set else "not set, default")


async def _storage(
    database: Ask[None], schema: Ask[str], kept: Ask[Sequence[Check]] | None, within: float
) -> tuple[Check, ...]:
    answer = await _asked("database", database, within)
    if isinstance(answer, Check):
        return (answer, Check("schema", False, "not asked, as the database does not answer"))
    version = await _asked("schema", schema, within)
    if isinstance(version, Check):
        return (Check("database", True, "answers"), version)
    found = await _asked("data", kept, within) if kept is not None else ()
    more = (found,) if isinstance(found, Check) else found
    return (Check("database", True, "answers"), Check("schema", True, version), *more)


async def _platform(platform: Platform, within: float) -> tuple[Check, ...]:
    checks: list[Check] = []
    if not platform.tokens:
        checks.append(Check(f"{platform.name} token", True, platform.nothing_set))
    name = f"{platform.name} token"
    for answer in await asyncio.gather(*(_asked(name, ask, within) for ask in platform.tokens)):
        checks += [answer] if isinstance(answer, Check) else _token(platform, answer)
    if platform.connect is not None:
        name = f"{platform.name} connection"
        reached = await _asked(name, platform.connect, within)
        checks.append(reached if isinstance(reached, Check) else Check(name, True, "can be opened"))
    return tuple(checks)


def _token(platform: Platform, seen: TokenSeen) -> list[Check]:
    known = Check(f"{platform.name} token", True, f"belongs to {seen.workspace}")
    if seen.granted is None:
        unsaid = f"{platform.name} did not say what this token may do"
        return [known, Check("scopes", False, unsaid, "Try again; a proxy in between may drop the header.")]
    granted = seen.granted
    checks = [
        known,
        *(
            _permission(each, each.name in granted, platform.mend_permissions)
            for each in platform.permissions
        ),
    ]
    spare = sorted(granted - {each.name for each in platform.permissions})
    if spare:
        checks.append(Check("other scopes", True, f"granted and not used: {', '.join(spare)}"))
    return checks


def _permission(wanted: Permission, granted: bool, mend: str) -> Check:
    name = f"scope {wanted.name}"
    if granted:
        return Check(name, True, "granted")
    if wanted.optional:
        return Check(name, True, f"not granted, optional: {wanted.without}")
    return Check(name, False, f"missing. {wanted.reason}", mend)


async def _ai(ai: Ask[str] | None, within: float) -> tuple[Check, ...]:
    if ai is None:
        return (Check("AI", True, "not set up: digests are compiled without AI"),)
    answer = await _asked("AI", ai, within)
    return (answer if isinstance(answer, Check) else Check("AI", True, answer),)


async def _asked(name: str, ask: Ask[T], within: float) -> T | Check:
    try:
        async with asyncio.timeout(within):
            return await ask()
    except Ailing as problem:
        return Check(name, False, problem.words, problem.what_to_do)
    except TimeoutError:
        return Check(
            name, False, f"no answer within {within:g} seconds", "Check the address and the network."
        )
    except Exception as problem:  # noqa: BLE001 - whatever a driver raises, the table names its kind and goes on
        return Check(name, False, f"does not answer ({type(problem).__name__})", "The bot's log says more.")
