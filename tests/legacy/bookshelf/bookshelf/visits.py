"""How often was a page seen? A small SQLite file of its own, whatever the main database is."""

import sqlite3

from flask import current_app, g


def get_db():
    if "db" not in g:
        g.db = sqlite3.connect(current_app.config["VISITS_DATABASE"])
        g.db.row_factory = sqlite3.Row
    return g.db


def close_db(e=None):
    db = g.pop("db", None)
    if db is not None:
        db.close()


def init_visits():
    db = get_db()
    with current_app.open_resource("visits.sql") as f:
        db.executescript(f.read().decode("utf8"))


def count_visit(path):
    db = get_db()
    try:
        db.execute(
            "INSERT INTO visits (path, count) VALUES (?, 1)"
            " ON CONFLICT (path) DO UPDATE SET count = count + 1",
            (path,),
        )
        db.commit()
    except sqlite3.OperationalError:
        # no table yet: the command was not run
        return 0
    return db.execute("SELECT count FROM visits WHERE path = ?", (path,)).fetchone()["count"]


def most_visited(limit=5):
    try:
        rows = get_db().execute(
            "SELECT path, count FROM visits ORDER BY count DESC, path LIMIT ?", (limit,)
        ).fetchall()
    except sqlite3.OperationalError:
        return []
    return [(row["path"], row["count"]) for row in rows]


def init_app(app):
    app.teardown_appcontext(close_db)
