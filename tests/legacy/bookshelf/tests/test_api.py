import pytest

from bookshelf.models import Book

from .helpers import LIBRARIAN, READER, login


def bearer(token):
    return {"Authorization": f"Bearer {token}"}


class TestBooks:
    def test_list(self, client):
        rv = client.get("/api/v1/books")
        data = rv.get_json()
        assert rv.is_json
        assert (data["total"], data["pages"], data["page"]) == (7, 1, 1)
        assert data["books"][0]["title"] == "Dracula"

    def test_search(self, client):
        data = client.get("/api/v1/books?q=austen").json
        assert [book["title"] for book in data["books"]] == ["Emma", "Persuasion"]

    def test_detail(self, client, emma):
        data = client.get(f"/api/v1/books/{emma}").json
        assert data["author"] == "Jane Austen"
        assert data["rating"] == 4.0
        assert data["reviews"] == [{"rating": 4, "text": "Clever.", "by": "Rita"}]

    def test_missing(self, client):
        rv = client.get("/api/v1/books/999")
        assert rv.status_code == 404
        assert rv.json == {"error": "no such book"}

    def test_unknown_address(self, client):
        rv = client.get("/api/v1/nothing")
        assert rv.status_code == 404
        assert rv.json == {"error": "There is nothing here."}

    def test_create(self, app, client, token):
        rv = client.post(
            "/api/v1/books", json={"title": "Walden", "author": "Thoreau", "year": 1854}, headers=bearer(token)
        )
        assert rv.status_code == 201
        assert rv.headers["Location"] == "/api/v1/books/8"
        assert rv.json["owner"] == "Lin"
        with app.app_context():
            assert Book.query.filter_by(title="Walden").count() == 1

    def test_create_needs_a_user(self, client):
        rv = client.post("/api/v1/books", json={"title": "Walden", "author": "Thoreau"})
        assert rv.status_code == 401
        assert rv.json["error"] == "authentication required"

    def test_readers_may_not_create(self, reader):
        rv = reader.post("/api/v1/books", json={"title": "Walden", "author": "Thoreau"})
        assert rv.status_code == 403
        assert rv.json["error"] == "librarians only"

    @pytest.mark.parametrize(
        ("body", "error"),
        [
            ({"title": "Walden"}, "missing: author"),
            ({}, "missing: title, author"),
            ([1], "an object is expected"),
            ({"title": "a", "author": "b", "year": "c"}, "year is a number"),
        ],
    )
    def test_bad_bodies(self, client, token, body, error):
        rv = client.post("/api/v1/books", json=body, headers=bearer(token))
        assert rv.status_code == 400
        assert rv.json["error"] == error

    def test_not_json(self, client, token):
        rv = client.post("/api/v1/books", data="title=a", headers=bearer(token), content_type="text/plain")
        assert rv.status_code == 415

    def test_put(self, client, token, emma):
        rv = client.put(f"/api/v1/books/{emma}", json={"year": 1816}, headers=bearer(token))
        assert rv.json["year"] == 1816
        assert rv.json["title"] == "Emma"

    def test_delete(self, client, token, emma):
        rv = client.delete(f"/api/v1/books/{emma}", headers=bearer(token))
        assert rv.status_code == 204
        assert rv.data == b""
        assert client.get(f"/api/v1/books/{emma}").status_code == 404

    def test_delete_by_a_reader(self, reader, emma):
        rv = reader.delete(f"/api/v1/books/{emma}")
        assert rv.status_code == 403
        assert rv.json["error"] == "not your book"

    def test_method(self, client, emma):
        assert client.patch(f"/api/v1/books/{emma}").status_code == 405


class TestToken:
    def test_get_token(self, client):
        rv = client.post("/api/v1/token", json={"email": LIBRARIAN[0], "password": LIBRARIAN[1]})
        token = rv.get_json()["token"]
        rv = client.get("/api/v1/me", headers=bearer(token))
        assert rv.json == {
            "id": 2,
            "email": LIBRARIAN[0],
            "name": "Lin",
            "roles": ["librarian"],
            "books": 7,
        }

    def test_wrong_password(self, client):
        rv = client.post("/api/v1/token", json={"email": LIBRARIAN[0], "password": "no"})
        assert rv.status_code == 401

    def test_wrong_token(self, client):
        assert client.get("/api/v1/me", headers=bearer("no")).status_code == 401

    def test_session_works_too(self, client):
        login(client, *READER)
        assert client.get("/api/v1/me").json["email"] == READER[0]
