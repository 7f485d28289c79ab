"""Modals and Home tabs: opened, pushed, changed and closed, one stack for each person."""

from __future__ import annotations

import time

from bot.sandbox.identifiers import word
from bot.sandbox.model import Json, Refused, View
from bot.sandbox.view_state import first_values
from bot.sandbox.workspace import Workspace

MOST_IN_STACK = 3


def _new(workspace: Workspace, user: str, body: Json) -> View:
    _external_id_is_free(workspace, body)
    view_id = workspace.ids.new("V")
    view = View(id=view_id, user=user, body=body, hash=_hash(), root_id=view_id)
    view.state = first_values(body["blocks"])
    workspace.views[view_id] = view
    return view


def _external_id_is_free(workspace: Workspace, body: Json, but: View | None = None) -> None:
    external_id = body.get("external_id")
    if not external_id:
        return
    for view in workspace.views.values():
        if view is not but and view.body.get("external_id") == external_id:
            raise Refused("duplicate_external_id")


def _hash() -> str:
    return f"{int(time.time())}.{word(8)}"


def open_modal(workspace: Workspace, user: str, body: Json) -> View:
    """Open a modal; what the person had open before is gone, as in Slack."""
    close_all(workspace, user)
    view = _new(workspace, user, body)
    workspace.stacks[user] = [view.id]
    workspace.changed("view", user=user, view=view.id)
    return view


def push(workspace: Workspace, user: str, body: Json) -> View:
    """Put a modal on top of the open one; raises `push_limit_reached`, or `not_found` where none is open."""
    stack = workspace.stacks.get(user, [])
    if not stack:
        raise Refused("not_found")
    if len(stack) >= MOST_IN_STACK:
        raise Refused("push_limit_reached")
    view = _new(workspace, user, body)
    view.root_id, view.previous_id = stack[0], stack[-1]
    stack.append(view.id)
    workspace.changed("view", user=user, view=view.id)
    return view


def update(workspace: Workspace, view: View, body: Json, expected_hash: str | None = None) -> None:
    """Change a view in place; raises `hash_conflict`. What was typed stays where the input stays."""
    if expected_hash is not None and expected_hash != view.hash:
        raise Refused("hash_conflict")
    _external_id_is_free(workspace, body, but=view)
    state = first_values(body["blocks"])
    for block_id, actions in view.state.items():
        for action_id, kept in actions.items():
            if state.get(block_id, {}).get(action_id, {}).get("type") == kept.get("type"):
                state[block_id][action_id] = kept
    view.body, view.state, view.hash = body, state, _hash()
    workspace.changed("view" if view.type == "modal" else "home", user=view.user, view=view.id)


def publish(workspace: Workspace, user: str, body: Json, expected_hash: str | None = None) -> View:
    """Set somebody's Home tab; raises `hash_conflict`."""
    view = workspace.homes.get(user)
    if view is None:
        view = workspace.homes[user] = _new(workspace, user, body)
        workspace.changed("home", user=user, view=view.id)
    else:
        view.state = {}
        update(workspace, view, body, expected_hash)
    return view


def open_views(workspace: Workspace, user: str) -> list[View]:
    """Somebody's open modals, bottom to top."""
    return [workspace.views[view_id] for view_id in workspace.stacks.get(user, [])]


def find(workspace: Workspace, view_id: str | None, external_id: str | None) -> View:
    """A view that is still open, by either id; raises `not_found`."""
    if view_id:
        found = workspace.views.get(view_id)
    else:
        every = workspace.views.values()
        found = next(
            (one for one in every if external_id and one.body.get("external_id") == external_id), None
        )
    if found is None:
        raise Refused("not_found")
    return found


def close_top(workspace: Workspace, user: str) -> View | None:
    """Close the modal on top; the one that was closed."""
    stack = workspace.stacks.get(user, [])
    if not stack:
        return None
    closed = workspace.views.pop(stack.pop())
    workspace.changed("view" if stack else "views_closed", user=user)
    return closed


def close_all(workspace: Workspace, user: str) -> list[View]:
    """Close all of somebody's modals, top first; those that were closed."""
    stack = workspace.stacks.pop(user, [])
    if stack:
        workspace.changed("views_closed", user=user)
    return [workspace.views.pop(view_id) for view_id in reversed(stack)]
