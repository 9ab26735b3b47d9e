"""The standard library's sqlite3, and its awaited twin ``quart_app.db.sqlite`` (the same names and errors)."""

from __future__ import annotations

from .api import Api, cls, fn, members, module, value, waits

_RULE = "FQ306"

APIS: dict[str, Api] = {
    "sqlite3": module(),
    "sqlite3.connect": waits("sqlite3.Connection", "quart_app.db.sqlite.connect", rule=_RULE),
    "sqlite3.Row": cls(),
    # Called, the class does what connect() does.
    "sqlite3.Connection": cls("quart_app.db.sqlite.Connection", awaited=True, entered="async", rule=_RULE),
    "sqlite3.Cursor": cls("quart_app.db.sqlite.Cursor", iterated=True, element="sqlite3.Row", rule=_RULE),
    **members(
        "sqlite3.Connection",
        cursor=fn("sqlite3.Cursor"),
        execute=waits("sqlite3.Cursor", rule=_RULE),
        executemany=waits("sqlite3.Cursor", rule=_RULE),
        executescript=waits("sqlite3.Cursor", rule=_RULE),
        commit=waits("", rule=_RULE),
        rollback=waits("", rule=_RULE),
        close=waits("", rule=_RULE),
        create_function=fn(),
        row_factory=value(""),
    ),
    **members(
        "sqlite3.Cursor",
        execute=waits("Self", rule=_RULE),
        executemany=waits("Self", rule=_RULE),
        executescript=waits("Self", rule=_RULE),
        fetchone=waits("sqlite3.Row", rule=_RULE),
        fetchall=waits("list[sqlite3.Row]", rule=_RULE),
        fetchmany=waits("list[sqlite3.Row]", rule=_RULE),
        close=waits("", rule=_RULE),
        lastrowid=value("int"),
        rowcount=value("int"),
        description=value(""),
    ),
}

ALIASES = {
    "quart_app.db.sqlite.connect": "sqlite3.connect",
    "quart_app.db.sqlite.Connection": "sqlite3.Connection",
    "quart_app.db.sqlite.Cursor": "sqlite3.Cursor",
    "sqlite3.dbapi2": "sqlite3",
}
