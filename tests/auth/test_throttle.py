"""Throttling stays exact however many try at once, in process and in Redis."""

from __future__ import annotations

import asyncio
import secrets
import threading
from collections.abc import AsyncIterator

import pytest
import redis.asyncio
from quart import Quart
from werkzeug.exceptions import TooManyRequests

from quart_app.auth.errors import AuthSetupError
from quart_app.auth.throttle import MemoryStore, RedisStore, SignInThrottle, Store
from tests import servers


@pytest.fixture(scope="module")
def redis_url() -> object:
    with servers.redis_server() as url:
        yield url


@pytest.fixture(params=["memory", "redis"])
async def store(request: pytest.FixtureRequest) -> AsyncIterator[Store]:
    if request.param == "memory":
        yield MemoryStore()
        return
    client = redis.asyncio.Redis.from_url(request.getfixturevalue("redis_url"))
    try:
        yield RedisStore(client, prefix=f"test:{secrets.token_hex(4)}:")
    finally:
        await client.aclose()


async def admitted(throttle: SignInThrottle, account: str, address: str) -> bool:
    try:
        await throttle.admit(account, address)
    except TooManyRequests:
        return False
    return True


async def test_of_fifty_at_once_exactly_the_limit_get_through(store: Store) -> None:
    throttle = SignInThrottle(store, per_account=7, per_address=1000)
    tries = [admitted(throttle, "ann", f"10.0.0.{number}") for number in range(50)]
    assert sum(await asyncio.gather(*tries)) == 7
    assert not await admitted(throttle, " ANN ", "10.9.9.9")
    assert await admitted(throttle, "bob", "10.9.9.9")


async def test_an_address_is_limited_over_all_accounts(store: Store) -> None:
    throttle = SignInThrottle(store, per_account=1000, per_address=5)
    tries = [admitted(throttle, f"user {number}", "10.0.0.1") for number in range(50)]
    assert sum(await asyncio.gather(*tries)) == 5
    assert await admitted(throttle, "user 1", "10.0.0.2")


async def test_the_refusal_says_how_long_to_wait_and_the_window_ends(store: Store) -> None:
    throttle = SignInThrottle(store, per_account=1, window=0.3)
    await throttle.admit("ann")
    with pytest.raises(TooManyRequests) as refused:
        await throttle.admit("ann")
    assert refused.value.get_response().headers["Retry-After"] == "1"
    await asyncio.sleep(0.35)
    await throttle.admit("ann")


async def test_a_sign_in_forgets_the_tries_of_the_account_and_not_of_the_address(store: Store) -> None:
    throttle = SignInThrottle(store, per_account=2, per_address=3)
    for _ in range(3):
        await throttle.admit("ann", "10.0.0.1")
        await throttle.succeeded("Ann")
    with pytest.raises(TooManyRequests):
        await throttle.admit("ann", "10.0.0.1")


async def test_two_workers_share_one_count(store: Store) -> None:
    workers = [SignInThrottle(store, per_account=7) for _ in range(2)]
    tries = [admitted(workers[number % 2], "ann", "10.0.0.1") for number in range(30)]
    assert sum(await asyncio.gather(*tries)) == 7


@pytest.mark.parametrize("account", ["", "\x00", "\ud800", "x" * 100_000, "a b\r\nDEL *"])
async def test_anything_can_be_typed(store: Store, account: str) -> None:
    throttle = SignInThrottle(store, per_account=1)
    await throttle.admit(account, "10.0.0.1")
    assert not await admitted(throttle, account, "10.0.0.1")


async def test_the_address_is_that_of_the_request() -> None:
    app = Quart(__name__)
    throttle = SignInThrottle(per_address=1)

    @app.post("/<account>")
    async def sign_in(account: str) -> str:
        await throttle.admit(account)
        return "password, please"

    client = app.test_client()
    for account, address, status in [
        ("ann", "10.0.0.1", 200),
        ("bob", "10.0.0.1", 429),
        ("bob", "10.0.0.2", 200),
    ]:
        response = await client.post(f"/{account}", scope_base={"client": (address, 1)})
        assert response.status_code == status
        assert ("Retry-After" in response.headers) == (status == 429)


def test_threads_with_loops_of_their_own_share_the_memory() -> None:
    throttle = SignInThrottle(per_account=100, per_address=10_000)
    passed: list[bool] = []

    def work() -> None:
        async def many() -> None:
            passed.extend([await admitted(throttle, "ann", "10.0.0.1") for _ in range(100)])

        asyncio.run(many())

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(passed) == 100


async def test_the_memory_forgets_what_has_expired() -> None:
    now = [0.0]
    store = MemoryStore(clock=lambda: now[0])
    for number in range(10_001):
        await store.hit(str(number), 10)
    now[0] = 11
    await store.hit("new", 10)
    assert len(store._counts) == 1


def test_limits_that_let_nobody_in_are_refused() -> None:
    with pytest.raises(AuthSetupError):
        SignInThrottle(per_account=0)
