"""Greenlets are used again, and keep nothing of what they drove."""

from __future__ import annotations

import asyncio
import contextvars
import gc
import subprocess
import sys
import threading
import weakref

import pytest
from greenlet import getcurrent

from quart_app.bridge import drive, wait


class Thing:
    pass


async def here() -> object:
    wait(asyncio.sleep(0))
    return getcurrent()


def test_the_next_coroutine_moves_into_the_greenlet_of_the_last() -> None:
    async def main() -> None:
        assert await drive(here()) is await drive(here())
        first, second = await asyncio.gather(drive(here()), drive(here()))
        assert first is not second

    asyncio.run(main())


def test_a_greenlet_whose_coroutine_failed_is_used_again() -> None:
    async def fail() -> None:
        wait(asyncio.sleep(0))
        raise LookupError

    async def main() -> None:
        before = await drive(here())
        with pytest.raises(LookupError):
            await drive(fail())
        assert await drive(here()) is before

    asyncio.run(main())


def test_a_thread_has_greenlets_of_its_own() -> None:
    seen: list[object] = []

    def work() -> None:
        seen.append(asyncio.run(drive(here())))

    seen.append(asyncio.run(drive(here())))
    for _ in range(2):
        thread = threading.Thread(target=work)
        thread.start()
        thread.join()
    assert len({id(greenlet) for greenlet in seen}) == 3


def test_results_errors_and_contexts_are_let_go() -> None:
    kept: list[weakref.ref[Thing]] = []
    number: contextvars.ContextVar[Thing] = contextvars.ContextVar("number")

    def thing() -> Thing:
        made = Thing()
        kept.append(weakref.ref(made))
        return made

    async def give() -> Thing:
        number.set(thing())
        local = thing()
        wait(asyncio.sleep(0))
        return local

    async def fail() -> None:
        local = thing()
        wait(asyncio.sleep(0))
        raise LookupError(local)

    async def main() -> None:
        await asyncio.create_task(drive(give()))
        with pytest.raises(LookupError):
            await asyncio.create_task(drive(fail()))

    asyncio.run(main())
    gc.collect()
    assert [ref() for ref in kept] == [None, None, None]


def test_a_program_that_drove_much_ends_quietly() -> None:
    program = """
import asyncio, threading
from quart_app.bridge import drive, run, wait
async def work(): return wait(asyncio.sleep(0.001, 1))
async def main(): return sum(await asyncio.gather(*[work() for _ in range(300)]))
assert run(main()) == 300
thread = threading.Thread(target=lambda: run(main()))
thread.start(); thread.join()
async def dropped(): asyncio.ensure_future(drive(asyncio.sleep(60)))
run(dropped())
"""
    ended = subprocess.run([sys.executable, "-W", "error", "-c", program], capture_output=True, text=True)
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "", "")
