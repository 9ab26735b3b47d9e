"""Bodies that are not JSON: an error, or None as before Flask 2.1."""

from __future__ import annotations

from typing import Any

import pytest
from quart import request

from quart_app import Quart
from quart_app.manners import requests


@pytest.mark.parametrize(("needs", "status", "body"), [(True, 415, None), (False, 400, b"No data")])
async def test_another_content_type_is_an_error_or_none(needs: bool, status: int, body: bytes | None) -> None:
    app = Quart("app")

    class Request(requests.Request):
        json_needs_content_type = needs

    app.request_class = Request

    @app.route("/items", methods=["POST"])
    async def add() -> Any:
        data = await request.get_json()
        assert await request.get_json(silent=True) == data
        return data or ("No data", 400)

    client = app.test_client()
    for given in ({}, {"data": {"a": "b"}}, {"data": b"{}", "content_type": "text/plain"}):
        response = await client.post("/items", **given)
        assert response.status_code == status
        assert body is None or response.data == body
    assert (await client.post("/items", json={"a": 1})).json == {"a": 1}
    assert (await client.post("/items", data=b"{", content_type="application/json")).status_code == 400
