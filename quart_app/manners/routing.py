"""A rule of the URL map that takes all of Werkzeug's arguments, as Flask's does."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from quart.routing import QuartRule


class Rule(QuartRule):
    """Quart's rule, which also knows ``build_only``, ``redirect_to`` and ``alias``."""

    def __init__(
        self,
        string: str,
        *args: Any,
        build_only: bool = False,
        redirect_to: str | Callable[..., str] | None = None,
        alias: bool = False,
        **options: Any,
    ) -> None:
        """Make a rule; the arguments are Werkzeug's and Quart's."""
        super().__init__(string, *args, **options)
        self.build_only = build_only
        self.redirect_to = redirect_to
        self.alias = alias

    def get_empty_kwargs(self) -> Mapping[str, Any]:
        """Say what a copy of this rule is made with."""
        return {**super().get_empty_kwargs(), "websocket": self.websocket}
