import pytest
from flask import render_template, render_template_string, url_for

from bookshelf import create_app, filters, visits
from bookshelf.config import TestConfig
from bookshelf.models import Book

from .helpers import READER, login


def test_index(client):
    page = client.get("/").text
    assert "Hello, stranger!" in page
    assert "7 books, newest:" in page


def test_own_books(librarian):
    page = librarian.get("/").text
    assert "<h2>Yours</h2>" in page
    assert page.index("Dracula</a>,\nBram Stoker (yours)") > 0


def test_health(client):
    assert client.get("/health").get_json() == {"status": "ok"}


def test_not_found(client):
    rv = client.get("/nothing")
    assert rv.status_code == 404
    assert b"<h1>404</h1>" in rv.data


def test_static(client):
    rv = client.get("/static/style.css")
    assert rv.status_code == 200
    assert rv.mimetype == "text/css"
    assert b"Georgia" in rv.data


@pytest.mark.parametrize("path", ["/", "/books/", "/auth/login", "/reports/summary"])
def test_pages(client, path):
    rv = client.get(path)
    assert rv.status_code == 200
    assert rv.content_type == "text/html; charset=utf-8"


def test_head_and_options(client):
    assert client.head("/books/").data == b""
    assert "GET" in client.options("/books/").headers["Allow"]


def test_error_page(app, client, monkeypatch):
    app.config["PROPAGATE_EXCEPTIONS"] = False

    def broken(text):
        raise ValueError("broken")

    monkeypatch.setattr(Book, "search", staticmethod(broken))
    rv = client.get("/books/")
    assert rv.status_code == 500
    assert b"Something went wrong." in rv.data


def test_exceptions_reach_the_tests(client, monkeypatch):
    monkeypatch.setattr(Book, "search", None)
    with pytest.raises(TypeError):
        client.get("/books/")


def test_proxy_headers(client):
    rv = client.get(
        "/loans/", headers={"X-Forwarded-Proto": "https", "X-Forwarded-Host": "books.example"}
    )
    assert rv.location == "/auth/login?next=%2Floans%2F"
    rv = client.get("/books", headers={"X-Forwarded-Proto": "https", "X-Forwarded-Host": "books.example"})
    assert rv.location == "https://books.example/books/"


class TestTemplates:
    def test_filters(self, app):
        with app.test_request_context("/?q=a"):
            assert render_template_string("{{ 3|username }}, {{ 99|username }}") == "Rita, somebody"
            assert render_template_string("{{ 2|stars }} {{ none|stars }}") == "★★ –"
            assert render_template_string("{{ page_url(2)|safe }}") == "/?q=a&page=2"

    def test_sidebar(self, app):
        with app.test_request_context("/"):
            page = render_template("_sidebar.html")
            assert "Kim</a> by Rudyard Kipling" in page

    def test_title(self, app):
        with app.test_request_context("/"):
            template = app.jinja_env.get_template("errors/error.html")
            page = template.render(code=418, message="Tea", **filters_context(app))
            assert "<h1>418</h1>" in page


def filters_context(app):
    context = {}
    app.update_template_context(context)
    return context


def test_url_for(app):
    with app.test_request_context():
        assert url_for("books.detail", book_id=4) == "/books/4"
        assert url_for("api.book", book_id=4, _external=True) == "http://localhost/api/v1/books/4"


def test_visits(app):
    with app.app_context():
        assert visits.count_visit("/a") == 1
        assert visits.count_visit("/a") == 2
        assert visits.most_visited() == [("/a", 2)]
        db = visits.get_db()
        assert db is visits.get_db()
    import sqlite3

    with pytest.raises(sqlite3.ProgrammingError) as e:
        db.execute("SELECT 1")
    assert "closed" in str(e.value)


class TestCSRF:
    @pytest.fixture
    def guarded(self, app):
        app.config["WTF_CSRF_ENABLED"] = True
        return app.test_client()

    def test_without_token(self, guarded):
        rv = login(guarded, *READER)
        assert rv.status_code == 400
        assert b"The CSRF token is missing." in rv.data

    def test_with_token(self, guarded):
        page = guarded.get("/auth/login").text
        token = page.split('name="csrf_token" type="hidden" value="')[1].split('"')[0]
        rv = guarded.post(
            "/auth/login", data={"csrf_token": token, "email": READER[0], "password": READER[1]}
        )
        assert rv.status_code == 302

    def test_api_is_exempt(self, guarded):
        rv = guarded.post("/api/v1/token", json={"email": READER[0], "password": READER[1]})
        assert rv.status_code == 200


def test_config():
    assert not create_app({"SQLALCHEMY_DATABASE_URI": "sqlite://"}).testing
    assert create_app(TestConfig).testing


def test_filters_are_installed(app):
    assert {"username", "stars", "day"} <= set(app.jinja_env.filters)
    assert filters.__name__ == "bookshelf.filters"
