import unittest

from bookshelf import create_app
from bookshelf.config import TestConfig
from bookshelf.extensions import db
from bookshelf.models import Author, Book, Review, Role, User, slugify


class ModelTestCase(unittest.TestCase):
    def setUp(self):
        self.app = create_app(TestConfig)
        self.app_context = self.app.app_context()
        self.app_context.push()
        db.create_all()
        self.user = User(name="Una", email="una@example.com", password="cat")
        db.session.add(self.user)
        db.session.commit()

    def tearDown(self):
        db.session.remove()
        db.drop_all()
        self.app_context.pop()

    def book(self, title, author="Anon", **kwargs):
        book = Book(title=title, author=Author.get_or_create(author), owner=self.user, **kwargs)
        db.session.add(book)
        db.session.commit()
        return book

    def test_password(self):
        self.assertTrue(self.user.check_password("cat"))
        self.assertFalse(self.user.check_password("dog"))
        with self.assertRaises(AttributeError):
            self.user.password

    def test_salts_differ(self):
        other = User(name="Otto", email="otto@example.com", password="cat")
        self.assertNotEqual(self.user.password_hash, other.password_hash)

    def test_roles(self):
        self.assertFalse(self.user.has_role("admin"))
        self.user.add_role("admin")
        self.user.add_role("admin")
        self.user.add_role("reader")
        db.session.commit()
        self.assertEqual(self.user.role_names, ["admin", "reader"])
        self.assertEqual(Role.query.count(), 2)
        self.assertEqual([user.name for user in Role.named("admin").users], ["Una"])

    def test_by_email(self):
        self.assertEqual(User.by_email(" UNA@example.com "), self.user)
        self.assertIsNone(User.by_email("nobody@example.com"))

    def test_book_count(self):
        self.assertEqual(self.user.book_count, 0)
        self.book("One")
        self.book("Two")
        self.assertEqual(self.user.book_count, 2)
        self.assertEqual(len(self.user.books), 2)

    def test_authors_are_shared(self):
        self.book("One", "A  B")
        self.book("Two", "A B")
        self.assertEqual(Author.query.count(), 1)
        self.assertEqual(len(Author.query.one()), 2)

    def test_slug(self):
        self.assertEqual(slugify("Silas Marner!"), "silas-marner")
        self.assertEqual([self.book("Emma").slug, self.book("Emma").slug], ["emma", "emma-2"])

    def test_rating(self):
        book = self.book("One")
        self.assertIsNone(book.average_rating)
        for rating in (2, 5, 5):
            db.session.add(Review(book=book, user=self.user, rating=rating))
        db.session.commit()
        self.assertEqual(book.average_rating, 4.0)
        self.assertEqual([review.rating for review in self.user.last_reviews(2)], [5, 5])

    def test_dynamic_relationship(self):
        book = self.book("One")
        self.user.reviews.append(Review(book=book, rating=3))
        db.session.commit()
        self.assertEqual(self.user.reviews.count(), 1)
        self.assertEqual(self.user.reviews.filter_by(rating=3).one().book.title, "One")

    def test_search(self):
        self.book("Emma", "Jane Austen")
        self.book("Kim", "Rudyard Kipling")
        self.assertEqual([book.title for book in Book.search("austen")], ["Emma"])
        self.assertEqual(Book.search(None).count(), 2)

    def test_to_dict(self):
        data = self.book("Emma", "Jane Austen", year=1815).to_dict(full=True)
        self.assertEqual(data["author"], "Jane Austen")
        self.assertEqual(data["reviews"], [])
        self.assertNotIn("password_hash", data)

    def test_rollback(self):
        self.user.name = "Ulla"
        db.session.flush()
        db.session.rollback()
        self.assertEqual(self.user.name, "Una")

    def test_token(self):
        token = self.user.new_token()
        db.session.commit()
        self.assertEqual(User.query.filter_by(api_token=token).first_or_404().id, self.user.id)


if __name__ == "__main__":
    unittest.main()
