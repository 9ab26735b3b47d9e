"""What the hand-written bookshelf promises beyond the behaviour that the black-box suite sees."""

from __future__ import annotations

import asyncio
import io
import logging
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from quart_app import Quart
from quart_app.bookshelf import audit, mail
from quart_app.bookshelf.extensions import db
from quart_app.bookshelf.models import AuditEntry, Book, Loan, User, now
from tests.bookshelf.conftest import Client, new_client, sign_in, statements


async def settled(app: Quart) -> None:
    """Wait for the background."""
    while app.background_tasks:
        await asyncio.gather(*app.background_tasks, return_exceptions=True)


async def audit_lines(app: Quart) -> list[tuple[str, str]]:
    await settled(app)
    async with app.app_context():
        return [(entry.action, entry.actor) for entry in await audit.entries()]


@pytest.mark.parametrize("path", ["/static/style.css", "/health"])
async def test_nobody_is_loaded_where_nobody_is_asked_for(app: Quart, client: Client, path: str) -> None:
    await sign_in(client, "reader")
    await settled(app)
    with statements(app) as seen:
        answer = await client.get(path)
    assert answer.status_code == 200
    assert not [statement for statement in seen if "users" in statement]
    assert "Set-Cookie" not in answer.headers


async def test_a_stranger_costs_no_user_query(app: Quart, client: Client) -> None:
    with statements(app) as seen:
        await client.get("/reports/summary")
    assert not [statement for statement in seen if "FROM users" in statement]


async def test_a_user_is_loaded_once_with_the_roles(app: Quart, client: Client) -> None:
    await sign_in(client, "admin")
    await client.get("/")
    with statements(app) as seen:
        assert (await client.get("/admin/audit")).status_code == 200
    loads = [statement for statement in seen if "FROM users" in statement and "users.email" in statement]
    assert len(loads) == 1
    assert (
        len([statement for statement in seen if "FROM roles" in statement or "JOIN roles" in statement]) == 1
    )


async def test_a_list_takes_as_many_queries_as_its_longer_sister(app: Quart, client: Client) -> None:
    with statements(app) as short:
        await client.get("/books/?q=emma")
    with statements(app) as long:
        await client.get("/books/")
    assert len(long) == len(short)


async def test_being_here_is_noted_once_a_minute(app: Quart, client: Client) -> None:
    await sign_in(client, "reader")
    with statements(app) as seen:
        for _ in range(3):
            await client.get("/")
            await settled(app)
    assert len([statement for statement in seen if statement.startswith("UPDATE users")]) == 1


async def test_the_api_leaves_a_line_with_the_name_of_the_user(app: Quart, client: Client) -> None:
    answer = await client.post(
        "/api/v1/token", json={"email": "librarian@example.com", "password": "librarian-password"}
    )
    token = answer.get_json()["token"]
    answer = await client.post(
        "/api/v1/books",
        json={"title": "Walden", "author": "Thoreau"},
        headers={"Authorization": f"Bearer {token}"},
    )
    assert answer.status_code == 201
    assert await audit_lines(app) == [("api.create", "librarian@example.com")]


async def test_the_log_knows_who_acts_after_the_sign_out(app: Quart, client: Client) -> None:
    await sign_in(client, "reader")
    await client.get("/auth/logout")
    lines = [("user.logout", "reader@example.com"), ("user.login", "reader@example.com")]
    assert sorted(await audit_lines(app)) == sorted(lines)


@pytest.mark.parametrize(("user_id", "actor"), [(None, "anonymous"), ("system", "system"), (99, "user 99")])
async def test_the_log_takes_actors_who_are_no_users(app: Quart, user_id: int | None, actor: str) -> None:
    async with app.app_context():
        audit.log_event("test", user_id=user_id)
    assert await audit_lines(app) == [("test", actor)]


async def test_a_failure_in_the_background_is_logged_and_fails_nothing(
    app: Quart, client: Client, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken() -> str:
        raise RuntimeError("the log is full")

    monkeypatch.setattr(audit, "actor", broken)
    with caplog.at_level(logging.ERROR):
        await sign_in(client, "reader")
        await settled(app)
    assert "the log is full" in caplog.text
    assert (await client.get("/")).status_code == 200


async def test_an_import_runs_in_the_background_for_its_owner(app: Quart, client: Client) -> None:
    await sign_in(client, "librarian")
    text = b"title,author,year,isbn\nUlysses,James Joyce,1922,9999999999\nUlysses,James Joyce,,9999999999\n"
    answer = await client.post("/books/import", data={"file": (io.BytesIO(text), "books.csv")})
    await settled(app)
    assert "<b>done</b>, 1 books, by Lin" in (await client.get(answer.location)).text


async def test_the_owner_is_told_about_a_review(app: Quart, client: Client) -> None:
    mail.outbox.clear()
    await sign_in(client, "admin")
    await client.post("/books/1/reviews", data={"rating": "3"})
    await settled(app)
    assert list(mail.outbox) == [("librarian@example.com", "Ada reviewed Emma, see http://localhost/books/1")]


async def test_a_loan_ends_by_itself(app: Quart, client: Client) -> None:
    await sign_in(client, "reader")
    await client.post("/loans/borrow", data={"book_id": "1"})
    assert "Return" in (await client.get("/loans/")).text
    async with app.app_context():
        long_ago = now() - timedelta(days=15)
        await db.session.execute(update(Loan).values(taken_at=long_ago))
        await db.session.commit()
    assert "returned" in (await client.get("/loans/")).text
    await client.post("/loans/borrow", data={"book_id": "1"})
    assert "You have borrowed Emma." in (await client.get("/loans/")).text


async def test_a_deactivated_member_is_out_at_the_next_request(app: Quart, client: Client) -> None:
    await sign_in(client, "reader")
    assert (await client.get("/auth/profile")).status_code == 200
    async with app.app_context():
        await db.session.execute(update(User).where(User.name == "Rita").values(active=False))
        await db.session.commit()
    assert (await client.get("/auth/profile")).status_code == 302


async def test_a_new_role_is_good_at_the_next_request(app: Quart, client: Client) -> None:
    other = new_client(app)
    await sign_in(client, "reader")
    await sign_in(other, "admin")
    assert (await client.get("/books/new")).status_code == 403
    page = (await other.get("/admin/users/3")).text
    role = page.split('">librarian</option>')[0].rsplit('"', 1)[1]
    await other.post("/admin/users/3", data={"role": role})
    assert (await client.get("/books/new")).status_code == 200


async def test_an_argon2_hash_takes_the_place_of_werkzeugs(app: Quart, client: Client) -> None:
    app.config["PASSWORD_METHOD"] = "argon2"
    await sign_in(client, "reader")
    async with app.app_context():
        stored = await db.session.scalar(select(User.password_hash).where(User.name == "Rita"))
    assert stored is not None
    assert stored.startswith("$argon2")
    await sign_in(new_client(app), "reader")


async def test_werkzeugs_hashes_stay_while_flask_reads_them(app: Quart, client: Client) -> None:
    await sign_in(client, "reader")
    async with app.app_context():
        stored = await db.session.scalar(select(User.password_hash).where(User.name == "Rita"))
    assert stored is not None
    assert stored.startswith("pbkdf2:sha256:1000$")


async def test_slugs_are_never_the_same(app: Quart, client: Client) -> None:
    await sign_in(client, "librarian")
    for _ in range(2):
        await client.post("/books/new", data={"title": "Emma", "author": "Somebody"})
    async with app.app_context():
        slugs = await db.session.scalars(select(Book.slug).where(Book.title == "Emma").order_by(Book.slug))
    assert slugs.all() == ["emma", "emma-2", "emma-3"]


async def test_many_at_once_get_their_own_pages(app: Quart) -> None:
    names = {"reader": "Rita", "librarian": "Lin", "admin": "Ada"}

    async def visit(name: str) -> bool:
        client = new_client(app)
        await sign_in(client, name)
        pages = [(await client.get("/")).text for _ in range(3)]
        return all(f"Hello, {names[name]}!" in page for page in pages)

    assert all(await asyncio.gather(*(visit(name) for name in [*names] * 8)))
    assert await settled_connections(app) == 0


async def settled_connections(app: Quart) -> int:
    """How many connections are in use when all is quiet."""
    await settled(app)
    async with app.app_context():
        pool = db.engine.sync_engine.pool
        return int(pool.checkedout())  # type: ignore[attr-defined]


async def test_lines_are_kept_in_order(app: Quart) -> None:
    async with app.app_context():
        db.session.add_all([AuditEntry(action=str(number), actor="me") for number in range(60)])
        await db.session.commit()
        assert [entry.action for entry in await audit.entries()][:2] == ["59", "58"]
        assert len(await audit.entries()) == 50
