"""One loss for one fault: an honest migration, each of whose tests is spoiled in another way.

All of it is one measurement, because hanging and dying tests must not take the others with them.
"""

from __future__ import annotations

import pytest

from .measure import Result
from .tiny import FLASK, QUART, Bench

#: name -> (lines of the test on Flask, lines on Quart, beginning of the reason; empty for a test that is kept)
SPOILED = {
    "kept": (
        "assert client.get('/').status_code == 200",
        "assert (await client.get('/')).status_code == 200",
        "",
    ),
    "excused": (
        "assert client.get('/').status_code == 200",
        "assert (await client.get('/')).status_code == 500",
        "",
    ),
    "failing": (
        "assert client.get('/').status_code == 200",
        "assert (await client.get('/')).status_code == 500",
        "failed: tests/test_more.py:",
    ),
    "asserting_less": (
        "response = client.get('/')\n    assert response.status_code == 200\n    assert response.data",
        "response = await client.get('/')\n    assert response.status_code == 200",
        "it asserts less: 1 instead of 2",
    ),
    "asserting_constants": (
        "assert client.get('/').status_code == 200",
        "await client.get('/')\n    assert 200",
        "it asserts less: 0 instead of 1",
    ),
    "in_a_helper": (
        "check(client.get('/'))",
        "check(await client.get('/'))",
        "the helpers of tests/test_more.py assert",
    ),
    "blind": (
        "assert client.get('/').status_code == 200",
        "assert await client.get('/')",
        "it passes although every response is 599",
    ),
    "looked_at": ("assert client.get('/').status_code == 200", "assert await client.get('/')", ""),
    "born_blind": ("assert client.get('/')", "assert await client.get('/')", ""),
    "silent": (
        "assert client.get('/').status_code == 200",
        "assert client is not None",
        "it sends no request any more (1 on Flask)",
    ),
    "emptied": ("client.get('/')", "pass", "it sends no request any more"),
    "emptied_of_no_request": ("print(client)", "'''Nothing.'''", "its body is empty"),
    "skipped": ("assert client.get('/')", "pytest.skip('not now')", "skipped: "),
    "expected_to_fail": ("assert client.get('/')", "pytest.xfail('one day')", "xfail: "),
    "dropping": (
        "assert client.get('/')",
        "client.get('/')\n    assert await client.get('/')",
        "coroutine 'QuartClient.get' was never awaited",
    ),
    "hiding": (
        "assert client.get('/')",
        "warnings.simplefilter('ignore')\n    cycle = [nothing()]\n    cycle.append(cycle)\n"
        "    assert await client.get('/')",
        "coroutine 'nothing' was never awaited (made at tests/test_more.py:",
    ),
    "swallowing_flask": (
        "assert client.get('/')",
        "with contextlib.suppress(RuntimeError):\n        import flask\n        flask.Flask('x')\n"
        "    assert await client.get('/')",
        "flask.Flask.__init__ was used after the migration",
    ),
    "hanging_on_the_loop": (
        "assert client.get('/')",
        "await client.get('/')\n    await asyncio.sleep(3600)\n    assert client",
        "hung: timed out after 4 s",
    ),
    "hanging_under_the_loop": (
        "assert client.get('/')",
        "await client.get('/')\n    time.sleep(3600)\n    assert client",
        "hung: timed out after 4 s at tests/test_more.py:",
    ),
    "dying": (
        "assert client.get('/')",
        "await client.get('/')\n    os._exit(0)\n    assert client",
        "died: ",
    ),
    "slipping": (
        "assert client.get('/').status_code == 200",
        "thread = threading.Thread(target=lambda: 1 / 0)\n    thread.start()\n    thread.join()\n"
        "    asyncio.ensure_future(boom())\n    await asyncio.sleep(0.01)\n"
        "    assert (await client.get('/')).status_code == 200",
        "",
    ),
    "last": (
        "assert client.get('/').status_code == 200",
        "assert (await client.get('/')).status_code == 200",
        "",
    ),
}

HEAD = """\
import asyncio, contextlib, os, threading, time, unittest, warnings

import pytest

from shop import app

@pytest.fixture
def client():
    return app.test_client()

async def nothing():
    pass

async def boom():
    raise LookupError("nobody waits")

"""

PLAIN = """
class Plain(unittest.TestCase):
    {prefix}def test_plain(self):
        assert {await_}app.test_client().get("/")

class Inherited(Plain):
    pass
"""

QUIET = "[pytest]\nasyncio_mode = auto\nfilterwarnings = ignore\n"


def _id(name: str) -> str:
    return f"tests/test_more.py::test_{name}"


def _files(on_quart: bool) -> dict[str, str]:
    base = QUART | {"pytest.ini": QUIET} if on_quart else FLASK
    prefix, await_ = ("async ", "await ") if on_quart else ("", "")
    helper = (
        "def check(response):\n    pass\n\n"
        if on_quart
        else "def check(response):\n    assert response.data\n\n"
    )
    tests = [
        f"{prefix}def test_{name}(client):\n    {lines[on_quart]}\n\n"
        for name, lines in SPOILED.items()
        if name != "in_a_helper"
    ]
    # A helper is everybody's in its file, so this one has a file of its own.
    aside = f"{prefix}def test_in_a_helper(client):\n    {SPOILED['in_a_helper'][on_quart]}\n"
    return {name: text for name, text in base.items() if name != "tests/test_shop.py"} | {
        "tests/test_more.py": HEAD + "".join(tests) + PLAIN.format(prefix=prefix, await_=await_),
        "tests/test_aside.py": HEAD + helper + aside,
    }


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> Result:
    bench = Bench(tmp_path_factory.mktemp("spoiled"), "spoiled", _files(on_quart=False))
    return bench.measure(
        bench.tool(_files(on_quart=True)),
        timeout=4.0,
        reasons={_id("excused"): "its subject is Flask's own error page"},
        looked_at={_id("looked_at"): "the page has no text worth asserting"},
    )


@pytest.mark.parametrize(
    "name", [name for name, lines in SPOILED.items() if lines[2] and name != "in_a_helper"]
)
def test_a_spoiled_test_is_a_loss(result: Result, name: str) -> None:
    assert result.losses.get(_id(name), "(kept)").startswith(SPOILED[name][2])


@pytest.mark.parametrize("name", [name for name, lines in SPOILED.items() if not lines[2]])
def test_an_honest_test_beside_them_is_kept(result: Result, name: str) -> None:
    assert _id(name) not in result.losses


def test_a_helper_that_asserts_less_costs_the_tests_of_its_file(result: Result) -> None:
    reason = result.losses["tests/test_aside.py::test_in_a_helper"]
    assert reason == "the helpers of tests/test_aside.py assert less: 0 instead of 1"


def test_an_async_test_in_a_plain_test_case_is_a_loss(result: Result) -> None:
    for owner in ("Plain", "Inherited"):
        assert "was never awaited" in result.losses[f"tests/test_more.py::{owner}::test_plain"]


def test_the_number_is_what_is_left(result: Result) -> None:
    lost = {_id(name) for name, lines in SPOILED.items() if lines[2] and name != "in_a_helper"}
    assert {
        id_
        for id_ in result.losses
        if "::test_" in id_ and "_more" in id_ and "Plain" not in id_ and "Inh" not in id_
    } == lost
    # Three beside the table: the helper's, and an async test in a plain TestCase, twice. One of the table is excused.
    assert result.total == len(SPOILED) + 2 - 1
    assert result.passed == result.total - len(lost) - 3


def test_the_excused_test_left_the_denominator_with_its_reason(result: Result) -> None:
    assert result.excused == {_id("excused"): "its subject is Flask's own error page"}


def test_a_suspect_stays_on_the_list_when_it_was_looked_at(result: Result) -> None:
    assert {_id("blind"), _id("looked_at")} <= set(result.suspects)


def test_a_test_that_never_looked_is_listed_and_kept(result: Result) -> None:
    assert _id("born_blind") in result.insensitive


def test_exceptions_of_threads_and_tasks_are_told(result: Result) -> None:
    slips = [slip for slip in result.slips if slip.startswith(_id("slipping"))]
    assert any("thread: ZeroDivisionError: division by zero" in slip for slip in slips)
    assert any("task: " in slip and "nobody waits" in slip for slip in slips)
