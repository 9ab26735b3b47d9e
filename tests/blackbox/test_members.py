"""What members have for themselves: loans, notes, reading goals."""

from __future__ import annotations

import re

import pytest

from tests.blackbox.applications import Site
from tests.blackbox.test_books import new_book
from tests.blackbox.visitor import READER, Visitor, flashes, location


@pytest.fixture
def book(admin: Visitor) -> tuple[str, str, dict[str, str]]:
    """The address of a book nobody has borrowed, its title, and what its borrow button sends."""
    address, title = new_book(admin)
    return address, title, {"book_id": address.rsplit("/", 1)[1]}


@pytest.fixture
def borrower(visitor: Visitor, member: tuple[str, str]) -> Visitor:
    visitor.sign_in(*member)
    return visitor


class TestLoans:
    def test_strangers_have_none(self, visitor: Visitor) -> None:
        assert location(visitor.get("/loans/")) == "/auth/login?next=%2Floans%2F"

    def test_a_book_is_borrowed_and_returned(
        self, borrower: Visitor, book: tuple[str, str, dict[str, str]]
    ) -> None:
        address, title, data = book
        assert "No loans." in borrower.page("/loans/")
        assert location(borrower.submit("/loans/borrow", data, form=address)) == "/loans/"
        answer = borrower.get("/loans/")
        assert ("success", f"You have borrowed {title}.") in flashes(answer)
        number = re.search(r"/loans/(\d+)/return", answer.text)
        assert number
        borrower.submit(f"/loans/{number[1]}/return", form="/loans/")
        page = borrower.page("/loans/")
        assert "returned" in page
        assert "/return" not in page

    def test_one_borrower_at_a_time(
        self, borrower: Visitor, admin: Visitor, book: tuple[str, str, dict[str, str]]
    ) -> None:
        address, _, data = book
        borrower.submit("/loans/borrow", data, form=address)
        assert location(admin.submit("/loans/borrow", data, form=address)) == address
        assert ("error", "Somebody else has it.") in flashes(admin.get(address))

    def test_a_foreign_loan_is_missing(
        self, borrower: Visitor, admin: Visitor, book: tuple[str, str, dict[str, str]]
    ) -> None:
        address, _, data = book
        admin.submit("/loans/borrow", data, form=address)
        number = re.search(r"/loans/(\d+)/return", admin.page("/loans/"))
        assert number
        assert borrower.submit(f"/loans/{number[1]}/return", form=address).status_code == 404

    def test_an_unknown_book_is_missing(self, borrower: Visitor) -> None:
        assert borrower.submit("/loans/borrow", {"book_id": "99999"}, form="/books/1").status_code == 404


class TestNotes:
    def test_they_are_kept_and_removed(self, borrower: Visitor) -> None:
        assert location(borrower.submit("/notes/", {"text": "Buy <a> lamp"})) == "/notes/"
        page = borrower.page("/notes/")
        assert "Buy &lt;a&gt; lamp" in page
        number = re.search(r"/notes/(\d+)/delete", page)
        assert number
        borrower.submit(f"/notes/{number[1]}/delete", form="/notes/")
        assert "lamp" not in borrower.page("/notes/")

    def test_an_empty_note_is_told(self, borrower: Visitor) -> None:
        answer = borrower.submit("/notes/", {"text": ""})
        assert answer.status_code == 200
        assert "This field is required." in answer.text

    def test_they_are_nobody_elses(self, borrower: Visitor, admin: Visitor) -> None:
        borrower.submit("/notes/", {"text": "a secret"})
        number = re.search(r"/notes/(\d+)/delete", borrower.page("/notes/"))
        assert number
        assert "a secret" not in admin.page("/notes/")
        assert admin.submit(f"/notes/{number[1]}/delete", form="/notes/").status_code == 404
        assert "a secret" in borrower.page("/notes/")


class TestReports:
    def test_the_summary_is_for_everybody(self, visitor: Visitor) -> None:
        assert re.search(r"Books: \d+\. Average: \d\.\d", visitor.page("/reports/summary"))

    def test_a_goal_is_set_and_changed(self, borrower: Visitor) -> None:
        assert "No goal yet" in borrower.page("/reports/goal")
        for number in ("12", "13"):
            borrower.submit("/reports/goal", {"books": number})
            answer = borrower.get("/reports/goal")
            assert ("success", "A good goal.") in flashes(answer)
            assert f"{number} books this year" in answer.text

    @pytest.mark.parametrize("value", ["", "many", "0"])
    def test_a_bad_goal_is_told(self, borrower: Visitor, value: str) -> None:
        borrower.submit("/reports/goal", {"books": value})
        assert ("error", "A number, please.") in flashes(borrower.get("/reports/goal"))

    def test_a_member_is_described(self, reader: Visitor) -> None:
        assert reader.get("/reports/member").json() == {"name": "Rita", "email": READER}

    def test_a_late_attribute_fails_only_on_the_original(self, reader: Visitor, site: Site) -> None:
        # there the session of the user is closed before his books are asked for
        answer = reader.get("/reports/member?full=1")
        if site.closed:
            assert answer.json() == {"name": "Rita", "books": []}
        else:
            assert answer.status_code == 500
