"""Flask-JWT-Extended 3 on top of 4: its decorators, callbacks and tokens."""

# mypy: disable-error-code="untyped-decorator"
from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import flask_jwt_extended
import pytest
from quart import jsonify

from quart_app import Quart
from quart_app.bridge import drive
from quart_app.compat import jwt_extended as three

USERS = {1: "ann", 2: "bob"}


async def later(value: Any) -> Any:
    await asyncio.sleep(0)
    return value


@pytest.fixture
def app() -> Quart:
    app = Quart("app")
    app.config["JWT_SECRET_KEY"] = "a secret that is long enough for HS256"
    app.config["PROPAGATE_EXCEPTIONS"] = True
    return app


def routes(app: Quart) -> None:
    async def told() -> Any:
        user = three.get_current_user()
        return jsonify(id=three.get_jwt_identity(), claims=three.get_jwt_claims(), user=user)

    def plainly() -> Any:
        return {"id": three.get_jwt_identity(), "type": three.get_raw_jwt().get("type")}

    app.route("/required", endpoint="required")(three.jwt_required(told))
    app.route("/plain", endpoint="plain")(three.jwt_required(plainly))
    app.route("/optional", endpoint="optional")(three.jwt_optional(told))
    app.route("/fresh", endpoint="fresh")(three.fresh_jwt_required(told))
    app.route("/refresh", endpoint="refresh")(three.jwt_refresh_token_required(plainly))


def bearer(token: str, kind: str = "Bearer") -> dict[str, str]:
    return {"Authorization": f"{kind} {token}"}


async def made(app: Quart, make: Callable[..., str], *args: Any, **kwargs: Any) -> dict[str, str]:
    async def make_it() -> str:
        return make(*args, **kwargs)

    async with app.app_context():
        return bearer(await drive(make_it()))


async def test_each_decorator_lets_its_own_tokens_through_and_no_others(app: Quart) -> None:
    three.JWTManager(app)
    routes(app)
    client = app.test_client()
    tokens = {
        "none": {},
        "access": await made(app, three.create_access_token, 1),
        "fresh": await made(app, three.create_access_token, 1, fresh=True),
        "refresh": await made(app, three.create_refresh_token, 1),
        "expired": await made(app, three.create_access_token, 1, expires_delta=timedelta(seconds=-1)),
        "broken": bearer("x.y.z"),
        "basic": bearer("abc", "Basic"),
    }
    expected = {
        "/required": {"access": 200, "fresh": 200},
        "/plain": {"access": 200, "fresh": 200},
        "/optional": {"none": 200, "access": 200, "fresh": 200, "basic": 200},
        "/fresh": {"fresh": 200},
        "/refresh": {"refresh": 200},
    }
    for path, passing in expected.items():
        for name, headers in tokens.items():
            status = (await client.get(path, headers=headers)).status_code
            assert (status == 200) == (name in passing), (path, name, status)
            assert status in (200, 401, 422), (path, name, status)
    assert (await client.get("/required", headers=tokens["access"])).json == {
        "id": 1,
        "claims": {},
        "user": None,
    }
    for path in ("/required", "/optional", "/fresh"):
        told = (await client.get(path, headers=tokens["refresh"])).json
        assert told == {"msg": "Only access tokens are allowed"}
    assert (await client.get("/refresh", headers=tokens["access"])).json == {
        "msg": "Only refresh tokens are allowed"
    }
    assert (await client.get("/optional")).json == {"id": None, "claims": {}, "user": None}
    assert (await client.get("/refresh", headers=tokens["refresh"])).json == {"id": 1, "type": "refresh"}


@pytest.mark.parametrize("coroutine", [True, False])
async def test_callbacks_are_given_what_version_3_gave_them(app: Quart, coroutine: bool) -> None:
    def of(function: Callable[..., Any]) -> Callable[..., Any]:
        async def awaited(token: Any) -> Any:
            return await later(function(token))

        return awaited if coroutine else function

    jwt = three.JWTManager(app)
    routes(app)
    jwt.user_identity_loader(of(lambda user: user["id"]))
    jwt.user_claims_loader(of(lambda user: {"name": USERS.get(user["id"])}))
    jwt.user_loader_callback_loader(of(USERS.get))
    jwt.user_loader_error_loader(of(lambda identity: ({"nobody": identity}, 404)))
    jwt.claims_verification_loader(of(lambda claims: claims.get("name") != "bob"))
    jwt.expired_token_loader(of(lambda token: ({"was": token["identity"]}, 401)))
    jwt.unauthorized_loader(of(lambda reason: ({"why": reason}, 403)))
    jwt.invalid_token_loader(of(lambda reason: ({"wrong": True}, 400)))
    client = app.test_client()

    ann = await made(app, three.create_access_token, {"id": 1})
    assert (await client.get("/required", headers=ann)).json == {
        "id": 1,
        "claims": {"name": "ann"},
        "user": "ann",
    }
    own = await made(app, three.create_access_token, {"id": 1}, user_claims={"role": "admin"})
    assert (await client.get("/required", headers=own)).json["claims"]["role"] == "admin"
    bob = await made(app, three.create_access_token, {"id": 2})
    assert (await client.get("/required", headers=bob)).status_code == 400
    nobody = await client.get("/required", headers=await made(app, three.create_access_token, {"id": 9}))
    assert (nobody.status_code, nobody.json) == (404, {"nobody": 9})
    old = await made(app, three.create_access_token, {"id": 1}, expires_delta=timedelta(seconds=-1))
    assert (await client.get("/required", headers=old)).json == {"was": 1}
    assert (await client.get("/required")).json == {"why": "Missing Authorization Header"}
    assert (await client.get("/required", headers=bearer("x.y.z"))).json == {"wrong": True}


@pytest.mark.parametrize("enabled", [True, False])
async def test_the_blacklist_is_asked_only_where_it_is_enabled(app: Quart, enabled: bool) -> None:
    revoked: set[str] = set()
    app.config["JWT_BLACKLIST_ENABLED"] = enabled
    app.config["JWT_BLACKLIST_TOKEN_CHECKS"] = ["access"]
    jwt = three.JWTManager(app)
    routes(app)

    @jwt.token_in_blacklist_loader
    async def is_revoked(token: dict[str, Any]) -> bool:
        return bool(await later(token["jti"] in revoked))

    @jwt.revoked_token_loader
    def gone() -> Any:
        return {"message": "gone"}, 401

    @jwt.needs_fresh_token_loader
    async def stale() -> Any:
        return {"message": "stale"}, 401

    client = app.test_client()
    async with app.app_context():
        access, refresh = three.create_access_token(1), three.create_refresh_token(1)
        revoked |= {flask_jwt_extended.get_jti(access) or "", flask_jwt_extended.get_jti(refresh) or ""}
    response = await client.get("/required", headers=bearer(access))
    assert response.status_code == (401 if enabled else 200)
    assert not enabled or response.json == {"message": "gone"}
    assert (await client.get("/refresh", headers=bearer(refresh))).status_code == 200
    if not enabled:
        assert (await client.get("/fresh", headers=bearer(access))).json == {"message": "stale"}


async def test_tokens_hold_what_they_held(app: Quart) -> None:
    jwt = three.JWTManager(app)
    jwt.claims_verification_failed_loader(lambda: ({"message": "no"}, 400))
    async with app.app_context():
        token = flask_jwt_extended.decode_token(
            three.create_access_token({"any": ["json"]}, user_claims={"a": 1}, headers={"kid": "k"})
        )
        assert three.get_jwt_identity() is None
        assert not three.current_user
    assert token["identity"] == {"any": ["json"]}
    assert token["user_claims"] == {"a": 1}
    assert "sub" not in token
