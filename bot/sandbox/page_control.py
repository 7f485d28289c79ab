"""The page's levers: the clock, the trouble panel, channels, people, and the app itself."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.sandbox import membership, page_state
from bot.sandbox.app import apply_manifest
from bot.sandbox.hub import Hub
from bot.sandbox.model import Json, Refused
from bot.sandbox.people import People

Body = Mapping[str, Any]
_FRIDAY = 4


async def _nothing() -> Sequence[Json]:
    return []


async def _no_bot(action: str) -> Json:
    if action != "status":
        raise Refused("no_bot")
    return {"running": None}


@dataclass(slots=True)
class Hooks:
    """What the composition root knows and the workspace does not. Each may be replaced at any time.

    `due` gives [{at (epoch seconds), what, who, channel}], soonest first; `deliveries` the ledger's rows;
    `bot` does "crash", "restart" or "status" with the bot's process; `moved` is told after the clock was moved.
    """

    due: Callable[[], Awaitable[Sequence[Json]]] = _nothing
    deliveries: Callable[[], Awaitable[Sequence[Json]]] = _nothing
    bot: Callable[[str], Awaitable[Json]] = _no_bot
    moved: Callable[[], Awaitable[None]] | None = None


async def move_clock(hub: Hub, hooks: Hooks, body: Body) -> Json:
    """Move the shared clock by seconds, to a moment, or to what a preset names; forward or back."""
    now = hub.clock.time()
    if "by" in body:
        target = now + float(body["by"])
    elif "to" in body:
        target = _moment(body["to"])
    elif "preset" in body:
        target = await _preset(hub, hooks, str(body["preset"]), str(body.get("tz", "")))
    else:
        raise Refused("invalid_time")
    hub.clock.set_offset(hub.clock.offset + target - now)
    hub.feed.publish(None, {"type": "clock", **page_state.clock(hub)})
    if hooks.moved is not None:
        await hooks.moved()
    return page_state.clock(hub)


def _moment(value: Any) -> float:
    if isinstance(value, int | float):
        return float(value)
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError:
        raise Refused("invalid_time") from None
    if moment.tzinfo is None:
        raise Refused("invalid_time")
    return moment.timestamp()


async def _preset(hub: Hub, hooks: Hooks, name: str, zone: str) -> float:
    now = hub.clock.time()
    if name == "hour":
        return now + 3_600
    if name == "day":
        return now + 86_400
    if name == "next":
        coming = [float(one["at"]) for one in await hooks.due() if float(one["at"]) > now]
        if not coming:
            raise Refused("nothing_due")
        return min(coming)
    if name == "friday15":
        local = datetime.fromtimestamp(now, ZoneInfo(zone or _zone(hub)))
        friday = local.date() + timedelta(days=(_FRIDAY - local.weekday()) % 7)
        moment = datetime.combine(friday, time(15), local.tzinfo)
        if moment <= local:
            moment = datetime.combine(friday + timedelta(days=7), time(15), local.tzinfo)
        return moment.timestamp()
    raise Refused("invalid_time")


def _zone(hub: Hub) -> str:
    workspace = next(iter(hub.workspaces.values()))
    people = [one for one in workspace.people.values() if one.role in ("owner", "admin", "member")]
    return next((one.tz for one in people if one.id != "USLACKBOT"), "UTC")


def trouble(hub: Hub, body: Body) -> Json:
    """Make trouble, or clear it; what is on now."""
    if body.get("clear"):
        hub.faults.clear()
    else:
        hub.faults.add(dict(body))
        if body.get("cut_sockets"):
            hub.sockets.cut()
    hub.feed.publish(None, {"type": "happening", "what": "trouble", "trouble": hub.faults.json()})
    return {"trouble": hub.faults.json()}


async def change_channel(people: People, user: str, body: Body) -> Json:
    """Create, archive, unarchive or rename a channel; "publish" makes a private one public."""
    action = body["action"]
    if action == "create":
        name = str(body["name"]).removeprefix("#").strip().lower().replace(" ", "-")
        if not name:
            raise ValueError("name")
        if people.workspace.named(name) is not None:
            raise Refused("name_taken")
        return {"channel": people.add_channel(name, private=bool(body.get("private")), creator=user)}
    channel = people.workspace.seen_by(user, body.get("channel") or _by_name(people, body))
    if action in ("archive", "unarchive"):
        membership.archive(people.workspace, channel, user, undo=action == "unarchive")
    elif action == "rename":
        membership.rename(people.workspace, channel, str(body["name"]))
    elif action == "publish":
        membership.publish(people.workspace, channel)
    else:
        raise ValueError(f"action {action}")
    return {"channel": channel.id}


def _by_name(people: People, body: Body) -> str:
    found = people.workspace.named(str(body.get("name", "")))
    if found is None:
        raise Refused("channel_not_found")
    return found.id


async def change_person(people: People, user: str, body: Body) -> Json:
    """Change somebody's zone, status, role, or whether they are active. `name` with no such user makes a new one."""
    fields: dict[str, Any] = {name: body[name] for name in ("deleted", "tz", "role", "title") if name in body}
    if "tz" in fields:
        ZoneInfo(fields["tz"])
    if "status" in body:
        status = body["status"] or {}
        fields |= {"status_text": status.get("text", ""), "status_emoji": status.get("emoji", "")}
    membership.alter(people.workspace, user, **fields)
    return {"user": page_state.person(people.workspace.person(user))}


async def change_app(hub: Hub, body: Body) -> bool | None:
    """Give the app other scopes, events, commands or addresses; whether a new events address proved itself."""
    app = hub.app
    if "manifest" in body:
        apply_manifest(app, body["manifest"])
    if "scopes" in body:
        app.scopes = frozenset(body["scopes"])
    if "manifest" in body or "scopes" in body:
        for workspace in hub.workspaces.values():
            if workspace.app is not None:
                workspace.app.scopes = app.scopes
    if "events" in body:
        app.subscriptions = frozenset(body["events"])
    if "commands" in body:
        app.commands = body["commands"]
    if "uninstall" in body:
        hub.uninstall(hub.workspaces[body["uninstall"]])
    if "install" in body:
        hub.install(hub.workspaces[body["install"]])
    if "redirect_urls" in body:
        app.redirect_urls = tuple(body["redirect_urls"])
    if "events_url" not in body:
        return None
    app.events_url = body["events_url"] or None
    return await hub.http.verify() if app.events_url else None


def app(hub: Hub, people: People) -> Json:
    """What an app needs in order to connect; the same as the first line of `sandbox --workspace-only`, and more."""
    return {
        "url": f"{hub.base_url}/",
        "api_url": f"{hub.base_url}/api/",
        "bot_token": people.bot_token,
        "app_token": hub.app.app_token,
        "signing_secret": hub.app.signing_secret,
        "team": people.team_id,
        "app_id": hub.app.id,
        "client_id": hub.app.client_id,
        "client_secret": hub.app.client_secret,
        "events_url": hub.app.events_url,
        "bot_user": people.bot_user,
        "scopes": sorted(hub.app.scopes),
        "channels": people.channels,
        "users": people.users,
    }
