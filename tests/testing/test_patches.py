"""What takes the place of a coroutine function in a test."""

from __future__ import annotations

import asyncio
import inspect
from unittest import mock

from quart_app.testing import awaited, awaited_methods


class Service:
    async def find(self, number: int) -> int:
        await asyncio.sleep(0)
        return number


async def test_a_lambda_is_awaited_in_the_place_of_a_coroutine_function() -> None:
    with mock.patch.object(Service, "find", awaited(lambda _self, number: number * 2)):
        assert await Service().find(4) == 8
        assert inspect.iscoroutinefunction(Service.find)
    assert await Service().find(4) == 4


async def test_what_the_lambda_gives_may_wait_itself() -> None:
    assert await awaited(lambda number: Service().find(number))(5) == 5


async def test_a_mock_of_a_class_gives_what_is_awaited() -> None:
    with mock.patch(f"{__name__}.Service", new_callable=awaited_methods("find")) as mocked:
        mocked.return_value.find.return_value = 3
        assert await Service().find(4) == 3
        mocked.return_value.find.assert_awaited_once_with(4)
        assert not inspect.isawaitable(mocked.return_value.other())


async def test_each_mock_has_its_own_methods() -> None:
    make = awaited_methods("find")
    first, second = make(), make(name="second")
    await first.find(1)
    assert not second.find.called
