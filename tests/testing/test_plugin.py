"""The pytest plugin, in runs of pytest of its own."""

from __future__ import annotations

import pytest

pytest_plugins = ["pytester"]

INI = """
[pytest]
asyncio_mode = auto
asyncio_default_fixture_loop_scope = {scope}
asyncio_default_test_loop_scope = {scope}
filterwarnings = error
{more}
"""


def run(
    pytester: pytest.Pytester, source: str, *, on: bool = True, scope: str = "session"
) -> pytest.RunResult:
    more = "quart_app_bridge = true" if on else ""
    pytester.makeini(INI.format(scope=scope, more=more))
    pytester.makepyfile(source)
    return pytester.runpytest_subprocess("-q", "-p", "no:cacheprovider")


IN_THE_BRIDGE = """
import asyncio
import pytest
from quart_app.bridge import in_bridge, run, wait

async def answer(value):
    await asyncio.sleep(0)
    return value

class Lazy:
    @property
    def value(self):
        return wait(answer(42))

@pytest.fixture
async def lazy():
    assert Lazy().value == 42
    yield Lazy()
    assert Lazy().value == 42

@pytest.fixture
def loop_of_run():
    assert not in_bridge()
    assert Lazy().value == 42
    async def loop():
        return asyncio.get_running_loop()
    return run(loop())

async def test_async(lazy):
    assert lazy.value == 42
    assert await asyncio.create_task(asyncio.sleep(0, lazy)) is lazy

async def test_tasks(lazy):
    async def read():
        return lazy.value
    assert await asyncio.gather(read(), asyncio.create_task(read())) == [42, 42]

def test_sync(lazy):
    assert lazy.value == 42
    assert run(answer(1)) == 1

class TestMethods:
    def test_method(self, lazy):
        assert lazy.value == 42

@pytest.mark.parametrize("n", [1, 2])
def test_parametrized(n, lazy, tmp_path):
    assert lazy.value == 42 and tmp_path.exists()

def test_fixtures_use_the_tests_loop(loop_of_run):
    assert loop_of_run is asyncio.get_running_loop()

async def test_fixtures_use_the_async_tests_loop(loop_of_run):
    assert loop_of_run is asyncio.get_running_loop()

@pytest.mark.quart_app_bridge(False)
def test_left_alone():
    assert asyncio.run(answer(2)) == 2
"""


@pytest.mark.parametrize("scope", ["session", "function", "module"])
def test_switched_on_it_drives_tests_and_fixtures(pytester: pytest.Pytester, scope: str) -> None:
    run(pytester, IN_THE_BRIDGE, scope=scope).assert_outcomes(passed=9)


def test_switched_off_it_does_nothing(pytester: pytest.Pytester) -> None:
    source = """
    import asyncio
    import gc
    from quart_app.bridge import in_bridge

    async def test_async():
        assert not in_bridge()

    def test_sync():
        assert not in_bridge()
        assert gc.get_freeze_count() < 5000  # CPython freezes a few of its own
        asyncio.run(asyncio.sleep(0))
    """
    run(pytester, source, on=False).assert_outcomes(passed=2)


def test_a_coroutine_never_awaited_fails_its_test_and_no_other(pytester: pytest.Pytester) -> None:
    source = """
    import pytest

    async def work():
        return False

    class Cycle:
        pass

    async def test_before():
        pass

    async def test_forgets():
        assert work()

    def test_forgets_in_a_cycle():
        cycle = Cycle()
        cycle.self, cycle.work = cycle, work()

    @pytest.fixture
    def careless():
        work()

    def test_with_a_careless_fixture(careless):
        pass

    @pytest.mark.filterwarnings("ignore:coroutine .* was never awaited")
    def test_forgives():
        work()

    async def test_after():
        assert not await work()
    """
    result = run(pytester, source)
    result.assert_outcomes(passed=3, failed=2, errors=1)
    result.stdout.fnmatch_lines_random(["*coroutine 'work' was never awaited (*.py:*)"])
    result.stdout.fnmatch_lines_random(
        [
            "FAILED *::test_forgets*",
            "FAILED *::test_forgets_in_a_cycle*",
            "ERROR *::test_with_a_careless_fixture*",
        ]
    )


def test_a_context_pushed_in_a_fixture_is_there_in_the_test(pytester: pytest.Pytester) -> None:
    source = """
    import pytest
    from quart import g, request, session
    from quart_app import Quart
    from quart_app.testing import QuartClient

    torn_down = []

    @pytest.fixture
    async def app():
        app = Quart("app")
        app.config.update(TESTING=True, SECRET_KEY="key")

        @app.route("/<name>")
        async def visit(name):
            session["name"] = g.visitor = name
            return name

        @app.teardown_appcontext
        def note(exc):
            torn_down.append(exc)

        async with app.app_context():
            yield app

    @pytest.fixture
    async def pushed():
        app = Quart("app")
        context = app.app_context()
        await context.push()
        yield app
        await context.pop()

    @pytest.fixture
    async def client(app):
        async with app.test_client() as client:
            yield client

    async def test_app_context(app):
        g.word = 1

    async def test_pushed_and_popped(pushed):
        g.word = 1
        assert pushed.name == "app"

    def test_app_context_in_a_sync_test(pushed):
        assert "word" not in g

    async def test_the_request_stays_although_the_client_lives_in_a_fixture(client):
        await client.get("/ann")
        assert (request.path, session["name"]) == ("/ann", "ann")
        await client.get("/bob")
        assert session["name"] == "bob"

    async def test_a_new_client(client):
        assert not request
        await client.get("/eve")
        assert session["name"] == "eve"
    """
    for scope in ("session", "function"):
        run(pytester, source, scope=scope).assert_outcomes(passed=5)


@pytest.mark.parametrize("scope", ["session", "function"])
def test_a_fixture_asked_for_by_name_while_the_test_runs(pytester: pytest.Pytester, scope: str) -> None:
    source = """
    import asyncio
    import contextvars
    import pytest

    seen = contextvars.ContextVar("seen", default="")
    ended = []

    @pytest.fixture
    async def plain():
        await asyncio.sleep(0)
        seen.set("plain")
        return asyncio.get_running_loop()

    @pytest.fixture
    async def generating(plain):
        await asyncio.sleep(0)
        yield plain
        await asyncio.sleep(0)
        ended.append(asyncio.get_running_loop() is plain)

    @pytest.fixture
    async def asked(request):
        return request.getfixturevalue("generating")

    async def test_by_a_test(request):
        assert request.getfixturevalue("generating") is asyncio.get_running_loop()
        assert seen.get() == "plain"

    async def test_by_a_fixture(asked):
        assert asked is asyncio.get_running_loop()

    def test_by_a_synchronous_test(request):
        request.getfixturevalue("generating")

    def test_each_came_to_its_end():
        assert ended == [True, True, True]
    """
    run(pytester, source, scope=scope).assert_outcomes(passed=4)


def test_without_pytest_asyncio_it_says_what_it_needs(pytester: pytest.Pytester) -> None:
    pytester.makeini("[pytest]\nquart_app_bridge = true")
    pytester.makepyfile("def test_one(): pass")
    result = pytester.runpytest_subprocess("-p", "no:asyncio")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*quart_app_bridge = true needs pytest-asyncio*"])
