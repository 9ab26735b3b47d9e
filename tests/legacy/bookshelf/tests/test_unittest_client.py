import os
import tempfile
import unittest
from unittest import mock

from flask import session, url_for

from bookshelf import create_app, users
from bookshelf.audit import wait_for_writers
from bookshelf.cli import create_all, seed_shelf
from bookshelf.config import TestConfig
from bookshelf.extensions import db
from bookshelf.models import Book, User


class ClientTestCase(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()

        class Config(TestConfig):
            SQLALCHEMY_DATABASE_URI = "sqlite:///" + os.path.join(self.folder.name, "test.db")
            VISITS_DATABASE = os.path.join(self.folder.name, "visits.db")
            SERVER_NAME = "localhost"

        self.app = create_app(Config)
        self.ctx = self.app.app_context()
        self.ctx.push()
        users.clear_cache()
        create_all()
        seed_shelf()
        self.client = self.app.test_client()

    def tearDown(self):
        wait_for_writers()
        db.session.remove()
        self.ctx.pop()
        self.folder.cleanup()

    def login(self, name="reader"):
        return self.client.post(
            "/auth/login",
            data={"email": f"{name}@example.com", "password": f"{name}-password"},
            follow_redirects=True,
        )

    def test_login(self):
        response = self.login()
        data = response.get_data(as_text=True)
        self.assertEqual(response.status_code, 200)
        self.assertIn("Hello, Rita!", data)
        self.assertNotIn("New book", data)

    def test_librarian_menu(self):
        self.assertIn("New book", self.login("librarian").get_data(as_text=True))

    def test_admin_menu(self):
        self.assertIn(">Admin</a>", self.login("admin").get_data(as_text=True))

    def test_url_for(self):
        self.assertEqual(url_for("books.index", _external=False), "/books/")

    def test_session(self):
        with self.client as c:
            self.login()
            self.assertEqual(session["identity.id"], 3)
            c.get("/auth/logout")
            self.assertNotIn("_user_id", session)
            self.assertIsNone(session["identity.id"])

    def test_search(self):
        response = self.client.get("/books/", query_string=dict(q="Brontë"))
        self.assertIn("Villette", response.get_data(as_text=True))

    def test_create_book(self):
        self.login("librarian")
        with mock.patch("bookshelf.books.audit.log_event") as log_event:
            response = self.client.post(
                "/books/new", data=dict(title="Ivanhoe", author="Walter Scott"), follow_redirects=True
            )
        self.assertIn(b"Added Ivanhoe.", response.data)
        log_event.assert_called_once_with("book.create", "Ivanhoe")
        self.assertEqual(Book.query.filter_by(title="Ivanhoe").first().owner.name, "Lin")

    def test_create_user(self):
        self.client.post(
            "/auth/register",
            data=dict(name="Max", email="max@example.com", password="secret1", confirm="secret1"),
        )
        self.assertEqual(User.query.count(), 4)

    def test_forbidden(self):
        self.login()
        response = self.client.get("/admin/users")
        self.assertEqual(response.status_code, 403)

    def test_flash_in_session(self):
        self.login()
        self.client.post("/notes/", data=dict(text="x"))
        with self.client.session_transaction() as sess:
            self.assertEqual(sess["_flashes"], [("success", "Noted.")])


class FactoryTestCase(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.app = create_app(TestConfig)

    def test_name(self):
        self.assertEqual(self.app.name, "bookshelf")

    def test_rules(self):
        rules = {rule.endpoint: rule.rule for rule in self.app.url_map.iter_rules()}
        self.assertEqual(rules["books.detail"], "/books/<int:book_id>")
        self.assertEqual(rules["notes.index"], "/notes/")


if __name__ == "__main__":
    unittest.main()
