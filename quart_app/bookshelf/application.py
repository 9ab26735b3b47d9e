"""The application factory."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from quart import render_template
from quart.typing import ResponseReturnValue
from sqlalchemy.exc import DatabaseError

from quart_app import Quart
from quart_app.proxy import ProxyFix

from . import accounts, cli, errors, filters, headers, imports, limits, metrics
from .config import from_environment, warn_of_no_secret
from .extensions import csrf, db, login_manager, principal
from .views import register_blueprints


def make_application(config: Mapping[str, Any] | None = None) -> Quart:
    """Make the application; ``config`` comes before the environment."""
    app = Quart(__name__.rpartition(".")[0])
    app.config.update(from_environment())
    app.config.update(config or {})
    warn_of_no_secret(app.config)
    app.asgi_app = ProxyFix(app.asgi_app, x_for=1, x_proto=1, x_host=1)  # type: ignore[method-assign]

    metrics.init_app(app)
    limits.init_app(app)
    headers.init_app(app)
    db.init_app(app)
    csrf.init_app(app)
    login_manager.init_app(app)
    principal.init_app(app)
    accounts.init_app(app)
    imports.init_app(app)
    register_blueprints(app)
    errors.init_app(app)
    filters.init_app(app)
    cli.init_app(app)
    if app.config["DEBUG_ROUTES"]:
        _add_debug_routes(app)

    @app.before_serving
    async def prepare() -> None:
        async with app.app_context():
            await _make_tables_beside_others()
            await imports.prepare(app)

    return app


async def _make_tables_beside_others() -> None:
    """Make the missing tables while other workers do the same.

    A worker that loses the race for one table can lose the next one too, so it tries once for each. What fails for
    another reason fails at the last try as well.
    """
    for _ in db.metadata.tables:
        try:
            await cli.make_tables()
        except DatabaseError:
            await asyncio.sleep(0.1)
        else:
            return
    await cli.make_tables()


def _add_debug_routes(app: Quart) -> None:
    @app.route("/debug/error")
    async def debug_error() -> ResponseReturnValue:
        raise ZeroDivisionError("asked for")

    @app.route("/debug/page")
    async def debug_page() -> ResponseReturnValue:
        return await render_template("errors/error.html", code=200, message="A page")
