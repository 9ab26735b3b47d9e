"""Whatever waits in ``quart_app`` is known to wait: ``check`` would pass over a call that somebody wrote without ``await``."""

from __future__ import annotations

import importlib
import inspect

import pytest

from migrate_tool.catalog import catalog

#: What an application imports from, with the names it takes from there.
PACKAGES = (
    *("quart_app", "quart_app.auth", "quart_app.auth.principal", "quart_app.auth.passwords"),
    *(
        "quart_app.auth.throttle",
        "quart_app.bridge",
        "quart_app.db",
        "quart_app.db.plain",
        "quart_app.db.sqlite",
    ),
    *("quart_app.files", "quart_app.forms", "quart_app.streaming", "quart_app.tasks", "quart_app.testing"),
)
#: What the framework and the runtime call themselves; ``join`` waits only where the thread's work does.
INTERNAL = {"open", "run_sync", "join"}


def _names() -> list[str]:
    found = []
    for package in PACKAGES:
        module = importlib.import_module(package)
        offered = getattr(module, "__all__", None)
        for name, value in vars(module).items():
            if name.startswith("_") or (offered is not None and name not in offered):
                continue
            if not getattr(value, "__module__", "").startswith(package if offered is None else "quart_app"):
                continue
            if inspect.iscoroutinefunction(value):
                found.append(f"{package}.{name}")
            elif inspect.isclass(value) and not issubclass(value, BaseException):
                found += [
                    f"{package}.{name}.{method}"
                    for method, function in vars(value).items()
                    if not method.startswith("_")
                    and method not in INTERNAL
                    and inspect.iscoroutinefunction(getattr(function, "__func__", function))
                ]
    return sorted(found)


@pytest.mark.parametrize("name", _names())
def test_what_waits_in_the_runtime_is_known_to_wait(name: str) -> None:
    api = catalog().api(name)
    assert api is not None, f"{name} is not described"
    assert api.awaited or api.starts
