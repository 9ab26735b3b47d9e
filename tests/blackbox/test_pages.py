"""What holds for every page: CSRF, methods, static files, errors, many visitors at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from tests.blackbox.applications import Site
from tests.blackbox.visitor import PASSWORDS, READER, Visitor, location


def allowed(answer: httpx.Response) -> set[str]:
    return set(answer.headers["Allow"].replace(" ", "").split(","))


@pytest.mark.parametrize(
    "path", ["/", "/books/", "/books/1", "/auth/login", "/auth/register", "/reports/summary"]
)
def test_a_stranger_may_read(visitor: Visitor, path: str) -> None:
    answer = visitor.get(path)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert answer.text.rstrip().endswith("</html>")


def test_the_health_is_json(visitor: Visitor) -> None:
    answer = visitor.get("/health")
    assert answer.json() == {"status": "ok"}
    assert "Set-Cookie" not in answer.headers


def test_popular_pages_are_counted(visitor: Visitor) -> None:
    visitor.get("/books/2")
    pages = {entry["path"]: entry["count"] for entry in visitor.get("/popular").json()["pages"]}
    assert all(count > 0 for count in pages.values())
    assert pages


class TestCSRF:
    def test_a_form_without_a_token_is_refused(self, visitor: Visitor) -> None:
        answer = visitor.http.post("/auth/login", data={"email": READER, "password": PASSWORDS[READER]})
        assert answer.status_code == 400
        assert "The CSRF token is missing." in answer.text

    @pytest.mark.parametrize("token", ["nonsense", "a.b.c"])
    def test_a_forged_token_is_refused(self, visitor: Visitor, token: str) -> None:
        visitor.page("/auth/login")
        answer = visitor.http.post("/auth/login", data={"csrf_token": token})
        assert answer.status_code == 400
        assert "The CSRF token is invalid." in answer.text

    def test_somebody_elses_token_is_refused(self, visitor: Visitor, another: Visitor) -> None:
        visitor.page("/auth/login")
        answer = visitor.http.post("/auth/login", data={"csrf_token": another.token("/auth/login")})
        assert answer.status_code == 400

    def test_a_token_may_come_in_a_header(self, visitor: Visitor) -> None:
        token = visitor.token("/auth/login")
        answer = visitor.http.post(
            "/auth/login",
            data={"email": READER, "password": PASSWORDS[READER]},
            headers={"X-CSRFToken": token},
        )
        assert answer.status_code == 302

    def test_a_refused_form_changes_nothing(self, reader: Visitor) -> None:
        assert reader.http.post("/notes/", data={"text": "forged"}).status_code == 400
        assert "forged" not in reader.page("/notes/")


class TestMethods:
    def test_head_has_the_headers_of_get_and_no_body(self, visitor: Visitor) -> None:
        head, get = visitor.http.head("/reports/summary"), visitor.get("/reports/summary")
        assert head.status_code == 200
        assert head.content == b""
        assert head.headers["Content-Type"] == get.headers["Content-Type"]

    def test_head_of_a_guarded_page_is_guarded(self, visitor: Visitor) -> None:
        assert location(visitor.http.head("/auth/profile")).startswith("/auth/login?next=")

    @pytest.mark.parametrize(
        ("path", "methods"),
        [
            ("/", {"GET", "HEAD", "OPTIONS"}),
            ("/auth/login", {"GET", "HEAD", "POST", "OPTIONS"}),
            ("/books/1/delete", {"POST", "OPTIONS"}),
            ("/api/v1/books/1", {"GET", "HEAD", "PUT", "DELETE", "OPTIONS"}),
            ("/auth/profile", {"GET", "HEAD", "POST", "OPTIONS"}),
        ],
    )
    def test_options_tells_the_methods(self, visitor: Visitor, path: str, methods: set[str]) -> None:
        answer = visitor.http.options(path)
        assert answer.status_code == 200
        assert allowed(answer) == methods

    def test_a_method_that_is_not_there_is_refused(self, visitor: Visitor) -> None:
        answer = visitor.http.put("/health")
        assert answer.status_code == 405
        assert "GET" in allowed(answer)


class TestStatic:
    def test_a_file_is_served(self, visitor: Visitor) -> None:
        answer = visitor.get("/static/style.css")
        assert answer.status_code == 200
        assert answer.headers["Content-Type"] == "text/css; charset=utf-8"
        assert "Georgia" in answer.text

    def test_it_is_asked_for_again_but_not_sent_again(self, visitor: Visitor) -> None:
        first = visitor.get("/static/style.css")
        assert first.headers["Cache-Control"] == "no-cache"
        again = visitor.get("/static/style.css", headers={"If-None-Match": first.headers["ETag"]})
        assert (again.status_code, again.content) == (304, b"")

    def test_it_knows_no_visitor(self, visitor: Visitor) -> None:
        answer = visitor.get("/static/style.css")
        assert "Set-Cookie" not in answer.headers
        assert "X-Bookshelf-User" not in answer.headers

    @pytest.mark.parametrize("path", ["/static/none.css", "/static/../forms.py", "/static/%2e%2e/forms.py"])
    def test_other_files_are_missing(self, visitor: Visitor, path: str) -> None:
        assert visitor.get(path).status_code == 404


class TestErrors:
    def test_a_missing_page_is_told(self, visitor: Visitor) -> None:
        answer = visitor.get("/nothing")
        assert answer.status_code == 404
        assert "<h1>404</h1>" in answer.text
        assert "There is nothing here." in answer.text

    def test_a_missing_page_knows_the_visitor(self, reader: Visitor) -> None:
        assert ">Rita</a>" in reader.get("/nothing").text

    def test_a_failure_is_told_and_hides_its_reason(self, reader: Visitor) -> None:
        answer = reader.get("/debug/error")
        assert answer.status_code == 500
        assert "Something went wrong." in answer.text
        assert "ZeroDivisionError" not in answer.text

    def test_the_next_request_is_fine_after_a_failure(self, reader: Visitor) -> None:
        for _ in range(3):
            reader.get("/debug/error")
            assert reader.signed_in_as() == READER

    def test_a_missing_slash_is_added(self, visitor: Visitor) -> None:
        answer = visitor.get("/books?q=emma")
        assert answer.status_code == 308
        assert location(answer) == "/books/?q=emma"

    def test_a_proxys_word_is_taken(self, visitor: Visitor) -> None:
        headers = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "books.example"}
        answer = visitor.get("/books", headers=headers)
        assert answer.headers["Location"] == "https://books.example/books/"


def test_many_visitors_at_once_stay_themselves(site: Site) -> None:
    def visit(email: str) -> bool:
        with Visitor(site.url) as visitor:
            visitor.sign_in(email)
            return all(visitor.signed_in_as() == email for _ in range(3))

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(visit, [*PASSWORDS] * 4))
