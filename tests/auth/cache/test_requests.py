"""What requests cost, and what they are given."""

from __future__ import annotations

import asyncio
import copy
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import quart
from quart import render_template_string

import quart_app
from quart_app.auth import AuthSetupError, acting_as, current_user, live_user
from quart_app.auth.cache import Snapshot, SnapshotError

from .conftest import MakeWorker
from .workers import Colour, Worker


@pytest.fixture(params=[quart.Quart, quart_app.Quart], ids=["plain", "driven"])
async def worker(
    request: pytest.FixtureRequest, make_worker: MakeWorker, postgres_url: str, tmp_path: Path
) -> Worker:
    (tmp_path / "x.txt").write_text("x")
    return await make_worker(
        postgres_url, quart_class=request.param, folder=str(tmp_path), seconds=3600, ignore=["last_seen"]
    )


async def test_statements_of_a_request(worker: Worker) -> None:
    client, nobody = await worker.signed_in(), worker.client()
    await worker.cache.invalidate(1)

    async def statements(who: Any, path: str) -> int:
        with worker.counting() as seen:
            assert (await who.get(path)).status_code in (200, 401)
        return len(seen)

    assert await statements(client, "/static/x.txt") == 0
    assert await statements(nobody, "/who") == 0
    assert await statements(nobody, "/guarded") == 0
    assert await statements(client, "/open") == 0
    assert await statements(client, "/who") == 1  # cold, roles included
    assert await statements(client, "/who") == 0
    assert await statements(client, "/guarded") == 0


async def test_roles_come_with_the_row_without_a_cache_too(make_worker: MakeWorker, sqlite_url: str) -> None:
    worker = await make_worker(sqlite_url)
    client = await worker.signed_in()
    with worker.counting() as seen:
        assert (await client.get("/who")).text == "ada: editor reader"  # the bridge loads the roles
    assert len(seen) == 2
    worker.manager.load_with(worker.User.roles)
    with worker.counting() as seen:
        assert (await client.get("/who")).text == "ada: editor reader"
    assert len(seen) == 1
    with worker.counting() as seen:
        assert (await client.get("/open")).text == "open"
    assert seen == []


async def by_get(worker: Worker) -> Any:
    return await worker.db.session.get(worker.User, 1)


async def by_query(worker: Worker) -> Any:
    return await worker.User.query.filter_by(id=1).first()


async def by_query_get(worker: Worker) -> Any:
    return await worker.User.query.get(1)


async def by_select(worker: Worker) -> Any:
    return await worker.db.session.scalar(worker.db.select(worker.User).filter_by(id=1))


async def by_one(worker: Worker) -> Any:
    return (await worker.db.session.execute(worker.db.select(worker.User).filter_by(id=1))).scalar_one()


async def by_own_session(worker: Worker) -> Any:
    async with worker.db.session_scope() as session:
        return await session.get(worker.User, 1)


@pytest.mark.parametrize("load", [by_get, by_query, by_query_get, by_select, by_one])
async def test_however_the_loader_asks_it_is_one_statement(
    worker: Worker, load: Callable[[Worker], Any]
) -> None:
    client = await worker.signed_in()
    worker.manager.user_loader(lambda _: load(worker))
    with worker.counting() as seen:
        assert (await client.get("/who")).text == "ada: editor reader"
    assert len(seen) == 1


async def test_a_loader_that_closes_its_session_will_do(worker: Worker) -> None:
    client = await worker.signed_in()
    worker.manager.user_loader(lambda _: by_own_session(worker))
    assert (await client.get("/who")).text == "ada: editor reader"


async def test_a_crowd_at_a_cold_cache_makes_one_load(worker: Worker) -> None:
    clients = [await worker.signed_in() for _ in range(5)]
    await worker.cache.invalidate_all()
    worker.loads.clear()
    worker.gate.clear()
    asking = [asyncio.create_task(clients[number % 5].get("/who")) for number in range(50)]
    await worker.reached.wait()
    await asyncio.sleep(0.05)
    worker.gate.set()
    assert {(await task).text for task in asking} == {"ada: editor reader"}
    assert worker.loads == ["1"]


async def test_if_the_first_of_a_crowd_goes_away_another_loads(worker: Worker) -> None:
    client = await worker.signed_in()
    await worker.cache.invalidate_all()
    worker.gate.clear()
    worker.reached.clear()
    first = asyncio.create_task(client.get("/who"))
    await worker.reached.wait()
    others = [asyncio.create_task(client.get("/who")) for _ in range(5)]
    await asyncio.sleep(0.05)
    first.cancel()
    await asyncio.wait({first})
    worker.gate.set()
    assert {(await task).text for task in others} == {"ada: editor reader"}


async def test_a_miss_needs_no_second_connection_while_the_request_holds_one(
    make_worker: MakeWorker, postgres_url: str
) -> None:
    worker = await make_worker(postgres_url, seconds=3600)
    worker.app.config["SQLALCHEMY_ENGINE_OPTIONS"] = {}

    @worker.app.get("/late")
    async def late() -> str:
        await worker.db.session.execute(worker.db.text("SELECT 1"))
        async with worker.app.app_context():
            assert worker.db.engine.pool.checkedout() == 1
        name = str((await current_user).name)
        async with worker.app.app_context():
            assert worker.db.engine.pool.checkedout() == 1
        return name

    client = await worker.signed_in()
    assert (await client.get("/late")).text == "ada"
    loads = len(worker.loads)
    assert (await client.get("/late")).text == "ada"  # what such a request saw is nobody else's
    assert len(worker.loads) == loads + 1
    async with worker.app.app_context():
        assert worker.db.engine.pool.checkedout() == 0


async def test_absent_users_cost_one_load_and_are_bounded(worker: Worker) -> None:
    async with worker.app.app_context():
        for _ in range(3):
            assert not (await worker.manager.load_user_by_id("99")).is_authenticated
        assert worker.loads.count("99") == 1
        kept = worker.cache._by_app[worker.app].absent
        kept._size = 10
        for number in range(100, 150):
            await worker.manager.load_user_by_id(str(number))
        assert len(kept) <= 10


async def copy_of(worker: Worker, user_id: int = 1) -> Any:
    async with worker.app.app_context():
        return await worker.manager.load_user_by_id(str(user_id))


async def test_writing_says_what_to_do(worker: Worker) -> None:
    user = await copy_of(worker)
    attempts: list[Callable[[], Any]] = [
        lambda: setattr(user, "name", "x"),
        lambda: setattr(user, "anything", "x"),
        lambda: delattr(user, "name"),
        lambda: user.roles.append("x"),
        lambda: user.roles.remove(user.roles[0]),
        lambda: setattr(user.roles[0], "name", "x"),
    ]
    for attempt in attempts:
        with pytest.raises(SnapshotError, match=r"user = await live_user\(\)"):
            attempt()


async def test_the_row_is_written_and_the_copy_follows(worker: Worker) -> None:
    client = await worker.signed_in()
    assert (await client.get("/rename?to=lin")).status_code == 200
    assert (await client.get("/who")).text == "lin: editor reader"


async def test_properties_and_methods_of_the_class_work_on_the_copy(worker: Worker) -> None:
    user = await copy_of(worker)
    assert isinstance(user, Snapshot)
    assert (user.name, user.shown_name, user.is_active, user.get_id()) == ("ada", "*ada*", True, "1")
    assert user.has_role("editor")
    assert not user.has_role("king")
    assert [role.name for role in user.roles] == ["editor", "reader"]


async def test_what_is_not_copied_says_so_and_is_not_undefined_in_a_template(worker: Worker) -> None:
    user = await copy_of(worker)
    for name in ("settings", "addresses"):
        with pytest.raises(SnapshotError, match="Name it in `fields`"):
            getattr(user, name)
    with pytest.raises(AttributeError, match="nothing"):
        user.nothing  # noqa: B018
    async with worker.app.app_context():
        with pytest.raises(SnapshotError):
            await render_template_string("{{ user.settings }}", user=user)


async def test_a_copy_equals_its_row_and_is_no_row(worker: Worker) -> None:
    user = await copy_of(worker)
    other = await copy_of(worker, 2)
    async with worker.session() as session:
        row = await session.get(worker.User, 1)
        assert user == row
        assert row == user
        assert user != other
        assert other != row
        assert len({user, await copy_of(worker)}) == 1
        with pytest.raises(SnapshotError, match="where SQLAlchemy needs the row"):
            session.add(user)
        with pytest.raises(SnapshotError, match="where SQLAlchemy needs the row"):
            worker.Address(user=user)
    assert copy.copy(user) is user
    assert copy.deepcopy(user) is user
    with pytest.raises(SnapshotError):
        pickle.dumps(user)
    assert "ada" not in repr(user)


async def test_background_work_in_a_user_s_name_has_the_copy_and_can_have_the_row(worker: Worker) -> None:
    async with worker.app.app_context(), acting_as("1"):
        assert isinstance(await current_user, Snapshot)
        row = await live_user()
        assert isinstance(row, worker.User)
        row.name = "lin"
        await worker.db.session.commit()
    assert (await copy_of(worker)).name == "lin"


async def test_ignored_columns_leave_the_copy_where_it_is(worker: Worker) -> None:
    import datetime

    await copy_of(worker)
    loads = len(worker.loads)
    async with worker.user() as user:
        user.last_seen = datetime.datetime(2026, 1, 1)
    async with worker.session() as session:
        await worker.User.query.filter_by(id=1).update({"last_seen": datetime.datetime(2026, 1, 2)})
        await session.commit()
    await copy_of(worker)
    assert len(worker.loads) == loads


async def test_what_others_own_does_not_end_a_copy(worker: Worker) -> None:
    await copy_of(worker)
    loads = len(worker.loads)
    async with worker.session() as session:
        session.add(worker.Address(text="x", user=await session.get(worker.User, 1)))
        await session.commit()
    await copy_of(worker)
    assert len(worker.loads) == loads


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        (["nothing"], "no such column"),
        (["shown_name"], "need not be named"),
        (["name.first"], "is no relationship"),
    ],
)
async def test_wrong_fields_are_refused(
    make_worker: MakeWorker, sqlite_url: str, fields: list[str], message: str
) -> None:
    worker = await make_worker(sqlite_url, fields=fields, seconds=10)
    with pytest.raises(AuthSetupError, match=message):
        await copy_of(worker)


async def test_the_configuration_switches_it_off(make_worker: MakeWorker, sqlite_url: str) -> None:
    worker = await make_worker(sqlite_url, seconds=10)
    worker.app.config["AUTH_USER_CACHE"] = "off"
    worker.cache._by_app.clear()
    assert isinstance(await copy_of(worker), worker.User)


async def test_values_of_all_kinds_are_the_same_from_redis(
    make_worker: MakeWorker, sqlite_url: str, redis_url: str, prefix: str
) -> None:
    worker = await make_worker(
        sqlite_url,
        fields=["colour", "settings", "last_seen", "addresses.text", "roles.permissions.name"],
        store=redis_url,
        prefix=prefix,
    )
    async with worker.user() as user:
        user.colour = Colour.BLUE
        user.settings = {"a": [1, {"b": None}], "": "dict", "v": 1}
    async with worker.session() as session:
        role = await session.get(worker.Role, 1)
        session.add_all([worker.Address(text="x", user_id=1), worker.Permission(name="p", role_id=role.id)])
        await session.commit()
    cold, warm = await copy_of(worker), await copy_of(worker)
    assert worker.loads == ["1"]
    for user in (cold, warm):
        assert user.colour is Colour.BLUE
        assert user.settings == {"a": [1, {"b": None}], "": "dict", "v": 1}
        assert [address.text for address in user.addresses] == ["x"]
        assert sorted(p.name for role in user.roles for p in role.permissions) == ["p"]
        with pytest.raises(TypeError):
            user.settings["a"] = 2
        with pytest.raises(SnapshotError):
            user.settings["a"].append(2)


async def test_what_belongs_to_one_user_ends_only_their_copy(
    make_worker: MakeWorker, sqlite_url: str
) -> None:
    worker = await make_worker(sqlite_url, fields=["addresses.text", "roles.permissions.name"])
    await copy_of(worker, 1)
    await copy_of(worker, 2)
    worker.loads.clear()
    async with worker.session() as session:
        session.add(worker.Address(text="x", user_id=1))
        await session.commit()
    assert [a.text for a in (await copy_of(worker, 1)).addresses] == ["x"]
    await copy_of(worker, 2)
    assert worker.loads == ["1"]
    async with worker.session() as session:
        session.add(worker.Permission(name="p", role_id=2))
        await session.commit()
    found = [p.name for role in (await copy_of(worker, 2)).roles for p in role.permissions]
    assert found in (["p"], [])
    assert worker.loads == ["1", "2"]
