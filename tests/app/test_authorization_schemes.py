"""What a request says it may do, by which scheme: any, or passwords only as before Werkzeug 2.3."""

from __future__ import annotations

import pytest
from quart import abort, request

from quart_app import Quart
from quart_app.manners import requests

BEARER, BASIC = {"Authorization": "Bearer forged"}, {"Authorization": "Basic YTpi"}


@pytest.mark.parametrize(("only", "bearer"), [(False, 200), (True, 401)])
async def test_a_guard_that_asks_for_none_first(only: bool, bearer: int) -> None:
    app = Quart("app")

    class Request(requests.Request):
        only_passwords_authorize = only

    app.request_class = Request

    @app.route("/")
    async def index() -> str:
        if request.authorization is None and request.headers.get("Authorization") != "Bearer known":
            abort(401)
        given = request.authorization
        return str(given.username if given is not None else None)

    client = app.test_client()
    assert (await client.get("/")).status_code == 401
    assert (await client.get("/", headers=BEARER)).status_code == bearer
    assert (await client.get("/", headers={"Authorization": "Bearer known"})).text == "None"
    assert (await client.get("/", headers=BASIC)).text == "a"
