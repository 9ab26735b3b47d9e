"""What counts as native: views and statements, judged at run time in a suite of their own."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from .native import Native, count
from .running import Suite, SuiteRun, run_suite
from .tiny import write

SHOP = """\
import asyncio
import functools
import sqlite3

from pathlib import Path

import aiosqlite
from jinja2 import Environment, FileSystemLoader
from quart import Quart
from quart.views import MethodView
from sqlalchemy import create_engine, select, text
from sqlalchemy.ext.asyncio import AsyncAttrs, AsyncSession, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship
from sqlalchemy import ForeignKey
from sqlalchemy.util import greenlet_spawn, await_only
from quart_app.bridge import run, wait as wait_for

app = Quart(__name__)


class Base(AsyncAttrs, DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "user"
    id: Mapped[int] = mapped_column(primary_key=True)
    posts: Mapped[list["Post"]] = relationship()


class Post(Base):
    __tablename__ = "post"
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))


def logged(view):
    @functools.wraps(view)
    def wrapper(*args, **kwargs):
        return view(*args, **kwargs)

    return wrapper


@app.route("/native")
async def native():
    return ""


@app.route("/plain")
def plain():
    return ""


@app.route("/wrapped")
@logged
async def wrapped():
    return ""


class Things(MethodView):
    async def get(self):
        return ""

    def post(self):
        return ""


app.add_url_rule("/things", view_func=Things.as_view("things"))


page = Environment(loader=FileSystemLoader(Path(__file__).parent)).get_template("page.html")


def rendered(user):
    return page.render(user=user)


async def in_a_template(session):
    return rendered(await awaited(session))


async def awaited(session):
    await session.execute(select(User))
    return await session.scalar(select(User))


async def waiting_in_a_coroutine(session, wait):
    return wait(session.execute(select(User)))


async def in_a_task(session):
    return (await asyncio.gather(session.execute(select(User))))[0]


def implicit(user):
    return len(user.posts)


async def bridged_in_a_driven_view(session):
    user = await awaited(session)
    return implicit(user)


def synchronous_in_the_bridge(session):
    return await_only(session.execute(select(User)))


async def through_run_sync(session, waiting=False):
    if waiting:
        return await greenlet_spawn(synchronous_in_the_bridge, session)
    return await session.run_sync(counting)


def counting(session):
    return session.execute(select(User)).all()


async def raw():
    async with aiosqlite.connect(":memory:") as connection:
        async with connection.execute("select 1") as cursor:
            await cursor.fetchone()
        await connection.executescript("select 1")


def blocking_raw():
    connection = sqlite3.connect(":memory:")
    connection.execute("select 1").fetchall()
    connection.close()


async def blocking_engine():
    engine = create_engine("sqlite://")
    with engine.connect() as connection:
        connection.execute(text("select 1"))
    engine.dispose()


def left():
    # migrate: FQ000 look here
    return wait_for(native()), run(native())
"""

PAGE = "first\n\n{{ user.posts | length }}\n"

BRIDGE = """\
def wait(awaitable):
    return awaitable


def run(awaitable):
    return awaitable
"""

# ``driven`` does what a bridge does: the whole coroutine runs in a greenlet that hands its futures to the loop.
TESTS = """\
import pytest
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine
from sqlalchemy.util import greenlet_spawn, await_only

import shop
from driving import driven, of_a_library, stepped


@pytest.fixture
async def session(tmp_path):
    engine = create_async_engine(f"sqlite+aiosqlite:///{tmp_path}/shop.db")
    async with engine.begin() as connection:
        await connection.run_sync(shop.Base.metadata.create_all)
    async with AsyncSession(engine) as session:
        session.add(shop.User(id=1))
        await session.commit()
        session.expunge_all()
        yield session
    await engine.dispose()


async def test_awaited(session):
    await shop.awaited(session)


async def test_awaited_and_driven(session):
    await driven(shop.awaited(session))


async def test_implicit(session):
    assert await driven(shop.bridged_in_a_driven_view(session)) == 0


async def test_wait(session):
    await greenlet_spawn(shop.synchronous_in_the_bridge, session)


async def test_wait_below_an_application_coroutine(session):
    await shop.through_run_sync(session, waiting=True)


async def test_wait_in_a_coroutine(session):
    await driven(shop.waiting_in_a_coroutine(session, stepped))


async def test_of_a_library(session):
    await driven(of_a_library(session, "select 1"))


async def test_template(session):
    assert await driven(shop.in_a_template(session)) == "first\\n\\n0"


async def test_task(session):
    await shop.in_a_task(session)


async def test_run_sync(session):
    await shop.through_run_sync(session)


async def test_raw():
    await shop.raw()


def test_blocking_raw():
    shop.blocking_raw()


async def test_blocking_engine():
    await shop.blocking_engine()


async def test_views():
    assert (await shop.app.test_client().get("/native")).status_code == 200
"""

# Not under the tree, as a runtime library is not. Its greenlet says of itself what the project's own bridge says too.
DRIVING = """\
import asyncio

from greenlet import getcurrent, greenlet
from sqlalchemy import text


class Driver(greenlet):
    __sqlalchemy_greenlet_provider__ = True

    @property
    def parent(self):
        return self

    def switch(self, awaitable):
        current = getcurrent()
        return greenlet.switch(self, awaitable) if current is not self else stepped(awaitable)


def stepped(awaitable):
    hub = vars(greenlet)["parent"].__get__(getcurrent())
    steps = awaitable.__await__()
    while True:
        try:
            future = next(steps)
        except StopIteration as stop:
            return stop.value
        greenlet.switch(hub, future)


async def of_a_library(session, statement):
    return await session.execute(text(statement))


class driven:
    def __init__(self, coroutine):
        self.coroutine = coroutine

    def __await__(self):
        driver = Driver(lambda: stepped(self.coroutine))
        result = greenlet.switch(driver)
        while not driver.dead:
            yield result
            result = greenlet.switch(driver)
        return result
"""


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> tuple[SuiteRun, Native]:
    folder = tmp_path_factory.mktemp("native")
    ini = f"[pytest]\nasyncio_mode = auto\npythonpath = . {folder}/runtime\n"
    tree = write(
        folder / "tree", {"shop.py": SHOP, "page.html": PAGE, "tests/test_shop.py": TESTS, "pytest.ini": ini}
    )
    write(
        folder / "runtime",
        {"driving.py": DRIVING, "quart_app/__init__.py": "", "quart_app/bridge.py": BRIDGE},
    )
    arguments = ("-p", "no:hypothesispytest", "-p", "no:quart_app")
    run = run_suite(Suite(Path(sys.executable), tree, folder / "work", arguments, {}, 30.0, stage="quart"))
    return run, count(tree, run)


def _lines(run: SuiteRun, kind: str) -> set[str]:
    """The source lines of the call sites of one kind."""
    sites = [
        site.split(":") for found, site in run.statements if found == kind and site.startswith("shop.py")
    ]
    return {SHOP.splitlines()[int(line) - 1].strip() for _, line in sites}


def test_the_suite_itself_is_sound(measured: tuple[SuiteRun, Native]) -> None:
    run, _ = measured
    assert {id_: outcome.text for id_, outcome in run.outcomes.items() if not outcome.passed} == {}
    assert len(run.outcomes) == 14


def test_awaited_statements_are_those_an_application_coroutine_awaits(
    measured: tuple[SuiteRun, Native],
) -> None:
    assert _lines(measured[0], "awaited") == {
        "await session.execute(select(User))",
        "return await session.scalar(select(User))",
        'async with connection.execute("select 1") as cursor:',
        'await connection.executescript("select 1")',
    }


def test_bridged_statements_are_those_behind_synchronous_code(measured: tuple[SuiteRun, Native]) -> None:
    assert _lines(measured[0], "bridged") == {
        "return len(user.posts)",
        "return await_only(session.execute(select(User)))",
        "return wait(session.execute(select(User)))",
        "return session.execute(select(User)).all()",
        'connection.execute("select 1").fetchall()',
        'connection.execute(text("select 1"))',
    }


def test_a_statement_that_synchronous_code_waits_for_counts_as_not_awaited(
    measured: tuple[SuiteRun, Native],
) -> None:
    run, _ = measured
    waiting = {
        "return await_only(session.execute(select(User)))",
        "return wait(session.execute(select(User)))",
    }
    assert waiting <= _lines(run, "bridged")
    assert not waiting & _lines(run, "awaited")


def test_a_statement_of_a_task_that_nobody_is_seen_to_await_is_unseen(
    measured: tuple[SuiteRun, Native],
) -> None:
    assert measured[1].statements_unseen == 1


def test_a_load_in_a_template_is_bridged_at_the_templates_own_line(measured: tuple[SuiteRun, Native]) -> None:
    assert measured[1].bridged_sites["page.html:3"] == 1


def test_the_share_is_of_statements_of_the_application(measured: tuple[SuiteRun, Native]) -> None:
    _, native = measured
    # awaited() four times with two statements, raw() with two; bridged: seven sites, one of them twice; one unseen.
    assert (native.statements_awaited, native.statements) == (10, 19)
    assert (native.call_sites_awaited, native.call_sites) == (4, 11)
    assert native.tests_statements > 0
    assert native.share_of_statements == pytest.approx(10 / 19)


def test_a_view_is_native_when_what_is_registered_is_a_coroutine_function(
    measured: tuple[SuiteRun, Native],
) -> None:
    _, native = measured
    assert (native.views_native, native.views) == (2, 5)
    assert sorted(view.split()[-1] for view in native.synchronous_views) == [
        "plain",
        "things.post",
        "wrapped",
    ]


def test_what_the_source_still_shows(measured: tuple[SuiteRun, Native]) -> None:
    _, native = measured
    assert (native.waits, native.runs, native.marks) == (1, 1, 1)
    assert native.awaits > 0
