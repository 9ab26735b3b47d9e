"""A read that stands alone is one statement on the wire; whatever else is asked begins a transaction."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
import sqlalchemy as sa
from asyncpg.transaction import Transaction
from sqlalchemy import orm

import quart_app
from quart_app.db import SQLAlchemy
from quart_app.db.reads import is_plain_read

items = sa.table("items", sa.column("id", sa.Integer), sa.column("name", sa.String))

PLAIN = {
    "columns": sa.select(items),
    "count": sa.select(sa.func.count()).select_from(items),
    "exists": sa.select(sa.exists().where(items.c.id == 1)),
    "arithmetic": sa.select(items.c.id + 1, sa.cast(items.c.id, sa.String)),
    "in": sa.select(items).where(items.c.id.in_([1, 2])),
    "union": sa.select(items).union(sa.select(items)),
    "lower": sa.select(sa.func.lower(items.c.name)).order_by(sa.desc("name")),
    "cte": sa.select(sa.select(items).cte("some")),
    "window": sa.select(sa.func.row_number().over(order_by=items.c.id)),
}
OTHER = {
    "text": sa.text("SELECT 1"),
    "text in where": sa.select(items).where(sa.text("1 = 1")),
    "columns of text": sa.text("SELECT id FROM items").columns(items.c.id),
    "literal column": sa.select(sa.literal_column("nextval('numbers')")),
    "for update": sa.select(items).with_for_update(),
    "for update below": sa.select(sa.select(items).with_for_update().subquery()),
    "union for update": sa.select(items).union(sa.select(items).with_for_update()),
    "now": sa.select(sa.func.now()),
    "current_timestamp": sa.select(sa.func.current_timestamp()),
    "unknown function": sa.select(sa.func.pg_advisory_xact_lock(1)),
    "of a schema": sa.select(sa.func.mine.lower(items.c.name)),
    "below": sa.select(sa.select(sa.func.pg_sleep(0)).scalar_subquery()),
    "in a case": sa.select(sa.case((items.c.id == 1, sa.func.random()), else_=0)),
    "in the limit": sa.select(items).limit(sa.func.random()),
    "sequence": sa.select(sa.Sequence("numbers").next_value()),
    "prefix": sa.select(items).prefix_with("ALL"),
    "writing cte": sa.select(sa.insert(items).values(id=1).returning(items.c.id).cte("new")),
    "insert": sa.insert(items).values(id=1),
}


@pytest.mark.parametrize("name", PLAIN)
def test_it_is_a_plain_read(name: str) -> None:
    assert is_plain_read(PLAIN[name])


@pytest.mark.parametrize("name", OTHER)
def test_it_could_be_more_than_a_read(name: str) -> None:
    assert not is_plain_read(OTHER[name])


class Shop:
    """An application with one model, and what its connections sent to the server."""

    def __init__(self, url: str, **options: Any) -> None:
        self.app = quart_app.Quart("shop")
        self.app.config["SQLALCHEMY_DATABASE_URI"] = url
        self.app.config["SQLALCHEMY_ENGINE_OPTIONS"] = options
        self.db = db = SQLAlchemy(self.app)
        self.sent: list[str] = []

        class Item(db.Model):  # type: ignore[name-defined, misc]
            id = db.Column(db.Integer, primary_key=True)
            name = db.Column(db.String(20))
            stamp = orm.column_property(sa.select(sa.func.now()).scalar_subquery(), deferred=True)

        self.Item = Item

    def listen(self, patch: pytest.MonkeyPatch) -> None:
        """Note what is sent from now on, transactions (which are asyncpg's own statements) included."""

        def after_cursor_execute(*call: Any) -> None:
            self.sent.append(call[2])

        sa.event.listen(self.db.engine.sync_engine, "after_cursor_execute", after_cursor_execute)
        for method, word in (("start", "BEGIN"), ("commit", "COMMIT"), ("rollback", "ROLLBACK")):
            self._note(patch, method, word)

    def _note(self, patch: pytest.MonkeyPatch, method: str, word: str) -> None:
        send = getattr(Transaction, method)

        async def noted(transaction: Any) -> None:
            self.sent.append(word)
            await send(transaction)

        patch.setattr(Transaction, method, noted)

    def words(self) -> list[str]:
        """Return the first word of what was sent since the last call."""
        words = [query.split()[0].upper() for query in self.sent]
        self.sent.clear()
        return words


@pytest.fixture
async def shop(postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Shop]:
    shop = Shop(postgres_url)
    async with shop.app.app_context():
        await shop.db.create_all()
        shop.db.session.add(shop.Item(name="lamp"))
        await shop.db.session.commit()
        shop.listen(monkeypatch)
        yield shop
        await shop.db.session.remove()
        await shop.db.drop_all()
        await shop.db.dispose()


async def test_a_read_is_one_statement(shop: Shop) -> None:
    items = await shop.Item.query.filter_by(name="lamp").all()
    assert [item.name for item in items] == ["lamp"]
    assert await shop.Item.query.count() == 1
    await shop.db.session.rollback()
    assert shop.words() == ["SELECT", "SELECT"]


async def test_no_session_is_idle_in_transaction_after_it(shop: Shop) -> None:
    await shop.Item.query.all()
    assert shop.db.engine.pool.checkedout() == 1  # type: ignore[attr-defined]
    idle = sa.text(
        "SELECT count(*) FROM pg_stat_activity"
        " WHERE state = 'idle in transaction' AND datname = current_database()"
    )
    async with shop.db.engine.connect() as connection:
        assert (await connection.execute(idle)).scalar_one() == 0


BEGINS: dict[str, Callable[[Shop], Any]] = {
    "a lock": lambda shop: shop.db.session.execute(sa.select(shop.Item).with_for_update()),
    "text": lambda shop: shop.db.session.execute(sa.text("SELECT 1")),
    "a mapper's expression": lambda shop: shop.db.session.execute(
        sa.select(shop.Item).options(orm.undefer(shop.Item.stamp))
    ),
    "a server-side cursor": lambda shop: shop.db.session.stream(sa.select(shop.Item)),
}


@pytest.mark.parametrize("how", BEGINS)
async def test_anything_else_begins_a_transaction(shop: Shop, how: str) -> None:
    await BEGINS[how](shop)
    await shop.Item.query.all()  # and this is within it
    await shop.db.session.rollback()
    words = shop.words()
    assert (words[0], words[-1]) == ("BEGIN", "ROLLBACK")
    assert words.count("BEGIN") == 1


async def test_a_write_after_a_read_is_a_transaction(shop: Shop) -> None:
    item = (await shop.Item.query.all())[0]
    item.name = "desk"
    await shop.db.session.flush()
    assert await shop.Item.query.filter_by(name="desk").count() == 1  # it sees its own write
    await shop.db.session.rollback()
    assert await shop.Item.query.filter_by(name="desk").count() == 0
    assert shop.words() == ["SELECT", "BEGIN", "UPDATE", "SELECT", "ROLLBACK", "SELECT"]


async def test_a_savepoint_begins_a_transaction(shop: Shop) -> None:
    await shop.Item.query.all()
    async with shop.db.session.begin_nested():
        shop.db.session.add(shop.Item(name="chair"))
    await shop.db.session.rollback()
    assert await shop.Item.query.count() == 1
    assert shop.words()[:3] == ["SELECT", "BEGIN", "SAVEPOINT"]


async def test_a_read_that_fails_leaves_the_connection_as_it_was(shop: Shop) -> None:
    wrong = sa.select(sa.table("nowhere", sa.column("id")))
    with pytest.raises(sa.exc.ProgrammingError):
        await shop.db.session.execute(wrong)
    await shop.db.session.rollback()
    shop.db.session.add(shop.Item(name="chair"))
    await shop.db.session.flush()
    await shop.db.session.rollback()
    assert await shop.Item.query.count() == 1


@pytest.mark.parametrize("level", ["REPEATABLE READ", "SERIALIZABLE"])
async def test_a_stricter_isolation_level_reads_within_a_transaction(
    postgres_url: str, level: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = Shop(postgres_url, isolation_level=level)
    async with shop.app.app_context():
        await shop.db.create_all()
        shop.listen(monkeypatch)
        await shop.Item.query.all()
        await shop.Item.query.all()
        await shop.db.session.rollback()
        assert shop.words() == ["BEGIN", "SELECT", "SELECT", "ROLLBACK"]
        await shop.db.drop_all()
        await shop.db.dispose()
