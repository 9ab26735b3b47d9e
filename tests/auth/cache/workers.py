"""Workers of one application: each an application object of its own, with models of its own, on one database.

The session events of one are not heard by the other, as between two processes.
"""

from __future__ import annotations

import asyncio
import contextlib
import enum
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any
from urllib.parse import urlsplit

import quart
from quart import request
from sqlalchemy import event

from quart_app import Quart
from quart_app.auth import (
    LoginManager,
    UserMixin,
    current_user,
    live_user,
    login_required,
    login_user,
    logout_user,
)
from quart_app.db import SQLAlchemy
from quart_app.testing import QuartClient

FIELDS = ("name", "active", "password", "roles.name")


class Colour(enum.Enum):
    """Something that is no plain JSON."""

    RED = "red"
    BLUE = "blue"


class Worker:
    """One worker.

    Attributes:
        statements: What was sent to the database.
        loads: The ids that the user loader was asked for.
        gate: The loader waits for it, after it has read the row.
    """

    def __init__(
        self, url: str, quart_class: type[quart.Quart] = Quart, folder: str | None = None, **cache: Any
    ) -> None:
        self.statements: list[str] = []
        self.loads: list[str] = []
        self.gate = asyncio.Event()
        self.gate.set()
        self.reached = asyncio.Event()
        self.app = quart_class("worker", static_folder=folder, static_url_path="/static")
        self.app.secret_key = "a secret of the tests"
        self.app.config["SQLALCHEMY_DATABASE_URI"] = url
        self.db: Any = SQLAlchemy(self.app)
        self.manager = LoginManager(self.app)
        self.make_models()
        self.manager.user_loader(self.load)
        self.cache: Any = None
        if cache:
            self.cache = self.manager.cache_users(self.User, cache.pop("fields", FIELDS), **cache)
        self.add_views()

    def make_models(self) -> None:
        db = self.db
        user_roles = db.Table(
            "cache_user_roles",
            db.Column("user_id", db.ForeignKey("cache_users.id"), primary_key=True),
            db.Column("role_id", db.ForeignKey("cache_roles.id"), primary_key=True),
        )

        class Permission(db.Model):  # type: ignore[misc, name-defined]
            __tablename__ = "cache_permissions"
            id = db.Column(db.Integer, primary_key=True)
            name = db.Column(db.String(40))
            role_id = db.Column(db.ForeignKey("cache_roles.id"))

        class Role(db.Model):  # type: ignore[misc, name-defined]
            __tablename__ = "cache_roles"
            id = db.Column(db.Integer, primary_key=True)
            name = db.Column(db.String(40))
            founder_id = db.Column(db.ForeignKey("cache_users.id"))
            permissions = db.relationship(Permission)

        class Address(db.Model):  # type: ignore[misc, name-defined]
            __tablename__ = "cache_addresses"
            id = db.Column(db.Integer, primary_key=True)
            text = db.Column(db.String(40))
            user_id = db.Column(db.ForeignKey("cache_users.id"))

        class User(UserMixin, db.Model):  # type: ignore[misc, name-defined]
            __tablename__ = "cache_users"
            id = db.Column(db.Integer, primary_key=True)
            name = db.Column(db.String(40))
            active = db.Column(db.Boolean, default=True)
            password = db.Column(db.String(40))
            session_version = db.Column(db.Integer, default=1)
            last_seen = db.Column(db.DateTime)
            colour = db.Column(db.Enum(Colour))
            settings = db.Column(db.JSON)
            roles = db.relationship(Role, secondary=user_roles, backref="users", order_by=Role.name)
            addresses = db.relationship(Address, backref="user")

            @property
            def is_active(self) -> bool:
                return bool(self.active)

            @property
            def shown_name(self) -> str:
                return f"*{self.name}*"

            def has_role(self, name: str) -> bool:
                return any(role.name == name for role in self.roles)

        self.User, self.Role, self.Address, self.Permission = User, Role, Address, Permission
        self.user_roles = user_roles

    async def load(self, user_id: str) -> Any:
        self.loads.append(user_id)
        user = await self.db.session.get(self.User, int(user_id))
        self.reached.set()
        await self.gate.wait()
        return user

    def add_views(self) -> None:
        app = self.app

        @app.get("/login/<int:user_id>")
        async def login(user_id: int) -> str:
            return str(await login_user(await self.db.session.get(self.User, user_id)))

        @app.get("/logout")
        async def logout() -> str:
            return str(await logout_user())

        @app.get("/who")
        async def who() -> str:
            user = await current_user
            if not user.is_authenticated:
                return "anonymous"
            return f"{user.name}: {' '.join(role.name for role in user.roles)}"

        @app.get("/open")
        async def anybody() -> str:
            return "open"

        @app.get("/guarded")
        @login_required
        async def guarded() -> str:
            return "in"

        @app.get("/rename")
        async def rename() -> str:
            user = await live_user()
            user.name = request.args["to"]
            await self.db.session.commit()
            return ""

    def client(self) -> Any:
        return QuartClient(self.app)

    async def signed_in(self, user_id: int = 1) -> Any:
        """A client that has signed in."""
        client = self.client()
        assert (await client.get(f"/login/{user_id}")).text == "True"
        return client

    @asynccontextmanager
    async def session(self) -> AsyncIterator[Any]:
        """A session, outside of any request."""
        async with self.app.app_context():
            yield self.db.session

    @asynccontextmanager
    async def user(self, user_id: int = 1) -> AsyncIterator[Any]:
        """The row of a user, committed at the end."""
        async with self.session() as session:
            user = await session.get(self.User, user_id)
            yield user
            await session.commit()

    async def fill(self) -> None:
        """Make the tables, with an editor, a reader and somebody without any role."""
        async with self.app.app_context():
            await self.db.drop_all()
            await self.db.create_all()
            editor, reader = self.Role(name="editor"), self.Role(name="reader")
            self.db.session.add_all(
                [
                    self.User(id=1, name="ada", password="x", roles=[editor, reader]),
                    self.User(id=2, name="ben", password="y", roles=[reader]),
                    self.User(id=3, name="cyd", password="z"),
                ]
            )
            await self.db.session.commit()

    async def close(self) -> None:
        if self.cache is not None:
            await self.cache.close(self.app)
        async with self.app.app_context():
            await self.db.dispose()

    @contextmanager
    def counting(self) -> Iterator[list[str]]:
        """The statements that are sent meanwhile."""
        engine = self.db._engines[self.app][None].sync_engine
        seen: list[str] = []

        def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
            seen.append(statement)

        event.listen(engine, "before_cursor_execute", note)
        try:
            yield seen
        finally:
            event.remove(engine, "before_cursor_execute", note)


class Line:
    """A line to Redis that can be cut, or go dead: then it takes everything and gives nothing."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._to = (parts.hostname, parts.port or 6379)
        self._path = parts.path
        self.state = "up"
        self._writers: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    async def open(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        port = self._server.sockets[0].getsockname()[1]
        self.url = f"redis://127.0.0.1:{port}{self._path}"

    def become(self, state: str) -> None:
        """``up``, ``cut`` or ``dead``."""
        self.state = state
        if state != "dead":
            for writer in list(self._writers):
                writer.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.state == "cut":
            writer.close()
            return
        other_reader, other_writer = await asyncio.open_connection(*self._to)
        self._writers |= {writer, other_writer}
        for pair in ((reader, other_writer), (other_reader, writer)):
            task = asyncio.create_task(self._pump(*pair))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, asyncio.CancelledError):
            while data := await reader.read(65536):
                if self.state == "dead":
                    continue
                writer.write(data)
                await writer.drain()
        writer.close()

    async def close(self) -> None:
        self.become("cut")
        self._server.close()
        for task in list(self._tasks):
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks)
