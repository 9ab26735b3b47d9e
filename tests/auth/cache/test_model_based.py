"""Random lives of users, workers and Redis beside a simple reference that says what may be answered.

``FLASK_TO_QUART_CACHE_SEQUENCES`` says how many (30 by default, 2000 for the whole measure).
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import tempfile
from collections.abc import Coroutine
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, ClassVar, TypeVar
from unittest.mock import patch

import quart
import sqlalchemy as sa
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule
from redis.exceptions import ConnectionError as RedisDown

from quart_app.auth.cache import codec, redis_store, stores, user_cache

from .workers import Worker

T = TypeVar("T")
SEQUENCES = int(os.environ.get("FLASK_TO_QUART_CACHE_SEQUENCES", "30"))
SECONDS = 30.0
USERS = st.sampled_from([1, 2])
WORKERS = st.sampled_from([0, 1])
CHANGES = st.sampled_from(["active", "password", "name", "role"])
ROLES = st.sampled_from(["editor", "reader"])


class Clock:
    """Time that passes when it is told to."""

    now = 1000.0

    def monotonic(self) -> float:
        return self.now

    def time(self) -> float:
        return self.now


CLOCK = Clock()


class Shelf:
    """What Redis holds."""

    def __init__(self) -> None:
        self.data: dict[str, tuple[bytes, float]] = {}

    def get(self, name: str) -> bytes | None:
        value, until = self.data.get(name, (None, 0.0))
        return value if until > CLOCK.now else None


class FakeRedis:
    """One worker's line to it, which may be cut."""

    def __init__(self, shelf: Shelf) -> None:
        self.shelf = shelf
        self.up = True
        self.connection_pool = self

    async def _answer(self) -> None:
        await asyncio.sleep(0)
        if not self.up:
            raise RedisDown("cut")

    async def mget(self, *names: str) -> list[bytes | None]:
        await self._answer()
        return [self.shelf.get(name) for name in names]

    async def set(self, name: str, value: bytes, px: int) -> None:
        await self._answer()
        self.shelf.data[name] = (value, CLOCK.now + px / 1000)

    def pipeline(self, transaction: bool) -> Pipeline:
        return Pipeline(self)

    async def aclose(self) -> None:
        pass

    disconnect = aclose


class Pipeline:
    """Several commands at once."""

    def __init__(self, redis: FakeRedis) -> None:
        self.redis = redis
        self.commands: list[tuple[str, bytes | None, int]] = []

    def set(self, name: str, value: str, px: int) -> None:
        self.commands.append((name, value.encode(), px))

    def delete(self, name: str) -> None:
        self.commands.append((name, None, 0))

    async def execute(self) -> None:
        await self.redis._answer()
        for name, value, px in self.commands:
            if value is None:
                self.redis.shelf.data.pop(name, None)
            else:
                self.redis.shelf.data[name] = (value, CLOCK.now + px / 1000)


@dataclass(frozen=True)
class State:
    """What the reference knows of a user."""

    name: str
    active: bool = True
    version: int = 1
    roles: frozenset[str] = frozenset()

    def answer(self, version: int) -> str:
        if not self.active or version != self.version:
            return "anonymous"
        return f"{self.name}: {' '.join(sorted(self.roles))}"


@dataclass
class Known:
    """The present state of a user and, for who may not know it yet, those before.

    Attributes:
        untold: The workers that may not know the present, with the time of the first change they may have missed.
    """

    state: State
    before: list[tuple[float, State]] = field(default_factory=list)
    untold: dict[int, float] = field(default_factory=dict)

    def change(self, state: State, untold: set[int]) -> None:
        self.before.append((CLOCK.now, self.state))
        self.state = state
        for worker in untold:
            self.untold.setdefault(worker, CLOCK.now)

    def allowed(self, worker: int) -> list[State]:
        """What this worker may believe: the present, or what was true less than the limit ago and after it was told last."""
        since = self.untold.get(worker)
        if since is None:
            return [self.state]
        return [
            self.state,
            *(state for ended, state in self.before if ended >= since and ended > CLOCK.now - SECONDS),
        ]


class Stage:
    """Two workers for all sequences, so that each need not make its own."""

    instance: ClassVar[Stage | None] = None

    def __init__(self, store: str) -> None:
        self.loop = asyncio.new_event_loop()
        self.folder = tempfile.TemporaryDirectory()
        url = f"sqlite:///{Path(self.folder.name) / 'users.db'}"
        self.shelf = Shelf()
        self.lines = [FakeRedis(self.shelf), FakeRedis(self.shelf)]
        self.workers = [
            Worker(url, quart.Quart, store=store, seconds=SECONDS, prefix="p") for _ in self.lines
        ]
        self.held: list[asyncio.Event | None] = [None, None]
        for number, worker in enumerate(self.workers):
            worker.manager.user_loader(self.loader(number))
        self.run(self.workers[0].fill())

    def loader(self, number: int) -> Any:
        worker = self.workers[number]

        async def load(user_id: str) -> Any:
            async with worker.db.session_scope() as session:
                user = await session.get(worker.User, int(user_id))
            held, self.held[number] = self.held[number], None
            if held is not None:
                await held.wait()
            return user

        return load

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self.loop.run_until_complete(asyncio.wait_for(work, 30))

    async def reset(self) -> None:
        worker = self.workers[0]
        async with worker.app.app_context(), worker.db.engine.begin() as connection:
            await connection.execute(sa.text("DELETE FROM cache_user_roles"))
            await connection.execute(sa.text("UPDATE cache_users SET active = 1, session_version = 1"))
            await connection.execute(sa.text("UPDATE cache_users SET name = 'user ' || id"))
        self.shelf.data.clear()
        for number, each in enumerate(self.workers):
            self.lines[number].up = True
            kept = each.cache._kept(each.app)
            if isinstance(kept.store, redis_store.RedisStore):
                line: Any = self.lines[number]
                kept.store._client, kept.store._loop = line, self.loop
                kept.store._retry = 0.05
                # Before its line was laid it has looked for a server that does not exist.
                kept.store._down_until = None
            await each.cache.invalidate_all()

    def close(self) -> None:
        for worker in self.workers:
            self.run(worker.close())
        self.loop.close()
        self.folder.cleanup()


class Lives(RuleBasedStateMachine):
    """The sequences."""

    store = "memory"
    stage: ClassVar[Stage]

    @initialize()
    def begin(self) -> None:
        self.users = {number: Known(State(f"user {number}")) for number in (1, 2)}
        self.clients: list[tuple[int, int, Any]] = []
        self.slow: list[tuple[int, int, asyncio.Event, asyncio.Task[Any]]] = []
        self.stage.run(self.stage.reset())
        for number in self.users:
            self.sign_in(0, number)

    def line(self, worker: int) -> FakeRedis:
        return self.stage.lines[worker]

    def others_that_miss(self, worker: int) -> set[int]:
        """The workers that are not told when ``worker`` changes something."""
        other = 1 - worker
        if self.store == "memory":
            return {other}
        return set() if self.line(worker).up else {other}

    # What people do

    @precondition(lambda self: len(self.clients) < 6)
    @rule(worker=WORKERS, user=USERS)
    def sign_in(self, worker: int, user: int) -> None:
        client = self.stage.workers[worker].client()
        known = self.users[user].state
        answer = self.stage.run(client.get(f"/login/{user}")).text
        assert answer == str(known.active)
        if known.active:
            self.clients.append((user, known.version, client))

    @precondition(lambda self: self.clients)
    @rule(worker=WORKERS, which=st.integers(0, 5))
    def ask(self, worker: int, which: int) -> None:
        user, version, client = self.clients[which % len(self.clients)]
        self.finish([worker])
        client.app = self.stage.workers[worker].app
        answer = self.stage.run(client.get("/who")).text
        allowed = self.users[user].allowed(worker)
        assert answer in {state.answer(version) for state in allowed}, (answer, allowed)

    @precondition(lambda self: self.clients)
    @rule(worker=WORKERS, which=st.integers(0, 5))
    def begin_a_slow_load(self, worker: int, which: int) -> None:
        user, _, client = self.clients[which % len(self.clients)]
        self.finish([worker])
        client.app = self.stage.workers[worker].app
        event = self.stage.held[worker] = asyncio.Event()

        async def start() -> asyncio.Task[Any]:
            task = asyncio.create_task(client.get("/who"))
            while self.stage.held[worker] is not None and not task.done():  # noqa: ASYNC110
                await asyncio.sleep(0.001)
            return task

        task = self.stage.run(start())
        self.stage.held[worker] = None
        self.slow.append((worker, user, event, task))

    @precondition(lambda self: self.clients)
    @rule(worker=WORKERS, which=st.integers(0, 5), by=WORKERS, what=CHANGES, role=ROLES)
    def a_change_during_a_load(self, worker: int, which: int, by: int, what: str, role: str) -> None:
        user = self.clients[which % len(self.clients)][0]
        self.tell(worker, user)
        self.begin_a_slow_load(worker, which)
        self.change(by, user, what, role, "object")
        self.ask(worker, which)

    @rule()
    def end_slow_loads(self) -> None:
        self.finish([0, 1])

    def finish(self, workers: list[int]) -> None:
        async def end(event: asyncio.Event, task: asyncio.Task[Any]) -> None:
            event.set()
            await task

        for item in list(self.slow):
            if item[0] in workers:
                self.slow.remove(item)
                self.stage.run(end(item[2], item[3]))

    @precondition(lambda self: self.clients)
    @rule(which=st.integers(0, 5))
    def sign_out(self, which: int) -> None:
        _, _, client = self.clients.pop(which % len(self.clients))
        self.stage.run(client.get("/logout"))
        assert self.stage.run(client.get("/who")).text == "anonymous"

    # What is changed

    @rule(
        worker=WORKERS,
        user=USERS,
        what=CHANGES,
        role=ROLES,
        how=st.sampled_from(["object", "statement", "rollback", "savepoint", "outside"]),
    )
    def change(self, worker: int, user: int, what: str, role: str, how: str) -> None:
        before = self.users[user].state
        after = {
            "active": replace(before, active=not before.active),
            "password": replace(before, version=before.version + 1),
            "name": replace(before, name=f"{before.name}'"[-20:]),
            "role": replace(before, roles=before.roles ^ {role}),
        }[what]
        self.stage.run(self.write(self.stage.workers[worker], user, before, after, how))
        if how == "outside":
            self.users[user].change(after, {0, 1})
        elif how != "rollback":
            self.users[user].change(after, self.others_that_miss(worker))
            self.users[user].untold.pop(worker, None)
            if not self.others_that_miss(worker):
                self.users[user].untold.pop(1 - worker, None)

    async def write(self, worker: Worker, user: int, before: State, after: State, how: str) -> None:
        values = {"active": after.active, "session_version": after.version, "name": after.name}
        async with worker.session() as session:
            roles = {role.name: role for role in await session.scalars(sa.select(worker.Role))}
            changed = before.roles ^ after.roles
            if how in ("object", "rollback", "savepoint"):
                row = await session.get(worker.User, user, options=[sa.orm.selectinload(worker.User.roles)])
                # SQLite's driver commits with a savepoint that nothing was written before.
                async with session.begin_nested() if how == "savepoint" else contextlib.nullcontext():
                    for name, value in values.items():
                        setattr(row, name, value)
                    row.roles = [role for role in roles.values() if role.name in after.roles]
                if how == "rollback":
                    await session.flush()
                    await session.rollback()
                else:
                    await session.commit()
                return
            links = worker.user_roles
            commands: list[Any] = [sa.update(worker.User).where(worker.User.id == user).values(**values)]
            for name in changed:
                if name in after.roles:
                    commands.append(links.insert().values(user_id=user, role_id=roles[name].id))
                else:
                    commands.append(
                        links.delete().where(links.c.user_id == user, links.c.role_id == roles[name].id)
                    )
            await session.commit()
            if how == "statement":
                for command in commands:
                    await session.execute(command)
                await session.commit()
            else:
                async with worker.db.engine.begin() as connection:
                    for command in commands:
                        await connection.execute(command)

    @rule(worker=WORKERS, user=USERS)
    def tell(self, worker: int, user: int) -> None:
        known = self.users[user]
        self.stage.run(self.stage.workers[worker].cache.invalidate(user))
        known.untold.pop(worker, None)
        if not self.others_that_miss(worker):
            known.untold.pop(1 - worker, None)

    # What happens to the machines

    @rule(seconds=st.sampled_from([1.0, 10.0, 29.0, 31.0]))
    def time_passes(self, seconds: float) -> None:
        CLOCK.now += seconds

    @precondition(lambda self: self.store != "memory")
    @rule(worker=WORKERS)
    def redis_goes_away(self, worker: int) -> None:
        self.line(worker).up = False

    @precondition(lambda self: self.store != "memory")
    @rule(worker=WORKERS)
    def redis_comes_back(self, worker: int) -> None:
        self.line(worker).up = True
        store: Any = self.stage.workers[worker].cache._kept(self.stage.workers[worker].app).store

        async def told() -> None:
            while store._pending:
                await store._tell()
                await asyncio.sleep(0)

        missed = set(store._pending)
        self.stage.run(told())
        for number, known in self.users.items():
            if missed & {str(number), None}:
                known.untold.pop(1 - worker, None)

    @precondition(lambda self: self.store != "memory")
    @rule()
    def redis_loses_everything(self) -> None:
        self.stage.shelf.data.clear()

    def teardown(self) -> None:
        if hasattr(self, "slow"):
            self.finish([0, 1])


def run_sequences(store: str) -> None:
    kind = "memory" if store == "memory" else "redis"
    machine: Any = type(f"Lives_{kind}", (Lives,), {"store": store})
    patches = [patch.object(module, "time", CLOCK) for module in (codec, redis_store, stores, user_cache)]
    for item in patches:
        item.start()
    machine.stage = Stage(store)
    try:
        from hypothesis.stateful import run_state_machine_as_test

        run_state_machine_as_test(
            machine,
            settings=settings(
                max_examples=SEQUENCES,
                stateful_step_count=20,
                deadline=None,
                derandomize=SEQUENCES < 100,
                suppress_health_check=list(HealthCheck),
                phases=[Phase.generate],  # to shrink a failure takes longer than to read it
            ),
        )
    finally:
        for line in machine.stage.lines:
            line.up = True
        machine.stage.close()
        for item in patches:
            item.stop()


def test_lives_of_users_with_copies_in_memory() -> None:
    run_sequences("memory")


def test_lives_of_users_with_copies_in_redis() -> None:
    run_sequences("redis://nowhere")
