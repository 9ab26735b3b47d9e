"""What must not live on: a copy of who somebody was."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from .conftest import MakeWorker
from .workers import Worker


@pytest.fixture(params=["sqlite-memory", "sqlite-redis", "postgres-redis"])
async def worker(
    request: pytest.FixtureRequest, make_worker: MakeWorker, tmp_path: Path, redis_url: str, prefix: str
) -> Worker:
    """A worker that keeps copies for an hour: what ends one here is not the clock."""
    database, _, store = request.param.partition("-")
    url = (
        request.getfixturevalue("postgres_url")
        if database == "postgres"
        else f"sqlite:///{tmp_path}/users.db"
    )
    where = redis_url if store == "redis" else "memory"
    return await make_worker(url, seconds=3600, absent_seconds=3600, store=where, prefix=prefix)


async def warm(worker: Worker, user_id: int = 1) -> Any:
    """A client whose user is kept."""
    client = await worker.signed_in(user_id)
    await client.get("/who")
    with worker.counting() as seen:
        assert (await client.get("/guarded")).text == "in"
    assert seen == []
    return client


async def test_a_deactivated_user_is_refused_at_the_next_request(worker: Worker) -> None:
    client = await warm(worker)
    async with worker.user() as user:
        user.active = False
    assert (await client.get("/guarded")).status_code == 401


async def test_a_reactivated_user_is_let_in_at_the_next_request(worker: Worker) -> None:
    client = await warm(worker)
    async with worker.user() as user:
        user.active = False
    await client.get("/guarded")
    async with worker.user() as user:
        user.active = True
    assert (await client.get("/guarded")).text == "in"


async def test_a_new_password_ends_the_sessions_of_the_old_one(worker: Worker) -> None:
    client = await warm(worker)
    async with worker.user() as user:
        user.password = "new"
        user.session_version += 1
    assert (await client.get("/guarded")).status_code == 401


async def test_a_deleted_user_is_nobody(worker: Worker) -> None:
    client = await warm(worker, 3)
    async with worker.session() as session:
        await session.delete(await session.get(worker.User, 3))
        await session.commit()
    assert (await client.get("/who")).text == "anonymous"


async def test_a_user_who_comes_to_be_is_found_though_they_were_not(worker: Worker) -> None:
    client = await warm(worker, 3)
    async with worker.session() as session:
        await session.delete(await session.get(worker.User, 3))
        await session.commit()
    await client.get("/who")
    async with worker.session() as session:
        session.add(worker.User(id=3, name="cyd again"))
        await session.commit()
    assert (await client.get("/who")).text == "cyd again: "


async def remove_role_of_user(worker: Worker) -> None:
    async with worker.session() as session:
        user = await session.get(worker.User, 1, options=[selectinload(worker.User.roles)])
        user.roles = [role for role in user.roles if role.name != "editor"]
        await session.commit()


async def remove_user_of_role(worker: Worker) -> None:
    async with worker.session() as session:
        role = await session.scalar(
            sa.select(worker.Role).filter_by(name="editor").options(selectinload(worker.Role.users))
        )
        role.users.clear()
        await session.commit()


async def delete_the_role(worker: Worker) -> None:
    async with worker.session() as session:
        role = await session.scalar(
            sa.select(worker.Role).filter_by(name="editor").options(selectinload(worker.Role.users))
        )
        await session.delete(role)
        await session.commit()


async def delete_the_link(worker: Worker) -> None:
    async with worker.session() as session:
        editor = await session.scalar(sa.select(worker.Role.id).filter_by(name="editor"))
        await session.execute(worker.user_roles.delete().where(worker.user_roles.c.role_id == editor))
        await session.commit()


async def delete_the_link_in_sql(worker: Worker) -> None:
    async with worker.session() as session:
        editor = await session.scalar(sa.select(worker.Role.id).filter_by(name="editor"))
        await session.execute(sa.text("DELETE FROM cache_user_roles WHERE role_id = :role"), {"role": editor})
        await session.commit()


@pytest.mark.parametrize(
    "remove",
    [remove_role_of_user, remove_user_of_role, delete_the_role, delete_the_link, delete_the_link_in_sql],
)
async def test_a_removed_role_is_gone_at_the_next_request(worker: Worker, remove: Any) -> None:
    client = await warm(worker)
    await remove(worker)
    assert (await client.get("/who")).text == "ada: reader"


async def test_a_given_role_is_there_at_the_next_request(worker: Worker) -> None:
    client = await warm(worker, 2)
    async with worker.session() as session:
        role = await session.scalar(
            sa.select(worker.Role).filter_by(name="editor").options(selectinload(worker.Role.users))
        )
        role.users.append(await session.get(worker.User, 2))  # whose own list is not loaded
        await session.commit()
    assert (await client.get("/who")).text == "ben: editor reader"


async def test_a_renamed_role_is_renamed_for_everybody_not_only_for_its_founder(worker: Worker) -> None:
    one, two = await warm(worker, 1), await warm(worker, 2)
    async with worker.session() as session:
        role = await session.scalar(sa.select(worker.Role).filter_by(name="reader"))
        role.founder_id = 1
        await session.commit()
    await one.get("/who")
    await two.get("/who")
    async with worker.session() as session:
        (await session.scalar(sa.select(worker.Role).filter_by(name="reader"))).name = "visitor"
        await session.commit()
    assert (await one.get("/who")).text == "ada: editor visitor"
    assert (await two.get("/who")).text == "ben: visitor"


async def query_update(worker: Worker) -> None:
    await worker.db.session.query(worker.User).filter_by(name="ada").update({"active": False})


async def query_update_by_key(worker: Worker) -> None:
    await worker.db.session.query(worker.User).filter(worker.User.id == 1).update({"active": False})


async def update_by_statement(worker: Worker) -> None:
    await worker.db.session.execute(sa.update(worker.User).values(active=False))


async def update_of_the_table(worker: Worker) -> None:
    table = worker.User.__table__
    await worker.db.session.execute(table.update().where(table.c.id == 1).values(active=False))


async def update_many_by_key(worker: Worker) -> None:
    await worker.db.session.execute(sa.update(worker.User), [{"id": 1, "active": False}])


async def bulk_mappings(worker: Worker) -> None:
    await worker.db.session.bulk_update_mappings(worker.User, [{"id": 1, "active": False}])


async def bulk_objects(worker: Worker) -> None:
    user = await worker.db.session.get(worker.User, 1)
    worker.db.session.expunge(user)
    user.active = False
    await worker.db.session.bulk_save_objects([user])


async def in_sql(worker: Worker) -> None:
    await worker.db.session.execute(sa.text("update cache_users set active = (1 = 0) where id = 1"))


async def query_delete(worker: Worker) -> None:
    await worker.db.session.execute(worker.user_roles.delete())
    await worker.db.session.query(worker.User).filter_by(id=1).delete()


BULK = [
    *(query_update, query_update_by_key, update_by_statement, update_of_the_table, update_many_by_key),
    *(bulk_mappings, bulk_objects, in_sql, query_delete),
]


@pytest.mark.parametrize("change", BULK)
async def test_changes_in_bulk_are_noticed(worker: Worker, change: Any) -> None:
    client = await warm(worker)
    async with worker.session() as session:
        await change(worker)
        await session.commit()
    assert (await client.get("/guarded")).status_code == 401


async def test_a_change_by_other_ways_is_told_by_call(worker: Worker) -> None:
    client = await warm(worker)
    async with worker.app.app_context(), worker.db.engine.begin() as connection:
        await connection.execute(sa.text("UPDATE cache_users SET name = 'lin' WHERE id = 1"))
    assert (await client.get("/who")).text == "ada: editor reader"
    async with worker.app.app_context():
        await worker.cache.invalidate(1)
    assert (await client.get("/who")).text == "lin: editor reader"


async def test_what_is_flushed_and_rolled_back_is_never_kept(worker: Worker) -> None:
    """The user is asked for in the middle of the change, by the same code and by others."""
    client = await worker.signed_in()
    async with worker.session() as session:
        user = await session.get(worker.User, 1)
        user.name = "not to be"
        await session.flush()
        async with worker.app.test_request_context("/"):
            await worker.manager.load_user_by_id("1")
        await worker.manager.load_user_by_id("1")
        await session.rollback()
    assert (await client.get("/who")).text == "ada: editor reader"


async def test_a_rolled_back_change_leaves_the_copy_where_it_is(worker: Worker) -> None:
    client = await warm(worker)
    async with worker.session() as session:
        (await session.get(worker.User, 1)).active = False
        await session.flush()
        await session.rollback()
        session.add(worker.Address(text="x"))
        await session.commit()  # the session's next transaction has nothing to do with it
    with worker.counting() as seen:
        assert (await client.get("/guarded")).text == "in"
    assert seen == []


async def test_a_change_counts_from_the_commit_on_and_not_from_a_savepoint(
    make_worker: MakeWorker, postgres_url: str, where: dict[str, Any]
) -> None:
    worker = await make_worker(postgres_url, seconds=3600, **where)
    client = await warm(worker)
    async with worker.session() as session:
        async with session.begin_nested():
            (await session.get(worker.User, 1)).name = "lin"
        loads = len(worker.loads)
        assert (await client.get("/who")).text == "ada: editor reader"
        assert len(worker.loads) == loads  # nothing was forgotten yet
        await session.commit()
    assert (await client.get("/who")).text == "lin: editor reader"


async def test_a_commit_whose_answer_is_lost_counts_as_one(
    worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = await warm(worker)
    async with worker.app.app_context():
        dialect = worker.db.engine.sync_engine.dialect
    commit = dialect.do_commit

    def lost(connection: Any) -> None:
        commit(connection)
        raise ConnectionError("the line broke after the server had committed")

    async with worker.session() as session:
        (await session.get(worker.User, 1)).active = False
        monkeypatch.setattr(dialect, "do_commit", lost)
        with pytest.raises(ConnectionError):
            await session.commit()
        monkeypatch.undo()
    assert (await client.get("/guarded")).status_code == 401


async def test_a_commit_that_is_cancelled_still_tells(worker: Worker) -> None:
    client = await warm(worker)
    async with worker.session() as session:
        (await session.get(worker.User, 1)).active = False
        settling = asyncio.Event()
        settle = worker.cache.settle

        async def slowly() -> None:
            settling.set()
            await asyncio.sleep(0.05)
            await settle()

        worker.cache.settle = slowly
        task = asyncio.create_task(session.commit())
        await settling.wait()
        task.cancel()
        await asyncio.wait({task})
    assert (await client.get("/guarded")).status_code == 401


async def test_what_was_read_before_a_change_and_comes_after_it_is_not_kept(
    make_worker: MakeWorker, postgres_url: str, where: dict[str, Any]
) -> None:
    worker = await make_worker(postgres_url, seconds=3600, **where)
    client = await worker.signed_in()
    worker.gate.clear()
    worker.reached.clear()
    slow = asyncio.create_task(client.get("/who"))
    await worker.reached.wait()  # it has read the row, and has not kept it yet
    worker.gate.set()
    async with worker.user() as user:
        worker.gate.clear()
        user.active = False
    worker.gate.set()
    await slow
    assert (await client.get("/guarded")).status_code == 401


async def test_who_asks_after_a_change_does_not_join_a_load_from_before_it(
    make_worker: MakeWorker, postgres_url: str, where: dict[str, Any]
) -> None:
    worker = await make_worker(postgres_url, seconds=3600, **where)
    client, later = await worker.signed_in(), await worker.signed_in()
    worker.gate.clear()
    worker.reached.clear()
    slow = asyncio.create_task(client.get("/who"))
    await worker.reached.wait()
    worker.reached.clear()
    async with worker.session() as session:
        await session.execute(sa.update(worker.User).values(active=False))
        await session.commit()
    asked = asyncio.create_task(later.get("/guarded"))
    await worker.reached.wait()  # a load of its own
    worker.gate.set()
    assert (await asked).status_code == 401
    await slow


async def test_a_user_whose_loader_finds_somebody_else_is_not_kept(
    worker: Worker, caplog: pytest.LogCaptureFixture
) -> None:
    client = await worker.signed_in()

    async def confused(user_id: str) -> Any:
        return await worker.db.session.get(worker.User, 2)

    worker.manager.user_loader(confused)
    await client.get("/who")
    worker.manager.user_loader(worker.load)
    assert (await client.get("/who")).text == "ada: editor reader"
    assert "was asked for '1' and returned '2'" in caplog.text


async def test_a_loader_that_fails_is_asked_again(worker: Worker) -> None:
    client = await worker.signed_in()

    async def broken(user_id: str) -> Any:
        raise ConnectionError("the database is away")

    worker.manager.user_loader(broken)
    assert (await client.get("/who")).status_code == 500
    worker.manager.user_loader(worker.load)
    assert (await client.get("/who")).text == "ada: editor reader"


async def test_signing_out_forgets_the_copy(worker: Worker) -> None:
    client = await warm(worker)
    await client.get("/logout")
    assert (await client.get("/who")).text == "anonymous"
    loads = len(worker.loads)
    other = await worker.signed_in()
    await other.get("/who")
    assert len(worker.loads) == loads + 1
