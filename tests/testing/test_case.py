"""``AsyncTestCase``: what its tests see of loops, contexts and the bridge. The classes below are run by the tests at the end."""

from __future__ import annotations

import asyncio
import io
import unittest
from contextvars import ContextVar
from typing import Any, ClassVar

import pytest
from quart import current_app, g, has_app_context

from quart_app import Quart
from quart_app.bridge import in_bridge, run, wait
from quart_app.testing import AsyncTestCase

word: ContextVar[str] = ContextVar("word", default="")


async def later(value: Any) -> Any:
    await asyncio.sleep(0)
    return value


class Lazy:
    @property
    def value(self) -> Any:
        return wait(later(42))


class Example:
    """The classes live in here, so that neither pytest nor unittest collects them for itself."""

    class Mixed(AsyncTestCase):
        loops: ClassVar[list[Any]] = []
        made: ClassVar[str]

        @classmethod
        def setUpClass(cls) -> None:
            cls.made = run(later("in setUpClass"))
            word.set("class")

        def setUp(self) -> None:
            self.loop = asyncio.get_running_loop()
            self.seen = [f"setUp {run(later(1))} {Lazy().value} {word.get()}"]
            word.set("sync")
            self.addCleanup(lambda: self.seen.append(f"cleanup {Lazy().value}"))
            self.addAsyncCleanup(later, None)

        async def asyncSetUp(self) -> None:
            self.seen.append(f"asyncSetUp {Lazy().value} {word.get()}")
            word.set("async")
            self.context = Quart("app").app_context()
            await self.context.push()

        async def test_async(self) -> None:
            g.x = await later(1)
            assert current_app.name == "app"
            assert Lazy().value == 42
            assert await asyncio.create_task(later(Lazy().value)) == 42
            self._check()

        def test_sync(self) -> None:
            assert "x" not in g
            assert Lazy().value == run(later(42))
            self._check()

        def _check(self) -> None:
            assert in_bridge()
            assert asyncio.get_running_loop() is self.loop
            assert self.loop not in self.loops
            assert self.made == "in setUpClass"
            assert (word.get(), self.seen) == ("async", ["setUp 1 42 class", "asyncSetUp 42 sync"])
            self.loops.append(self.loop)

        async def asyncTearDown(self) -> None:
            await self.context.pop()
            assert not has_app_context()

        def tearDown(self) -> None:
            assert Lazy().value == 42

        @classmethod
        def tearDownClass(cls) -> None:
            assert run(later(len(cls.loops))) == 2
            word.set("")

    class AllAsync(AsyncTestCase):
        async def setUp(self) -> None:  # type: ignore[override]
            self.value = await later(7)

        async def test_value(self) -> None:
            assert self.value == 7

        def test_subtests(self) -> None:
            for value in (7, Lazy().value):
                with self.subTest(value=value):
                    assert value in (self.value, 42)

        async def tearDown(self) -> None:  # type: ignore[override]
            assert await later(self.value) == 7

    class Outcomes(AsyncTestCase):
        async def test_fails(self) -> None:
            self.assertEqual(Lazy().value, 1)  # noqa: PT009

        def test_errors(self) -> None:
            raise ZeroDivisionError

        async def test_skips(self) -> None:
            self.skipTest("no reason")

        @unittest.expectedFailure
        def test_expected(self) -> None:
            assert Lazy().value == 1


def outcome(case: type[unittest.TestCase]) -> unittest.TestResult:
    suite = unittest.defaultTestLoader.loadTestsFromTestCase(case)
    result = unittest.TextTestRunner(stream=io.StringIO(), verbosity=0, warnings="ignore").run(suite)
    for _, trace in result.errors:
        if "ZeroDivisionError" not in trace:
            raise AssertionError(trace)
    return result


def test_setup_tests_and_cleanups_share_a_driven_loop_and_context() -> None:
    result = outcome(Example.Mixed)
    assert (result.testsRun, result.failures, result.errors) == (2, [], [])


def test_setup_and_teardown_may_be_coroutines_by_their_plain_names() -> None:
    result = outcome(Example.AllAsync)
    assert (result.testsRun, result.failures, result.errors) == (2, [], [])


def test_outcomes_are_unittests() -> None:
    result = outcome(Example.Outcomes)
    assert (len(result.failures), len(result.errors), len(result.skipped), len(result.expectedFailures)) == (
        1,
        1,
        1,
        1,
    )


def test_a_class_method_that_unittest_would_not_await_is_refused() -> None:
    with pytest.raises(TypeError, match=r"setUpClass is a coroutine function.*run\(\)"):

        class Wrong(AsyncTestCase):
            @classmethod
            async def setUpClass(cls) -> None:  # type: ignore[override]
                pass
