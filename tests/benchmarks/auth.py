"""What signing people in costs: ``python -m tests.benchmarks.auth``.

CPU time of one request, without a server, in one process and one run: bare Quart, our layer, quart-auth, and Flask with
Flask-Login. The cases take turns, and each keeps its best round, so that what else the machine does weighs on all alike.
"""

from __future__ import annotations

import argparse
import asyncio
import platform
import sys
import tempfile
import time
import warnings
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import flask
import quart
import quart_auth
from sqlalchemy import event

import quart_app
from quart_app import auth
from quart_app.db import SQLAlchemy

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)
    import flask_login

SECRET = "a secret"
#: Our signed-in request that does not ask for the user may add what quart-auth's cookie check adds, and a tenth.
ALLOWED = 1.10
#: Two measurements of the same thing differ by so much (µs).
NOISE = 3.0


@dataclass
class Case:
    """One kind of request: ``ask`` makes it once."""

    name: str
    ask: Callable[[], Awaitable[int] | int]
    best: float = float("inf")


def sending_client(app: Any, path: str, cookie: str = "") -> Callable[[], Awaitable[tuple[int, bytes]]]:
    """Ask an ASGI application directly, for the status and the body."""
    headers = [(b"host", b"localhost"), (b"user-agent", b"benchmark")]
    if cookie:
        headers.append((b"cookie", cookie.encode()))
    scope = {
        "type": "http",
        "http_version": "1.1",
        "asgi": {"spec_version": "2.3", "version": "3.0"},
        "method": "GET",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": headers,
        "client": ("127.0.0.1", 1),
        "server": ("localhost", 80),
        "extensions": {},
    }

    async def ask() -> tuple[int, bytes]:
        given = False
        never = asyncio.Event()
        status, body = 0, b""

        async def receive() -> dict[str, Any]:
            nonlocal given
            if not given:
                given = True
                return {"type": "http.request", "body": b"", "more_body": False}
            await never.wait()
            return {"type": "http.disconnect"}

        async def send(message: dict[str, Any]) -> None:
            nonlocal status, body
            if message["type"] == "http.response.start":
                status = message["status"]
            else:
                body += message.get("body", b"")

        await app(dict(scope), receive, send)
        return status, body

    return ask


def client_of(app: Any, path: str, cookie: str = "") -> Callable[[], Awaitable[int]]:
    """Ask an ASGI application directly, for the status alone."""
    both = sending_client(app, path, cookie)

    async def ask() -> int:
        return (await both())[0]

    return ask


async def cookies_of(app: Any) -> str:
    """Sign in, and return the cookies as a client would send them."""
    # From the address and the browser of the requests that are measured: the session is bound to them.
    response = await app.test_client().get(
        "/login", headers={"User-Agent": "benchmark"}, scope_base={"client": ("127.0.0.1", 1)}
    )
    return "; ".join(line.split(";")[0] for line in response.headers.getlist("Set-Cookie"))


def bare(folder: Path, factory: type[quart.Quart] = quart.Quart) -> quart.Quart:
    """Quart, a view and a static file."""
    app = factory(__name__, static_folder=str(folder), static_url_path="/static")
    app.secret_key = SECRET

    @app.get("/")
    async def index() -> str:
        return "x"

    return app


class User(auth.UserMixin, flask_login.UserMixin):  # type: ignore[misc]
    """Whoever signs in."""

    id = "1"


def ours(folder: Path) -> quart.Quart:
    """The same with our layer; its user is in memory."""
    app = bare(folder)
    manager, user = auth.LoginManager(app), User()

    @manager.user_loader
    async def load(_: str) -> User:
        return user

    @app.get("/login")
    async def login() -> str:
        return str(await auth.login_user(user))

    @app.get("/user")
    async def asked() -> str:
        return str((await auth.current_user).id)

    return app


def ours_on_database(folder: Path) -> tuple[quart.Quart, Any]:
    """The same on our own Quart, its user in SQLite."""
    app = bare(folder, quart_app.Quart)
    app.config["SQLALCHEMY_DATABASE_URI"] = f"sqlite:///{folder / 'users.db'}"
    db: Any = SQLAlchemy(app)
    manager = auth.LoginManager(app)

    class Member(auth.UserMixin, db.Model):  # type: ignore[misc]
        id = db.Column(db.Integer, primary_key=True)

    @manager.user_loader
    async def load(user_id: str) -> Any:
        return await db.session.get(Member, int(user_id))

    @app.get("/login")
    async def login() -> str:
        await db.create_all()
        if await db.session.get(Member, 1) is None:
            db.session.add(Member(id=1))
            await db.session.commit()
        return str(await auth.login_user(await db.session.get(Member, 1)))

    @app.get("/user")
    async def asked() -> str:
        return str((await auth.current_user).id)

    return app, db


def of_quart_auth(folder: Path) -> quart.Quart:
    """The same with quart-auth."""
    app = bare(folder)
    app.config["QUART_AUTH_COOKIE_SECURE"] = False
    quart_auth.QuartAuth(app)

    @app.get("/login")
    async def login() -> str:
        quart_auth.login_user(quart_auth.AuthUser("1"))
        return ""

    @app.get("/user")
    async def asked() -> str:
        return str(quart_auth.current_user.auth_id)

    return app


def wsgi_client_of(app: Any, path: str, cookie: str = "") -> Callable[[], int]:
    """Ask a WSGI application directly."""

    def ask() -> int:
        environ = {
            "REQUEST_METHOD": "GET",
            "PATH_INFO": path,
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "80",
            "HTTP_HOST": "localhost",
            "HTTP_USER_AGENT": "benchmark",
            "REMOTE_ADDR": "127.0.0.1",
            "wsgi.url_scheme": "http",
            "wsgi.errors": sys.stderr,
        }
        if cookie:
            environ["HTTP_COOKIE"] = cookie
        status = [0]

        def start(line: str, _headers: Any, _error: Any = None) -> Callable[[bytes], object]:
            status[0] = int(line[:3])
            return lambda _: None

        for _ in app(environ, start):
            pass
        return status[0]

    return ask


def of_flask_login(signed_in: bool) -> list[Case]:
    """Flask with Flask-Login, through its WSGI entry."""
    app = flask.Flask(__name__)
    app.secret_key = SECRET
    manager, user = flask_login.LoginManager(app), User()
    manager.user_loader(lambda _: user)
    app.add_url_rule("/", "index", lambda: "x")
    app.add_url_rule("/login", "login", lambda: str(flask_login.login_user(user)))
    app.add_url_rule("/user", "asked", lambda: str(flask_login.current_user.id))
    cookie = ""
    if signed_in:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            response = app.test_client().get("/login", headers={"User-Agent": "benchmark"})
        cookie = "; ".join(line.split(";")[0] for line in response.headers.getlist("Set-Cookie"))

    if not signed_in:
        return [Case("flask-login, anonymous", wsgi_client_of(app, "/", cookie))]
    return [
        Case("flask-login, signed in, user not asked", wsgi_client_of(app, "/", cookie)),
        Case("flask-login, user loaded from memory", wsgi_client_of(app, "/user", cookie)),
    ]


async def one_round(case: Case, requests: int) -> None:
    """Measure a case once more."""
    begun = time.process_time()
    for _ in range(requests):
        answer = case.ask()
        status = answer if isinstance(answer, int) else await answer
    spent = (time.process_time() - begun) / requests * 1e6
    assert status == 200, (case.name, status)
    case.best = min(case.best, spent)


async def selects_of_a_loaded_user(app: quart.Quart, db: Any, ask: Callable[[], Awaitable[int]]) -> int:
    """How many statements one request with its user loaded sends."""
    async with app.app_context():
        engine = db.engine.sync_engine
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    await ask()
    event.remove(engine, "before_cursor_execute", note)
    return len(seen)


async def measure(requests: int, rounds: int) -> tuple[dict[str, float], int]:
    """All cases, by name; and the statements of a request that loads its user."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "x.txt").write_text("x")
        plain, own, other = bare(folder), ours(folder), of_quart_auth(folder)
        stored, db = ours_on_database(folder)
        own_cookie, other_cookie = await cookies_of(own), await cookies_of(other)
        stored_cookie = await cookies_of(stored)
        from_database = client_of(stored, "/user", stored_cookie)
        static = "/static/x.txt"
        cases = [
            Case("quart", client_of(plain, "/")),
            Case("quart, session cookie sent", client_of(plain, "/", own_cookie)),
            Case("quart, static file", client_of(plain, static, own_cookie)),
            Case("ours, anonymous", client_of(own, "/")),
            Case("ours, signed in, user not asked", client_of(own, "/", own_cookie)),
            Case("ours, user loaded from memory", client_of(own, "/user", own_cookie)),
            Case("ours, static file, signed in", client_of(own, static, own_cookie)),
            Case("ours, user loaded from SQLite", from_database),
            Case("quart-auth, anonymous", client_of(other, "/")),
            Case("quart-auth, signed in, user not asked", client_of(other, "/", other_cookie)),
            Case("quart-auth, user asked", client_of(other, "/user", other_cookie)),
            Case("quart-auth, static file, signed in", client_of(other, static, other_cookie)),
            *of_flask_login(signed_in=False),
            *of_flask_login(signed_in=True),
        ]
        statements = await selects_of_a_loaded_user(stored, db, from_database)
        for number in range(rounds + 1):
            for case in cases:
                await one_round(case, requests)
                if number == 0:  # the first round only warms up
                    case.best = float("inf")
        async with stored.app_context():
            await db.dispose()
    return {case.name: case.best for case in cases}, statements


def faults(best: dict[str, float], statements: int) -> list[str]:
    """What does not hold of what is promised."""
    found = []
    # Quart itself opens the session of a request that brings its cookie, with us or without.
    added = best["ours, signed in, user not asked"] - best["quart, session cookie sent"]
    theirs = best["quart-auth, signed in, user not asked"] - best["quart"]
    if added > theirs * ALLOWED + NOISE:
        found.append(
            f"our layer adds {added:.0f} µs where the user is not asked for, quart-auth's check {theirs:.0f}"
        )
    static = best["ours, static file, signed in"] - best["quart, static file"]
    if static > NOISE + 0.03 * best["quart, static file"]:
        found.append(f"a static file costs {static:.0f} µs more")
    if statements != 1:
        found.append(f"loading the user takes {statements} statements")
    return found


def table(best: dict[str, float], statements: int) -> str:
    """The result as the documentation shows it."""
    base = best["quart"]
    lines = ["| request | CPU, µs | beside bare Quart | added, µs |", "|---|---:|---:|---:|"]
    for name, spent in best.items():
        lines.append(f"| {name} | {spent:.0f} | {spent / base:.2f} | {spent - base:+.0f} |")
    lines.append("")
    lines.append(f"Statements of a request that loads its user: {statements}.")
    names = ("quart", "quart-auth", "flask", "flask-login", "sqlalchemy")
    packages = ", ".join(f"{name} {version(name)}" for name in names)
    lines.append(f"Python {platform.python_version()}, {packages}.")
    return "\n".join(lines)


def main() -> int:
    """Measure, print, and return 1 if a promise is broken."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.auth", description=__doc__)
    parser.add_argument("--requests", type=int, default=400, help="requests of a round (400)")
    parser.add_argument("--rounds", type=int, default=15, help="rounds, of which the best counts (15)")
    options = parser.parse_args()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        best, statements = asyncio.run(measure(options.requests, options.rounds))
    print(table(best, statements))
    found = faults(best, statements)
    for fault in found:
        print(f"broken: {fault}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
