"""``_app_ctx_stack`` and ``_request_ctx_stack``, which Flask had until 2.3. New code uses ``g``, ``current_app`` and ``request``."""

from __future__ import annotations

from typing import Any

from quart.globals import _cv_app, _cv_request


class _Stack:
    """The context that is current, as the top of what was a stack."""

    def __init__(self, variable: Any) -> None:
        self._variable = variable

    @property
    def top(self) -> Any:
        """The current context, ``None`` outside of one."""
        return self._variable.get(None)


_app_ctx_stack = _Stack(_cv_app)
_request_ctx_stack = _Stack(_cv_request)
