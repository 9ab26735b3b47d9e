"""Flask-Principal's words, awaited, and identities loaded only when asked for."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import quart
from quart import g, render_template_string, session
from werkzeug.exceptions import HTTPException

from quart_app.app import Quart
from quart_app.auth import current_user
from quart_app.auth.principal import (
    ActionNeed,
    AnonymousIdentity,
    Denial,
    Identity,
    IdentityNotLoadedError,
    ItemNeed,
    Need,
    Permission,
    PermissionDenied,
    Principal,
    RoleNeed,
    TypeNeed,
    UserNeed,
    composed,
    current_identity,
    identity_changed,
    identity_loaded,
)
from quart_app.bridge import drive, implicit_loading
from quart_app.testing import QuartClient

from .people import Site

admin = Permission(RoleNeed("admin"))
editor = Permission(RoleNeed("editor"))
anybody = Permission()
not_banned = Denial(RoleNeed("banned"))
ROLES = {"ali": ["admin", "editor"], "eve": ["banned"], "bob": ["editor"]}


class House:
    """An application whose identities have roles."""

    def __init__(self, quart_class: type[quart.Quart], tmp_path: Path, **options: Any) -> None:
        (tmp_path / "style.css").write_text("p {}")
        self.app = quart_class(__name__, static_folder=str(tmp_path), static_url_path="/static")
        self.app.secret_key = "key"
        self.principal = Principal(self.app, **options)
        self.loaded: list[str] = []
        identity_loaded.connect(self.on_loaded, self.app)
        self.add_views()

    async def on_loaded(self, _app: Any, identity: Identity) -> None:
        await asyncio.sleep(0)
        self.loaded.append(identity.id)
        identity.provides.update(RoleNeed(role) for role in ROLES.get(identity.id, []))

    def client(self) -> Any:
        return QuartClient(self.app)

    def add_views(self) -> None:
        app = self.app

        @app.get("/login/<name>")
        async def login(name: str) -> str:
            await identity_changed.send_async(app, identity=Identity(name, "password"))
            return str(await editor.can())

        @app.get("/logout")
        async def logout() -> str:
            for key in ("identity.id", "identity.auth_type"):
                session.pop(key, None)
            await identity_changed.send_async(quart.current_app, identity=AnonymousIdentity())
            return ""

        @app.get("/plain")
        async def plain() -> str:
            return "plain"

        @app.get("/can")
        async def can() -> dict[str, bool]:
            return {
                "admin": await admin.can(),
                "editor": await editor.can(),
                "anybody": await anybody.can(),
                "not_banned": await not_banned.can(),
            }

        @app.get("/decorated")
        @admin.require(403)
        async def decorated() -> str:
            return "decorated"

        @app.get("/decorated-sync")
        @admin.require(401)
        def decorated_sync() -> str:
            return "decorated sync"

        @app.get("/context")
        async def context() -> str:
            async with editor.require(403):
                return "context"

        @app.get("/test")
        async def test() -> str:
            await editor.test()
            return "tested"

        @app.get("/ten")
        async def ten() -> str:
            async def ask() -> bool:
                return await editor.can()

            return str(set(await asyncio.gather(*[ask() for _ in range(10)])))


@pytest.fixture
def house(quart_class: type[quart.Quart], tmp_path: Path) -> House:
    return House(quart_class, tmp_path)


def test_needs_are_tuples() -> None:
    assert UserNeed(1) == ("id", 1) == Need("id", 1)
    assert RoleNeed("a") == ("role", "a")
    assert TypeNeed("a") == ("type", "a")
    assert ActionNeed("a") == ("action", "a")
    assert ItemNeed("update", 27, "posts") == ("update", 27, "posts")


def test_permissions_combine_as_in_flask_principal() -> None:
    a, b, both = Permission("a"), Permission("b"), Permission("a", "b")
    assert (a & b).needs == {"a", "b"} == a.union(b).needs
    assert (both | b).needs == {"a"} == both.difference(b).needs
    assert (~a).excludes == {"a"} == a.reverse().excludes
    assert (~a).needs == set()
    assert a in both
    assert both not in a
    assert a.issubset(both)
    assert (a & Denial("c")).excludes == {"c"}
    assert repr(Denial("c")) == "<Denial needs=set() excludes={'c'}>"


def test_an_identity_is_allowed_by_any_need_and_refused_by_any_exclude() -> None:
    ali = Identity("ali")
    ali.provides.update({"a", "c"})
    assert Permission("a", "b").allows(ali)
    assert not Permission("b").allows(ali)
    assert not (Permission("a") & Denial("c")).allows(ali)
    assert ali.can(Permission())
    assert repr(Identity("x", "y")) == '<Identity id="x" auth_type="y" provides=set()>'


def test_a_difference_has_a_sign() -> None:
    assert (Permission("a", "b") - Permission("b")).needs == {"a"}


def test_composed_permissions_combine_answers() -> None:
    a, b, banned = composed.Permission("a"), composed.Permission("b"), composed.Denial("banned")

    class Named(composed.BasePermission):
        def __init__(self, name: str) -> None:
            self.name = name

        def allows(self, identity: Identity) -> bool:
            return bool(identity.id == self.name)

    def who(permission: composed.BasePermission) -> set[str]:
        people = {"ann": {"a"}, "bea": {"b"}, "cid": {"a", "b"}, "dan": {"a", "b", "banned"}}
        found = set()
        for name, provides in people.items():
            identity = Identity(name)
            identity.provides |= provides
            if permission.allows(identity):
                found.add(name)
        return found

    assert who(a & b) == {"cid", "dan"}
    assert who(a | b) == {"ann", "bea", "cid", "dan"}
    assert who(a & b & banned) == {"cid"}
    assert who(~(a & b)) == {"ann", "bea"}
    assert who(~a) == {"bea"}
    assert ~~a is a
    assert who(Named("ann") | b) == {"ann", "bea", "cid", "dan"}
    assert who(Named("ann") & b) == set()
    either = a | b
    assert isinstance(either, composed.Permission)
    assert either.needs == {"a", "b"}
    # What is needed and excluded at once is excluded.
    assert who(a.union(composed.Denial("a"))) == {"bea"}


async def test_a_permission_may_name_the_code_that_refuses(house: House) -> None:
    class Hidden(composed.Permission):
        http_exception = 404

    async with house.app.test_request_context("/"):
        await house.app.preprocess_request()
        for given, code in ((None, 404), (401, 401)):
            with pytest.raises(HTTPException) as caught:
                await Hidden(RoleNeed("x")).test(given)
            assert caught.value.code == code


async def test_the_description_is_the_permission_to_a_handler_and_says_nothing_to_the_visitor(
    house: House,
) -> None:
    response = await house.client().get("/decorated")
    assert "role" not in response.text

    @house.app.errorhandler(403)
    async def handle(error: HTTPException) -> tuple[str, int]:
        description: Any = error.description
        assert description == admin
        assert description != editor
        assert description.needs == admin.needs
        return f"{error.description}", 418

    assert "You don't have the permission" in (await house.client().get("/decorated")).text


async def test_an_identity_is_made_kept_and_dropped(house: House) -> None:
    client = house.client()
    assert (await client.get("/can")).json == {
        "admin": False,
        "editor": False,
        "anybody": True,
        "not_banned": True,
    }
    assert (await client.get("/login/ali")).text == "True"
    assert (await client.get("/can")).json == dict.fromkeys(
        ["admin", "editor", "anybody", "not_banned"], True
    )
    async with client.session_transaction() as stored:
        assert (stored["identity.id"], stored["identity.auth_type"]) == ("ali", "password")
    await client.get("/logout")
    assert (await client.get("/can")).json["editor"] is False
    await client.get("/login/eve")
    assert (await client.get("/can")).json["not_banned"] is False


@pytest.mark.parametrize(
    ("path", "refused"), [("/decorated", 403), ("/decorated-sync", 401), ("/context", 403)]
)
async def test_who_lacks_the_permission_gets_the_code(house: House, path: str, refused: int) -> None:
    client = house.client()
    response = await client.get(path)
    assert response.status_code == refused
    assert "role" not in response.text
    await client.get("/login/ali")
    assert (await client.get(path)).status_code == 200


async def test_without_a_code_permission_denied_is_raised(house: House) -> None:
    denied: list[Any] = []

    @house.app.errorhandler(PermissionDenied)
    async def handle(error: PermissionDenied) -> tuple[str, int]:
        denied.append(error.args)
        return "denied", 418

    assert (await house.client().get("/test")).status_code == 418
    assert denied == [(editor,)]


async def test_the_needs_are_in_the_cause_of_the_http_error(house: House) -> None:
    async with house.app.test_request_context("/"):
        await house.app.preprocess_request()
        with pytest.raises(HTTPException) as caught:
            await editor.test(403)
    assert isinstance(caught.value.__cause__, PermissionDenied)
    assert caught.value.__cause__.args == (editor,)


async def test_nothing_is_loaded_until_somebody_asks_and_then_once(house: House) -> None:
    client = house.client()
    await client.get("/login/bob")
    house.loaded.clear()
    assert (await client.get("/plain")).status_code == 200
    assert (await client.get("/static/style.css")).status_code == 200
    assert house.loaded == []
    assert (await client.get("/ten")).text == "{True}"
    assert house.loaded == ["bob"]


async def test_eager_loading_is_flask_principals(quart_class: type[quart.Quart], tmp_path: Path) -> None:
    house = House(quart_class, tmp_path, lazy=False, skip_static=True)
    client = house.client()
    await client.get("/login/bob")
    house.loaded.clear()
    await client.get("/static/style.css")
    assert house.loaded == []
    await client.get("/plain")
    assert house.loaded == ["bob"]


async def test_the_session_is_not_written_when_nothing_changed(house: House) -> None:
    client = house.client()
    await client.get("/login/bob")
    response = await client.get("/can")
    assert "Set-Cookie" not in response.headers
    assert "Cookie" in response.vary


async def test_a_failing_receiver_gives_nobody_a_half_made_identity(house: House) -> None:
    async def fail(_app: Any, identity: Identity) -> None:
        raise OSError("the database is down")

    client = house.client()
    await client.get("/login/eve")
    with identity_loaded.connected_to(fail, house.app):
        assert (await client.get("/can")).status_code == 500
    assert (await client.get("/can")).json["not_banned"] is False


async def test_others_wait_until_the_identity_is_whole(house: House) -> None:
    # A Denial would let a banned user pass whose roles are not there yet.
    async def slow(_app: Any, identity: Identity) -> None:
        await asyncio.sleep(0.01)
        identity.provides.add(RoleNeed("banned"))

    @house.app.get("/race")
    async def race() -> str:
        async def first() -> bool:
            return await not_banned.can()

        async def second() -> bool:
            await asyncio.sleep(0.002)
            return await not_banned.can()

        return str(await asyncio.gather(first(), second()))

    client = house.client()
    await client.get("/login/bob")
    with identity_loaded.connected_to(slow, house.app):
        assert (await client.get("/race")).text == "[False, False]"


async def test_receivers_and_loaders_may_be_synchronous_and_see_the_identity_in_g(house: House) -> None:
    seen: list[Any] = []

    def receive(_app: Any, identity: Identity) -> None:
        seen.append(g.identity.id)
        identity.provides.add(ActionNeed("sync"))

    @house.principal.identity_loader
    def load() -> Identity:
        return Identity("ali")

    saved: list[Any] = []
    house.principal.identity_saver(saved.append)
    with identity_loaded.connected_to(receive, house.app):
        assert (await house.client().get("/can")).json["admin"] is True
    assert seen == ["ali"]
    assert [identity.id for identity in saved] == ["ali"]


async def test_identities_of_concurrent_requests_in_one_context_are_kept_apart(house: House) -> None:
    async with house.app.app_context():
        clients = {name: house.client() for name in ("ali", "bob", "eve")}
        for name, client in clients.items():
            await client.get(f"/login/{name}")
        answers = await asyncio.gather(*[client.get("/can") for client in list(clients.values()) * 5])
    assert [answer.json["admin"] for answer in answers] == [True, False, False] * 5
    assert [answer.json["not_banned"] for answer in answers] == [True, True, False] * 5


UNAWAITED: dict[str, Callable[[], Any]] = {
    "can": lambda: bool(editor.can()),
    "bool": lambda: bool(editor),
    "with": lambda: editor.require().__enter__(),
    "provides": lambda: g.identity.provides,
    "g.identity.can": lambda: g.identity.can(editor),
}


@pytest.mark.parametrize("use", UNAWAITED.values(), ids=UNAWAITED)
async def test_what_is_not_awaited_raises_before_loading_and_answers_after(
    house: House, use: Callable[[], Any]
) -> None:
    house.principal.identity_loader(lambda: Identity("bob"))
    async with house.app.test_request_context("/"):
        await house.app.preprocess_request()
        with pytest.raises(IdentityNotLoadedError, match="Write `"):
            use()
        assert await editor.can() is True
        assert (await g.identity).id == "bob"
        assert isinstance(g.identity, Identity)
        assert use()


@pytest.mark.parametrize("use", UNAWAITED.values(), ids=UNAWAITED)
async def test_in_the_bridge_it_loads(tmp_path: Path, use: Callable[[], Any]) -> None:
    house = House(Quart, tmp_path)
    house.principal.identity_loader(lambda: Identity("bob"))

    async def scene(policy: str) -> bool:
        async with house.app.test_request_context("/"):
            await house.app.preprocess_request()
            with implicit_loading(policy):
                return bool(use())

    assert await drive(scene("warn"))
    with pytest.raises(IdentityNotLoadedError):
        await drive(scene("raise"))


async def test_a_sync_with_block_refuses_who_lacks_the_permission(house: House) -> None:
    async with house.app.test_request_context("/"):
        await house.app.preprocess_request()
        await current_identity()
        with anybody.require():
            pass
        with pytest.raises(PermissionDenied), editor.require():
            raise AssertionError("reached")


async def test_templates_ask_for_permissions_and_identities(house: House) -> None:
    house.app.config["IMPLICIT_LOADING"] = "raise"
    house.principal.identity_loader(lambda: Identity("bob"))
    for source, expected in [
        ("{% if editor.can() %}yes{% else %}no{% endif %}", "yes"),
        ("{% if admin.can() %}yes{% else %}no{% endif %}", "no"),
        ("{{ g.identity.id }}", "bob"),
        ("{% if g.identity.can(editor) %}yes{% endif %}", "yes"),
    ]:
        async with house.app.test_request_context("/"):
            await house.app.preprocess_request()
            assert await render_template_string(source, editor=editor, admin=admin) == expected
    house.loaded.clear()
    async with house.app.test_request_context("/"):
        await house.app.preprocess_request()
        await render_template_string("{{ 1 }}")
    assert house.loaded == []


async def test_with_a_login_manager_a_static_file_costs_no_user_query(site: Site, tmp_path: Path) -> None:
    (tmp_path / "style.css").write_text("p {}")
    app = type(site.app)(__name__, static_folder=str(tmp_path), static_url_path="/static")
    app.secret_key = site.app.secret_key
    site.manager.init_app(app)
    Principal(app)

    @identity_loaded.connect_via(app)
    async def fill(_app: Any, identity: Identity) -> None:
        user = await current_user
        if hasattr(user, "id"):
            identity.provides.add(UserNeed(user.id))

    @app.get("/mine")
    async def mine() -> str:
        return str(await Permission(UserNeed("1")).can())

    client: Any = QuartClient(app)
    async with client.session_transaction() as stored:
        stored.update({"_user_id": "1", "_fresh": True, "identity.id": "1", "identity.auth_type": None})
    await client.get("/static/style.css")
    assert site.loads == []
    assert (await client.get("/mine")).text == "True"
    assert site.loads == ["1"]


async def test_websockets_have_identities(house: House) -> None:
    @house.app.websocket("/ws")
    async def ws() -> None:
        await quart.websocket.send(str(await editor.can()))

    client = house.client()
    await client.get("/login/bob")
    async with client.websocket("/ws") as connection:
        assert await connection.receive() == "True"


async def test_without_a_principal_there_is_no_identity(quart_class: type[quart.Quart]) -> None:
    async with quart_class(__name__).test_request_context("/"):
        with pytest.raises(AttributeError):
            await editor.can()
