"""A runner for commands, inside and outside a running event loop."""

from __future__ import annotations

from typing import Any

import quart.testing
from click.testing import Result

__all__ = ["CliRunner", "Result"]


class CliRunner(quart.testing.QuartCliRunner):
    """Flask's runner: ``result = app.test_cli_runner().invoke(args=["command", "argument"])``, not awaited.

    A command waits through :func:`quart_app.bridge.run`, so it can be invoked from a plain test as well as from one
    that the bridge drives (``AsyncTestCase``, or pytest with ``quart_app_bridge = true``), where it uses the test's event loop.
    """

    def invoke(  # type: ignore[override]
        self, cli: Any = None, args: Any = None, **kwargs: Any
    ) -> Result:
        """Invoke a command of the application, or another one with the application at hand.

        Args:
            cli: The command; ``app.cli`` when left out.
            args: Its arguments, as a list or as one line.
            kwargs: What click's runner takes: ``input``, ``env``, ``catch_exceptions``, ``obj`` and so on.

        Returns:
            Click's result: ``exit_code``, ``output``, ``exception``, ``return_value``.
        """
        result: Result = super().invoke(cli, args, **kwargs)
        return result
