"""The pytest plugin. It does nothing unless the ini option ``quart_app_bridge`` is true.

Switched on, it

- drives every task of pytest-asyncio's event loops, so that an implicit load or ``wait()`` in a test or in an asynchronous fixture
  works as in a request;
- runs synchronous test functions in the bridge too, on the same loop; ``@pytest.mark.quart_app_bridge(False)`` leaves one alone
  (a test that calls ``asyncio.run()`` itself);
- lets ``run()`` in synchronous fixtures use that loop;
- lets a test or a fixture ask by name for an asynchronous fixture (``request.getfixturevalue()``) while the loop runs;
- fails the test in which a coroutine was made and never awaited.
- with ``quart_app_blocking = warn`` or ``fail``: names the application's lines that block the loop for more than
  ``quart_app_blocking_seconds`` (0.1), in a warning, or by failing the test;
- with ``quart_app_blockbuster = true``: has blockbuster (a library to be installed) raise at every call that could block.

Synchronous fixtures run as they are: outside the loop. With ``quart_app_pytest_flask`` also true, tests find what pytest-flask
gave them (:mod:`quart_app.testing.pytest_flask`).
"""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
import gc
import warnings
from collections.abc import Coroutine, Generator, Iterator
from typing import Any

import pytest

from .blocking import BlockingInTests

MARK = "quart_app_bridge"
PYTEST_FLASK = "quart_app_pytest_flask"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare the option."""
    parser.addini(
        MARK, "Run tests in quart_app's bridge, on pytest-asyncio's loops.", type="bool", default=False
    )
    parser.addini(PYTEST_FLASK, "Provide what pytest-flask provides.", type="bool", default=False)
    parser.addini(
        "quart_app_blocking", "What to do about code that blocks the loop: off, warn, fail.", default="off"
    )
    parser.addini("quart_app_blocking_seconds", "How long the loop may be blocked.", default="0.1")
    parser.addini(
        "quart_app_blockbuster", "Let blockbuster raise at calls that block.", type="bool", default=False
    )


def pytest_configure(config: pytest.Config) -> None:
    """Switch the plugin on where the option says so."""
    config.addinivalue_line("markers", f"{MARK}(enabled): run a synchronous test in the bridge, or not")
    if config.getini(MARK):
        if not config.pluginmanager.hasplugin("asyncio"):
            raise pytest.UsageError(f"{MARK} = true needs pytest-asyncio")
        if config.getini("quart_app_blocking") not in {"off", "warn", "fail"}:
            raise pytest.UsageError("quart_app_blocking is off, warn or fail")
        config.pluginmanager.register(DrivenTests(config), "quart_app_driven_tests")
        if config.getini(PYTEST_FLASK):
            from . import pytest_flask

            config.addinivalue_line("markers", "options(**config): settings of the application for one test")
            config.pluginmanager.register(pytest_flask, "quart_app_pytest_flask")


class DrivenTests:
    """The hooks of a run whose tests are driven."""

    def __init__(self, config: pytest.Config) -> None:
        self._default_scope: str = config.getini("asyncio_default_test_loop_scope")
        self._never_awaited = NeverAwaited()
        self._blocking = BlockingInTests(config)

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Have each test's loop made before its fixtures, so that ``run()`` in them can use it."""
        for item in items:
            if type(item).__module__.startswith("_pytest.unittest") or not isinstance(item, pytest.Function):
                continue
            runner = self._runner_name(item)
            if runner in item.fixturenames:
                item.fixturenames.remove(runner)
            item.fixturenames.insert(0, runner)

    def pytest_collection_finish(self) -> None:
        """Take what is imported by now out of the collector's work: it runs after every test."""
        gc.collect()
        gc.freeze()

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef: pytest.FixtureDef[Any]) -> Generator[None, Any, Any]:
        """Drive the tasks of every loop that a fixture makes."""
        value = yield
        if isinstance(value, asyncio.Runner):
            from ..bridge import install, lend

            install(value.get_loop(), every_task=True)
            _run_while_running(value)
            lent = contextlib.ExitStack()
            lent.enter_context(lend(value))
            lent.enter_context(self._blocking.watched(value.get_loop()))
            fixturedef.addfinalizer(lent.close)
        return value

    @pytest.hookimpl(tryfirst=True)
    def pytest_pyfunc_call(self, pyfuncitem: pytest.Function) -> object | None:
        """Call a synchronous test function inside its loop."""
        from pytest_asyncio import is_async_test

        if is_async_test(pyfuncitem) or not _wanted(pyfuncitem):
            return None
        runner = pyfuncitem.funcargs.get(self._runner_name(pyfuncitem))
        if not isinstance(runner, asyncio.Runner):
            return None
        function = pyfuncitem.obj
        arguments = {name: pyfuncitem.funcargs[name] for name in pyfuncitem._fixtureinfo.argnames}

        async def call() -> object:
            return function(**arguments)

        result = runner.run(call(), context=contextvars.copy_context())
        if result is not None:
            warnings.warn(
                pytest.PytestReturnNotNoneWarning(
                    f"{pyfuncitem.nodeid} returned {result!r}; a test asserts, it returns nothing."
                ),
                stacklevel=2,
            )
        return True

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_setup(self) -> Generator[None, Any, Any]:
        """Watch the fixtures for coroutines that nobody awaits."""
        with self._never_awaited.fails():
            return (yield)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self) -> Generator[None, Any, Any]:
        """Watch the test for coroutines that nobody awaits, and for what blocks."""
        with self._never_awaited.fails(), self._blocking.told():
            return (yield)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_teardown(self) -> Generator[None, Any, Any]:
        """Watch the fixtures' ends for coroutines that nobody awaits."""
        with self._never_awaited.fails():
            return (yield)

    def _runner_name(self, item: pytest.Item) -> str:
        marker = item.get_closest_marker("asyncio")
        scope = marker.kwargs.get("loop_scope") if marker is not None else None
        return f"_{scope or self._default_scope}_scoped_runner"


def _run_while_running(runner: asyncio.Runner) -> None:
    """Have ``runner.run()`` wait in the bridge where its loop runs already.

    pytest-asyncio sets asynchronous fixtures up with it, those too that a test asks for by name when it runs itself.
    """
    plain = runner.run
    #: The context that a fixture was given, and the one in which it began and is to end.
    begun: list[tuple[contextvars.Context, contextvars.Context]] = []

    def run(coro: Coroutine[Any, Any, Any], *, context: contextvars.Context | None = None) -> Any:
        from ..bridge import in_bridge, wait

        own = next((inner for given, inner in begun if given is context), None)
        if context is None or not in_bridge():
            return plain(coro, context=own or context)
        if own is None:
            # In a context of its own: pytest-asyncio would take back what it finds changed in the one it gave, but from outside.
            own = context.copy()
            begun.append((context, own))
        value = wait(runner.get_loop().create_task(coro, context=own))
        for variable, changed in own.items():
            if variable.get(None) is not changed:
                variable.set(changed)
        return value

    runner.run = run  # type: ignore[method-assign]


class NeverAwaited:
    """Turns Python's warning about a coroutine that was never awaited into a failure of the test that made it."""

    def __init__(self) -> None:
        self._found: list[str] = []

    @contextlib.contextmanager
    def fails(self) -> Iterator[None]:
        """Fail at the end of the block if a coroutine was dropped in it."""
        # CPython calls this function for each one, with the coroutine itself.
        original = warnings._warn_unawaited_coroutine  # type: ignore[attr-defined]
        self._found.clear()

        def note(coroutine: Any) -> None:
            # The filters decide: a test may ignore the warning, as any other.
            with warnings.catch_warnings(record=True) as seen:
                try:
                    original(coroutine)
                except RuntimeWarning as error:
                    self._found.append(f"{error} ({_place(coroutine)})")
            self._found += [f"{warning.message} ({_place(coroutine)})" for warning in seen]

        warnings._warn_unawaited_coroutine = note  # type: ignore[attr-defined]
        try:
            yield
            gc.collect()
        finally:
            warnings._warn_unawaited_coroutine = original  # type: ignore[attr-defined]
        if self._found:
            pytest.fail("\n".join(self._found), pytrace=False)


def _wanted(item: pytest.Item) -> bool:
    marker = item.get_closest_marker(MARK)
    return marker is None or not marker.args or bool(marker.args[0])


def _place(coroutine: Any) -> str:
    code = getattr(coroutine, "cr_code", None)
    return "" if code is None else f"{code.co_filename}:{code.co_firstlineno}"
