"""From the commit of a role change to its effect in another worker: ``python -m tests.benchmarks.role_changes``.

Two processes on one PostgreSQL and one Redis. One gives a user another role and commits, again and again. The other answers
requests of that user, one after the other, and notes when the role it sees is another one.
"""

from __future__ import annotations

import argparse
import asyncio
import secrets
import statistics
import subprocess
import sys
import time
from typing import Any

from quart_app import Quart
from quart_app.auth import LoginManager, UserMixin, current_user, login_user
from quart_app.db import SQLAlchemy
from tests import servers

from .auth import cookies_of, sending_client


def make_app(url: str, store: str, prefix: str, seconds: float) -> tuple[Quart, Any, Any]:
    """The application, as each process makes it."""
    app = Quart(__name__, static_folder=None)
    app.secret_key = "a secret"
    app.config["SQLALCHEMY_DATABASE_URI"] = url
    db: Any = SQLAlchemy(app)
    manager = LoginManager(app)
    links = db.Table(
        "member_roles",
        db.Column("member_id", db.ForeignKey("member.id"), primary_key=True),
        db.Column("role_id", db.ForeignKey("role.id"), primary_key=True),
    )

    class Role(db.Model):  # type: ignore[misc]
        id = db.Column(db.Integer, primary_key=True)
        name = db.Column(db.String(20))

    class Member(UserMixin, db.Model):  # type: ignore[misc]
        id = db.Column(db.Integer, primary_key=True)
        roles = db.relationship(Role, secondary=links, lazy="selectin")

    @manager.user_loader
    async def load(user_id: str) -> Any:
        return await db.session.get(Member, int(user_id))

    manager.cache_users(Member, ["roles.name"], store=store, seconds=seconds, prefix=prefix)

    @app.get("/login")
    async def login() -> str:
        return str(await login_user(await db.session.get(Member, 1)))

    @app.get("/roles")
    async def roles() -> str:
        return " ".join(role.name for role in (await current_user).roles)

    return app, db, (Member, Role)


async def watch(options: argparse.Namespace) -> None:
    """The other worker: print when which role was seen first."""
    app, _, _ = make_app(options.url, options.store, options.prefix, options.seconds)
    ask = sending_client(app, "/roles", await cookies_of(app))
    seen = ""
    print("ready", flush=True)
    while seen != f"role {options.changes}":
        _, body = await ask()
        now = time.monotonic()
        if body.decode() != seen:
            seen = body.decode()
            print(f"{seen}|{now}", flush=True)
        await asyncio.sleep(0)


async def change(options: argparse.Namespace) -> list[float]:
    """This worker: change the role, and return how long each change took to be seen by the other, in ms."""
    app, db, (member, role) = make_app(options.url, options.store, options.prefix, options.seconds)
    async with app.app_context():
        await db.create_all()
        db.session.add(member(id=1, roles=[role(name="role 0")]))
        db.session.add_all([role(name=f"role {number + 1}") for number in range(options.changes)])
        await db.session.commit()
    arguments = [
        f"--{name}={getattr(options, name)}" for name in ("url", "store", "prefix", "changes", "seconds")
    ]
    other = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.benchmarks.role_changes", "--watch", *arguments, stdout=subprocess.PIPE
    )
    assert other.stdout is not None
    for expected in ("ready", "role 0"):
        assert (await other.stdout.readline()).decode().startswith(expected)
    taken = []
    for number in range(1, options.changes + 1):
        async with app.app_context():
            user = await db.session.get(member, 1)
            user.roles = [await db.session.scalar(db.select(role).filter_by(name=f"role {number}"))]
            await db.session.flush()
            begun = time.monotonic()
            await db.session.commit()
        line = (await asyncio.wait_for(other.stdout.readline(), options.seconds + 30)).decode()
        seen, _, moment = line.partition("|")
        assert seen == f"role {number}", seen
        taken.append((float(moment) - begun) * 1000)
    await other.wait()
    async with app.app_context():
        await db.dispose()
    await app.login_manager.user_cache.close(app)  # type: ignore[attr-defined]
    return taken


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.role_changes", description=__doc__)
    parser.add_argument("--changes", type=int, default=500)
    parser.add_argument("--store", default="", help='"memory", or the URL of a Redis server')
    parser.add_argument("--seconds", type=float, default=30.0, help="how long a copy lives")
    parser.add_argument("--watch", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--url", default="", help=argparse.SUPPRESS)
    parser.add_argument("--prefix", default=f"fq-benchmark-{secrets.token_hex(4)}", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.watch:
        asyncio.run(watch(options))
        return
    with (
        servers.postgres_server() as server,
        servers.fresh_postgres_database(server) as url,
        servers.redis_server() as redis,
    ):
        options.url, options.store = url, options.store or redis
        taken = sorted(asyncio.run(change(options)))
    where = "in memory" if options.store == "memory" else "in Redis"
    print(
        f"{len(taken)} changes, copies {where}: median {statistics.median(taken):.1f} ms,"
        f" 99 % {taken[int(len(taken) * 0.99) - 1]:.1f} ms, maximum {taken[-1]:.1f} ms"
    )


if __name__ == "__main__":
    main()
