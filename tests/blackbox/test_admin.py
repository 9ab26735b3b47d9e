"""The pages of the administrators, and the audit log behind them."""

from __future__ import annotations

import re
import time

import pytest

from tests.blackbox.test_accounts import user_number
from tests.blackbox.test_books import new_book
from tests.blackbox.visitor import ADMIN, Visitor, flashes, location, unique

PAGES = ["/admin/users", "/admin/users/3", "/admin/audit", "/admin/stats"]


def audit_lines(admin: Visitor, action: str, subject: str, by: str | None = None) -> list[str]:
    """Who did it, according to the audit log; it is written in the background, so a line, that of ``by``, is waited for."""
    deadline = time.monotonic() + 10
    while True:
        page = admin.page(f"/admin/audit?action={action}")
        found = re.findall(f"<td>{action}</td><td>{re.escape(subject)}</td><td>(.*?)</td>", page)
        if (by in found if by else found) or time.monotonic() > deadline:
            return found
        time.sleep(0.1)


@pytest.mark.parametrize("path", PAGES)
def test_an_admin_sees_it(admin: Visitor, path: str) -> None:
    assert admin.get(path).status_code == 200


@pytest.mark.parametrize("path", PAGES)
def test_a_reader_does_not(reader: Visitor, path: str) -> None:
    answer = reader.get(path)
    assert answer.status_code == 403
    assert "Sorry, Rita, this is not for you." in answer.text


@pytest.mark.parametrize("path", PAGES)
def test_a_stranger_is_asked_to_sign_in(visitor: Visitor, path: str) -> None:
    assert location(visitor.get(path)).startswith("/auth/login?next=")


def test_a_librarian_is_no_admin(librarian: Visitor) -> None:
    assert librarian.get("/admin/users").status_code == 403


def test_the_menu_shows_what_one_may(reader: Visitor, admin: Visitor) -> None:
    assert ">Admin</a>" in admin.page("/")
    page = reader.page("/")
    assert ">Admin</a>" not in page
    assert ">New book</a>" not in page


def test_users_come_with_roles_and_figures(admin: Visitor) -> None:
    page = admin.page("/admin/users")
    assert re.search(
        r"librarian@example.com</a></td>\s*<td>librarian</td>\s*<td>\d+ books, \d+ reviews</td>", page
    )


def test_a_role_is_given(visitor: Visitor, admin: Visitor, member: tuple[str, str]) -> None:
    number = user_number(admin, member[0])
    form = admin.page(f"/admin/users/{number}")
    role = re.search(r'<option value="(\d+)">librarian</option>', form)
    assert role
    answer = admin.submit(f"/admin/users/{number}", {"role": role[1]})
    assert location(answer) == "/admin/users"
    assert ("success", "Mel is now librarian.") in flashes(admin.get("/admin/users"))
    visitor.sign_in(*member)
    assert ">New book</a>" in visitor.page("/")
    assert visitor.get("/books/new").status_code == 200


def test_an_unknown_role_is_told(admin: Visitor) -> None:
    assert "Not a valid choice." in admin.submit("/admin/users/3", {"role": "9999"}).text


def test_nobody_switches_himself_off(admin: Visitor) -> None:
    admin.submit("/admin/users/1/toggle", form="/admin/users")
    assert ("error", "You cannot switch yourself off.") in flashes(admin.get("/admin/users"))
    assert admin.signed_in_as() == ADMIN


def test_the_figures_are_right(admin: Visitor) -> None:
    page = admin.page("/admin/stats")
    assert re.search(r"\d+ users, \d+ books, \d+ on loan", page)
    assert re.search(r"Best: .+ \(\d\.\d\)", page)


def test_a_sign_in_is_in_the_log(visitor: Visitor, admin: Visitor, member: tuple[str, str]) -> None:
    visitor.sign_in(*member)
    assert member[0] in audit_lines(admin, "user.login", "127.0.0.1", by=member[0])


def test_a_registration_is_in_the_log(admin: Visitor, member: tuple[str, str]) -> None:
    assert audit_lines(admin, "user.register", member[0]) == [member[0]]


def test_a_new_book_is_in_the_log(librarian: Visitor, admin: Visitor) -> None:
    _, title = new_book(librarian, title=unique("Logged"))
    assert len(audit_lines(admin, "book.create", title)) == 1


def test_the_digest_is_sent(admin: Visitor) -> None:
    answer = admin.submit("/admin/digest", form="/admin/stats")
    assert location(answer) == "/admin/stats"
    assert ("message", "The digest is on its way.") in flashes(admin.get("/admin/stats"))
