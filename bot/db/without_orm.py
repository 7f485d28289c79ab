"""`sqlalchemy.ext.asyncio` without the ORM: that package's own file loads it for sessions, and nobody here has any."""

from __future__ import annotations

import sys
from functools import partial
from importlib import import_module
from importlib.util import find_spec, module_from_spec
from types import ModuleType
from typing import Any

_PACKAGE = "sqlalchemy.ext.asyncio"
_ENGINE = f"{_PACKAGE}.engine"
_OURS = ("AsyncConnection", "AsyncEngine", "create_async_engine")
"""What this house takes from that package; all of it stands in its module `engine`."""


def leave_out_orm() -> None:
    """Load that package only as far as it is asked for: what is ours alone; all of it, as ever, for any other name.

    The ORM is 50 modules, 6 MiB and a twentieth of the start. Where the package is loaded already, it stays as it is.
    """
    if _PACKAGE in sys.modules:
        return
    spec = find_spec(_PACKAGE)
    if spec is None:
        return  # whoever imports it then says that it is not there
    package = module_from_spec(spec)
    # Python asks a module's own __getattr__ for a name that the module does not have (yet).
    package.__dict__["__getattr__"] = partial(_asked_for, package)
    sys.modules[_PACKAGE] = import_module("sqlalchemy.ext").__dict__["asyncio"] = package


def _asked_for(package: ModuleType, name: str) -> Any:
    if name.startswith("__") or find_spec(f"{_PACKAGE}.{name}") is not None:
        raise AttributeError(name)  # a module of it: the import that asks goes on and loads that
    if name in _OURS:
        found = getattr(import_module(_ENGINE), name)
    else:
        _load_whole(package)
        found = getattr(package, name)
    package.__dict__[name] = found
    return found


def _load_whole(package: ModuleType) -> None:
    package.__dict__.pop("__getattr__", None)
    if package.__spec__ is not None and package.__spec__.loader is not None:
        package.__spec__.loader.exec_module(package)
