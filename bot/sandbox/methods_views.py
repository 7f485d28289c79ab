"""views.*: modals and Home tabs."""

from __future__ import annotations

from bot.sandbox import block_kit, views
from bot.sandbox.call import Call, Method
from bot.sandbox.model import Json, Refused, View
from bot.sandbox.shapes import view_json


def _body(call: Call, wanted: str | None) -> Json:
    body = call.json("view", "invalid_arguments")
    if body is None:
        raise Refused("invalid_arguments", ["missing required field: view"])
    return block_kit.view(body, call.workspace.files.__contains__, wanted=wanted)


def _answer(call: Call, view: View) -> Json:
    return {"view": view_json(call.workspace, view, call.hub.app.id)}


async def open_modal(call: Call) -> Json:
    """views.open"""
    (trigger_id,) = call.needed("trigger_id")
    body = _body(call, "modal")
    trigger = call.hub.triggers.look(call.workspace, trigger_id)
    view = views.open_modal(call.workspace, trigger.user, body)
    trigger.used = True
    return _answer(call, view)


async def push(call: Call) -> Json:
    """views.push"""
    (trigger_id,) = call.needed("trigger_id")
    body = _body(call, "modal")
    trigger = call.hub.triggers.look(call.workspace, trigger_id)
    if trigger.view is None:
        raise Refused("no_view" if not call.workspace.stacks.get(trigger.user) else "not_allowed")
    view = views.push(call.workspace, trigger.user, body)
    trigger.used = True
    return _answer(call, view)


async def update(call: Call) -> Json:
    """views.update"""
    if not call.text("view_id") and not call.text("external_id"):
        raise Refused("invalid_arguments", ["missing required field: view_id"])
    view = views.find(call.workspace, call.text("view_id") or None, call.text("external_id") or None)
    body = _body(call, view.type)
    views.update(call.workspace, view, body, call.text("hash") or None)
    return _answer(call, view)


async def publish(call: Call) -> Json:
    """views.publish"""
    (user,) = call.needed("user_id")
    body = _body(call, "home")
    person = call.workspace.person(user)
    if person.is_bot or person.deleted:
        raise Refused("user_not_found")
    view = views.publish(call.workspace, user, body, call.text("hash") or None)
    return _answer(call, view)


METHODS = {
    "views.open": Method(open_modal, (), per_minute=100),
    "views.push": Method(push, (), per_minute=100),
    "views.update": Method(update, (), per_minute=100),
    "views.publish": Method(publish, (), per_minute=100),
}
