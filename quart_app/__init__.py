"""The async-first runtime that migrated applications import, and the bookshelf application built on it."""

from collections.abc import Mapping
from typing import Any

from .app import Quart
from .compat import installed
from .factory import application_factory
from .manners.requests import Request
from .manners.responses import Response

__all__ = ["Quart", "Request", "Response", "application_factory", "create_app"]

installed.install()


@application_factory
def create_app(config: Mapping[str, Any] | None = None) -> Quart:
    """Make the bookshelf application: ``hypercorn "quart_app:create_app()"``.

    Args:
        config: Settings that come before those of the environment (:mod:`quart_app.bookshelf.config`).
    """
    from .bookshelf.application import make_application

    return make_application(config)
