from __future__ import annotations

import asyncio
from typing import Any

from sqlalchemy import text

from quart_app.db import ConcurrentSessionError

from .library import Library


async def test_two_tasks_in_one_session_get_an_error_that_names_both_places(stored_library: Library) -> None:
    library = stored_library

    async def first() -> Any:
        return await library.Author.query.all()

    async def second() -> Any:
        return await library.db.session.execute(text("SELECT 1"))

    async with library.app.app_context():
        library.db.session()
        results = await asyncio.gather(first(), second(), return_exceptions=True)
        (error,) = [result for result in results if isinstance(result, BaseException)]
        assert isinstance(error, ConcurrentSessionError)
        code_first, code_second = first.__code__.co_firstlineno, second.__code__.co_firstlineno
        assert f"test_guard.py:{code_first + 1}" in str(error)
        assert f"test_guard.py:{code_second + 1}" in str(error)
        assert "session_scope" in str(error)
        assert len(await library.Author.query.all()) == 2
        await first()
        assert await asyncio.create_task(first())
