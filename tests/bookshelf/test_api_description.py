"""The OpenAPI description is of this API: every route is in it, and what it says of values is what is checked."""

from __future__ import annotations

import re
from typing import Any

import pytest

from quart_app import Quart
from quart_app.bookshelf import schemas
from tests.bookshelf.conftest import Client

FULL = {"title": "Walden", "author": "Thoreau"}


async def token(client: Client, name: str) -> dict[str, str]:
    credentials = {"email": f"{name}@example.com", "password": f"{name}-password"}
    answer = await client.post("/api/v1/token", json=credentials)
    return {"Authorization": f"Bearer {answer.get_json()['token']}"}


async def test_every_route_and_method_is_described(app: Quart, client: Client) -> None:
    document = (await client.get("/api/v1/openapi.json")).get_json()
    base = document["servers"][0]["url"]
    described = {
        (base + path, method.upper())
        for path, methods in document["paths"].items()
        for method in methods
        if method != "parameters"
    }
    there = {
        (re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", str(rule)), method)
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("api.") and rule.endpoint != "api.describe"
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert described == there


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"title": 5}, "title is a text of 1 to 200 characters"),
        ({"title": "T" * 201}, "title is a text of 1 to 200 characters"),
        ({"author": "a\x00"}, "author is a text of 1 to 120 characters"),
        ({"author": "\ud800"}, "author is a text of 1 to 120 characters"),
        ({"year": True}, "year is a number"),
        ({"year": 10**30}, "year is a number from 0 to 2100"),
        ({"isbn": "1"}, "isbn is a text of 10 to 13 characters"),
        ({"summary": {}}, "summary is a text of 0 to 100000 characters"),
    ],
)
async def test_a_value_that_no_book_can_have_is_told(
    client: Client, change: dict[str, Any], error: str
) -> None:
    answer = await client.post(
        "/api/v1/books", json={**FULL, **change}, headers=await token(client, "librarian")
    )
    assert (answer.status_code, answer.get_json()) == (400, {"error": error})


async def test_an_isbn_is_one_books(client: Client) -> None:
    headers = await token(client, "librarian")
    first = await client.post("/api/v1/books", json={**FULL, "isbn": "0123456789"}, headers=headers)
    assert first.status_code == 201
    second = await client.post("/api/v1/books", json={**FULL, "isbn": "0123456789"}, headers=headers)
    assert (second.status_code, second.get_json()) == (409, {"error": "a book with this ISBN exists"})
    # The same book may be told it again.
    again = await client.put(first.headers["Location"], json={"isbn": "0123456789"}, headers=headers)
    assert again.status_code == 200


@pytest.mark.parametrize("body", [[], "text", 5, {"email": 5}, {"email": None, "password": {}}])
async def test_odd_credentials_are_no_failure(client: Client, body: object) -> None:
    assert (await client.post("/api/v1/token", json=body)).status_code in {400, 401}


def test_what_is_described_is_what_is_checked() -> None:
    for field in (*schemas.BOOK.values(), *schemas.CREDENTIALS.values()):
        described = field.schema()
        assert ("null" in described["type"]) == (field.problem(None) is None)
        if "maxLength" in described:
            assert field.problem("x" * described["maxLength"]) is None
            assert field.problem("x" * (described["maxLength"] + 1))
        else:
            assert field.problem(described["maximum"]) is None
            assert field.problem(described["maximum"] + 1)
            assert field.problem(described["minimum"] - 1)
