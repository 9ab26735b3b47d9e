"""Values that psycopg2 wrote into the statement as literals, and PostgreSQL cast: asyncpg wants them in the column's own type.

``User.query.get("5")``, ``filter_by(id="5")``, a ``uuid.UUID`` in a ``String(36)`` column, ``"2024-05-01"`` for a ``Date`` and an aware time for a
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
from sqlalchemy.sql import operators
from sqlalchemy.sql.elements import BindParameter, ExpressionClauseList

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
    dialect.statement_compiler = _compiler(dialect.statement_compiler)


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


def _compiler(base: Any) -> Any:
    """A compiler of statements that binds text which is compared with a column in the column's type."""

    def visit_binary(self: Any, binary: Any, *args: Any, **kwargs: Any) -> Any:
        type_ = binary.left.type
        if isinstance(type_, _COMPARED) and operators.is_comparison(binary.operator):
            typed = _typed(binary.right, type_)
            if typed is not binary.right:
                binary = binary._clone()
                binary.right = typed
        return base.visit_binary(self, binary, *args, **kwargs)

    return type(base.__name__, (base,), {"visit_binary": visit_binary})


def _typed(element: Any, type_: Any) -> Any:
    """``element`` with the text in it, if there is any, bound as ``type_``."""
    if isinstance(element, BindParameter):
        is_text = isinstance(element.type, types.String) and (
            isinstance(element.value, str) or element.expanding
        )
        return element._with_binary_element_type(type_) if is_text else element
    if isinstance(element, ExpressionClauseList):  # BETWEEN
        clauses = [_typed(clause, type_) for clause in element.clauses]
        if any(new is not old for new, old in zip(clauses, element.clauses, strict=True)):
            element = element._clone()
            element.clauses = clauses
    return element


#: Types of columns that people compare with text: ``filter_by(id=request.args["id"])``.
_COMPARED = (types.Integer, types.Float, types.Date, types.DateTime, types.Time)
