"""Values that psycopg2 wrote into the statement as literals, and PostgreSQL cast: asyncpg wants them in the column's own type.

``User.query.get("5")``, a ``uuid.UUID`` in a ``String(36)`` column, ``"2024-05-01"`` for a ``Date`` and an aware time for a
``DateTime`` without time zone worked, and are errors of asyncpg's. They are converted as the database converted them; what cannot
be converted goes on unchanged, to the driver's own error.
"""

from __future__ import annotations

import contextlib
import datetime
import decimal
import uuid
from collections.abc import Callable
from typing import Any

from sqlalchemy import types
from sqlalchemy.engine import Dialect

_AS_TEXT = (int, float, decimal.Decimal, uuid.UUID, datetime.date, datetime.time)


def accept_literals(dialect: Dialect) -> None:
    """Have asyncpg's dialect take for a column what psycopg2's took."""
    dialect.colspecs = {
        **dialect.colspecs,
        **{
            generic: _accepting(dialect.colspecs[generic], convert)
            for generic, convert in _CONVERSIONS.items()
            if generic in dialect.colspecs
        },
    }


def _accepting(base: Any, convert: Callable[[Any, Any], Any]) -> Any:
    """A subclass of the dialect's type whose values are converted before they are bound."""

    def bind_processor(self: Any, dialect: Dialect) -> Callable[[Any], Any]:
        inner = base.bind_processor(self, dialect)

        def process(value: Any) -> Any:
            if value is not None:
                with contextlib.suppress(ValueError, ArithmeticError):
                    value = convert(self, value)
            return value if inner is None else inner(value)

        return process

    return type(base.__name__, (base,), {"bind_processor": bind_processor})


def _integer(_: Any, value: Any) -> Any:
    if isinstance(value, str):
        return int(value)
    if isinstance(value, float | decimal.Decimal):
        return int(decimal.Decimal(str(value)).to_integral_value(decimal.ROUND_HALF_UP))
    return value


def _float(_: Any, value: Any) -> Any:
    return float(value) if isinstance(value, str) else value


def _text(_: Any, value: Any) -> Any:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, _AS_TEXT) else value


def _date(_: Any, value: Any) -> Any:
    return datetime.datetime.fromisoformat(value).date() if isinstance(value, str) else value


def _time(_: Any, value: Any) -> Any:
    return datetime.time.fromisoformat(value) if isinstance(value, str) else value


def _datetime(type_: Any, value: Any) -> Any:
    if isinstance(value, str):
        value = datetime.datetime.fromisoformat(value)
    elif isinstance(value, datetime.date) and not isinstance(value, datetime.datetime):
        value = datetime.datetime.combine(value, datetime.time())
    if isinstance(value, datetime.datetime) and value.tzinfo is not None and not type_.timezone:
        return value.astimezone(datetime.UTC).replace(tzinfo=None)
    return value


_CONVERSIONS: dict[Any, Callable[[Any, Any], Any]] = {
    types.BigInteger: _integer,
    types.Date: _date,
    types.DateTime: _datetime,
    types.Float: _float,
    types.Integer: _integer,
    types.SmallInteger: _integer,
    types.String: _text,
    types.Time: _time,
}
