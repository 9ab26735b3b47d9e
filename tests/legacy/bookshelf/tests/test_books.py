import io

import pytest

from bookshelf import jobs
from bookshelf.audit import wait_for_writers
from bookshelf.audit.store import entries
from bookshelf.extensions import db
from bookshelf.models import Author, Book, ImportJob, Review, User
from bookshelf.signals import book_added

from .helpers import LIBRARIAN, READER, login


def upload(client, text, name="books.csv"):
    return client.post(
        "/books/import",
        data={"file": (io.BytesIO(text.encode("utf-8")), name)},
        content_type="multipart/form-data",
    )


def test_index(client):
    rv = client.get("/books/")
    assert rv.status_code == 200
    assert b"7 found" in rv.data
    assert b"Dracula" in rv.data
    assert b"Silas Marner" not in rv.data
    assert b'href="/books/?page=2"' in rv.data


def test_second_page(client):
    rv = client.get("/books/", query_string={"page": 2})
    assert b"Silas Marner" in rv.data
    assert "Charlotte Brontë" in rv.text


def test_page_that_is_not_there(client):
    assert client.get("/books/?page=99").status_code == 404


@pytest.mark.parametrize(
    ("text", "titles"),
    [("emma", ["Emma"]), ("eliot", ["Middlemarch", "Silas Marner"]), ("zzz", [])],
)
def test_search(client, text, titles):
    page = client.get(f"/books/?q={text}").get_data(as_text=True)
    assert f"{len(titles)} found" in page
    for title in titles:
        assert f">{title}</a></td>" in page


def test_detail(client, emma):
    page = client.get(f"/books/{emma}").text
    assert "by Jane Austen, 1815; on the shelf of Lin" in page
    assert "★★★★ Clever. (Rita" in page
    assert "best 4, worst 4" in page


def test_visits_are_counted(client, emma):
    client.get(f"/books/{emma}")
    assert b"Seen 2 times." in client.get(f"/books/{emma}").data
    pages = client.get("/popular").get_json()["pages"]
    assert pages == [{"path": f"/books/{emma}", "count": 2}]


def test_missing_book(client):
    rv = client.get("/books/999")
    assert rv.status_code == 404
    assert b"There is nothing here." in rv.data


class TestCreate:
    data = {"title": "Walden", "author": "Henry David Thoreau", "year": "1854", "isbn": "1234567890"}

    def test_needs_login(self, client):
        assert client.get("/books/new").location.startswith("/auth/login")

    def test_readers_may_not(self, reader):
        rv = reader.get("/books/new")
        assert rv.status_code == 403
        assert b"Sorry, Rita, this is not for you." in rv.data

    def test_create(self, app, librarian):
        rv = librarian.post("/books/new", data=self.data, follow_redirects=True)
        assert b"Added Walden." in rv.data
        assert rv.request.path == "/books/8"
        with app.app_context():
            book = Book.query.filter_by(title="Walden").one()
            assert book.owner.email == LIBRARIAN[0]
            assert book.author.name == "Henry David Thoreau"
            assert book.slug == "walden"

    def test_it_is_audited(self, app, librarian):
        librarian.post("/books/new", data=self.data)
        wait_for_writers()
        with app.app_context():
            assert [entry.subject for entry in entries(action="book.create")] == ["Walden"]

    def test_signal(self, app, librarian):
        heard = []

        def listen(sender, book):
            heard.append((sender.name, book.title))

        with book_added.connected_to(listen, app):
            librarian.post("/books/new", data=self.data)
        assert heard == [("bookshelf", "Walden")]

    @pytest.mark.parametrize(
        ("field", "value", "message"),
        [
            ("title", "", "This field is required."),
            ("year", "soon", "Not a valid integer value."),
            ("year", "9999", "Number must be between 0 and 2100."),
            ("isbn", "12", "Field must be between 10 and 13 characters long."),
        ],
    )
    def test_errors(self, librarian, field, value, message):
        rv = librarian.post("/books/new", data={**self.data, field: value})
        assert rv.status_code == 200
        assert message in rv.text
        assert "Henry David Thoreau" in rv.text

    def test_isbn_is_unique(self, librarian):
        librarian.post("/books/new", data=self.data)
        rv = librarian.post("/books/new", data={**self.data, "title": "Again"})
        assert b"A book with this ISBN exists." in rv.data

    def test_slugs_are_unique(self, app, librarian):
        librarian.post("/books/new", data={"title": "Emma", "author": "Somebody"})
        with app.app_context():
            assert sorted(book.slug for book in Book.query.filter_by(title="Emma")) == ["emma", "emma-2"]


class TestEdit:
    def test_form_is_filled(self, librarian, emma):
        page = librarian.get(f"/books/{emma}/edit").text
        assert 'value="Emma"' in page
        assert 'value="Jane Austen"' in page

    def test_edit(self, app, librarian, emma):
        rv = librarian.post(
            f"/books/{emma}/edit", data={"title": "Emma!", "author": "Austen", "year": "1816"}
        )
        assert rv.status_code == 302
        with app.app_context():
            book = db.session.get(Book, emma)
            assert (book.title, book.author.name, book.year) == ("Emma!", "Austen", 1816)

    def test_readers_may_not(self, reader, emma):
        assert reader.get(f"/books/{emma}/edit").status_code == 403

    def test_owners_may(self, app, client, emma):
        with app.app_context():
            db.session.get(Book, emma).owner = User.by_email(READER[0])
            db.session.commit()
        login(client, *READER)
        assert client.get(f"/books/{emma}/edit").status_code == 200
        assert client.post(f"/books/{emma}/delete").status_code == 302

    def test_delete(self, app, admin, emma):
        rv = admin.post(f"/books/{emma}/delete", follow_redirects=True)
        assert b"Removed Emma." in rv.data
        with app.app_context():
            assert db.session.get(Book, emma) is None
            assert Review.query.count() == 0

    def test_delete_by_a_reader(self, reader, emma):
        assert reader.post(f"/books/{emma}/delete").status_code == 403


class TestReview:
    def test_review(self, app, librarian, emma):
        rv = librarian.post(
            f"/books/{emma}/reviews", data={"rating": "5", "text": "Again!"}, follow_redirects=True
        )
        assert b"Thank you for the review." in rv.data
        with app.app_context():
            assert db.session.get(Book, emma).average_rating == 4.5

    def test_once_only(self, reader, emma):
        rv = reader.post(f"/books/{emma}/reviews", data={"rating": "1"}, follow_redirects=True)
        assert b"You have reviewed this book already." in rv.data

    def test_rating_out_of_range(self, librarian, emma):
        rv = librarian.post(f"/books/{emma}/reviews", data={"rating": "9"})
        assert rv.status_code == 400
        assert b"Number must be between 1 and 5." in rv.data

    def test_owner_gets_a_mail(self, admin, emma):
        admin.post(f"/books/{emma}/reviews", data={"rating": "3"})
        jobs.wait_for_mails()
        (to, text), = jobs.outbox
        assert to == LIBRARIAN[0]
        assert text == f"Ada reviewed Emma, see http://localhost/books/{emma}"


class TestImport:
    text = "title,author,year,isbn\nUlysses,James Joyce,1922,9999999999\nDubliners,James Joyce,1914,\n"

    def test_import(self, app, librarian):
        rv = upload(librarian, self.text)
        assert rv.status_code == 302
        jobs.wait_for_import(1)
        page = librarian.get(rv.location).text
        assert "Status: <b>done</b>, 2 books, by Lin" in page
        with app.app_context():
            author = Author.query.filter_by(name="James Joyce").one()
            assert [book.title for book in author.books] == ["Dubliners", "Ulysses"]

    def test_known_isbn_is_left_out(self, app, librarian):
        upload(librarian, self.text)
        jobs.wait_for_import(1)
        upload(librarian, self.text)
        jobs.wait_for_import(2)
        with app.app_context():
            assert db.session.get(ImportJob, 2).created == 1

    def test_bad_rows(self, app, librarian):
        upload(librarian, "title,author\n ,Nobody\n")
        jobs.wait_for_import(1)
        with app.app_context():
            job = ImportJob.query.one()
            assert (job.status, job.message) == ("failed", "row 1 has no title")
            assert Book.query.count() == 7

    def test_csv_only(self, librarian):
        assert b"CSV files only." in upload(librarian, "x", name="books.exe").data

    def test_no_file(self, librarian):
        rv = librarian.post("/books/import", data={})
        assert b"This field is required." in rv.data

    def test_too_large(self, librarian):
        rv = upload(librarian, "x" * 600_000)
        assert rv.status_code == 413
        assert b"The file is too large." in rv.data

    def test_readers_may_not(self, reader):
        assert upload(reader, self.text).status_code == 403

    def test_foreign_job(self, app, client):
        with app.app_context():
            db.session.add(ImportJob(user_id=1))
            db.session.commit()
        login(client, *LIBRARIAN)
        assert client.get("/books/import/1").status_code == 404


def test_export(reader):
    rv = reader.get("/books/export.csv")
    assert rv.mimetype == "text/csv"
    lines = rv.get_data(as_text=True).splitlines()
    assert lines[0] == "title,author,year,isbn"
    assert len(lines) == 8


def test_author(client):
    page = client.get("/books/authors/1").text
    assert "2 books" in page
    assert "<dt>1815</dt><dd>Emma</dd>" in page
