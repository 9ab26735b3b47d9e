"""What SQLAlchemy gives to the listeners of its events: always the synchronous core, whatever stands around it.

A listener is called in the middle of a flush, an execution or a connect, inside the greenlet that carries it: nothing there is
awaited, and nothing needs the bridge. ``GIVEN`` says what is given, by event and position.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from .api import Api, cls, fn, members

_CONNECTION = "sqlalchemy.event.Connection"
_SESSION = "sqlalchemy.event.Session"
_DRIVER = "sqlalchemy.event.DriverConnection"
_PLAIN = "sqlalchemy.event.Plain"

_MAPPER = [f"{when}_{what}" for when in ("before", "after") for what in ("insert", "update", "delete")]
_TABLE = [f"{when}_{what}" for when in ("before", "after") for what in ("create", "drop")]
_STATEMENT = [f"{when}_{what}" for when in ("before", "after") for what in ("execute", "cursor_execute")] + [
    "engine_connect",
    "begin",
    "commit",
    "rollback",
    "savepoint",
    "rollback_savepoint",
    "release_savepoint",
]
_POOL = [
    "connect",
    "first_connect",
    "checkout",
    "checkin",
    "reset",
    "close",
    "close_detached",
    "soft_invalidate",
]
_OF_SESSION = [
    "before_flush",
    "after_flush",
    "after_flush_postexec",
    "before_commit",
    "after_commit",
    "after_rollback",
    "after_soft_rollback",
    "after_transaction_create",
    "after_transaction_end",
    "before_attach",
    "after_attach",
    "transient_to_pending",
    "pending_to_transient",
    "pending_to_persistent",
    "loaded_as_persistent",
    "persistent_to_transient",
    "persistent_to_deleted",
    "deleted_to_persistent",
    "deleted_to_detached",
    "persistent_to_detached",
    "detached_to_persistent",
]

#: By the name of an event: the class of what is given at each position.
GIVEN: Mapping[str, Mapping[int, str]] = MappingProxyType(
    {
        **{name: {0: _PLAIN, 1: _CONNECTION} for name in _MAPPER},
        **{name: {1: _CONNECTION} for name in _TABLE},
        **{name: {0: _CONNECTION} for name in _STATEMENT},
        **{name: {0: _CONNECTION, 1: _DRIVER} for name in ("before_cursor_execute", "after_cursor_execute")},
        **{name: {0: _DRIVER, 1: _PLAIN} for name in _POOL},
        **{name: {0: _SESSION} for name in _OF_SESSION},
        "after_begin": {0: _SESSION, 2: _CONNECTION},
    }
)
#: What is given under these names by an event whose name is not written down (``for name in EVENTS: event.listen(cls, name, f)``).
USUAL: Mapping[str, str] = MappingProxyType(
    {
        "conn": _CONNECTION,
        "connection": _CONNECTION,
        "dbapi_con": _DRIVER,
        "dbapi_conn": _DRIVER,
        "dbapi_connection": _DRIVER,
        "session": _SESSION,
    }
)
#: What makes a function a listener: where the name of the event stands, and where the function.
LISTENING: Mapping[str, tuple[int, int | None]] = MappingProxyType(
    {"sqlalchemy.event.listens_for": (1, None), "sqlalchemy.event.listen": (1, 2)}
)

_ROWS = "sqlalchemy.event.Result"
_QUERY = "sqlalchemy.event.Query"
_ONE = ("first", "one", "one_or_none", "get")

APIS: dict[str, Api] = {
    **{f"{name}": cls() for name in (_CONNECTION, _SESSION, _DRIVER, _PLAIN, _ROWS, _QUERY)},
    **{f"{name}.*": fn("") for name in (_CONNECTION, _SESSION, _PLAIN, _ROWS)},
    **members(_CONNECTION, execute=fn(_ROWS), exec_driver_sql=fn(_ROWS)),
    **members(
        _SESSION,
        execute=fn(_ROWS),
        scalars=fn(_ROWS),
        connection=fn(_CONNECTION),
        query=fn(f"{_QUERY}[New0]"),
        get=fn("New0"),
        merge=fn("Arg0"),
    ),
    f"{_DRIVER}.*": fn("Self"),
    f"{_QUERY}.*": fn("Self"),
    **members(_QUERY, **dict.fromkeys(_ONE, fn("T"))),
    **members(_QUERY, all=fn("list[T]"), count=fn("int"), scalar=fn(""), update=fn("int"), delete=fn("int")),
}
