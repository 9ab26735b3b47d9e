"""What a signed-in request costs that reads its user and roles: ``python -m tests.benchmarks.user_cache``.

CPU time and statements of one request, without a server, in one process and one run, as in ``tests.benchmarks.auth``: Flask-Login
with its loader, with Flask-Caching's ``memoize`` on the loader, quart-auth with a row loaded by hand, and ours with and
without the cache. Users and roles are in SQLite; Redis is a server.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import platform
import secrets
import tempfile
import warnings
from collections.abc import Awaitable, Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

import flask
import flask_caching
import flask_sqlalchemy
import quart
import quart_auth
from sqlalchemy import event
from sqlalchemy.orm import joinedload

import quart_app
from quart_app import auth
from quart_app.db import SQLAlchemy
from tests import servers

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)
    import flask_login

from .auth import SECRET, Case, client_of, cookies_of, one_round, wsgi_client_of

_numbers = itertools.count()
Made = tuple[Callable[[], Awaitable[int] | int], Any]


def models(db: Any, mixin: type[Any]) -> tuple[Any, Any]:
    """A user with roles, as every application has them."""
    links = db.Table(
        "member_roles",
        db.Column("member_id", db.ForeignKey("member.id"), primary_key=True),
        db.Column("role_id", db.ForeignKey("role.id"), primary_key=True),
    )

    number = next(_numbers)

    class Role(db.Model):  # type: ignore[misc]
        id = db.Column(db.Integer, primary_key=True)
        name = db.Column(db.String(20))

    class Member(mixin, db.Model):  # type: ignore[misc]
        id = db.Column(db.Integer, primary_key=True)
        name = db.Column(db.String(20))
        roles = db.relationship(Role, secondary=links)

    for kind in (Member, Role):  # a pickle finds a class by its name
        kind.__qualname__ = f"{kind.__name__}{number}"
        globals()[kind.__qualname__] = kind
    return Member, Role


class Nothing:
    """What a user of quart-auth inherits."""


def page(user: Any) -> str:
    """What every request answers."""
    return f"{user.name}: {' '.join(role.name for role in user.roles)}"


async def on_quart(url: str, store: str | None, together: bool = False) -> Made:
    """Ours, with a cache or without."""
    app = quart_app.Quart(__name__, static_folder=None)
    app.secret_key = SECRET
    app.config["SQLALCHEMY_DATABASE_URI"] = url
    db: Any = SQLAlchemy(app)
    manager = auth.LoginManager(app)
    member, role = models(db, auth.UserMixin)

    @manager.user_loader
    async def load(user_id: str) -> Any:
        return await db.session.get(member, int(user_id))

    if together:
        manager.load_with(member.roles)
    if store:
        manager.cache_users(
            member,
            ["name", "roles.name"],
            store=store,
            seconds=600,
            prefix=f"fq-benchmark-{secrets.token_hex(4)}",
        )

    @app.get("/login")
    async def login() -> str:
        await db.create_all()
        if await db.session.get(member, 1) is None:
            db.session.add(member(id=1, name="ada", roles=[role(name="editor"), role(name="reader")]))
            await db.session.commit()
        return str(await auth.login_user(await db.session.get(member, 1)))

    @app.get("/user")
    async def asked() -> str:
        return page(await auth.current_user)

    ask = client_of(app, "/user", await cookies_of(app))
    async with app.app_context():
        return ask, db.engine.sync_engine


async def on_quart_auth(url: str) -> Made:
    """quart-auth, which knows an id; the row is loaded by the view."""
    app = quart.Quart(__name__, static_folder=None)
    app.secret_key = SECRET
    app.config["QUART_AUTH_COOKIE_SECURE"] = False
    app.config["SQLALCHEMY_DATABASE_URI"] = url
    db: Any = SQLAlchemy(app)
    member, _ = models(db, Nothing)
    quart_auth.QuartAuth(app)

    @app.get("/login")
    async def login() -> str:
        quart_auth.login_user(quart_auth.AuthUser("1"))
        return ""

    @app.get("/user")
    async def asked() -> str:
        key = int(quart_auth.current_user.auth_id or 0)
        return page(await db.session.get(member, key, options=[joinedload(member.roles)]))

    ask = client_of(app, "/user", await cookies_of(app))
    async with app.app_context():
        return ask, db.engine.sync_engine


def on_flask(url: str, cache: dict[str, Any] | None) -> Made:
    """Flask-Login, with Flask-Caching on the loader or without."""
    app = flask.Flask(__name__)
    app.secret_key = SECRET
    app.config["SQLALCHEMY_DATABASE_URI"] = url
    db: Any = flask_sqlalchemy.SQLAlchemy(app)
    member, _ = models(db, flask_login.UserMixin)
    manager = flask_login.LoginManager(app)

    def load(user_id: str) -> Any:
        # Without this a cached user has no roles: its session is closed.
        return db.session.get(member, int(user_id), options=[joinedload(member.roles)])

    if cache is not None:
        caching = flask_caching.Cache(app, config=cache)
        load = caching.memoize(timeout=600)(load)
    manager.user_loader(load)
    app.add_url_rule("/login", "login", lambda: str(flask_login.login_user(db.session.get(member, 1))))
    app.add_url_rule("/user", "asked", lambda: page(flask_login.current_user))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        response = app.test_client().get("/login", headers={"User-Agent": "benchmark"})
    cookie = "; ".join(line.split(";")[0] for line in response.headers.getlist("Set-Cookie"))
    with app.app_context():
        return wsgi_client_of(app, "/user", cookie), db.engine


async def statements(case: Case, engine: Any) -> int:
    """How many statements one warm request sends."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        seen.append(statement)

    await one_round(case, 2)
    event.listen(engine, "before_cursor_execute", note)
    await one_round(case, 1)
    event.remove(engine, "before_cursor_execute", note)
    case.best = float("inf")
    return len(seen)


async def measure(requests: int, rounds: int, redis: str) -> list[tuple[Case, int]]:
    """All cases, with their statements."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'users.db'}"
        prefix = f"fq-benchmark-{secrets.token_hex(4)}"
        simple = {"CACHE_TYPE": "SimpleCache"}
        shared = {"CACHE_TYPE": "RedisCache", "CACHE_REDIS_URL": redis, "CACHE_KEY_PREFIX": prefix}
        made: dict[str, Made] = {
            "ours, no cache, roles loaded when read": await on_quart(url, None),
            "ours, no cache, `load_with(User.roles)`": await on_quart(url, None, together=True),
            "ours, copies in memory": await on_quart(url, "memory"),
            "ours, copies in Redis": await on_quart(url, redis),
            "quart-auth, row and roles loaded by the view": await on_quart_auth(url),
            "Flask-Login, loader with `joinedload`": on_flask(url, None),
            "Flask-Login, `memoize` in memory (pickles)": on_flask(url, simple),
            "Flask-Login, `memoize` in Redis (pickles)": on_flask(url, shared),
        }
        cases = [
            (Case(name, ask), await statements(Case(name, ask), engine))
            for name, (ask, engine) in made.items()
        ]
        for _ in range(rounds):
            for case, _count in cases:
                await one_round(case, requests)
        return cases


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.user_cache", description=__doc__)
    parser.add_argument("--requests", type=int, default=200, help="requests of a round (200)")
    parser.add_argument("--rounds", type=int, default=10, help="rounds, of which the best counts (10)")
    options = parser.parse_args()
    with servers.redis_server() as redis:
        cases = asyncio.run(measure(options.requests, options.rounds, redis))
    print("| a signed-in request that reads its user and two roles | CPU, µs | statements |\n|---|---:|---:|")
    for case, count in cases:
        print(f"| {case.name} | {case.best:.0f} | {count} |")
    names = ("quart", "quart-auth", "flask", "flask-login", "flask-caching", "sqlalchemy", "redis")
    print(f"\nPython {platform.python_version()}, " + ", ".join(f"{name} {version(name)}" for name in names))


if __name__ == "__main__":
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        main()
