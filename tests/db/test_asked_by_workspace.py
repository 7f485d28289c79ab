"""The store cannot be asked without a workspace: what may is a short list of house jobs, and each has its reason."""

from __future__ import annotations

import dataclasses
import inspect
from collections.abc import Iterator, Sequence
from typing import Any, Union, get_args, get_origin, get_type_hints

from bot.ports.stores import Store

# They sweep, count or find out whose turn it is, and hand no story to anybody.
HOUSE_JOBS = {
    "workspaces.all", "workspaces.purge", "renewals.due", "install_states.keep", "install_states.use", "checks.due",
    "inbox.depth", "inbox.pending", "inbox.purge", "forgetting.compact", "forgetting.expired",
    "forgetting.left_behind", "ledger.free", "ledger.next_due", "ledger.purge", "ledger.reap", "ledger.ring",
    "ledger.states", "ledger.to_plan", "pulses.close_due",
}  # fmt: skip


def methods() -> Iterator[tuple[str, Any]]:
    """Every method of every room of the port."""
    for room, prop in inspect.getmembers(Store, lambda value: isinstance(value, property)):
        port = get_type_hints(prop.fget)["return"]
        for name, method in inspect.getmembers(port, inspect.isfunction):
            if not name.startswith("_"):
                yield f"{room}.{name}", method


def names_a_workspace(method: Any) -> bool:
    """Whether nobody can call it without saying whose: by a parameter without a default, or by a value that has it."""
    parameters = [each for each in inspect.signature(method).parameters.values() if each.name != "self"]
    needed = [each for each in parameters if each.default is inspect.Parameter.empty]
    hints = get_type_hints(method)
    return any(each.name == "workspace" or _has_workspace(hints[each.name]) for each in needed)


def _has_workspace(kind: Any) -> bool:
    if get_origin(kind) in (Sequence, Union):
        return any(_has_workspace(each) for each in get_args(kind))
    return dataclasses.is_dataclass(kind) and "workspace" in {
        field.name for field in dataclasses.fields(kind)
    }


def test_nobody_can_ask_the_store_without_saying_whose() -> None:
    found = dict(methods())

    assert len(found) > 100
    assert {name for name, method in found.items() if not names_a_workspace(method)} == HOUSE_JOBS
