"""The tables."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Column, ForeignKey, String, Table, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

from quart_app.auth import UserMixin


def now() -> datetime:
    """Return the time in UTC; the columns have no time zone."""
    return datetime.now(UTC).replace(tzinfo=None)


class Base(DeclarativeBase):
    """The base class of all models."""


user_roles = Table(
    "user_roles",
    Base.metadata,
    Column("user_id", ForeignKey("users.id"), primary_key=True),
    Column("role_id", ForeignKey("roles.id"), primary_key=True),
)


class Role(Base):
    """What somebody is here: reader, librarian, admin."""

    __tablename__ = "roles"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(40), unique=True)


class User(UserMixin, Base):
    """An account."""

    __tablename__ = "users"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(120), unique=True, index=True)
    name: Mapped[str] = mapped_column(String(80))
    password_hash: Mapped[str] = mapped_column(String(255))
    active: Mapped[bool] = mapped_column(default=True)
    api_token: Mapped[str | None] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime | None] = mapped_column(default=now)
    last_seen: Mapped[datetime | None]

    roles: Mapped[list[Role]] = relationship(secondary=user_roles)

    @property
    def is_active(self) -> bool:
        """Whether the account may be used."""
        return self.active

    @property
    def role_names(self) -> list[str]:
        """The names of the roles, in order."""
        return sorted(role.name for role in self.roles)

    def has_role(self, *names: str) -> bool:
        """Whether the user has one of these roles."""
        return any(role.name in names for role in self.roles)


class Author(Base):
    """Somebody who wrote books."""

    __tablename__ = "authors"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120), unique=True)

    books: Mapped[list[Book]] = relationship(back_populates="author", order_by="Book.title")


class Book(Base):
    """A book on somebody's shelf."""

    __tablename__ = "books"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(200))
    slug: Mapped[str] = mapped_column(String(220), unique=True)
    isbn: Mapped[str | None] = mapped_column(String(13), unique=True)
    year: Mapped[int | None]
    summary: Mapped[str | None] = mapped_column(Text, default="")
    created_at: Mapped[datetime | None] = mapped_column(default=now)
    author_id: Mapped[int] = mapped_column(ForeignKey("authors.id"))
    owner_id: Mapped[int] = mapped_column(ForeignKey("users.id"))

    author: Mapped[Author] = relationship(back_populates="books")
    owner: Mapped[User] = relationship()
    reviews: Mapped[list[Review]] = relationship(
        back_populates="book", cascade="all, delete-orphan", order_by="Review.id"
    )

    @property
    def average_rating(self) -> float | None:
        """The average of the ratings, which have to be loaded."""
        if not self.reviews:
            return None
        return round(sum(review.rating for review in self.reviews) / len(self.reviews), 1)

    def to_dict(self) -> dict[str, Any]:
        """Describe the book for a list; author and owner have to be loaded."""
        return {
            "id": self.id,
            "title": self.title,
            "author": self.author.name,
            "year": self.year,
            "isbn": self.isbn,
            "owner": self.owner.name,
        }

    def to_full_dict(self) -> dict[str, Any]:
        """Describe all of the book; the reviews and their users have to be loaded too."""
        return {
            **self.to_dict(),
            "summary": self.summary,
            "rating": self.average_rating,
            "reviews": [review.to_dict() for review in self.reviews],
        }


class Review(Base):
    """What somebody thinks of a book."""

    __tablename__ = "reviews"

    id: Mapped[int] = mapped_column(primary_key=True)
    rating: Mapped[int]
    text: Mapped[str | None] = mapped_column(Text, default="")
    created_at: Mapped[datetime | None] = mapped_column(default=now)
    book_id: Mapped[int] = mapped_column(ForeignKey("books.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))

    book: Mapped[Book] = relationship(back_populates="reviews")
    user: Mapped[User] = relationship()

    def to_dict(self) -> dict[str, Any]:
        """Describe the review; its user has to be loaded."""
        return {"rating": self.rating, "text": self.text, "by": self.user.name}


class ImportJob(Base):
    """Books that are being imported in the background."""

    __tablename__ = "import_jobs"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    status: Mapped[str] = mapped_column(String(20), default="waiting")
    created: Mapped[int] = mapped_column(default=0)
    message: Mapped[str | None] = mapped_column(Text, default="")

    user: Mapped[User] = relationship()


class AuditEntry(Base):
    """Who did what."""

    __tablename__ = "audit_entries"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime | None] = mapped_column(default=now)
    action: Mapped[str] = mapped_column(String(60))
    subject: Mapped[str | None] = mapped_column(String(200), default="")
    actor: Mapped[str] = mapped_column(String(120))


class Loan(Base):
    """Who has which book."""

    __tablename__ = "loans"

    id: Mapped[int] = mapped_column(primary_key=True)
    book_id: Mapped[int] = mapped_column(index=True)
    user_id: Mapped[int] = mapped_column(index=True)
    taken_at: Mapped[datetime | None] = mapped_column(default=now)
    returned: Mapped[bool] = mapped_column(default=False)


class Note(Base):
    """What a member wants to remember."""

    __tablename__ = "notes"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(index=True)
    text: Mapped[str] = mapped_column(Text)


class ReadingGoal(Base):
    """How many books a member wants to read this year."""

    __tablename__ = "reading_goals"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(unique=True)
    books: Mapped[int]
