"""``DebugToolbarExtension`` for code that has Flask-DebugToolbar: it does nothing.

The toolbar takes the place of the application's dispatch with a plain function, which no coroutine view survives. Where
``DEBUG_TB_ENABLED`` is set for development every request would fail. New code has no such line; see asyncio's debug mode and the
SQL log (``SQLALCHEMY_ECHO``).
"""

from __future__ import annotations

from typing import Any


class DebugToolbarExtension:
    """Takes an application and leaves it as it is."""

    def __init__(self, app: Any = None) -> None:
        """Do nothing.

        Args:
            app: The application, if there is one already.
        """
        self.app = app
        if app is not None:
            self.init_app(app)

    def init_app(self, app: Any) -> None:
        """Do nothing but what code could ask for: the settings have their values."""
        app.config.setdefault("DEBUG_TB_ENABLED", False)
        app.config.setdefault("DEBUG_TB_INTERCEPT_REDIRECTS", True)
        app.config.setdefault("DEBUG_TB_PANELS", [])  # others append theirs
