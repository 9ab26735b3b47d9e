"""The shelf: lists, search, pages; who may add, edit, remove and import."""

from __future__ import annotations

import re
import time

import pytest

from tests.blackbox.applications import Site
from tests.blackbox.visitor import Visitor, flashes, location, typed, unique


def new_book(librarian: Visitor, **changes: str) -> tuple[str, str]:
    """Add a book; its address and its title."""
    data = {"title": unique("Book"), "author": unique("Author"), "year": "1900", **changes}
    answer = librarian.submit("/books/new", data)
    return location(answer), data["title"]


class TestLists:
    def test_a_search_finds_titles(self, visitor: Visitor) -> None:
        page = visitor.page("/books/?q=middlem")
        assert "1 found" in page
        assert ">Middlemarch</a></td>" in page

    def test_a_search_finds_authors_with_accents(self, visitor: Visitor) -> None:
        page = visitor.page("/books/?q=Bront%C3%AB")
        assert ">Villette</a></td>" in page
        assert "Charlotte Brontë" in page
        assert typed(page, "q") == "Brontë"

    def test_a_search_may_find_nothing(self, visitor: Visitor) -> None:
        assert "0 found" in visitor.page("/books/?q=zzzzzz")

    def test_lists_have_pages(self, librarian: Visitor) -> None:
        author = unique("Prolific")
        titles = [new_book(librarian, title=f"Part {number}", author=author)[1] for number in range(7)]
        first, second = (librarian.page(f"/books/?q={author}&page={number}") for number in (1, 2))
        assert "7 found" in first
        found = [re.findall(r'<td><a href="/books/\d+">(.*?)</a>', page) for page in (first, second)]
        assert found == [titles[:5], titles[5:]]
        assert f'href="/books/?q={author}&amp;page=2"' in first

    @pytest.mark.parametrize("query", ["page=999", "page=0", "page=-1"])
    def test_a_page_that_is_not_there_is_missing(self, visitor: Visitor, query: str) -> None:
        assert visitor.get(f"/books/?{query}").status_code == 404

    def test_a_page_that_is_no_number_is_the_first(self, visitor: Visitor) -> None:
        assert visitor.get("/books/?page=two").status_code == 200

    def test_the_list_names_the_owner_and_counts_reviews(self, visitor: Visitor) -> None:
        page = visitor.page("/books/?q=emma")
        assert "<td>1 reviews</td>" in page
        assert "<td>Lin</td>" in page

    def test_an_author_has_a_page(self, visitor: Visitor) -> None:
        page = visitor.page("/books/authors/1")
        assert "<h1>Jane Austen</h1>" in page
        assert "2 books" in page
        assert "<dt>1815</dt><dd>Emma</dd>" in page


class TestDetail:
    def test_it_tells_about_the_book(self, visitor: Visitor) -> None:
        page = visitor.page("/books/1")
        assert "by Jane Austen, 1815; on the shelf of Lin" in page
        assert "★★★★ Clever. (Rita" in page
        assert "best 4, worst 4" in page

    def test_it_counts_visits(self, librarian: Visitor) -> None:
        address, _ = new_book(librarian)
        librarian.page(address)
        assert "Seen 2 times." in librarian.page(address)

    def test_only_members_may_review(self, visitor: Visitor) -> None:
        assert 'name="rating"' not in visitor.page("/books/1")

    def test_a_missing_book_is_missing(self, visitor: Visitor) -> None:
        answer = visitor.get("/books/99999")
        assert answer.status_code == 404
        assert "There is nothing here." in answer.text


class TestCreate:
    def test_a_librarian_adds_a_book(self, librarian: Visitor) -> None:
        address, title = new_book(librarian)
        answer = librarian.get(address)
        assert ("success", f"Added {title}.") in flashes(answer)
        assert "on the shelf of Lin" in answer.text
        assert title in librarian.page("/")

    def test_a_stranger_is_asked_to_sign_in(self, visitor: Visitor) -> None:
        assert location(visitor.get("/books/new")) == "/auth/login?next=%2Fbooks%2Fnew"

    def test_a_reader_may_not(self, reader: Visitor) -> None:
        answer = reader.get("/books/new")
        assert answer.status_code == 403
        assert "Sorry, Rita, this is not for you." in answer.text

    @pytest.mark.parametrize(
        ("changes", "message"),
        [
            ({"title": ""}, "This field is required."),
            ({"year": "soon"}, "Not a valid integer value."),
            ({"year": "9999"}, "Number must be between 0 and 2100."),
            ({"isbn": "12"}, "Field must be between 10 and 13 characters long."),
        ],
    )
    def test_a_form_with_errors_keeps_what_was_typed(
        self, librarian: Visitor, changes: dict[str, str], message: str
    ) -> None:
        data = {"title": "Über <b>", "author": "A & B", "year": "1900", "summary": "Two\nlines", **changes}
        answer = librarian.submit("/books/new", data)
        assert answer.status_code == 200
        assert message in answer.text
        for name, value in data.items():
            assert typed(answer.text, name).replace("\r\n", "\n") == value

    def test_an_isbn_is_used_once(self, librarian: Visitor) -> None:
        isbn = str(time.time_ns())[-13:]
        new_book(librarian, isbn=isbn)
        answer = librarian.submit("/books/new", {"title": "Again", "author": "A", "isbn": isbn})
        assert answer.status_code == 200
        assert "A book with this ISBN exists." in answer.text


class TestEdit:
    def test_the_form_holds_the_book(self, librarian: Visitor) -> None:
        address, title = new_book(librarian, author="Somebody Else")
        page = librarian.page(f"{address}/edit")
        assert (typed(page, "title"), typed(page, "author"), typed(page, "year")) == (
            title,
            "Somebody Else",
            "1900",
        )

    def test_it_is_saved(self, librarian: Visitor) -> None:
        address, title = new_book(librarian)
        answer = librarian.submit(
            f"{address}/edit", {"title": f"{title}!", "author": "New", "year": "", "summary": "About."}
        )
        assert location(answer) == address
        page = librarian.page(address)
        assert f"<h1>{title}!</h1>" in page
        assert "by New; on the shelf" in page
        assert "<p>About.</p>" in page

    def test_its_own_isbn_is_no_error(self, librarian: Visitor) -> None:
        isbn = str(time.time_ns())[-13:]
        address, title = new_book(librarian, isbn=isbn)
        answer = librarian.submit(f"{address}/edit", {"title": title, "author": "A", "isbn": isbn})
        assert answer.status_code == 302

    def test_a_reader_may_not(self, reader: Visitor) -> None:
        assert reader.get("/books/1/edit").status_code == 403
        assert reader.submit("/books/1/delete", form="/books/1").status_code == 403
        assert reader.get("/books/1").status_code == 200

    def test_an_admin_may(self, admin: Visitor) -> None:
        assert admin.get("/books/1/edit").status_code == 200

    def test_removing_takes_the_reviews_along(self, librarian: Visitor, admin: Visitor) -> None:
        address, title = new_book(librarian)
        admin.submit(f"{address}/reviews", {"rating": "3", "text": "so"}, form=address)
        answer = librarian.submit(f"{address}/delete", form=address)
        assert location(answer) == "/books/"
        assert ("message", f"Removed {title}.") in flashes(librarian.get("/books/"))
        assert librarian.get(address).status_code == 404

    def test_removing_is_not_a_link(self, librarian: Visitor) -> None:
        answer = librarian.get("/books/1/delete")
        assert answer.status_code == 405
        assert "POST" in answer.headers["Allow"]


class TestReviews:
    def test_a_review_is_shown_with_the_average(self, librarian: Visitor, admin: Visitor) -> None:
        address, _ = new_book(librarian)
        librarian.submit(f"{address}/reviews", {"rating": "5", "text": "Mine."}, form=address)
        answer = admin.submit(f"{address}/reviews", {"rating": "1", "text": "No."}, form=address)
        assert location(answer) == address
        answer = admin.get(address)
        assert ("success", "Thank you for the review.") in flashes(answer)
        assert "★★★ best 5, worst 1" in answer.text
        assert "★ No. (Ada," in answer.text

    def test_one_review_each(self, reader: Visitor) -> None:
        reader.submit("/books/1/reviews", {"rating": "1"}, form="/books/1")
        assert ("error", "You have reviewed this book already.") in flashes(reader.get("/books/1"))

    def test_a_rating_out_of_range_is_told(self, librarian: Visitor) -> None:
        answer = librarian.submit("/books/1/reviews", {"rating": "9", "text": "kept"}, form="/books/1")
        assert answer.status_code == 400
        assert "Number must be between 1 and 5." in answer.text
        assert typed(answer.text, "text") == "kept"


class TestImport:
    def upload(self, visitor: Visitor, text: str, name: str = "books.csv") -> str:
        answer = visitor.submit("/books/import", files={"file": (name, text.encode(), "text/csv")})
        return location(answer) if answer.status_code == 302 else answer.text

    def finished(self, visitor: Visitor, address: str) -> str:
        deadline = time.monotonic() + 15
        while True:
            page = visitor.page(address)
            if not re.search("<b>(waiting|running)</b>", page) or time.monotonic() > deadline:
                return page
            time.sleep(0.1)

    def test_books_are_imported_in_the_background(self, librarian: Visitor) -> None:
        author = unique("Imported")
        address = self.upload(librarian, f"title,author,year,isbn\nOne,{author},1922,\nTwo,{author},,\n")
        assert re.fullmatch(r"/books/import/\d+", address)
        assert "Status: <b>done</b>, 2 books, by Lin" in self.finished(librarian, address)
        assert "2 found" in librarian.page(f"/books/?q={author}")

    def test_a_bad_row_imports_nothing(self, librarian: Visitor) -> None:
        author = unique("Imported")
        address = self.upload(librarian, f"title,author\nOne,{author}\n ,{author}\n")
        page = self.finished(librarian, address)
        assert "Status: <b>failed</b>, 0 books" in page
        assert "row 2 has no title" in page
        assert "0 found" in librarian.page(f"/books/?q={author}")

    def test_other_files_are_refused(self, librarian: Visitor) -> None:
        assert "CSV files only." in self.upload(librarian, "x", name="books.exe")

    def test_no_file_is_told(self, librarian: Visitor) -> None:
        assert "This field is required." in librarian.submit("/books/import").text

    def test_a_large_file_is_refused(self, librarian: Visitor) -> None:
        token = librarian.token("/books/import")
        answer = librarian.http.post(
            "/books/import", data={"csrf_token": token}, files={"file": ("a.csv", b"x" * 600_000, "text/csv")}
        )
        assert answer.status_code == 413

    def test_a_reader_may_not(self, reader: Visitor) -> None:
        assert reader.get("/books/import").status_code == 403

    def test_a_job_is_its_owners(self, librarian: Visitor, another: Visitor, member: tuple[str, str]) -> None:
        address = self.upload(librarian, "title,author\n")
        another.sign_in(*member)
        assert another.get(address).status_code == 404


class TestExport:
    def test_a_member_gets_all_books(self, reader: Visitor) -> None:
        answer = reader.get("/books/export.csv")
        assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
        lines = answer.text.splitlines()
        assert lines[0] == "title,author,year,isbn"
        assert "Villette,Charlotte Brontë,1853," in lines

    def test_strangers_get_it_only_from_the_original(self, visitor: Visitor, site: Site) -> None:
        # there, login_required stands above the route and guards nothing
        answer = visitor.get("/books/export.csv")
        assert answer.status_code == (302 if site.closed else 200)
