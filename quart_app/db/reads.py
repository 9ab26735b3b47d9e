"""A read that stands alone is one statement on the wire, not three (``BEGIN``, ``SELECT``, ``ROLLBACK``).

asyncpg's dialect opens a transaction before the first statement of a connection, whatever it is, and ends it when the connection goes
back: two round trips around each read, for as long as which a connection of the pool is taken and PostgreSQL has a session that is idle
in transaction. A plain ``SELECT`` needs neither. At the isolation level READ COMMITTED, PostgreSQL's default, each statement sees what
was committed before it began, within a transaction or without one (PostgreSQL's manual, 13.2.1), so reading before the transaction
begins gives the same rows. The first statement that is anything else begins it, and what follows is part of it.
"""

from __future__ import annotations

from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import event
from sqlalchemy.engine import Engine
from sqlalchemy.sql import elements, functions, lambdas, selectable, visitors
from sqlalchemy.sql.dml import UpdateBase

#: Functions that have no effect, and that tell the same within a transaction and without one. ``now()`` does not: it is the time the
#: transaction began.
HARMLESS = frozenset(
    {
        "abs", "array_agg", "avg", "bool_and", "bool_or", "cardinality", "ceil", "char_length", "coalesce", "concat",
        "count", "date_part", "date_trunc", "dense_rank", "every", "exists", "extract", "first_value", "floor",
        "greatest", "initcap", "json_agg", "jsonb_agg", "lag", "last_value", "lead", "least", "left", "length",
        "lower", "ltrim", "max", "min", "mod", "nullif", "plainto_tsquery", "power", "rank", "replace", "right",
        "round", "row_number", "rtrim", "sign", "similarity", "split_part", "sqrt", "string_agg", "strpos", "substr",
        "substring", "sum", "to_char", "to_tsquery", "to_tsvector", "trim", "ts_rank", "unnest", "upper",
    }
)  # fmt: skip

_judged: WeakKeyDictionary[Any, bool] = WeakKeyDictionary()


def read_without_transaction(engine: Engine) -> None:
    """Have an engine of asyncpg read outside of a transaction where nothing else was begun and nothing can differ.

    Args:
        engine: The synchronous engine below an ``AsyncEngine``. Engines of other drivers are left alone: SQLite's begins its
            transactions before it writes, not before it reads.
    """
    if engine.dialect.driver == "asyncpg":
        event.listen(engine, "do_execute", _execute)


def _execute(cursor: Any, statement: str, parameters: Any, context: Any) -> bool | None:
    compiled = context.compiled
    if compiled is None or cursor.server_side or not _reads_committed(cursor, context.dialect):
        return None
    safe = _judged.get(compiled)
    if safe is None:
        safe = _judged[compiled] = is_plain_read(_as_sent(compiled))
    if not safe:
        return None
    connection = cursor._adapt_connection
    # If a transaction has begun this changes nothing: the driver's flag is asked only before one begins.
    connection.autocommit = True
    try:
        context.dialect.do_execute(cursor, statement, parameters, context)
    finally:
        connection.autocommit = False
    return True


def _as_sent(compiled: Any) -> Any:
    # What the ORM makes of a statement has the columns of the mappers in it, the joins of the loaders and the criteria of its events.
    return getattr(compiled.compile_state, "statement", compiled.statement)


def _reads_committed(cursor: Any, dialect: Any) -> bool:
    level = cursor._adapt_connection.isolation_level
    if level is None:
        level = dialect.default_isolation_level or ""
    return bool(level.replace("_", " ").upper() == "READ COMMITTED")


def is_plain_read(statement: Any) -> bool:
    """Tell whether a statement only reads, and reads the same within a transaction and without one.

    Text could do anything, so could a function we do not know; ``FOR UPDATE`` locks until the transaction's end.
    """
    if isinstance(statement, lambdas.LambdaElement):
        statement = statement._resolved
    if not isinstance(statement, selectable.Select | selectable.CompoundSelect):
        return False
    return all(map(_is_harmless, visitors.iterate(statement)))


def _is_harmless(element: Any) -> bool:
    if isinstance(element, selectable.GenerativeSelect):
        decorated = [
            getattr(element, name, ()) for name in ("_prefixes", "_suffixes", "_statement_hints", "_hints")
        ]
        return element._for_update_arg is None and not any(decorated)
    if isinstance(element, functions.FunctionElement):
        return getattr(element, "name", "").lower() in HARMLESS and not getattr(element, "packagenames", ())
    if isinstance(element, elements.ColumnClause):
        return not element.is_literal or element.name == "*"
    return not isinstance(element, elements.TextClause | selectable.TextualSelect | UpdateBase)
