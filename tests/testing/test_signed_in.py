"""The user of a request and of the test around it: as Flask-Login, which keeps them in the ``g`` that both may share."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import flask
import flask_login
import pytest

import quart_app
import quart_app.auth

BOTH = pytest.mark.parametrize("which", ["flask", "ours"])


class Site:
    """One application with users, and how it is asked, for either side."""

    def __init__(self, which: str) -> None:
        self.is_flask = which == "flask"
        auth: Any = flask_login if self.is_flask else quart_app.auth
        framework: Any = flask.Flask if self.is_flask else quart_app.Quart
        self.app = app = framework(__name__)
        app.secret_key = "key"
        app.testing = True
        self.auth = auth
        manager = auth.LoginManager(app)

        class User(auth.UserMixin):  # type: ignore[misc]
            def __init__(self, id: str) -> None:
                self.id = id

        self.user_class = User
        manager.user_loader(User)

        def register(rule: str, view: Callable[..., Any]) -> None:
            app.add_url_rule(rule, rule, self.view(view))

        async def sign_in(name: str) -> str:
            await settled(auth.login_user(User(name)))
            return "in"

        async def sign_out() -> str:
            await settled(auth.logout_user())
            return "out"

        async def who() -> str:
            return str(getattr(await self.user(), "id", None))

        register("/in/<name>", sign_in)
        register("/out", sign_out)
        register("/who", who)
        register("/quiet", quiet)

    def view(self, view: Callable[..., Any]) -> Callable[..., Any]:
        return at_once(view) if self.is_flask else view

    async def user(self) -> Any:
        user = self.auth.current_user
        return user._get_current_object() if self.is_flask else await user

    async def name(self) -> Any:
        return getattr(await self.user(), "id", None)

    async def push(self, context: Any) -> Any:
        await settled(context.push())
        return context

    async def sign_in(self, name: str) -> None:
        await settled(self.auth.login_user(self.user_class(name)))

    async def get(self, client: Any, path: str) -> str:
        return str((await settled(client.get(path))).text)


async def quiet() -> str:
    return "nobody asked"


async def settled(value: Any) -> Any:
    return await value if inspect.isawaitable(value) else value


def at_once(view: Callable[..., Any]) -> Callable[..., Any]:
    """A coroutine function that waits for nothing, as a plain one."""

    def call(**kwargs: Any) -> Any:
        try:
            view(**kwargs).send(None)
        except StopIteration as done:
            return done.value
        raise AssertionError("it waited")

    return call


@BOTH
async def test_a_test_in_its_own_request_context_sees_who_the_request_signed_in(which: str) -> None:
    site = Site(which)
    context = await site.push(site.app.test_request_context())
    client = site.app.test_client()
    seen = []
    for path in ("/in/ann", "/quiet", "/out", "/in/bob"):
        await site.get(client, path)
        seen.append(await site.name())
    assert seen == ["ann", "ann", None, "bob"]
    await settled(context.pop())
    assert await site.user() is None


@BOTH
async def test_a_request_has_the_user_whom_the_test_signed_in(which: str) -> None:
    site = Site(which)
    context = await site.push(site.app.test_request_context())
    client = site.app.test_client()
    await site.sign_in("ann")
    assert [await site.get(client, "/who") for _ in range(2)] == ["ann", "ann"]
    await site.get(client, "/out")
    assert (await site.get(client, "/who"), await site.name()) == ("None", None)
    await settled(context.pop())


@BOTH
async def test_a_user_put_into_g_by_a_test_is_the_users_of_its_requests(which: str) -> None:
    site = Site(which)
    context = await site.push(site.app.app_context())
    context.g._login_user = site.user_class("ann")
    assert await site.get(site.app.test_client(), "/who") == "ann"
    # There is no request here to have a user.
    assert await site.user() is None
    await settled(context.pop())
    assert await site.get(site.app.test_client(), "/who") == "None"


@BOTH
async def test_an_application_context_alone_has_no_user_after_a_request(which: str) -> None:
    site = Site(which)
    context = await site.push(site.app.app_context())
    await site.get(site.app.test_client(), "/in/ann")
    assert await site.user() is None
    await settled(context.pop())


async def test_who_was_left_by_one_clients_request_is_nobody_to_another_client() -> None:
    site = Site("ours")
    async with site.app.test_request_context():
        await site.get(site.app.test_client(), "/in/ann")
        assert await site.name() == "ann"
        assert await site.get(site.app.test_client(), "/who") == "None"


async def test_a_client_without_users_asks_for_none() -> None:
    app = quart_app.Quart(__name__)
    app.add_url_rule("/", view_func=quiet)
    async with app.app_context():
        assert (await app.test_client().get("/")).text == "nobody asked"
