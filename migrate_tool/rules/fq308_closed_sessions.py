"""Objects of a session that is closed before they are used keep loading until the request ends."""

from __future__ import annotations

from .rule import Example, Rule, Safety

RULE = Rule(
    code="FQ308",
    name="closed-sessions",
    summary="async_sessionmaker comes from quart_app.db.lingering.",
    why=(
        "In an application that somebody began to make async, a loader returns an object out of `async with session`; its "
        "relationships fail later, because the session is closed. A lingering session gives its connection back at the same "
        "moment and keeps its objects until the application context ends."
    ),
    safety=Safety.REVIEW,
    examples=(
        Example(
            before=(
                "from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine\n\n"
                'engine = create_async_engine("sqlite+aiosqlite:///app.db")\n'
                "async_session = async_sessionmaker(engine, class_=AsyncSession)\n"
            ),
            after=(
                "from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine\n"
                "from quart_app.db.lingering import async_sessionmaker\n\n"
                'engine = create_async_engine("sqlite+aiosqlite:///app.db")\n'
                "async_session = async_sessionmaker(engine, class_=AsyncSession)\n"
            ),
        ),
    ),
)
