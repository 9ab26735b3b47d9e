"""``run`` outside of any loop: one loop for a thread, a block's own, and how each ends."""

from __future__ import annotations

import asyncio
import contextvars
import subprocess
import sys
import textwrap
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from quart_app.bridge import before_closing, lend, loops, one_loop, run


async def the_loop() -> asyncio.AbstractEventLoop:
    return asyncio.get_running_loop()


def in_a_thread(function: Callable[[], Any]) -> Any:
    """What ``function`` returns in a thread of its own, which has ended then."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(function).result()


def test_run_after_run_uses_one_loop_which_ends_with_the_thread() -> None:
    def use() -> list[Any]:
        used = [run(the_loop()), run(the_loop())]
        return [*used, used[0].is_closed()]

    first, second, closed_meanwhile = in_a_thread(use)
    assert first is second
    assert not closed_meanwhile
    assert first.is_closed()
    assert in_a_thread(use)[0] is not first


def test_a_task_that_a_call_leaves_behind_goes_on_with_the_next() -> None:
    done: list[str] = []

    async def later() -> None:
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        done.append("later")

    async def start() -> asyncio.Task[None]:
        return asyncio.create_task(later())

    def use() -> None:
        task = run(start())
        assert not done
        run(join(task))

    async def join(task: asyncio.Task[None]) -> None:
        await task

    in_a_thread(use)
    assert done == ["later"]


def test_tasks_that_are_left_when_the_thread_ends_are_cancelled() -> None:
    cancelled: list[bool] = []

    async def wait() -> None:
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            cancelled.append(True)
            raise

    async def start() -> asyncio.Task[None]:
        task = asyncio.create_task(wait())
        await asyncio.sleep(0)
        return task

    task = in_a_thread(lambda: run(start()))
    assert cancelled == [True]
    assert task.cancelled()


def test_the_loop_does_not_keep_the_context_of_its_first_call_alive() -> None:
    number: contextvars.ContextVar[int] = contextvars.ContextVar("number", default=0)

    async def later() -> int:
        return number.get()

    def use() -> tuple[int, int]:
        token = number.set(1)
        first = run(later())
        number.reset(token)
        return first, run(later())

    assert in_a_thread(use) == (1, 0)


def test_a_block_has_a_loop_of_its_own_closed_at_its_end() -> None:
    def use() -> None:
        with one_loop():
            first = run(the_loop())
            with one_loop():
                assert run(the_loop()) is first
            assert run(the_loop()) is first
            assert not first.is_closed()
        assert first.is_closed()

    in_a_thread(use)


def test_a_blockjoins_the_loop_that_the_thread_has_already() -> None:
    def use() -> asyncio.AbstractEventLoop:
        first = run(the_loop())
        with one_loop():
            assert run(the_loop()) is first
        assert not first.is_closed()
        return first

    assert in_a_thread(use).is_closed()


def test_another_thread_has_its_own_loop_even_with_a_copy_of_the_context() -> None:
    used: list[asyncio.AbstractEventLoop] = []
    with one_loop():
        mine = run(the_loop())
        context = contextvars.copy_context()
        thread = threading.Thread(target=lambda: used.append(context.run(run, the_loop())))
        thread.start()
        thread.join()
    assert used[0] is not mine
    assert used[0].is_closed()


def test_an_idle_loop_can_be_lent() -> None:
    with asyncio.Runner() as runner:
        with lend(runner):
            assert run(the_loop()) is runner.get_loop()
            with one_loop():
                assert run(the_loop()) is runner.get_loop()
        assert not runner.get_loop().is_closed()
        assert in_a_thread(lambda: run(the_loop())) is not runner.get_loop()


def test_what_must_end_before_the_loop_is_told_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loops, "_before_closing", [])
    told: list[Any] = []

    @before_closing
    async def let_go(owner: threading.Thread) -> None:
        await asyncio.sleep(0)
        told.append((owner, await the_loop()))

    thread, loop = in_a_thread(lambda: (threading.current_thread(), run(the_loop())))
    assert told == [(thread, loop)]


def test_what_cannot_be_let_go_is_said_and_the_loop_closed(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def fail(owner: threading.Thread) -> None:
        raise ValueError("stuck")

    monkeypatch.setattr(loops, "_before_closing", [fail])
    assert in_a_thread(lambda: run(the_loop())).is_closed()
    assert "stuck" in caplog.text


def test_a_thread_leaves_nothing_behind() -> None:
    def use() -> threading.Thread:
        run(the_loop())
        return threading.current_thread()

    before = set(threading.enumerate())
    thread = in_a_thread(use)
    assert not thread.is_alive()
    assert "_delete" not in vars(thread)
    assert set(threading.enumerate()) == before


def in_silence(program: str, *arguments: str) -> str:
    """What a program prints that ends without a warning."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-X", "dev", "-c", textwrap.dedent(program), *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    noise = [line for line in done.stderr.splitlines() if not line.startswith("Executing <")]
    assert (done.returncode, noise) == (0, [])
    return done.stdout


PROGRAM = """
    import asyncio, atexit, os, sys, threading
    from quart_app.bridge import one_loop, run
    async def loop():
        return asyncio.get_running_loop()
"""


def test_the_main_threads_loop_is_closed_when_the_interpreter_exits() -> None:
    program = """
    def closed(): print(first.is_closed())
    atexit.register(closed)
    first = run(loop())
    atexit.unregister(closed)
    class Late:
        def __init__(self, loop): self.loop = loop
        def __del__(self): print(self.loop.is_closed())
    late = Late(first)
    """
    assert in_silence(PROGRAM + program).split() == ["True"]


def test_a_thread_that_nobody_waits_for_does_not_keep_the_interpreter() -> None:
    program = """
    ready = threading.Event()
    def use(seconds):
        run(loop())
        ready.set()
        if seconds:
            run(asyncio.sleep(seconds))
        threading.Event().wait()
    threading.Thread(target=use, args=[0], daemon=True).start()
    ready.wait()
    print("end")
    """
    assert in_silence(PROGRAM + program).split() == ["end"]


def test_functions_that_are_called_at_exit_can_run_too() -> None:
    program = """
    def late():
        used = [run(loop()), run(loop())]
        print(*[one.is_closed() for one in used])
    atexit.register(late)
    run(loop())
    """
    assert in_silence(PROGRAM + program).split() == ["True", "True"]


def test_a_process_that_forks_off_has_a_loop_of_its_own() -> None:
    program = """
    import gc
    first = run(loop())
    async def waken():
        return await asyncio.to_thread(str, "woken")
    print(run(waken()), flush=True)
    child = os.fork()
    if not child:
        second = run(loop())
        print(second is first, first.is_closed(), run(waken()), flush=True)
        del first
        gc.collect()
        sys.exit()
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
    print(run(waken()), run(loop()) is first)
    """
    said = in_silence(PROGRAM + program).split()
    assert said == ["woken", "False", "False", "woken", "0", "woken", "True"]
