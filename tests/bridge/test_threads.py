"""``in_thread``: out of the event loop's way in the bridge, an ordinary call elsewhere."""

from __future__ import annotations

import asyncio
import contextvars
import threading
import time

import pytest

from quart_app.bridge import drive, in_thread

word: contextvars.ContextVar[str] = contextvars.ContextVar("word")


def where(*args: int, **kwargs: int) -> tuple[bool, str, tuple[int, ...], dict[str, int]]:
    return threading.current_thread() is threading.main_thread(), word.get("none"), args, kwargs


def test_outside_of_the_bridge_it_is_a_call() -> None:
    assert in_thread(where, 1, a=2) == (True, "none", (1,), {"a": 2})


async def test_in_the_bridge_others_go_on_and_the_context_goes_along() -> None:
    seen: list[str] = []

    async def work() -> None:
        word.set("mine")
        in_thread(time.sleep, 0.05)
        seen.append("slept")
        assert in_thread(where, 1, a=2) == (False, "mine", (1,), {"a": 2})

    async def other() -> None:
        await asyncio.sleep(0.01)
        seen.append("other")

    await asyncio.gather(drive(work()), other())
    assert seen == ["other", "slept"]


async def test_errors_come_out_as_they_are() -> None:
    def fail() -> None:
        raise ZeroDivisionError("in the thread")

    async def work() -> None:
        with pytest.raises(ZeroDivisionError, match="in the thread"):
            in_thread(fail)

    await drive(work())


async def test_on_a_loop_that_nobody_drives_it_is_a_call() -> None:
    assert in_thread(where)[0] is True
