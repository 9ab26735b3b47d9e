"""Asynchronous drivers of databases and caches, in applications that use them already."""

from __future__ import annotations

from .api import Api, cls, fn, members, waits

_PG = "asyncpg.Connection"
_POOL = "asyncpg.Pool"
_LITE = "aiosqlite.Connection"
_MYSQL = "aiomysql.Connection"
_PSYCOPG = "psycopg.AsyncConnection"

#: What asyncpg's connections and pools have alike.
_QUERIES = {
    "execute": waits("str"),
    "executemany": waits(),
    "fetch": waits("list[asyncpg.Record]"),
    "fetchrow": waits("asyncpg.Record"),
    "fetchval": waits(),
    "fetchmany": waits("list[asyncpg.Record]"),
    "copy_records_to_table": waits("str"),
    "copy_from_query": waits("str"),
    "copy_from_table": waits("str"),
    "copy_to_table": waits("str"),
}

_DATABASE = "databases.Database"
_REDIS_PLAIN = (
    "pipeline",
    "pubsub",
    "lock",
    "scan_iter",
    "hscan_iter",
    "sscan_iter",
    "zscan_iter",
    "register_script",
)

APIS: dict[str, Api] = {
    # -- asyncpg ----------------------------------------------------------------------------------------
    "asyncpg.connect": waits(_PG),
    "asyncpg.create_pool": fn(_POOL, starts=True),
    _PG: cls(),
    _POOL: cls(entered="async"),
    "asyncpg.Record": cls(),
    **members(_PG, **_QUERIES),
    **members(_POOL, **_QUERIES),
    **members(
        _PG,
        prepare=waits("asyncpg.PreparedStatement"),
        cursor=fn("asyncpg.Cursor", starts=True),
        close=waits(),
        reset=waits(),
        add_listener=waits(),
        remove_listener=waits(),
        set_type_codec=waits(),
        reload_schema_state=waits(),
        transaction=fn("asyncpg.Transaction"),
    ),
    "asyncpg.Transaction": cls(entered="async"),
    **members("asyncpg.Transaction", start=waits(), commit=waits(), rollback=waits()),
    "asyncpg.Cursor": cls(iterated=True, element="asyncpg.Record"),
    **members(
        "asyncpg.Cursor",
        fetch=waits("list[asyncpg.Record]"),
        fetchrow=waits("asyncpg.Record"),
        forward=waits(),
    ),
    "asyncpg.PreparedStatement": cls(),
    **members(
        "asyncpg.PreparedStatement",
        fetch=waits("list[asyncpg.Record]"),
        fetchrow=waits("asyncpg.Record"),
        fetchval=waits(),
        executemany=waits(),
        cursor=fn("asyncpg.Cursor", starts=True),
    ),
    **members(
        _POOL,
        acquire=fn("asyncpg.PoolAcquireContext", starts=True),
        release=waits(),
        close=waits(),
        expire_connections=waits(),
    ),
    "asyncpg.PoolAcquireContext": cls(entered="async", bases=(_PG,), enters=_PG),
    # -- aiosqlite --------------------------------------------------------------------------------------
    "aiosqlite.connect": fn(_LITE, starts=True),
    _LITE: cls(entered="async"),
    **{
        f"{_LITE}.{name}": fn("aiosqlite.Cursor", starts=True)
        for name in ("execute", "executemany", "executescript", "cursor")
    },
    **members(
        _LITE,
        execute_insert=waits("sqlite3.Row"),
        execute_fetchall=waits("list[sqlite3.Row]"),
        commit=waits(),
        rollback=waits(),
        close=waits(),
        create_function=waits(),
        backup=waits(),
        set_trace_callback=waits(),
    ),
    "aiosqlite.Cursor": cls(entered="async", iterated=True, element="sqlite3.Row"),
    **members(
        "aiosqlite.Cursor",
        execute=waits("Self"),
        executemany=waits("Self"),
        executescript=waits("Self"),
        fetchone=waits("sqlite3.Row"),
        fetchmany=waits("list[sqlite3.Row]"),
        fetchall=waits("list[sqlite3.Row]"),
        close=waits(),
    ),
    # -- aiomysql, aiopg --------------------------------------------------------------------------------
    "aiomysql.connect": fn(_MYSQL, starts=True),
    "aiomysql.create_pool": fn("aiomysql.Pool", starts=True),
    "aiomysql.Pool": cls(entered="async"),
    **members(
        "aiomysql.Pool",
        acquire=fn(_MYSQL, starts=True),
        wait_closed=waits(),
        clear=waits(),
    ),
    _MYSQL: cls(entered="async"),
    **members(
        _MYSQL,
        cursor=fn("aiomysql.Cursor", starts=True),
        commit=waits(),
        rollback=waits(),
        begin=waits(),
        ping=waits(),
        ensure_closed=waits(),
        select_db=waits(),
    ),
    "aiomysql.Cursor": cls(entered="async", iterated=True),
    **members(
        "aiomysql.Cursor",
        execute=waits("int"),
        executemany=waits("int"),
        callproc=waits(),
        fetchone=waits(),
        fetchall=waits("list"),
        fetchmany=waits("list"),
        close=waits(),
    ),
    # -- psycopg 3 --------------------------------------------------------------------------------------
    _PSYCOPG: cls(entered="async"),
    **members(
        _PSYCOPG,
        connect=waits("Self"),
        cursor=fn("psycopg.AsyncCursor"),
        execute=waits("psycopg.AsyncCursor"),
        commit=waits(),
        rollback=waits(),
        close=waits(),
        transaction=fn("psycopg.AsyncTransaction"),
    ),
    "psycopg.AsyncTransaction": cls(entered="async"),
    "psycopg.AsyncCursor": cls(entered="async", iterated=True),
    **members(
        "psycopg.AsyncCursor",
        execute=waits("Self"),
        executemany=waits(),
        fetchone=waits(),
        fetchall=waits("list"),
        fetchmany=waits("list"),
        close=waits(),
    ),
    "psycopg_pool.AsyncConnectionPool": cls(entered="async"),
    **members(
        "psycopg_pool.AsyncConnectionPool",
        connection=fn(_PSYCOPG),
        getconn=waits(_PSYCOPG),
        putconn=waits(),
        open=waits(),
        close=waits(),
        wait=waits(),
    ),
    # -- databases --------------------------------------------------------------------------------------
    _DATABASE: cls(entered="async"),
    **{
        f"{_DATABASE}.{name}": waits()
        for name in ("connect", "disconnect", "execute", "execute_many", "fetch_one", "fetch_val")
    },
    f"{_DATABASE}.fetch_all": waits("list"),
    f"{_DATABASE}.iterate": fn("collections.abc.AsyncGenerator"),
    f"{_DATABASE}.transaction": fn("databases.core.Transaction", starts=True),
    "databases.core.Transaction": cls(entered="async"),
    **members("databases.core.Transaction", commit=waits(), rollback=waits(), start=waits()),
    f"{_DATABASE}.connection": fn(_DATABASE),
    # -- quart-db ---------------------------------------------------------------------------------------
    "quart_db.QuartDB": cls(),
    "quart_db.QuartDB.connection": fn("quart_db.Connection"),
    "quart_db.Connection": cls(entered="async"),
    **{
        f"quart_db.Connection.{name}": waits()
        for name in ("execute", "execute_many", "fetch_one", "fetch_first", "fetch_val")
    },
    "quart_db.Connection.fetch_all": waits("list"),
    "quart_db.Connection.iterate": fn("collections.abc.AsyncGenerator"),
    "quart_db.Connection.transaction": fn("databases.core.Transaction"),
    # -- Redis ------------------------------------------------------------------------------------------
    "redis.asyncio.Redis": cls(entered="async"),
    "redis.asyncio.from_url": fn("redis.asyncio.Redis"),
    "redis.asyncio.Redis.from_url": fn("redis.asyncio.Redis"),
    "redis.asyncio.Redis.*": waits(),
    **{f"redis.asyncio.Redis.{name}": fn() for name in _REDIS_PLAIN if name.endswith("script")},
    **{
        f"redis.asyncio.Redis.{name}": fn("collections.abc.AsyncGenerator")
        for name in _REDIS_PLAIN
        if name.endswith("_iter")
    },
    "redis.asyncio.Redis.pipeline": fn("redis.asyncio.Pipeline"),
    "redis.asyncio.Pipeline": cls(entered="async"),
    "redis.asyncio.Pipeline.execute": waits("list"),
    "redis.asyncio.Redis.pubsub": fn("redis.asyncio.PubSub"),
    "redis.asyncio.Redis.lock": fn("redis.asyncio.Lock"),
    "redis.asyncio.Lock": cls(entered="async"),
    **members("redis.asyncio.Lock", acquire=waits("bool"), release=waits()),
    "redis.asyncio.PubSub": cls(entered="async"),
    **members(
        "redis.asyncio.PubSub",
        subscribe=waits(),
        unsubscribe=waits(),
        psubscribe=waits(),
        punsubscribe=waits(),
        get_message=waits(),
        close=waits(),
        aclose=waits(),
        listen=fn("collections.abc.AsyncGenerator"),
    ),
    "aioredis.create_redis_pool": waits("redis.asyncio.Redis"),
    "aioredis.create_redis": waits("redis.asyncio.Redis"),
    "aioredis.create_pool": waits("redis.asyncio.Redis"),
    # -- MongoDB ----------------------------------------------------------------------------------------
    "motor.motor_asyncio.AsyncIOMotorClient": cls(),
    "motor.motor_asyncio.AsyncIOMotorClient.*": fn("motor.motor_asyncio.AsyncIOMotorDatabase"),
    "motor.motor_asyncio.AsyncIOMotorClient.__getitem__": fn("motor.motor_asyncio.AsyncIOMotorDatabase"),
    "motor.motor_asyncio.AsyncIOMotorDatabase": cls(),
    "motor.motor_asyncio.AsyncIOMotorDatabase.__getitem__": fn("motor.motor_asyncio.AsyncIOMotorCollection"),
    "motor.motor_asyncio.AsyncIOMotorCollection": cls(),
    **{
        f"motor.motor_asyncio.AsyncIOMotorCollection.{name}": waits()
        for name in (
            *(
                "find_one",
                "insert_one",
                "insert_many",
                "update_one",
                "update_many",
                "replace_one",
                "delete_one",
            ),
            *("delete_many", "count_documents", "distinct", "create_index", "find_one_and_update", "drop"),
            *("find_one_and_delete", "find_one_and_replace", "bulk_write", "estimated_document_count"),
        )
    },
    "motor.motor_asyncio.AsyncIOMotorCollection.find": fn("motor.motor_asyncio.AsyncIOMotorCursor"),
    "motor.motor_asyncio.AsyncIOMotorCollection.aggregate": fn("motor.motor_asyncio.AsyncIOMotorCursor"),
    "motor.motor_asyncio.AsyncIOMotorCursor": cls(iterated=True),
    **{f"motor.motor_asyncio.AsyncIOMotorCursor.{name}": fn("Self") for name in ("sort", "limit", "skip")},
    "motor.motor_asyncio.AsyncIOMotorCursor.to_list": waits("list"),
}

ALIASES = {
    "asyncpg.connection.Connection": _PG,
    "asyncpg.pool.Pool": _POOL,
    "asyncpg.connection.connect": "asyncpg.connect",
    "asyncpg.pool.create_pool": "asyncpg.create_pool",
    "asyncpg.transaction.Transaction": "asyncpg.Transaction",
    "aiopg.connect": "aiomysql.connect",
    "aiopg.create_pool": "aiomysql.create_pool",
    "aiomysql.DictCursor": "aiomysql.Cursor",
    "databases.core.Database": _DATABASE,
    "redis.asyncio.client.Redis": "redis.asyncio.Redis",
    "redis.asyncio.StrictRedis": "redis.asyncio.Redis",
    "aioredis.Redis": "redis.asyncio.Redis",
    "aioredis.from_url": "redis.asyncio.from_url",
    "psycopg.connection_async.AsyncConnection": _PSYCOPG,
    "quart_db.connection.Connection": "quart_db.Connection",
}
