"""A transaction is asked, before it is rolled back, whether it still belongs to its connection."""

from __future__ import annotations

from typing import Any

from quart_app.db import make_engine


async def test_a_transaction_says_whether_its_connection_has_it(stored: str) -> None:
    engine = make_engine(stored)
    connection: Any = await engine.connect()
    transaction = await connection.begin()
    assert not transaction._deactivated_from_connection
    savepoint = await connection.begin_nested()
    assert not savepoint._deactivated_from_connection
    await savepoint.rollback()
    assert savepoint._deactivated_from_connection
    await transaction.rollback()
    assert transaction._deactivated_from_connection
    assert connection.begin()._deactivated_from_connection  # none has begun yet
    async with connection.begin() as third:
        assert not third._deactivated_from_connection
    await connection.close()
    await engine.dispose()
