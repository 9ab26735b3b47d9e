"""Blueprints that a factory sets up anew for every application it makes.

``create_app()`` that says ``cors.init_app(blueprint)`` or ``blueprint.before_request(f)`` and then registers the module's blueprint
is called once in production, and once per test. Since Flask 2.3 the second call fails, because the blueprint was registered before,
though with another application. Here that refusal lasts until the next application is made: what is set up for that one is
applied when the blueprint is registered with it, as until then.

A module of views may make an application while it is imported (for the context of a mailer or of a worker); that one registers
blueprints whose modules are not read to their end. Routes that stand below are for the applications that come. Anything else, a
guard above all, is refused as ever: the first application would go without it.
"""

from __future__ import annotations

import functools
import sys
import weakref
from collections.abc import Iterable
from typing import Any

#: What adds routes, and what it calls in turn.
_ROUTES = frozenset(
    {"route", "get", "post", "put", "delete", "patch", "websocket", "add_url_rule", "add_websocket", "record"}
)

_registered: weakref.WeakSet[Any] = weakref.WeakSet()


def remember(blueprints: Iterable[Any], importing: str) -> None:
    """Note blueprints that an application has now.

    Args:
        blueprints: All of the application's.
        importing: The application's module; its own blueprints are registered too early by mistake only.
    """
    for blueprint in blueprints:
        _registered.add(blueprint)
        name = getattr(blueprint, "import_name", importing)
        if name != importing and _is_being_read(name):
            blueprint._check_setup_finished = functools.partial(_check, weakref.ref(blueprint))


def set_up_again() -> None:
    """Let blueprints of earlier applications be set up for a new one."""
    for blueprint in _registered:
        blueprint._got_registered_once = False
    _registered.clear()


def _check(reference: weakref.ref[Any], called: str) -> None:
    """The blueprint's own check, but of routes only once its module has been read."""
    blueprint = reference()
    if blueprint is not None and not (called in _ROUTES and _is_being_read(blueprint.import_name)):
        type(blueprint)._check_setup_finished(blueprint, called)


def _is_being_read(name: str) -> bool:
    """Whether the module of this name is still being imported."""
    spec = getattr(sys.modules.get(name), "__spec__", None)
    return bool(getattr(spec, "_initializing", False))
