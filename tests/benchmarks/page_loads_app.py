"""A site with a signed-in page and static files that counts what each kind of request asks the database.

``DATABASE`` names the server, ``STATIC`` the folder of the files. Served by hypercorn in a process of its own.
"""

from __future__ import annotations

import os
from collections import Counter
from typing import Any

from quart import has_request_context, request
from sqlalchemy import event

from quart_app import Quart
from quart_app.auth import LoginManager, UserMixin, current_user, login_user
from quart_app.db import SQLAlchemy


def rows() -> Quart:
    """The site, with the user and the roles from the database at each request that asks for them."""
    return _make()[0]


def copies() -> Quart:
    """The site with copies of the users in memory."""
    app, manager, user = _make()
    manager.cache_users(user, ["name", "roles.name"], seconds=600)
    return app


def _make() -> tuple[Quart, LoginManager, Any]:
    app = Quart(__name__, static_folder=os.environ["STATIC"], static_url_path="/static")
    app.secret_key = "a secret"
    app.config["SQLALCHEMY_DATABASE_URI"] = os.environ["DATABASE"]
    # SQLAlchemy's defaults, written down: the line is about them.
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = {"pool_size": 5, "max_overflow": 10, "pool_timeout": 30}
    db: Any = SQLAlchemy(app)
    manager = LoginManager(app)
    links = db.Table(
        "visitor_roles",
        db.Column("visitor_id", db.ForeignKey("visitor.id"), primary_key=True),
        db.Column("role_id", db.ForeignKey("role.id"), primary_key=True),
    )

    class Role(db.Model):  # type: ignore[misc]
        id = db.Column(db.Integer, primary_key=True)
        name = db.Column(db.String(20))

    class Visitor(UserMixin, db.Model):  # type: ignore[misc]
        id = db.Column(db.Integer, primary_key=True)
        name = db.Column(db.String(40))
        roles = db.relationship(Role, secondary=links)

    @manager.user_loader
    async def load(user_id: str) -> Any:
        return await db.session.get(Visitor, int(user_id))

    manager.load_with(Visitor.roles)
    _count(app, db)

    @app.get("/fill/<int:count>")
    async def fill(count: int) -> str:
        await db.create_all()
        role = Role(name="reader")
        db.session.add_all([Visitor(id=n, name=f"visitor {n}", roles=[role]) for n in range(1, count + 1)])
        await db.session.commit()
        return "ok"

    @app.get("/login/<int:number>")
    async def login(number: int) -> str:
        return str(await login_user(await db.session.get(Visitor, number)))

    @app.get("/page")
    async def page() -> str:
        user = await current_user
        if not user.is_authenticated:
            return "anonymous"
        return f"{user.name}: {' '.join(role.name for role in user.roles)}"

    return app, manager, Visitor


def _count(app: Quart, db: Any) -> None:
    statements: Counter[str] = Counter()
    requests: Counter[str] = Counter()

    def kind() -> str:
        return request.endpoint or "none" if has_request_context() else "outside"

    @app.before_serving
    async def listen() -> None:
        async with app.app_context():
            event.listen(
                db.engine.sync_engine, "before_cursor_execute", lambda *_: statements.update([kind()])
            )

    @app.before_request
    async def note() -> None:
        requests.update([kind()])

    @app.get("/counts")
    async def counts() -> dict[str, Any]:
        """What was counted since the last time, and how many connections are out."""
        found = {
            "statements": dict(statements),
            "requests": dict(requests),
            "out": db.engine.sync_engine.pool.checkedout(),
        }
        statements.clear()
        requests.clear()
        return found
