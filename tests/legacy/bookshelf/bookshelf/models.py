import re
import secrets
from datetime import datetime

from flask import current_app
from flask_login import UserMixin
from sqlalchemy import event, func, select
from werkzeug.security import check_password_hash, generate_password_hash

from .extensions import db

user_roles = db.Table(
    "user_roles",
    db.Column("user_id", db.Integer, db.ForeignKey("users.id"), primary_key=True),
    db.Column("role_id", db.Integer, db.ForeignKey("roles.id"), primary_key=True),
)


class Role(db.Model):
    __tablename__ = "roles"

    id = db.Column(db.Integer, primary_key=True)
    name = db.Column(db.String(40), unique=True, nullable=False)

    @classmethod
    def named(cls, name):
        role = cls.query.filter_by(name=name).first()
        if role is None:
            role = cls(name=name)
            db.session.add(role)
        return role

    def __repr__(self):
        return f"<Role {self.name}>"


class User(UserMixin, db.Model):
    __tablename__ = "users"

    id = db.Column(db.Integer, primary_key=True)
    email = db.Column(db.String(120), unique=True, nullable=False, index=True)
    name = db.Column(db.String(80), nullable=False)
    password_hash = db.Column(db.String(255), nullable=False)
    active = db.Column(db.Boolean, default=True, nullable=False)
    api_token = db.Column(db.String(64), unique=True)
    created_at = db.Column(db.DateTime, default=datetime.utcnow)
    last_seen = db.Column(db.DateTime)

    roles = db.relationship("Role", secondary=user_roles, backref="users")
    books = db.relationship("Book", back_populates="owner")
    reviews = db.relationship("Review", back_populates="user", lazy="dynamic")

    @property
    def is_active(self):
        return self.active

    @property
    def password(self):
        raise AttributeError("a password cannot be read")

    @password.setter
    def password(self, value):
        self.password_hash = generate_password_hash(value, method=current_app.config["PASSWORD_METHOD"])

    @property
    def role_names(self):
        return sorted(role.name for role in self.roles)

    @property
    def book_count(self):
        return Book.query.filter_by(owner_id=self.id).count()

    def check_password(self, value):
        return check_password_hash(self.password_hash, value)

    def has_role(self, name):
        return any(role.name == name for role in self.roles)

    def add_role(self, name):
        if not self.has_role(name):
            self.roles.append(Role.named(name))

    def new_token(self):
        self.api_token = secrets.token_urlsafe(24)
        return self.api_token

    def last_reviews(self, count=3):
        return self.reviews.order_by(Review.id.desc()).limit(count).all()

    @classmethod
    def by_email(cls, email):
        return cls.query.filter(func.lower(cls.email) == email.strip().lower()).first()


class Author(db.Model):
    __tablename__ = "authors"

    id = db.Column(db.Integer, primary_key=True)
    name = db.Column(db.String(120), unique=True, nullable=False)
    books = db.relationship("Book", back_populates="author", order_by="Book.title")

    @classmethod
    def get_or_create(cls, name):
        name = " ".join(name.split())
        author = cls.query.filter_by(name=name).first()
        if not author:
            author = cls(name=name)
            db.session.add(author)
            db.session.flush()
        return author

    def __len__(self):
        return len(self.books)

    def __bool__(self):
        return True


class Book(db.Model):
    __tablename__ = "books"

    id = db.Column(db.Integer, primary_key=True)
    title = db.Column(db.String(200), nullable=False)
    slug = db.Column(db.String(220), unique=True, nullable=False)
    isbn = db.Column(db.String(13), unique=True)
    year = db.Column(db.Integer)
    summary = db.Column(db.Text, default="")
    created_at = db.Column(db.DateTime, default=datetime.utcnow)
    author_id = db.Column(db.Integer, db.ForeignKey("authors.id"), nullable=False)
    owner_id = db.Column(db.Integer, db.ForeignKey("users.id"), nullable=False)

    author = db.relationship("Author", back_populates="books")
    owner = db.relationship("User", back_populates="books")
    reviews = db.relationship(
        "Review", back_populates="book", cascade="all, delete-orphan", order_by="Review.id"
    )

    @property
    def average_rating(self):
        if not self.reviews:
            return None
        return round(sum(review.rating for review in self.reviews) / len(self.reviews), 1)

    @staticmethod
    def search(text):
        query = Book.query.join(Author)
        if text:
            pattern = f"%{text}%"
            query = query.filter(db.or_(Book.title.ilike(pattern), Author.name.ilike(pattern)))
        return query.order_by(Book.title, Book.id)

    def to_dict(self, full=False):
        data = {
            "id": self.id,
            "title": self.title,
            "author": self.author.name,
            "year": self.year,
            "isbn": self.isbn,
            "owner": self.owner.name,
        }
        if full:
            data["summary"] = self.summary
            data["rating"] = self.average_rating
            data["reviews"] = [review.to_dict() for review in self.reviews]
        return data


class Review(db.Model):
    __tablename__ = "reviews"

    id = db.Column(db.Integer, primary_key=True)
    rating = db.Column(db.Integer, nullable=False)
    text = db.Column(db.Text, default="")
    created_at = db.Column(db.DateTime, default=datetime.utcnow)
    book_id = db.Column(db.Integer, db.ForeignKey("books.id"), nullable=False)
    user_id = db.Column(db.Integer, db.ForeignKey("users.id"), nullable=False)

    book = db.relationship("Book", back_populates="reviews")
    user = db.relationship("User", back_populates="reviews")

    def to_dict(self):
        return {"rating": self.rating, "text": self.text, "by": self.user.name}


class ImportJob(db.Model):
    __tablename__ = "import_jobs"

    id = db.Column(db.Integer, primary_key=True)
    user_id = db.Column(db.Integer, db.ForeignKey("users.id"), nullable=False)
    status = db.Column(db.String(20), default="waiting", nullable=False)
    created = db.Column(db.Integer, default=0, nullable=False)
    message = db.Column(db.Text, default="")

    user = db.relationship("User")


def slugify(text):
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-") or "book"


@event.listens_for(Book, "before_insert")
def assign_slug(mapper, connection, book):
    """Slugs are unique: the second "emma" becomes "emma-2"."""
    slug, number = slugify(book.title), 1
    candidate = slug
    while connection.execute(select(Book.id).where(Book.slug == candidate)).first() is not None:
        number += 1
        candidate = f"{slug}-{number}"
    book.slug = candidate
