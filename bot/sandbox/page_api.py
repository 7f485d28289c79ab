"""The page's own API under /_/: the same people, the same deeds, over HTTP on this machine only."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import orjson
from aiohttp import web

from bot.sandbox import page_control, page_state
from bot.sandbox.hub import Hub
from bot.sandbox.model import Json, Refused
from bot.sandbox.page_control import Hooks
from bot.sandbox.page_deeds import DEEDS, Body, Deed
from bot.sandbox.page_words import words_for
from bot.sandbox.people import People

_HEARTBEAT_SECONDS = 15.0


class PageApi:
    """Routes of the page. `people` finds the people of a workspace by its id."""

    def __init__(self, hub: Hub, people: Callable[[str | None], People], hooks: Hooks) -> None:
        """`hooks` are what only the composition root can do: what is due, deliveries, the bot's process."""
        self._hub = hub
        self._people = people
        self._hooks = hooks
        self._streams: set[asyncio.Task[Any] | None] = set()

    def routes(self) -> list[web.RouteDef]:
        """Everything under /_/."""
        looks = {
            "state": self._state,
            "messages": self._messages,
            "home": self._home,
            "views": self._views,
            "due": self._due,
            "deliveries": self._deliveries,
            "app": self._app,
        }
        control = {"clock": self._clock, "trouble": self._trouble, "bot": self._bot, "app": self._change_app}
        return [
            web.get("/_/events", self._events),
            web.get("/_/file/{file}", self._file),
            *(web.get(f"/_/{name}", self._look(look)) for name, look in looks.items()),
            *(web.post(f"/_/{name}", self._control(deed)) for name, deed in control.items()),
            *(web.post(f"/_/{name}", self._deed(deed)) for name, deed in DEEDS.items()),
        ]

    def _look(self, look: Callable[[People, Mapping[str, str]], Awaitable[Json]]) -> Any:
        async def handle(request: web.Request) -> web.StreamResponse:
            async def seen() -> Json:
                return await look(self._people(request.query.get("team")), request.query)

            return await _answered(seen())

        return handle

    def _deed(self, deed: Deed) -> Any:
        async def handle(request: web.Request) -> web.StreamResponse:
            async def done() -> Json:
                body = await _body(request)
                people = self._people(body.get("team") or request.query.get("team"))
                user = str(body.get("user", ""))
                people.workspace.person(user)
                return await deed(people, user, body)

            return await _answered(done())

        return handle

    def _control(self, control: Callable[[Body], Awaitable[Json]]) -> Any:
        async def handle(request: web.Request) -> web.StreamResponse:
            async def done() -> Json:
                return await control(await _body(request))

            return await _answered(done())

        return handle

    # looking --------------------------------------------------------------------------------------------------------

    async def _state(self, people: People, query: Mapping[str, str]) -> Json:
        users = people.users
        me = query.get("user") or next(iter(users.values()), "")
        return page_state.state(self._hub, people.workspace, me)

    async def _messages(self, people: People, query: Mapping[str, str]) -> Json:
        user = query.get("user", "")
        channel = people.workspace.seen_by(user, query.get("channel", ""))
        thread = query.get("thread")
        if thread is None:
            page_state.mark_read(channel, user)
        shown = people.messages(channel.id, user=user, thread=thread, latest=int(query.get("limit", "500")))
        return {"messages": shown}

    async def _home(self, people: People, query: Mapping[str, str]) -> Json:
        return {"view": people.home(query.get("user", ""))}

    async def _views(self, people: People, query: Mapping[str, str]) -> Json:
        return {"views": people.views(query.get("user", ""))}

    async def _due(self, people: People, query: Mapping[str, str]) -> Json:
        return {"due": await self._hooks.due()}

    async def _deliveries(self, people: People, query: Mapping[str, str]) -> Json:
        return {"deliveries": await self._hooks.deliveries()}

    async def _app(self, people: People, query: Mapping[str, str]) -> Json:
        return page_control.app(self._hub, people)

    async def _file(self, request: web.Request) -> web.StreamResponse:
        file = self._people(request.query.get("team")).workspace.files.get(request.match_info["file"])
        if file is None or file.content is None:
            return web.Response(status=404, text="Not here.")
        headers = {"Content-Security-Policy": "sandbox", "X-Content-Type-Options": "nosniff"}
        return web.Response(body=file.content, content_type=file.mimetype, headers=headers)

    async def _events(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(
            headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"}
        )
        try:
            team = self._people(request.query.get("team")).team_id
        except Refused as refusal:
            return _json({"error": refusal.error, "message": words_for(refusal.error)}, status=400)
        user = request.query.get("user", "")
        task = asyncio.current_task()
        self._streams.add(task)
        try:
            with self._hub.feed.listen(team) as changes:
                await response.prepare(request)
                await response.write(b"retry: 500\n\n")
                while True:
                    await response.write(await _next(changes, user, self._people(team)))
        except (ConnectionError, asyncio.CancelledError):
            return response
        finally:
            self._streams.discard(task)

    def hang_up(self) -> None:
        """End every open event stream, so that the server can stop at once."""
        for task in list(self._streams):
            if task is not None:
                task.cancel()

    # control --------------------------------------------------------------------------------------------------------

    async def _clock(self, body: Body) -> Json:
        return await page_control.move_clock(self._hub, self._hooks, body)

    async def _trouble(self, body: Body) -> Json:
        return page_control.trouble(self._hub, body)

    async def _bot(self, body: Body) -> Json:
        answer = await self._hooks.bot(str(body.get("action", "status")))
        self._hub.feed.publish(None, {"type": "bot"})
        return answer

    async def _change_app(self, body: Body) -> Json:
        verified = await page_control.change_app(self._hub, body)
        return page_control.app(self._hub, self._people(None)) | {"verified": verified}


async def _next(changes: asyncio.Queue[Json], user: str, people: People) -> bytes:
    """The next thing that this person may know of, or a sign of life."""
    try:
        change = await asyncio.wait_for(changes.get(), _HEARTBEAT_SECONDS)
    except TimeoutError:
        return b": still here\n\n"
    private = change["type"] in ("ephemeral", "ephemeral_gone", "view", "views_closed", "home")
    if private and change.get("user") not in (None, user):
        return b""
    channel = people.workspace.channels.get(str(change.get("channel", "")))
    if channel is not None and channel.kind != "public" and user and user not in channel.members:
        return b""
    return b"data: " + orjson.dumps(change) + b"\n\n"


async def _body(request: web.Request) -> Body:
    try:
        body = orjson.loads(await request.read())
    except orjson.JSONDecodeError:
        raise Refused("invalid_json") from None
    if not isinstance(body, dict):
        raise Refused("invalid_json")
    return body


async def _answered(work: Awaitable[Json]) -> web.Response:
    try:
        return _json(await work)
    except Refused as refusal:
        words = {"error": refusal.error, "message": words_for(refusal.error), "details": refusal.messages}
        return _json(words, status=400)
    except (KeyError, ValueError, TypeError) as problem:
        words = {"error": "bad_request", "message": f"Something is missing or malformed: {problem}"}
        return _json(words, status=400)


def _json(body: Json, status: int = 200) -> web.Response:
    return web.Response(
        body=orjson.dumps(body),
        status=status,
        content_type="application/json",
        headers={"Cache-Control": "no-store"},
    )
