"""The application that every program of this suite is written for, as Flask-SQLAlchemy has it and as plain SQLAlchemy has it.

Both texts map the same tables, so that one template database serves both.
"""

from __future__ import annotations

FLASK = """
import os
from flask import Flask, Response, abort, g, render_template_string
from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.query import Query
from sqlalchemy import event, func, select, text
from sqlalchemy.exc import IntegrityError, InvalidRequestError, MultipleResultsFound, NoResultFound
from sqlalchemy.ext.associationproxy import association_proxy
from sqlalchemy.ext.hybrid import hybrid_method, hybrid_property
from sqlalchemy.orm import WriteOnlyMapped, aliased, joinedload, selectinload, validates

app = Flask(__name__)
app.config["SQLALCHEMY_DATABASE_URI"] = os.environ["DATABASE_URL"]
app.config["TESTING"] = True
db = SQLAlchemy(app)


class BookQuery(Query):
    def since(self, year):
        return self.filter(Book.year >= year)

    def oldest(self):
        return self.order_by(Book.year, Book.id).first()

    def titles(self):
        return [book.title for book in self.order_by(Book.id)]


book_tags = db.Table(
    "book_tags",
    db.Column("book_id", db.Integer, db.ForeignKey("book.id"), primary_key=True),
    db.Column("tag_id", db.Integer, db.ForeignKey("tag.id"), primary_key=True),
)


def next_shelf():
    return "shelf " + str(3 * 7)


class Author(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    name = db.Column(db.String(40), unique=True, nullable=False)
    age = db.Column(db.Integer)
    books = db.relationship("Book", back_populates="author", order_by="Book.id", cascade="all, delete-orphan")
    reviews = db.relationship("Review", backref="author", lazy="dynamic", order_by="Review.id")

    @validates("age")
    def check_age(self, key, value):
        if value is not None and value < 0:
            raise ValueError("nobody is younger than nothing")
        return value

    @hybrid_property
    def grown(self):
        return self.age >= 18

    @hybrid_method
    def older_than(self, age):
        return self.age > age

    def newest_book(self):
        return Book.query.filter_by(author_id=self.id).order_by(Book.year.desc()).first()

    @property
    def book_count(self):
        return Book.query.filter_by(author_id=self.id).count()

    @classmethod
    def named(cls, name):
        return cls.query.filter_by(name=name).first()

    @staticmethod
    def grown_ups():
        return Author.query.filter(Author.age >= 18)


class Book(db.Model):
    query_class = BookQuery
    id = db.Column(db.Integer, primary_key=True)
    title = db.Column(db.String(60), nullable=False)
    year = db.Column(db.Integer)
    shelf = db.Column(db.String(20), default=next_shelf)
    changes = db.Column(db.Integer, default=0, onupdate=lambda: 7)
    author_id = db.Column(db.Integer, db.ForeignKey("author.id"))
    author = db.relationship("Author", back_populates="books")
    tags = db.relationship("Tag", secondary=book_tags, order_by="Tag.id", backref=db.backref("books", lazy="dynamic"))
    tag_names = association_proxy("tags", "name", creator=lambda name: Tag(name=name))
    notes: WriteOnlyMapped["Note"] = db.relationship("Note", order_by="Note.id", passive_deletes=True)


class Tag(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    name = db.Column(db.String(20), nullable=False)


class Review(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    stars = db.Column(db.Integer)
    author_id = db.Column(db.Integer, db.ForeignKey("author.id"))
    book_id = db.Column(db.Integer, db.ForeignKey("book.id"))
    book = db.relationship("Book")


class Note(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    text = db.Column(db.String(40))
    book_id = db.Column(db.Integer, db.ForeignKey("book.id"))


class Medium(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    kind = db.Column(db.String(10))
    name = db.Column(db.String(40))
    __mapper_args__ = {"polymorphic_on": kind, "polymorphic_identity": "medium"}


class Film(Medium):
    id = db.Column(db.Integer, db.ForeignKey("medium.id"), primary_key=True)
    minutes = db.Column(db.Integer)
    __mapper_args__ = {"polymorphic_identity": "film"}


class Song(Medium):
    __mapper_args__ = {"polymorphic_identity": "song"}
"""

PLAIN = """
import os
from flask import Flask, abort, g, render_template_string
from sqlalchemy import Column, ForeignKey, Integer, String, create_engine, event, func, select, text
from sqlalchemy.exc import IntegrityError, InvalidRequestError, MultipleResultsFound, NoResultFound
from sqlalchemy.orm import Session, backref, declarative_base, joinedload, relationship, scoped_session, sessionmaker

app = Flask(__name__)
app.config["TESTING"] = True
engine = create_engine(os.environ["DATABASE_URL"])
Maker = sessionmaker(bind=engine)
session = scoped_session(Maker)
Base = declarative_base()
Base.query = session.query_property()


class Author(Base):
    __tablename__ = "author"
    id = Column(Integer, primary_key=True)
    name = Column(String(40), unique=True, nullable=False)
    age = Column(Integer)
    books = relationship("Book", backref="author", order_by="Book.id")
    reviews = relationship("Review", backref=backref("author"), lazy="dynamic", order_by="Review.id")


class Book(Base):
    __tablename__ = "book"
    id = Column(Integer, primary_key=True)
    title = Column(String(60), nullable=False)
    year = Column(Integer)
    author_id = Column(Integer, ForeignKey("author.id"))


class Review(Base):
    __tablename__ = "review"
    id = Column(Integer, primary_key=True)
    stars = Column(Integer)
    author_id = Column(Integer, ForeignKey("author.id"))
"""

#: What is in the tables before each program.
ROWS = (
    "INSERT INTO author (name, age) VALUES ('ada', 36), ('bob', 17), ('cyd', 52)",
    "INSERT INTO book (title, year, shelf, changes, author_id) VALUES ('Notes', 1843, 'a', 0, 1), ('Engines', 1842, 'b', 0, 1),"
    " ('Kites', 1999, 'a', 0, 2), ('Maps', 2001, 'c', 0, 3), ('Seas', 2005, 'c', 0, 3)",
    "INSERT INTO tag (name) VALUES ('old'), ('new'), ('rare')",
    "INSERT INTO book_tags (book_id, tag_id) VALUES (1, 1), (1, 3), (2, 1), (4, 2), (5, 2)",
    "INSERT INTO review (stars, author_id, book_id) VALUES (5, 2, 1), (3, 3, 1), (4, 1, 3), (1, 1, 4), (2, 1, 5)",
    "INSERT INTO note (text, book_id) VALUES ('read', 1), ('lent', 1), ('lost', 2)",
    "INSERT INTO medium (kind, name) VALUES ('film', 'Sky'), ('song', 'Hum'), ('medium', 'Box')",
    "INSERT INTO film (id, minutes) VALUES (1, 90)",
)

SQLITE3 = """
import os
import sqlite3
from flask import Flask, abort, g

app = Flask(__name__)
app.config["TESTING"] = True
PATH = os.environ["DATABASE_URL"].removeprefix("sqlite:///")


def connect():
    return sqlite3.connect(PATH)
"""
