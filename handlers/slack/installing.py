"""The two pages of installing: one sends a browser to Slack, the other takes it back, with what somebody agreed to."""

from __future__ import annotations

import re
import secrets
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta

import structlog

from bot.domain.identity import Workspace
from bot.ports.stores import Store
from bot.ports.workspaces import Installation
from handlers.slack import install_pages as words
from handlers.slack.api import SlackNotReached, SlackReplyLost, SlackSaidNo, SlackSaidWait
from handlers.slack.edge import CookiePage, Reply
from handlers.slack.oauth import Grant, OAuth, WholeOrganisation

log = structlog.get_logger(__name__)

STATE_LIVES = timedelta(minutes=10)
COOKIE = "__Host-purpose-bot-install"
"""With this prefix a browser takes it from this very host over https only, for all paths: nobody can plant one."""
_OURS = re.compile(r"[A-Za-z0-9_-]{43}")
_LONGEST = 512


class Installing:
    """Both pages. `serve` makes a workspace known to this process; `ring` wakes whoever sends."""

    def __init__(
        self,
        oauth: OAuth,
        store: Store,
        clock: Callable[[], datetime],
        serve: Callable[[Installation], None],
        ring: Callable[[Workspace], Awaitable[None]],
    ) -> None:
        """Nothing is asked until somebody comes."""
        self._oauth = oauth
        self._store = store
        self._clock = clock
        self._serve = serve
        self._ring = ring

    def pages(self) -> Mapping[str, CookiePage]:
        """The GET paths."""
        return {"/slack/install": self.begin, "/slack/oauth_redirect": self.come_back}

    async def begin(self, query: Mapping[str, str], cookies: Mapping[str, str]) -> Reply:
        """Send the browser to Slack with a state that is good once, for ten minutes, in this browser."""
        now, state = self._clock(), secrets.token_urlsafe(32)
        # A browser keeps its cookie, so that installing in two tabs works in both.
        known = cookies.get(COOKIE, "")
        browser = known if _OURS.fullmatch(known) else secrets.token_urlsafe(32)
        await self._store.install_states.keep(state, browser, expires_at=now + STATE_LIVES, now=now)
        cookie = f"{COOKIE}={browser}; Path=/; Max-Age={STATE_LIVES.seconds}; Secure; HttpOnly; SameSite=Lax".encode()
        return Reply(
            302,
            headers=(
                (b"location", self._oauth.ask(state).encode()),
                (b"set-cookie", cookie),
                (b"cache-control", b"no-store"),
                (b"referrer-policy", b"no-referrer"),
            ),
        )

    async def come_back(self, query: Mapping[str, str], cookies: Mapping[str, str]) -> Reply:
        """Take what Slack sends the browser back with; everything but a fresh state of this browser is turned away."""
        again = f"{self._oauth.public_url}/slack/install"
        state, browser, code = query.get("state", ""), cookies.get(COOKIE, ""), query.get("code", "")
        too_long = max(len(state), len(browser), len(code)) > _LONGEST
        if too_long or not await self._store.install_states.use(state, browser, now=self._clock()):
            return words.stale(again)
        if query.get("error") == "access_denied":
            return words.denied(again)
        if not code:
            return words.stale(again)
        return await self._exchange(code, again)

    async def _exchange(self, code: str, again: str) -> Reply:
        try:
            grant = await self._oauth.exchange(code, self._clock())
        except WholeOrganisation:
            return words.whole_organisation(again)
        except (SlackNotReached, SlackReplyLost, SlackSaidWait) as problem:
            log.warning("install.slack_not_reached", code=problem.code)
            return words.not_reached(again)
        except SlackSaidNo as problem:
            log.warning("install.refused", code=problem.code)
            return words.stale(again) if problem.code in _OLD_CODE else words.refused(again, problem.code)
        if grant.missing:
            return words.scopes_missing(again, grant.missing)
        return await self._installed(grant)

    async def _installed(self, grant: Grant) -> Reply:
        installation, now = grant.installation, self._clock()
        await self._store.workspaces.save(installation, now=now)
        self._serve(installation)
        await self._store.audit.note(
            installation.workspace, actor=grant.by, action="installed", about=installation.workspace, at=now
        )
        await self._store.ledger.unpark(installation.workspace, None, now=now)
        await self._ring(installation.workspace)
        log.info("installed", workspace=installation.workspace)
        return words.installed(installation.name, self._oauth.open(grant))


_OLD_CODE = frozenset({"invalid_code", "code_already_used"})
