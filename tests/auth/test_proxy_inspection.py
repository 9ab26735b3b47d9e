"""Tools that look at everything in a module may look at ``current_user`` too."""

from __future__ import annotations

import inspect

from quart_app.auth import current_user


def test_it_is_no_coroutine_function() -> None:
    assert not inspect.iscoroutinefunction(current_user)
