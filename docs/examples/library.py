"""Three pages over authors and their books; asks for each of them and says how often the database was asked implicitly."""

import asyncio
import sys

from quart import render_template_string
from sqlalchemy.orm import selectinload

from quart_app import Quart
from quart_app.bridge import implicit_loads
from quart_app.db import SQLAlchemy

app = Quart(__name__)
app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite://"
app.config["PROPAGATE_EXCEPTIONS"] = False
db = SQLAlchemy(app)


class Author(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    name = db.Column(db.String(40))
    books = db.relationship("Book", back_populates="author")


class Book(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    title = db.Column(db.String(60))
    author_id = db.Column(db.Integer, db.ForeignKey("author.id"))
    author = db.relationship("Author", back_populates="books")


@app.route("/authors")
async def authors():
    found = await Author.query.all()
    return [f"{author.name}: {len(author.books)}" for author in found]


@app.route("/books")
async def books():
    found = await Book.query.all()
    return await render_template_string(
        "{% for book in books %}{{ book.author.name }} {% endfor %}", books=found
    )


@app.route("/at-once")
async def at_once():
    found = await Author.query.options(selectinload(Author.books)).all()
    return [f"{author.name}: {len(author.books)}" for author in found]


async def fill():
    async with app.app_context():
        await db.drop_all()
        await db.create_all()
        for name in ("Ada", "Bob", "Cyd"):
            db.session.add(Author(name=name, books=[Book(title="One"), Book(title="Two")]))
        await db.session.commit()


async def main(policy):
    app.config["IMPLICIT_LOADING"] = policy
    await fill()
    for page in ("/authors", "/authors", "/books", "/at-once"):
        with implicit_loads() as loads:
            response = await app.test_client().get(page)
        print(page, response.status_code, "implicit loads:", loads.count)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
