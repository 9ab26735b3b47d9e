"""The pytest plugin: records every outcome by node id and switches the guards on."""

from __future__ import annotations

import faulthandler
import gc
import signal
from collections.abc import Generator
from typing import Any

import pytest

from . import guards, requests
from .database import Database
from .record import Run
from .views import Views

run = Run.from_environment()
views = Views(run)
database = Database(run)
requests.watch(run)
guards.watch_unawaited(run)
guards.watch_tasks(run)
guards.watch_threads(run)
if run.stage == "quart":
    # Last, so that Flask's refusals stand before whatever else watches it.
    guards.refuse_flask(run)


def pytest_configure(config: pytest.Config) -> None:
    """Say that the guards stand, and let the supervisor ask for a stack."""
    faulthandler.register(signal.SIGUSR2, file=open(run.dump, "w"), all_threads=True)  # noqa: SIM115
    run.write("configured")


def pytest_collectreport(report: pytest.CollectReport) -> None:
    """A module that cannot be imported explains why its tests are missing."""
    if report.failed:
        run.write("uncollected", id=report.nodeid, text=_short(report))


@pytest.hookimpl(hookwrapper=True, tryfirst=True)
def pytest_collection_modifyitems(
    config: pytest.Config, items: list[pytest.Item]
) -> Generator[None, Any, None]:
    """Leave out what an earlier run of the same suite has finished (it is re-run after a hang)."""
    yield
    gc.collect()
    run.write("collected", ids=[item.nodeid for item in items])
    left = [item for item in items if item.nodeid not in run.done]
    config.hook.pytest_deselected(items=[item for item in items if item.nodeid in run.done])
    items[:] = left


@pytest.hookimpl(hookwrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, Any, None]:
    """Frame one test: what comes to light in it, garbage included, is its own."""
    run.current = run.last = item.nodeid
    run.counts["requests"] = 0
    run.write("start", id=item.nodeid)
    yield
    found = views.after_test()
    statements = database.after_test()
    gc.collect()
    run.write("end", id=item.nodeid, requests=run.counts["requests"], views=found, statements=statements)
    run.current = ""


@pytest.hookimpl(hookwrapper=True, trylast=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, Any, None]:
    """Older pytest swaps the thread hook for each phase; stand before it again."""
    guards.watch_threads(run)
    yield


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Record the outcome of one phase."""
    outcome = "xfail" if hasattr(report, "wasxfail") else report.outcome
    text = _short(report) if outcome != "passed" else ""
    run.write("outcome", id=report.nodeid, phase=report.when, outcome=outcome, text=text)


def pytest_warning_recorded(warning_message: Any, nodeid: str) -> None:
    """Catch what libraries themselves report as never awaited (an async generator's method, an awaitable object)."""
    text = str(warning_message.message)
    if "never awaited" in text and not text.startswith("coroutine '"):
        run.write("fault", kind="unawaited", test=nodeid or run.last, text=text[:500])


def pytest_sessionfinish() -> None:
    """Give what lived as long as the session a last chance to show."""
    gc.collect()
    run.write("finished")


def _short(report: Any) -> str:
    crash = getattr(report.longrepr, "reprcrash", None)
    if crash is not None:
        first = crash.message.splitlines()[0] if crash.message else ""
        return f"{run.inside_tree(crash.path) or crash.path}:{crash.lineno}: {first}"[:500]
    if isinstance(report.longrepr, tuple):
        return str(report.longrepr[-1])[:500]
    lines = [line for line in str(report.longrepr).splitlines() if line.strip()]
    errors = [line[2:].strip() for line in lines if line.startswith("E ")]
    return ((errors or lines)[-1] if lines else "")[:500]
