"""Sessions of synchronous code outside of any loop and application context, from one ``run`` to the next."""

from __future__ import annotations

import subprocess
import sys
import textwrap
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg
import pytest
import quart
from sqlalchemy import text

import quart_app
from quart_app.bridge import one_loop, run
from quart_app.db import make_engine

from .library import MEMORY, Library

PROGRAM = """
    import sys, threading, quart
    from quart_app.bridge import run
    from quart_app.db import SQLAlchemy
    app = quart.Quart("app")
    app.config["SQLALCHEMY_DATABASE_URI"] = sys.argv[1]
    db = SQLAlchemy(app)
    class Thing(db.Model):
        id = db.Column(db.Integer, primary_key=True)
    def work():
        db.session.add(Thing())
        run(db.session.flush())
        print(run(Thing.query.count()))
        run(db.session.commit())
        db.session.add(Thing())
        run(db.session.flush())
        print(run(Thing.query.count()))
    run(db.drop_all())
    run(db.create_all())
    {how}
"""


@pytest.mark.parametrize(
    "how",
    [
        "work()",
        "thread = threading.Thread(target=work); thread.start(); thread.join()",
        "threading.Thread(target=work, daemon=True).start(); import time; time.sleep(1)",
        "work(); del db, app, Thing; import gc; gc.collect()",
    ],
)
def test_a_session_that_is_never_closed_ends_with_its_thread_in_silence(database: str, how: str) -> None:
    done = subprocess.run(
        [
            sys.executable,
            "-W",
            "error",
            "-X",
            "dev",
            "-c",
            textwrap.dedent(PROGRAM).format(how=how),
            database,
        ],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    noise = [line for line in done.stderr.splitlines() if not line.startswith("Executing <")]
    assert (done.returncode, noise) == (0, [])
    assert done.stdout.split() == ["1", "2"]


def in_a_thread(function: Any, *arguments: Any) -> Any:
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(function, *arguments).result()


def filled(database: str, app_class: Any = quart.Quart) -> Library:
    library = Library(database, app_class)
    library.db.app = library.app
    run(library.db.drop_all())
    run(library.db.create_all())
    run(library.fill())
    run(library.db.session.remove())
    return library


def test_objects_and_their_transaction_go_from_one_call_to_the_next(database: str) -> None:
    def work() -> list[Any]:
        library = filled(database)
        session = library.db.session
        author = run(library.Author.query.filter_by(name="ada").one())
        author.name = "eve"
        run(session.flush())
        seen = [run(library.Author.query.filter_by(name="eve").count()), library.db.session.in_transaction()]
        run(session.rollback())
        run(session.refresh(author))
        seen.append(author.name)
        run(library.db.drop_all() if database == MEMORY else session.remove())
        return seen

    assert in_a_thread(work) == [1, True, "ada"]


def test_a_block_in_between_keeps_the_session_going(stored: str) -> None:
    def work() -> int:
        library = filled(stored, quart_app.Quart)
        library.db.session.add(library.Author(name="new"))
        run(library.db.session.flush())
        with one_loop():
            run(library.db.session.commit())
        context: Any = library.app.app_context()
        with context:
            return int(run(library.Author.query.count()))

    assert in_a_thread(work) == 3


def test_a_thread_that_ends_rolls_back_and_closes_its_connections(postgres_url: str) -> None:
    library = Library(
        postgres_url,
        config={
            "SQLALCHEMY_ENGINE_OPTIONS": {
                "connect_args": {"server_settings": {"application_name": "fq-runs"}}
            }
        },
    )
    library.db.app = library.app
    name = "SELECT state FROM pg_stat_activity WHERE application_name = 'fq-runs'"

    def work() -> list[Any]:
        run(library.db.drop_all())
        run(library.db.create_all())
        library.db.session.add(library.Author(name="lost"))
        run(library.db.session.flush())
        with psycopg.connect(postgres_url, autocommit=True) as other:
            return other.execute(name).fetchall()

    assert in_a_thread(work) == [("idle in transaction",)]
    with psycopg.connect(postgres_url, autocommit=True) as other:
        for _ in range(100):  # the server takes a moment to notice
            left = other.execute(name).fetchall()
            if not left:
                break
            time.sleep(0.01)
        assert left == []
        assert other.execute("SELECT count(*) FROM author").fetchone() == (0,)


def test_every_thread_of_a_pool_has_connections_of_its_own(stored: str) -> None:
    engine = make_engine(stored)

    async def one() -> int:
        async with engine.connect() as connection:
            number: int = (await connection.execute(text("SELECT 1"))).scalar_one()
            return number

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(lambda _: run(one()), range(40))) == 40
    assert len(engine.pool._pools) == 0  # type: ignore[attr-defined]
