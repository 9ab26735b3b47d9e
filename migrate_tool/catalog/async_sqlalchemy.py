"""``sqlalchemy.ext.asyncio``, in applications that use it already."""

from __future__ import annotations

from .api import Api, cls, fn, members, value, waits

_ASYNC = "sqlalchemy.ext.asyncio"
_SESSION = f"{_ASYNC}.AsyncSession"
_ENGINE = f"{_ASYNC}.AsyncEngine"
_CONNECTION = f"{_ASYNC}.AsyncConnection"
_TRANSACTION = f"{_ASYNC}.AsyncSessionTransaction"
_RESULT = f"{_ASYNC}.AsyncResult"

APIS: dict[str, Api] = {
    f"{_ASYNC}.async_sessionmaker.__call__": fn(_SESSION),
    f"{_ASYNC}.async_sessionmaker.begin": fn(_TRANSACTION),
    f"{_ASYNC}.async_sessionmaker.configure": fn(),
    f"{_ASYNC}.async_scoped_session": cls(bases=(_SESSION,)),
    f"{_ASYNC}.async_scoped_session.__call__": fn(_SESSION),
    f"{_ASYNC}.async_scoped_session.remove": waits(),
    f"{_ASYNC}.create_async_engine": fn(_ENGINE),
    f"{_ASYNC}.async_engine_from_config": fn(_ENGINE),
    _SESSION: cls(entered="async"),
    **members(
        _SESSION,
        get=waits("New0"),
        get_one=waits("New0"),
        execute=waits("sqlalchemy.Result[Item0]"),
        scalars=waits("sqlalchemy.ScalarResult[Item0]"),
        scalar=waits("Item0"),
        stream=waits(f"{_RESULT}[Item0]"),
        stream_scalars=waits(f"{_RESULT}[Item0]"),
        commit=waits(),
        rollback=waits(),
        flush=waits(),
        refresh=waits(),
        merge=waits("Arg0"),
        delete=waits(),
        close=waits(),
        aclose=waits(),
        reset=waits(),
        invalidate=waits(),
        connection=waits(_CONNECTION),
        run_sync=waits("Return0"),
        begin=fn(_TRANSACTION, starts=True),
        begin_nested=fn(_TRANSACTION, starts=True),
        add=fn(),
        add_all=fn(),
        expunge=fn(),
        expunge_all=fn(),
        expire=fn(),
        expire_all=fn(),
    ),
    _TRANSACTION: cls(entered="async", enters=_SESSION),
    **members(_TRANSACTION, commit=waits(), rollback=waits(), start=waits()),
    f"{_ASYNC}.AsyncTransaction": cls(entered="async"),
    **members(f"{_ASYNC}.AsyncTransaction", commit=waits(), rollback=waits(), close=waits(), start=waits()),
    _ENGINE: cls(),
    **members(
        _ENGINE,
        connect=fn(_CONNECTION, starts=True),
        begin=fn(_CONNECTION),
        dispose=waits(),
        sync_engine=value("sqlalchemy.engine.SyncEngine"),
    ),
    _CONNECTION: cls(entered="async"),
    **members(
        _CONNECTION,
        execute=waits("sqlalchemy.Result"),
        scalar=waits(),
        scalars=waits("sqlalchemy.ScalarResult"),
        stream=waits(_RESULT),
        exec_driver_sql=waits("sqlalchemy.Result"),
        run_sync=waits("Return0"),
        commit=waits(),
        rollback=waits(),
        close=waits(),
        begin=fn(f"{_ASYNC}.AsyncTransaction", starts=True),
        begin_nested=fn(f"{_ASYNC}.AsyncTransaction", starts=True),
        execution_options=waits("Self"),
        get_raw_connection=waits(),
    ),
    _RESULT: cls(iterated=True, element="T"),
    **members(
        _RESULT,
        all=waits("list[T]"),
        first=waits("T"),
        one=waits("T"),
        one_or_none=waits("T"),
        scalar=waits("T"),
        fetchall=waits("list[T]"),
        fetchone=waits("T"),
        close=waits(),
        scalars=fn("Self"),
        mappings=fn("Self"),
    ),
}

ALIASES = {
    f"{_ASYNC}.session.AsyncSession": _SESSION,
    f"{_ASYNC}.session.async_sessionmaker": f"{_ASYNC}.async_sessionmaker",
    f"{_ASYNC}.engine.create_async_engine": f"{_ASYNC}.create_async_engine",
    f"{_ASYNC}.engine.AsyncEngine": _ENGINE,
    "quart_app.db.lingering.async_sessionmaker": f"{_ASYNC}.async_sessionmaker",
}
