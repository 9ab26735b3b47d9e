"""The JSON API: tokens, books, errors."""

from __future__ import annotations

from typing import Any

import pytest

from tests.blackbox.visitor import LIBRARIAN, PASSWORDS, READER, Visitor, unique

BOOKS = "/api/v1/books"


def bearer(visitor: Visitor, email: str) -> dict[str, str]:
    answer = visitor.http.post("/api/v1/token", json={"email": email, "password": PASSWORDS[email]})
    assert answer.status_code == 200
    return {"Authorization": f"Bearer {answer.json()['token']}"}


@pytest.fixture
def token(visitor: Visitor) -> dict[str, str]:
    return bearer(visitor, LIBRARIAN)


def created(visitor: Visitor, token: dict[str, str]) -> tuple[str, dict[str, Any]]:
    data = {"title": unique("Title"), "author": unique("Author"), "year": 1854}
    answer = visitor.http.post(BOOKS, json=data, headers=token)
    assert answer.status_code == 201
    return answer.headers["Location"], answer.json()


def test_books_are_listed(visitor: Visitor) -> None:
    answer = visitor.get(f"{BOOKS}?q=austen")
    assert answer.headers["Content-Type"] == "application/json"
    data = answer.json()
    assert [book["title"] for book in data["books"]] == ["Emma", "Persuasion"]
    assert (data["page"], data["pages"], data["total"]) == (1, 1, 2)
    assert data["books"][0] == {
        "id": 1,
        "title": "Emma",
        "author": "Jane Austen",
        "year": 1815,
        "isbn": None,
        "owner": "Lin",
    }


def test_a_page_too_far_is_empty(visitor: Visitor) -> None:
    assert visitor.get(f"{BOOKS}?page=999").json()["books"] == []


def test_a_book_comes_with_its_reviews(visitor: Visitor) -> None:
    data = visitor.get(f"{BOOKS}/1").json()
    assert data["rating"] == 4.0
    assert data["reviews"] == [{"rating": 4, "text": "Clever.", "by": "Rita"}]


def test_a_missing_book_is_told_as_json(visitor: Visitor) -> None:
    answer = visitor.get(f"{BOOKS}/99999")
    assert (answer.status_code, answer.json()) == (404, {"error": "no such book"})


def test_an_unknown_address_is_told_as_json(visitor: Visitor) -> None:
    answer = visitor.get("/api/v1/nothing")
    assert (answer.status_code, answer.json()) == (404, {"error": "There is nothing here."})


def test_a_book_is_created(visitor: Visitor, token: dict[str, str]) -> None:
    address, data = created(visitor, token)
    assert address == f"{BOOKS}/{data['id']}"
    assert (data["owner"], data["year"], data["reviews"]) == ("Lin", 1854, [])
    assert visitor.get(address).json() == data


def test_creating_needs_somebody(visitor: Visitor) -> None:
    answer = visitor.http.post(BOOKS, json={"title": "a", "author": "b"})
    assert (answer.status_code, answer.json()) == (401, {"error": "authentication required"})


@pytest.mark.parametrize("header", ["Bearer nonsense", "Bearer", "Basic abc", "nonsense", "Bearer \xe9"])
def test_a_wrong_token_is_nobody(visitor: Visitor, header: str) -> None:
    answer = visitor.http.get("/api/v1/me", headers=[(b"Authorization", header.encode())])
    assert answer.status_code == 401


def test_a_reader_may_not_create(visitor: Visitor) -> None:
    answer = visitor.http.post(BOOKS, json={"title": "a", "author": "b"}, headers=bearer(visitor, READER))
    assert (answer.status_code, answer.json()) == (403, {"error": "librarians only"})


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ({"title": "Walden"}, "missing: author"),
        ({}, "missing: title, author"),
        ([1], "an object is expected"),
        ({"title": "a", "author": "b", "year": "c"}, "year is a number"),
    ],
)
def test_a_bad_body_is_told(visitor: Visitor, token: dict[str, str], body: object, error: str) -> None:
    answer = visitor.http.post(BOOKS, json=body, headers=token)
    assert (answer.status_code, answer.json()) == (400, {"error": error})


def test_broken_json_is_told(visitor: Visitor, token: dict[str, str]) -> None:
    answer = visitor.http.post(BOOKS, content=b"{", headers={**token, "Content-Type": "application/json"})
    assert answer.status_code == 400
    assert set(answer.json()) == {"error"}


def test_another_content_type_is_refused(visitor: Visitor, token: dict[str, str]) -> None:
    answer = visitor.http.post(BOOKS, content=b"title=a", headers={**token, "Content-Type": "text/plain"})
    assert answer.status_code == 415
    assert set(answer.json()) == {"error"}


def test_a_book_is_changed_in_part(visitor: Visitor, token: dict[str, str]) -> None:
    address, before = created(visitor, token)
    answer = visitor.http.put(address, json={"summary": "About."}, headers=token)
    assert answer.json() == {**before, "summary": "About."}


def test_a_book_is_removed(visitor: Visitor, token: dict[str, str]) -> None:
    address, _ = created(visitor, token)
    answer = visitor.http.delete(address, headers=token)
    assert (answer.status_code, answer.content) == (204, b"")
    assert visitor.get(address).status_code == 404


def test_a_foreign_book_is_left_alone(visitor: Visitor) -> None:
    answer = visitor.http.delete(f"{BOOKS}/1", headers=bearer(visitor, READER))
    assert (answer.status_code, answer.json()) == (403, {"error": "not your book"})


def test_an_unknown_method_is_refused(visitor: Visitor) -> None:
    answer = visitor.http.patch(f"{BOOKS}/1")
    assert answer.status_code == 405
    assert {"GET", "PUT", "DELETE"} <= set(answer.headers["Allow"].replace(" ", "").split(","))


def test_the_token_tells_who_it_is(visitor: Visitor, token: dict[str, str]) -> None:
    data = visitor.get("/api/v1/me", headers=token).json()
    assert (data["id"], data["email"], data["name"], data["roles"]) == (2, LIBRARIAN, "Lin", ["librarian"])


def test_the_session_tells_it_too(reader: Visitor) -> None:
    assert reader.get("/api/v1/me").json()["email"] == READER


@pytest.mark.parametrize("body", [{"email": READER, "password": "wrong"}, {"email": "ghost@example.com"}, {}])
def test_no_token_without_the_password(visitor: Visitor, body: dict[str, str]) -> None:
    answer = visitor.http.post("/api/v1/token", json=body)
    assert (answer.status_code, answer.json()) == (401, {"error": "wrong e-mail or password"})


def test_a_token_opens_no_session(visitor: Visitor, token: dict[str, str]) -> None:
    visitor.get("/api/v1/me", headers=token)
    assert visitor.signed_in_as() is None
