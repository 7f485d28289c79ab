"""The doctor: each part is asked once, what is wrong has words and a way out, and no secret is shown."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.usecases.doctoring import Ailing, Ask, Check, Platform, SettingSeen, TokenSeen, diagnose, table, well

SECRET = "xoxb-kept-to-ourselves"


@dataclass(frozen=True)
class Wanted:
    name: str
    reason: str = "To be of use."
    optional: bool = False
    without: str = ""


WRITE = Wanted("chat:write", "Send messages.")
HISTORY = Wanted("channels:history", optional=True, without="checks are answered by button only")
MEND = "Install the app again."


async def _fine() -> None:
    return None


async def _current() -> str:
    return "up to date (0001)"


def _token(*granted: str, workspace: str = "Acme") -> Ask[TokenSeen]:
    async def ask() -> TokenSeen:
        return TokenSeen(workspace, frozenset(granted))

    return ask


def _platform(*tokens: Ask[TokenSeen], connect: Ask[None] | None = None) -> Platform:
    return Platform("Slack", tokens, (WRITE, HISTORY), MEND, connect)


HEALTHY = _platform(_token("chat:write", "channels:history"))


async def _diagnosed(
    settings: Sequence[SettingSeen] = (),
    database: Ask[None] = _fine,
    schema: Ask[str] = _current,
    platform: Platform = HEALTHY,
    ai: Ask[str] | None = None,
    within: float = 5.0,
) -> tuple[Check, ...]:
    return await diagnose(
        settings=lambda: settings,
        database=database,
        schema=schema,
        platform=platform,
        ai=ai,
        within=within,
    )


def _named(checks: Sequence[Check], name: str) -> Check:
    return next(check for check in checks if check.name == name)


async def test_a_healthy_bot_has_nothing_to_mend() -> None:
    checks = await _diagnosed(settings=[SettingSeen("SLACK_BOT_TOKEN", True), SettingSeen("PORT", False)])

    assert well(checks)
    assert _named(checks, "SLACK_BOT_TOKEN").words == "set"
    assert _named(checks, "PORT").words == "not set, default"
    assert _named(checks, "schema").words == "up to date (0001)"
    assert _named(checks, "Slack token").words == "belongs to Acme"
    assert table(checks)[-1] == "All is well."


@pytest.mark.parametrize(("is_set", "state"), [(True, "malformed"), (False, "missing")])
async def test_a_bad_setting_is_named_with_what_is_expected_and_where_to_get_it(
    is_set: bool, state: str
) -> None:
    bad = SettingSeen(
        "SLACK_BOT_TOKEN", is_set, "a bot token that starts with xoxb-", "Find it on your page."
    )

    checks = await _diagnosed(settings=[bad])

    assert not well(checks)
    assert _named(checks, "SLACK_BOT_TOKEN") == Check(
        "SLACK_BOT_TOKEN",
        False,
        f"{state}: expected a bot token that starts with xoxb-",
        "Find it on your page.",
    )


async def test_a_missing_scope_says_why_it_is_asked_for_and_how_to_get_it() -> None:
    checks = await _diagnosed(platform=_platform(_token("channels:history")))

    assert not well(checks)
    assert _named(checks, "scope chat:write") == Check(
        "scope chat:write", False, "missing. Send messages.", MEND
    )


async def test_a_refused_optional_scope_is_no_problem_and_says_what_is_missing_without_it() -> None:
    checks = await _diagnosed(platform=_platform(_token("chat:write")))

    assert well(checks)
    assert "checks are answered by button only" in _named(checks, "scope channels:history").words


async def test_what_is_granted_and_not_used_is_shown() -> None:
    checks = await _diagnosed(platform=_platform(_token("chat:write", "admin", "pins:read")))

    assert _named(checks, "other scopes").words == "granted and not used: admin, pins:read"


async def test_each_workspace_is_asked_and_one_bad_token_hides_no_other() -> None:
    async def revoked() -> TokenSeen:
        raise Ailing("the token of Globex was taken back", "Install the app there again.")

    platform = _platform(
        _token("chat:write", workspace="Acme"), revoked, _token("chat:write", workspace="Hooli")
    )
    checks = await _diagnosed(platform=platform)

    tokens = [(check.ok, check.words) for check in checks if check.name == "Slack token"]
    assert tokens == [
        (True, "belongs to Acme"),
        (False, "the token of Globex was taken back"),
        (True, "belongs to Hooli"),
    ]


async def test_before_anybody_installed_the_bot_there_is_nothing_to_mend() -> None:
    checks = await _diagnosed(platform=_platform())

    assert well(checks)
    assert _named(checks, "Slack token").words == "no workspace has installed the bot yet"


async def test_scopes_that_the_platform_does_not_name_are_not_guessed() -> None:
    async def silent() -> TokenSeen:
        return TokenSeen("Acme", None)

    checks = await _diagnosed(platform=_platform(silent))

    assert not well(checks)
    assert not any(check.name.startswith("scope ") for check in checks)


async def test_a_sick_database_is_said_once_and_its_schema_is_not_asked() -> None:
    asked = []

    async def away() -> None:
        raise Ailing("the database is locked by another program", "Close it and try again.")

    async def schema() -> str:
        asked.append("schema")
        return "up to date"

    checks = await _diagnosed(database=away, schema=schema)

    assert _named(checks, "database").what_to_do == "Close it and try again."
    assert not _named(checks, "schema").ok
    assert asked == []


async def test_an_old_schema_says_what_to_run() -> None:
    async def old() -> str:
        raise Ailing("at 0001, this version needs 0002", "Run `purpose-bot migrate`.")

    checks = await _diagnosed(schema=old)

    assert _named(checks, "schema") == Check(
        "schema", False, "at 0001, this version needs 0002", "Run `purpose-bot migrate`."
    )


async def test_without_ai_all_is_well() -> None:
    checks = await _diagnosed(ai=None)

    assert _named(checks, "AI") == Check("AI", True, "not set up: digests are compiled without AI")


async def test_ai_and_connection_say_how_they_are() -> None:
    async def ai() -> str:
        return "answers, and has the model gpt-6-luna"

    platform = _platform(_token("chat:write"), connect=_fine)
    checks = await _diagnosed(ai=ai, platform=platform)

    assert _named(checks, "AI").words == "answers, and has the model gpt-6-luna"
    assert _named(checks, "Slack connection").words == "can be opened"


async def test_what_never_answers_is_given_up_and_the_rest_is_told() -> None:
    async def never() -> str:
        await asyncio.Event().wait()
        return "unreachable"

    checks = await _diagnosed(ai=never, within=0.05)

    assert _named(checks, "AI").words == "no answer within 0.05 seconds"
    assert _named(checks, "database").ok


async def test_an_unexpected_error_shows_its_kind_and_never_its_words() -> None:
    async def breaks() -> None:
        raise ConnectionError(f"could not log in with {SECRET}")

    async def breaks_too() -> TokenSeen:
        raise LookupError(SECRET)

    checks = await _diagnosed(database=breaks, platform=_platform(breaks_too, connect=breaks))

    assert _named(checks, "database").words == "does not answer (ConnectionError)"
    assert SECRET not in "\n".join(table(checks))


def test_the_table_counts_what_is_to_mend_and_indents_what_to_do() -> None:
    checks = [Check("database", True, "answers"), Check("AI", False, "no answer", "Check the network.")]

    assert table(checks) == [
        "ok  database  answers",
        "NO  AI        no answer",
        "              Check the network.",
        "1 to mend, marked NO.",
    ]


@given(granted=st.sets(st.sampled_from(["chat:write", "channels:history", "admin"])))
def test_it_is_well_exactly_where_every_needed_scope_is_granted(granted: set[str]) -> None:
    checks = asyncio.run(_diagnosed(platform=replace(_platform(), tokens=(_token(*granted),))))

    assert well(checks) is ("chat:write" in granted)
