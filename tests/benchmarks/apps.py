"""One and the same page, a query of 50 ms, as each of the compared applications has it; ``DATABASE`` names the server."""

from __future__ import annotations

import os
from typing import Any

#: A view that takes 50 ms to read; the benchmark makes it.
VIEW = "CREATE VIEW slow AS SELECT 1 AS id FROM (SELECT pg_sleep(0.05)) AS waited"


def _query() -> Any:
    from sqlalchemy import column, select, table

    return select(table("slow", column("id")))


def _url(driver: str) -> str:
    return os.environ["DATABASE"].replace("postgresql://", f"postgresql+{driver}://", 1)


def flask_app() -> Any:
    """Flask with Flask-SQLAlchemy, its default pool."""
    import flask
    from flask_sqlalchemy import SQLAlchemy

    query = _query()
    app = flask.Flask("flask_app")
    app.config["SQLALCHEMY_DATABASE_URI"] = _url("psycopg")
    db = SQLAlchemy(app)

    @app.get("/")
    def index() -> str:
        db.session.execute(query).all()
        return "ok"

    return app


def flask_async() -> Any:
    """Flask with coroutine views: a loop for each request, so no connection can be kept for the next."""
    import asyncio

    import flask
    from sqlalchemy import NullPool
    from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine

    app = flask.Flask("flask_async")
    query = _query()
    engine = create_async_engine(_url("asyncpg"), poolclass=NullPool)

    async def connect_first() -> None:
        # SQLAlchemy 2.1 guards an engine's first connection with a lock of one loop; loops that meet there hang or fail.
        async with engine.connect():
            pass

    asyncio.run(connect_first())

    @app.get("/")
    async def index() -> str:
        async with AsyncSession(engine) as session:
            (await session.execute(query)).all()
        return "ok"

    return app


def wsgi_to_asgi() -> Any:
    """The Flask application behind asgiref's adapter."""
    from asgiref.wsgi import WsgiToAsgi

    adapter: Any = WsgiToAsgi
    return adapter(flask_app())


def plain_quart() -> Any:
    """Quart with SQLAlchemy's asyncio and its default pool."""
    import quart
    from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine

    app = quart.Quart("plain_quart")
    query = _query()
    engine = create_async_engine(_url("asyncpg"))

    @app.get("/")
    async def index() -> str:
        async with AsyncSession(engine) as session:
            (await session.execute(query)).all()
        return "ok"

    return app


def ours(bridge: bool = True) -> Any:
    """What the Flask application becomes: default pool, bridge on if not said otherwise."""
    import quart_app
    from quart_app.db import SQLAlchemy

    app = quart_app.Quart("ours")
    query = _query()
    app.config["QUART_APP_BRIDGE"] = bridge
    app.config["SQLALCHEMY_DATABASE_URI"] = os.environ["DATABASE"]
    db = SQLAlchemy(app)

    @app.get("/")
    async def index() -> str:
        (await db.session.execute(query)).all()
        return "ok"

    return app
