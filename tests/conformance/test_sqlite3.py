"""Raw sqlite3, in `g` and elsewhere."""

from __future__ import annotations

import pytest

from .shelf import SQLITE3
from .stores import Store
from .twins import Program, conforms, table

PROGRAMS = table(
    """
    === execute and fetchall [sqlite]
    db = connect()
    return db.execute("SELECT name FROM author ORDER BY id").fetchall()
    === row factory [sqlite]
    db = connect()
    db.row_factory = sqlite3.Row
    row = db.execute("SELECT id, name FROM author WHERE id = ?", (1,)).fetchone()
    return row["name"], row.keys(), dict(row), tuple(row)
    === cursor [sqlite]
    cursor = connect().cursor()
    cursor.execute("SELECT name FROM author ORDER BY id")
    return cursor.fetchone(), cursor.fetchmany(1), cursor.fetchall(), cursor.description[0][0]
    === connection by its class [sqlite]
    with sqlite3.Connection(":memory:", timeout=3.0, cached_statements=0) as db:
        db.execute("CREATE TABLE t (a)")
        db.execute("INSERT INTO t VALUES (1)")
    found = db.execute("SELECT a FROM t").fetchall()
    db.close()
    return found, isinstance(db, sqlite3.Connection)
    === iterate [sqlite]
    return [name for (name,) in connect().execute("SELECT name FROM author ORDER BY id")]
    === iterate over a cursor [sqlite]
    cursor = connect().cursor()
    found = []
    for row in cursor.execute("SELECT name FROM author ORDER BY id"):
        found.append(row[0])
    return found
    === insert and commit [sqlite]
    db = connect()
    cursor = db.execute("INSERT INTO tag (name) VALUES (?)", ("new",))
    db.commit()
    return cursor.lastrowid, cursor.rowcount
    === insert without commit [sqlite]
    db = connect()
    db.execute("INSERT INTO tag (name) VALUES ('lost')")
    db.close()
    === executemany [sqlite]
    db = connect()
    db.executemany("INSERT INTO tag (name) VALUES (:name)", [{"name": "x"}, {"name": "y"}])
    db.commit()
    return db.total_changes
    === executescript [sqlite]
    db = connect()
    db.executescript("DELETE FROM note; INSERT INTO note (text) VALUES ('only');")
    db.commit()
    === with connection [sqlite]
    db = connect()
    with db:
        db.execute("INSERT INTO tag (name) VALUES ('kept')")
    === with connection that fails [sqlite]
    db = connect()
    with db:
        db.execute("INSERT INTO tag (name) VALUES ('lost')")
        db.execute("INSERT INTO author (name) VALUES ('ada')")
    === integrity error caught [sqlite]
    db = connect()
    try:
        db.execute("INSERT INTO author (name) VALUES ('ada')")
    except sqlite3.IntegrityError as error:
        return str(error)
    === operational error [sqlite]
    return connect().execute("SELECT nothing FROM nowhere")
    === closed connection [sqlite]
    db = connect()
    db.close()
    return db.execute("SELECT 1")
    === closing [sqlite]
    from contextlib import closing
    with closing(connect()) as db:
        with closing(db.cursor()) as cursor:
            cursor.execute("SELECT count(*) FROM book")
            return cursor.fetchone()[0]
    === user function [sqlite]
    db = connect()
    db.create_function("double", 1, lambda value: value * 2)
    return db.execute("SELECT double(21)").fetchone()[0]
    === query helper [sqlite]
    def query_db(query, args=(), one=False):
        cursor = connect().execute(query, args)
        rows = cursor.fetchall()
        cursor.close()
        return (rows[0] if rows else None) if one else rows
    return query_db("SELECT id FROM tag ORDER BY id"), query_db("SELECT name FROM author WHERE id = ?", [2], one=True)
    === in g [sqlite]
    def program():
        def get_db():
            if "db" not in g:
                g.db = sqlite3.connect(PATH, detect_types=sqlite3.PARSE_DECLTYPES)
                g.db.row_factory = sqlite3.Row
            return g.db
        @app.teardown_appcontext
        def close_db(error=None):
            db = g.pop("db", None)
            if db is not None:
                db.close()
        @app.route("/<int:number>")
        def show(number):
            author = get_db().execute("SELECT * FROM author WHERE id = ?", (number,)).fetchone()
            if author is None:
                abort(404, f"no author {number}")
            get_db().execute("UPDATE author SET age = age + 1 WHERE id = ?", (number,))
            get_db().commit()
            return author["name"]
        client = app.test_client()
        return client.get("/1").get_data(as_text=True), client.get("/9").status_code
    === in g by getattr [sqlite]
    def program():
        def get_db():
            db = getattr(g, "_database", None)
            if db is None:
                db = g._database = sqlite3.connect(PATH)
            return db
        @app.teardown_appcontext
        def close_connection(exception):
            db = getattr(g, "_database", None)
            if db is not None:
                db.close()
        @app.route("/")
        def index():
            return str(get_db().execute("SELECT count(*) FROM book").fetchone()[0])
        return app.test_client().get("/").get_data(as_text=True)
    """,
    models=SQLITE3,
)


@pytest.mark.parametrize("program", PROGRAMS)
def test_sqlite3(program: Program, store: Store) -> None:
    conforms(program, store)
