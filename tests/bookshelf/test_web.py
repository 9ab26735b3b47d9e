"""What makes the bookshelf fit for the open web: headers, figures, errors that are told, values no row can hold."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from quart_app import Quart
from quart_app.bookshelf import shelf
from quart_app.bookshelf.extensions import db
from quart_app.bookshelf.models import Author, Book, User
from tests.bookshelf.conftest import Client, new_client, sign_in

TEMPLATES = Path(__file__).parents[2] / "quart_app" / "bookshelf" / "templates"
TOO_LARGE = 2**31


@pytest.mark.parametrize("path", ["/", "/static/style.css", "/nothing", "/api/v1/books", "/debug/none"])
async def test_every_answer_tells_the_browser_what_to_refuse(client: Client, path: str) -> None:
    answer = await client.get(path)
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "//" not in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_no_template_needs_what_the_policy_refuses() -> None:
    for template in TEMPLATES.glob("**/*.html"):
        text = template.read_text(encoding="utf-8")
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:|<script(?![^>]*\ssrc=)", text), (
            template
        )
        assert not re.search(r"(?:src|href|action)=[\"']?(?:https?:)?//", text), template


async def test_figures_count_answers_and_connections(app: Quart, client: Client) -> None:
    for _ in range(3):
        await client.get("/health")
    await client.get("/nothing")
    text = (await client.get("/metrics", scope_base={"client": ("127.0.0.1", 1)})).text
    assert 'bookshelf_requests_total{method="GET",endpoint="main.health",status="200"} 3\n' in text
    assert 'bookshelf_requests_total{method="any",endpoint="none",status="404"} 1\n' in text
    assert 'bookshelf_request_seconds_count{endpoint="main.health"} 3\n' in text
    assert "bookshelf_requests_running 1\n" in text
    if "postgresql" in app.config["SQLALCHEMY_DATABASE_URI"]:
        assert 'bookshelf_database_connections{state="used"} 0\n' in text


async def test_a_failing_view_is_counted_and_no_longer_running(app: Quart, client: Client) -> None:
    app.config["PROPAGATE_EXCEPTIONS"] = False
    app.add_url_rule("/broken", "broken", broken)
    assert (await client.get("/broken")).status_code == 500
    text = (await client.get("/metrics", scope_base={"client": ("127.0.0.1", 1)})).text
    assert 'endpoint="broken",status="500"} 1\n' in text
    assert "bookshelf_requests_running 1\n" in text


async def broken() -> str:
    raise ZeroDivisionError


async def test_figures_are_not_for_everybody(app: Quart, client: Client) -> None:
    assert (await client.get("/metrics", scope_base={"client": ("192.0.2.1", 1)})).status_code == 404
    # A proxy on this machine says for whom it asks.
    headers = {"X-Forwarded-For": "192.0.2.1"}
    answer = await client.get("/metrics", headers=headers, scope_base={"client": ("127.0.0.1", 1)})
    assert answer.status_code == 404
    app.config["METRICS_TOKEN"] = "a token"
    assert (await client.get("/metrics", scope_base={"client": ("127.0.0.1", 1)})).status_code == 404
    for token, status in (("another", 404), ("a token", 200)):
        answer = await client.get("/metrics", headers={"Authorization": f"Bearer {token}"})
        assert answer.status_code == status


async def test_a_database_that_is_down_is_told_and_no_error(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: object) -> None:
        raise OperationalError("SELECT 1", {}, OSError("no database"))

    monkeypatch.setattr(db.session, "execute", fail)
    answer = await client.get("/health")
    assert (answer.status_code, answer.get_json()) == (503, {"status": "the database does not answer"})


@pytest.mark.parametrize(
    "path",
    [
        f"/books/{TOO_LARGE}",
        f"/api/v1/books/{TOO_LARGE}",
        f"/books/?page={10**30}",
        f"/books/authors/{10**30}",
    ],
)
async def test_a_number_that_no_row_can_have_leads_nowhere(client: Client, path: str) -> None:
    assert (await client.get(path)).status_code == 404


async def test_a_page_number_without_end_is_no_number(client: Client) -> None:
    assert (await client.get("/api/v1/books?page=" + "9" * 5000)).get_json()["page"] == 1


@pytest.mark.parametrize("path", ["/books/?q=%00", "/api/v1/books?q=a%00", "/admin/audit?action=%00"])
async def test_a_nul_in_an_address_is_refused(client: Client, path: str) -> None:
    await sign_in(client, "admin")
    assert (await client.get(path)).status_code == 400


async def test_a_nul_in_a_form_is_left_out(client: Client) -> None:
    await sign_in(client, "reader")
    await client.post("/notes/", data={"text": "no\x00thing"})
    assert "nothing" in (await client.get("/notes/")).text


@pytest.mark.parametrize("number", [TOO_LARGE, 10**30])
async def test_a_number_in_a_form_that_no_row_can_have_is_refused(client: Client, number: int) -> None:
    await sign_in(client, "reader")
    assert (await client.post("/loans/borrow", data={"book_id": str(number)})).status_code == 404
    await client.post("/reports/goal", data={"books": str(number)})
    assert "No goal yet" in (await client.get("/reports/goal")).text


async def test_a_wrong_method_gets_a_page_of_ours(client: Client) -> None:
    answer = await client.delete("/books/1")
    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]
    assert 'href="/books/"' in answer.text


async def test_who_comes_too_late_is_told_so(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    async def taken(_: str) -> str:
        return "emma"

    monkeypatch.setattr(shelf, "free_slug", taken)
    await sign_in(client, "librarian")
    answer = await client.post("/books/new", data={"title": "Emma", "author": "Somebody"})
    assert answer.status_code == 409
    assert "Somebody was faster" in answer.text
    assert (await client.get("/books/1")).status_code == 200


async def test_forms_keep_what_was_typed(client: Client) -> None:
    await sign_in(client, "librarian")
    typed = {"title": "T" * 201, "author": "<Ann>", "year": "1900", "isbn": "12", "summary": "Two\nlines"}
    page = (await client.post("/books/new", data=typed)).text
    for kept in ("T" * 201, "&lt;Ann&gt;", 'value="1900"', 'value="12"', "Two\nlines"):
        assert kept in page
    assert page.count('aria-invalid="true"') == 2


async def test_a_role_is_taken_away_and_gone_at_the_next_request(app: Quart, client: Client) -> None:
    librarian = new_client(app)
    await sign_in(librarian, "librarian")
    await sign_in(client, "admin")
    assert (await librarian.get("/books/new")).status_code == 200
    page = (await client.get("/admin/users/2")).text
    address = re.findall(r'action="(/admin/users/2/roles/\d+/take)"', page)
    assert len(address) == 1
    assert (await client.post(address[0])).status_code == 302
    assert (await librarian.get("/books/new")).status_code == 403
    assert (await client.post(address[0])).status_code == 404


async def test_an_admin_stays_one(client: Client) -> None:
    await sign_in(client, "admin")
    address = re.findall(
        r'action="(/admin/users/1/roles/\d+/take)"', (await client.get("/admin/users/1")).text
    )
    await client.post(address[0])
    assert "You cannot take this from yourself." in (await client.get("/admin/users")).text


async def test_the_audit_log_has_pages(app: Quart, client: Client) -> None:
    from quart_app.bookshelf.models import AuditEntry

    async with app.app_context():
        db.session.add_all(
            [AuditEntry(action="test", subject=f"s{number}.", actor="me") for number in range(60)]
        )
        await db.session.commit()
    await sign_in(client, "admin")
    first = (await client.get("/admin/audit?action=test")).text
    assert "<td>s59.</td>" in first
    assert "<td>s9.</td>" not in first
    older = re.search(r'href="([^"]+)">Older', first)
    assert older
    second = (await client.get(older[1].replace("&amp;", "&"))).text
    assert "<td>s9.</td>" in second
    assert ">Older" not in second


async def test_who_owns_a_library_gets_a_page_that_a_browser_can_show(app: Quart, client: Client) -> None:
    async with app.app_context():
        librarian = await db.session.scalar(select(User).where(User.email == "librarian@example.com"))
        assert librarian is not None
        author = Author(name="A. Prolific")
        db.session.add_all(
            Book(title=f"Volume {number}", slug=f"volume-{number}", author=author, owner=librarian)
            for number in range(120)
        )
        await db.session.commit()
    await sign_in(client, "librarian")
    page = (await client.get("/")).text
    assert re.search(r"These are the first 50 of 12\d\.", page)
    assert page.count("Volume ") < 70  # these, and the newest in the page and beside it
