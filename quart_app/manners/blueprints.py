"""Blueprints that a factory sets up anew for every application it makes.

``create_app()`` that says ``cors.init_app(blueprint)`` or ``blueprint.before_request(f)`` and then registers the module's blueprint
is called once in production, and once per test. Since Flask 2.3 the second call fails, because the blueprint was registered before,
though with another application. Here that refusal lasts until the next application is made: what is set up for that one is
applied when the blueprint is registered with it, as until then.
"""

from __future__ import annotations

import weakref
from collections.abc import Iterable
from typing import Any

_registered: weakref.WeakSet[Any] = weakref.WeakSet()


def remember(blueprints: Iterable[Any]) -> None:
    """Note blueprints that an application has now."""
    for blueprint in blueprints:
        _registered.add(blueprint)


def set_up_again() -> None:
    """Let blueprints of earlier applications be set up for a new one."""
    for blueprint in _registered:
        blueprint._got_registered_once = False
    _registered.clear()
