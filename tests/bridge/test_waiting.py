"""Synchronous code waits: in the bridge without blocking, elsewhere with a reason why not."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from contextvars import ContextVar
from typing import Any

import pytest
from sqlalchemy.util import greenlet_spawn

from quart_app.bridge import NotInBridgeError, drive, implicit_loads, loops, one_loop, run, wait

Runs = Callable[[Coroutine[Any, Any, Any]], Any]
number: ContextVar[int] = ContextVar("number", default=0)


async def double(value: int) -> int:
    await asyncio.sleep(0)
    return 2 * value


class Thing:
    def __init__(self, value: int) -> None:
        self.value = value

    @property
    def doubled(self) -> int:
        return wait(double(self.value))

    def __len__(self) -> int:
        return wait(double(self.value))

    def __lt__(self, other: Thing) -> bool:
        return wait(double(self.value)) < wait(double(other.value))


def test_a_property_a_length_a_sort_key_and_a_generator_wait(undriven: Runs) -> None:
    def generate() -> Iterator[int]:
        for i in range(3):
            yield wait(double(i))

    async def main() -> None:
        assert Thing(2).doubled == 4
        assert len(Thing(3)) == 6
        assert sorted([3, 1, 2], key=lambda value: wait(double(value))) == [1, 2, 3]
        assert [thing.value for thing in sorted([Thing(3), Thing(1), Thing(2)])] == [1, 2, 3]
        assert list(filter(lambda value: wait(double(value)) > 2, [1, 2, 3])) == [2, 3]
        assert list(generate()) == [0, 2, 4]

    undriven(drive(main()))


def test_others_run_while_synchronous_code_waits(undriven: Runs) -> None:
    async def main() -> list[str]:
        said: list[str] = []

        async def waiting() -> None:
            wait(asyncio.sleep(0.02))
            said.append("waited")

        async def other() -> None:
            await asyncio.sleep(0.001)
            said.append("meanwhile")

        await asyncio.gather(drive(waiting()), other())
        return said

    assert undriven(main()) == ["meanwhile", "waited"]


def test_what_is_waited_for_may_itself_wait_synchronously(undriven: Runs) -> None:
    async def outer(depth: int) -> int:
        return depth if depth == 0 else 1 + wait(outer(depth - 1))

    assert undriven(drive(outer(20))) == 20


def test_an_error_of_what_is_waited_for_arrives(undriven: Runs) -> None:
    async def fail() -> None:
        await asyncio.sleep(0)
        raise LookupError("no")

    async def main() -> None:
        with pytest.raises(LookupError, match="no"):
            wait(fail())

    undriven(drive(main()))


def test_it_takes_tasks_and_futures(undriven: Runs) -> None:
    async def main() -> None:
        assert wait(asyncio.ensure_future(double(1))) == 2
        assert list(wait(asyncio.gather(double(1), double(2)))) == [2, 4]

    undriven(drive(main()))


def test_it_works_below_an_awaited_call_of_sqlalchemy_driven_or_not(undriven: Runs) -> None:
    async def main() -> int:
        return await greenlet_spawn(lambda: wait(double(4)))

    assert undriven(main()) == 8
    assert undriven(drive(main())) == 8


def test_on_a_loop_without_the_bridge_it_says_what_to_do(undriven: Runs) -> None:
    async def main() -> None:
        with pytest.raises(NotInBridgeError, match=r"bridge\.drive"):
            wait(double(1))
        with pytest.raises(NotInBridgeError, match=r"bridge\.drive"):
            run(double(1))

    undriven(main())


@pytest.fixture
def loopless(monkeypatch: pytest.MonkeyPatch) -> None:
    """No loop stands ready in this thread, though an earlier test may have left the one that lasts."""
    monkeypatch.setattr(loops.of_thread, "lasting", None)


@pytest.mark.usefixtures("loopless")
def test_without_a_loop_it_says_to_use_run() -> None:
    with pytest.raises(NotInBridgeError, match=r"bridge\.run"):
        wait(double(1))


def test_without_a_running_loop_it_uses_the_one_of_the_block_around() -> None:
    with one_loop():
        loop = run(the_loop())
        assert wait(double(2)) == 4
        assert wait(the_loop()) is loop


async def the_loop() -> asyncio.AbstractEventLoop:
    return asyncio.get_running_loop()


def test_in_a_thread_it_says_to_use_run(undriven: Runs) -> None:
    async def main() -> None:
        with pytest.raises(NotInBridgeError, match=r"bridge\.run"):
            await asyncio.to_thread(wait, double(1))

    undriven(drive(main()))


def test_a_future_that_cannot_be_waited_for_is_cancelled(undriven: Runs) -> None:
    async def main() -> None:
        future = asyncio.get_running_loop().create_future()
        with pytest.raises(NotInBridgeError):
            wait(future)
        assert future.cancelled()

    undriven(main())


@pytest.mark.usefixtures("loopless")
def test_its_error_is_not_an_attribute_error() -> None:
    with pytest.raises(RuntimeError):
        hasattr(Thing(1), "doubled")


def test_run_waits_in_the_bridge(undriven: Runs) -> None:
    async def main() -> int:
        return run(double(4))

    assert undriven(drive(main())) == 8


def test_run_without_a_loop_runs_one_that_drives() -> None:
    async def main() -> list[int]:
        return [wait(double(1)), *await asyncio.gather(nested(), nested())]

    async def nested() -> int:
        return wait(double(2))

    assert run(main()) == [2, 4, 4]


def test_run_sees_the_context_and_leaves_it_alone() -> None:
    async def read_and_set() -> int:
        number.set(number.get() + 1)
        return number.get()

    number.set(5)
    try:
        assert run(read_and_set()) == 6
        assert number.get() == 5
    finally:
        number.set(0)


def test_a_block_on_a_running_loop_does_nothing(undriven: Runs) -> None:
    async def main() -> None:
        with one_loop():
            assert run(double(1)) == 2

    undriven(drive(main()))


def test_explicit_waits_are_counted_apart(undriven: Runs) -> None:
    async def main() -> tuple[int, int]:
        with implicit_loads() as loads:
            wait(double(1))
            wait(double(1))
        return loads.count, loads.waits

    assert undriven(drive(main())) == (0, 2)
