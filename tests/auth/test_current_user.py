"""`current_user`: one load, the user once loaded, loud before."""

from __future__ import annotations

import asyncio
import copy
import pickle
from collections.abc import Callable
from typing import Any
from unittest import mock

import pytest

from quart_app.auth import (
    AnonymousUserMixin,
    RecursiveLoadError,
    UserNotLoadedError,
    acting_as,
    current_user,
    login_user,
    reload_user,
    user_accessed,
)
from quart_app.bridge import drive, implicit_loading, implicit_loads

from .people import Site, User, name_of

USES: dict[str, Callable[[], Any]] = {
    "bool": lambda: bool(current_user),
    "attribute": lambda: current_user.name,
    "hasattr": lambda: hasattr(current_user, "nothing"),
    "getattr with default": lambda: getattr(current_user, "nothing", None),
    "equality": lambda: current_user == "1",
    "equality with itself": lambda: current_user == current_user,
    "inequality": lambda: current_user != "1",
    "str": lambda: str(current_user),
    "repr": lambda: repr(current_user),
    "format": lambda: f"{current_user}",
    "iteration": lambda: list(current_user),
    "length": lambda: len(current_user),
    "in": lambda: "x" in current_user,
    "item": lambda: current_user["x"],
    "call": lambda: current_user(),
    "hash": lambda: {current_user},
    "isinstance": lambda: isinstance(current_user, User),
    "html": lambda: hasattr(current_user, "__html__"),
    "vars": lambda: vars(current_user),
    "set attribute": lambda: setattr(current_user, "name", "changed"),
    "delete attribute": lambda: delattr(current_user, "name"),
    "order": lambda: sorted([current_user, current_user]),
    "copy": lambda: copy.copy(current_user),
    "deepcopy": lambda: copy.deepcopy(current_user),
    "current object": lambda: current_user._get_current_object(),
}


async def test_awaiting_gives_the_user_itself(site: Site) -> None:
    async with site.app.test_request_context("/"):
        await login_user(site.users["1"])
        assert await current_user is site.users["1"]


async def test_nobody_is_the_anonymous_user(site: Site) -> None:
    async with site.app.test_request_context("/"):
        user = await current_user
    assert type(user) is AnonymousUserMixin
    assert not user.is_authenticated


@pytest.mark.parametrize("use", USES.values(), ids=USES.keys())
async def test_a_use_before_loading_raises_and_says_what_to_write(site: Site, use: Callable[[], Any]) -> None:
    async with site.app.test_request_context("/"):
        with pytest.raises(UserNotLoadedError, match="user = await current_user"):
            use()
    assert site.loads == []


async def test_the_error_is_a_runtime_error_and_no_attribute_error() -> None:
    assert issubclass(UserNotLoadedError, RuntimeError)
    assert not issubclass(UserNotLoadedError, AttributeError)


async def test_once_loaded_it_behaves_as_the_user(site: Site) -> None:
    async with site.app.test_request_context("/"):
        await login_user(site.users["1"])
        await current_user
        assert current_user
        assert current_user.name == "name of 1"
        assert current_user == site.users["1"]
        assert site.users["1"] == current_user
        assert current_user != site.users["2"]
        assert isinstance(current_user, User)
        assert not hasattr(current_user, "nothing")
        assert repr(current_user) == repr(site.users["1"])
        assert hash(current_user) == hash(site.users["1"])
        current_user.name = "another"
        assert site.users["1"].name == "another"
        assert current_user._get_current_object() is site.users["1"]
        assert copy.copy(current_user) is not current_user


async def test_it_cannot_be_pickled_into_another_request(site: Site) -> None:
    async with site.app.test_request_context("/"):
        await login_user(site.users["1"])
        with pytest.raises(TypeError, match="pass the user's id"):
            pickle.dumps(current_user)


async def test_twenty_tasks_make_one_load(site: Site) -> None:
    async def slow(user_id: str) -> User | None:
        await asyncio.sleep(0.01)
        return await site.load(user_id)

    async def ask() -> Any:
        return await current_user

    site.manager.user_loader(slow)

    @site.app.get("/many")
    async def many() -> str:
        users = await asyncio.gather(*[ask() for _ in range(20)])
        assert all(user is site.users["1"] for user in users)
        return "ok"

    client = site.client()
    await client.get("/login/1")
    assert (await client.get("/many")).text == "ok"
    assert site.loads == ["1"]


async def test_when_the_loading_task_is_cancelled_another_takes_over(site: Site) -> None:
    started = asyncio.Event()

    async def slow(user_id: str) -> User | None:
        started.set()
        await asyncio.sleep(0.01)
        return await site.load(user_id)

    async def ask() -> Any:
        return await current_user

    site.manager.user_loader(slow)

    @site.app.get("/cancelled")
    async def cancelled() -> str:
        first = asyncio.create_task(ask())
        await started.wait()
        second, third = asyncio.create_task(ask()), asyncio.create_task(ask())
        await asyncio.sleep(0)
        first.cancel()
        second.cancel()
        with pytest.raises(asyncio.CancelledError):
            await first
        return str((await third).name)

    client = site.client()
    await client.get("/login/1")
    assert (await client.get("/cancelled")).text == "name of 1"
    assert site.loads == ["1"]


async def test_a_failed_load_fails_for_all_who_wait_and_the_next_one_tries_again(site: Site) -> None:
    calls: list[str] = []

    async def fails_once(user_id: str) -> User | None:
        calls.append(user_id)
        await asyncio.sleep(0.001)
        if len(calls) == 1:
            raise OSError("the database is down")
        return site.users[user_id]

    async def ask() -> Any:
        return await current_user

    site.manager.user_loader(fails_once)

    @site.app.get("/failing")
    async def failing() -> str:
        outcomes = await asyncio.gather(*[ask() for _ in range(5)], return_exceptions=True)
        assert all(isinstance(outcome, OSError) for outcome in outcomes)
        return str((await current_user).name)

    client = site.client()
    await client.get("/login/1")
    assert (await client.get("/failing")).text == "name of 1"
    assert len(calls) == 2


async def test_a_loader_that_asks_for_the_user_is_told_so_and_does_not_hang(site: Site) -> None:
    async def recursive(user_id: str) -> Any:
        async def ask() -> Any:
            return await current_user

        return await asyncio.gather(ask())

    site.manager.user_loader(recursive)
    site.app.config["PROPAGATE_EXCEPTIONS"] = True
    client = site.client()
    await client.get("/login/1")
    with pytest.raises(RecursiveLoadError, match="wait for itself"):
        await asyncio.wait_for(client.get("/name"), 2)


async def test_a_synchronous_loader_works(site: Site) -> None:
    site.manager.user_loader(lambda user_id: site.users.get(user_id))
    client = site.client()
    await client.get("/login/1")
    assert await name_of(client) == "name of 1"


async def test_a_request_that_does_not_ask_loads_nobody(site: Site) -> None:
    accessed: list[Any] = []
    user_accessed.connect(accessed.append)
    client = site.client()
    await client.get("/login/1")
    await client.get("/")
    assert site.loads == []
    assert accessed == []
    user_accessed.disconnect(accessed.append)


async def test_requests_inside_one_application_context_do_not_share_their_users(site: Site) -> None:
    async with site.app.app_context():
        first, second, nobody = site.client(), site.client(), site.client()
        await first.get("/login/1")
        await second.get("/login/2")
        names = await asyncio.gather(*[name_of(client) for client in [first, second, nobody] * 10])
    assert names == ["name of 1", "name of 2", "anonymous"] * 10


async def test_outside_of_a_request_nobody_is_signed_in(site: Site) -> None:
    assert await current_user is None
    async with site.app.app_context():
        assert await current_user is None
        assert not current_user
        with pytest.raises(UserNotLoadedError, match="outside of a request"):
            _ = current_user.name


def test_tools_may_probe_it_outside_of_a_request() -> None:
    for name in ("_is_coroutine", "_is_coroutine_marker", "_mock_methods", "__func__"):
        assert not hasattr(current_user, name)
    with mock.patch(f"{__name__}.current_user") as replaced:
        assert current_user is replaced


async def test_tools_may_probe_it_before_it_is_loaded(site: Site) -> None:
    async with site.app.test_request_context("/"):
        assert not hasattr(current_user, "_is_coroutine")
        assert site.loads == []


async def test_background_work_acts_for_the_user_that_it_is_given(site: Site) -> None:
    async with site.app.app_context():
        async with acting_as("1"):
            assert await current_user is site.users["1"]
            assert current_user.name == "name of 1"
            assert await reload_user() is site.users["1"]
        async with acting_as(site.users["2"]):
            assert (await current_user).name == "name of 2"
        async with acting_as(None):
            assert (await current_user).is_anonymous
        async with acting_as("nobody has this id"):
            assert (await current_user).is_anonymous
        assert await current_user is None


async def test_acting_as_a_user_overrules_the_request_that_started_the_work(site: Site) -> None:
    async with site.app.test_request_context("/"):
        await login_user(site.users["1"])
        async with acting_as("2"):
            assert (await current_user).id == "2"
        assert (await current_user).id == "1"


async def test_reloading_sees_what_has_changed(site: Site) -> None:
    async with site.app.test_request_context("/"):
        await login_user(site.users["1"])
        site.users["1"] = User("1", "renamed")
        assert (await current_user).name == "name of 1"
        assert (await reload_user()).name == "renamed"
        del site.users["1"]
        assert (await reload_user()).is_anonymous


@pytest.mark.parametrize("policy", ["allow", "warn"])
@pytest.mark.parametrize("use", ["attribute", "bool", "str", "isinstance", "equality"])
async def test_in_the_bridge_a_use_loads_the_right_user(site: Site, policy: str, use: str) -> None:
    async def scene() -> int:
        async with site.app.test_request_context("/"):
            await login_user(site.users["1"])
            await reload_and_forget()
            with implicit_loading(policy), implicit_loads() as loads:
                assert (
                    USES[use]()
                    == {
                        "attribute": "name of 1",
                        "bool": True,
                        "str": str(site.users["1"]),
                        "isinstance": True,
                        "equality": False,
                    }[use]
                )
                _ = current_user.name
            return loads.count

    async def reload_and_forget() -> None:
        from quart_app.auth.state import UNSET, current_state

        state = current_state()
        assert state is not None
        state.user = UNSET

    assert await drive(scene()) == 1
    assert site.loads == ["1"]


async def test_in_the_bridge_raise_raises(site: Site) -> None:
    async def scene() -> None:
        async with site.app.test_request_context("/"):
            with (
                implicit_loading("raise"),
                pytest.raises(UserNotLoadedError, match="user = await current_user"),
            ):
                _ = current_user.name

    await drive(scene())
    assert site.loads == []
