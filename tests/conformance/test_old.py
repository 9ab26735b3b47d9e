"""What SQLAlchemy 1.3 and Flask-SQLAlchemy 2.4 had, and later versions have under another name, or not at all."""

from __future__ import annotations

import pytest

from .old import gives_what_it_gave
from .stores import Store
from .twins import Program, table

FLASK = """
import os
from flask import Flask, g
from flask_sqlalchemy import BaseQuery, SQLAlchemy, Pagination
from sqlalchemy import case, func, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import eagerload, joinedload, relation

app = Flask(__name__)
app.config["SQLALCHEMY_DATABASE_URI"] = os.environ["DATABASE_URL"]
app.config["SQLALCHEMY_TRACK_MODIFICATIONS"] = False
app.config["TESTING"] = True


class BookQuery(BaseQuery):
    def since(self, year):
        return self.filter(Book.year >= year)


db = SQLAlchemy(app)


class Author(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    name = db.Column(db.String(40), unique=True, nullable=False)
    age = db.Column(db.Integer)
    books = relation("Book", backref="author", order_by="Book.id")


class Book(db.Model):
    query_class = BookQuery
    id = db.Column(db.Integer, primary_key=True)
    title = db.Column(db.String(60), nullable=False)
    year = db.Column(db.Integer)
    shelf = db.Column(db.String(20))
    author_id = db.Column(db.Integer, db.ForeignKey("author.id"))


class Tag(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    name = db.Column(db.String(20), nullable=False)


class Note(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    text = db.Column(db.String(40))
    book_id = db.Column(db.Integer, db.ForeignKey("book.id"))
"""

PLAIN = """
import os
from flask import Flask, g
from sqlalchemy import Column, ForeignKey, Integer, MetaData, String, Table, create_engine, case, func, select, text
from sqlalchemy.ext.declarative import declarative_base, declared_attr
from sqlalchemy.orm import mapper, relation, scoped_session, sessionmaker

app = Flask(__name__)
app.config["TESTING"] = True
engine = create_engine(os.environ["DATABASE_URL"], convert_unicode=True)
session = scoped_session(sessionmaker(autocommit=False, autoflush=False, bind=engine))
Base = declarative_base()
Base.query = session.query_property()


class Named(object):
    @declared_attr
    def __tablename__(cls):
        return cls.__name__.lower()


class Author(Named, Base):
    id = Column(Integer, primary_key=True)
    name = Column(String(40), unique=True, nullable=False)
    age = Column(Integer)
    books = relation("Book", backref="author", order_by="Book.id")


class Book(Named, Base):
    id = Column(Integer, primary_key=True)
    title = Column(String(60), nullable=False)
    year = Column(Integer)
    author_id = Column(Integer, ForeignKey("author.id"))


class Note(Named, Base):
    id = Column(Integer, primary_key=True)
    text = Column(String(40))
    book_id = Column(Integer)
"""

AUTOCOMMIT = "before 2.0 a connection committed what it wrote outside of a transaction at once"

PROGRAMS = table(
    """
    === BaseQuery as query_class
    return Book.query.since(2000).order_by(Book.id).all()
    === relation and eagerload
    return [book.title for book in Author.query.options(eagerload(Author.books)).get(1).books]
    === loader option by name
    return [book.title for book in Author.query.options(joinedload("books")).filter_by(name="ada").one().books]
    === join by name
    return Author.query.join("books").filter(Book.year > 2000).distinct().order_by(Author.id).all()
    === outerjoin by attribute
    return Author.query.outerjoin(Author.books).filter(Book.id.is_(None)).count()
    === join with several steps
    return Book.query.join(Author).filter(Author.age > 40).order_by(Book.id).all()
    === select of a list
    return [tuple(row) for row in db.session.execute(select([Author.name, Author.age]).order_by(Author.id))]
    === select with a condition
    return db.session.execute(select([Author.name], Author.age > 40)).scalar()
    === select of functions
    return db.session.execute(select([func.count()]).select_from(Book)).scalar()
    === case with a list
    era = case([(Book.year < 1900, "old")], else_="new")
    return [tuple(row) for row in db.session.query(era, func.count()).group_by(era).order_by(era)]
    === execute a string
    return [tuple(row) for row in db.session.execute("SELECT id, name FROM author WHERE age > :age ORDER BY id", {"age": 18})]
    === execute a string in a variable
    query = "SELECT name FROM author ORDER BY id"
    return [row[0] for row in db.session.execute(query).fetchall()]
    === scalar of a string
    return db.session.scalar("SELECT count(*) FROM book")
    === row by string
    row = db.session.execute("SELECT id, name FROM author ORDER BY id").fetchone()
    return row["name"], row.name, row[0]
    === row as a dict
    return [dict(row) for row in db.session.execute("SELECT id, name FROM author ORDER BY id")]
    === row items and keys
    row = db.session.execute("SELECT id, name FROM author ORDER BY id").first()
    return list(row.keys()), sorted(row.items(), key=str)
    === engine execute
    return [row["name"] for row in db.engine.execute("SELECT name FROM author ORDER BY id")]
    === engine execute with arguments
    return db.engine.execute(text("SELECT name FROM author WHERE id = :id"), id=2).scalar()
    === engine execute that writes
    done = db.engine.execute(text("UPDATE book SET year = 1 WHERE id < 3"))
    return done.rowcount
    === engine execute an insert
    db.engine.execute(Tag.__table__.insert(), name="fine")
    return db.engine.execute(Tag.__table__.select().where(Tag.name == "fine")).fetchone()["id"]
    === engine execute an insert of many
    db.engine.execute(Tag.__table__.insert(), [{"name": "x"}, {"name": "y"}])
    === engine connect that writes
    with db.engine.connect() as connection:
        connection.execute(text("DELETE FROM note"))
    return Note.query.count()
    === engine connect kept that writes
    connection = db.engine.connect()
    connection.execute(Note.__table__.insert().values(text="kept"))
    connection.close()
    === engine begin
    with db.engine.begin() as connection:
        connection.execute("DELETE FROM note WHERE id = 1")
    === transaction rolled back
    connection = db.engine.connect()
    transaction = connection.begin()
    connection.execute("DELETE FROM note")
    transaction.rollback()
    connection.close()
    === table names
    return sorted(db.engine.table_names())
    === has table
    return db.engine.has_table("book"), db.engine.has_table("nothing")
    === get_engine
    return db.get_engine(app).execute("SELECT count(*) FROM tag").scalar()
    === paginate by position
    page = Book.query.order_by(Book.id).paginate(2, 2, False)
    return page.page, page.pages, [book.id for book in page.items], isinstance(page, Pagination)
    === paginate behind the end
    return Book.query.paginate(9, 2, False).items
    === backref cascade
    ada = Author.query.get(1)
    Book(title="Late", author=ada)
    db.session.commit()
    return Book.query.filter_by(title="Late").count()
    === backref cascade by append [bridged]
    book = Book(title="Late")
    ada = Author.query.get(1)
    ada.books.append(book)
    db.session.commit()
    return book.author.name
    === from_self
    return Book.query.filter(Book.year > 1900).order_by(Book.id).limit(2).from_self().count()
    === slice from the end
    query = Book.query.order_by(Book.id)
    return [book.title for book in query[-2:]], [book.title for book in query[0:-1]], query[-1].title, query[-3:][0].id
    === values
    return sorted(name for (name,) in Author.query.values(Author.name))
    === query as a scalar
    newest = db.session.query(func.max(Book.year)).filter(Book.author_id == Author.id).as_scalar()
    return [list(row) for row in db.session.query(Author.name, newest).order_by(Author.id)]
    === update with a dict of columns
    done = Book.query.filter(Book.shelf == "c").update({Book.shelf: "d"}, synchronize_session=False)
    db.session.commit()
    return done
    === session.query get
    return db.session.query(Author).get(3).name, db.session.query(Author).get(99)
    === db.session.bind
    return db.session.bind is None, db.session.get_bind().dialect.name
    === Binary
    from sqlalchemy import Binary
    from sqlalchemy.types import Binary as Other
    return Binary is Other, issubclass(Binary, db.LargeBinary)
    === row class
    from sqlalchemy.engine import RowProxy
    return isinstance(db.session.execute("SELECT 1").fetchone(), RowProxy)
    === column labels
    row = db.session.query(Author.name.label("who"), func.count(Book.id).label("n")).join(Book).group_by(Author.name).order_by("who").first()
    return row.who, row.n, row._asdict()
    """,
    {
        "engine connect kept that writes": AUTOCOMMIT,
        "from_self": "Query.from_self() is gone, and a subquery in its place needs what follows rewritten",
    },
    models=FLASK,
) + table(
    """
    === plain query property
    return Author.query.filter(Author.age > 18).order_by(Author.id).all()
    === plain engine execute
    return [tuple(row) for row in engine.execute("SELECT id, name FROM author ORDER BY id")]
    === plain engine execute that writes
    engine.execute(Note.__table__.insert(), text="engine")
    return session.query(Note).filter_by(text="engine").count()
    === bound metadata
    metadata = MetaData(bind=engine)
    books = Table("book", metadata, autoload=True)
    return sorted(column.name for column in books.columns), select([func.count()]).select_from(books).execute().scalar()
    === reflected table [bridged]
    books = Table("book", MetaData(), autoload=True, autoload_with=engine)
    return engine.execute(select([books.c.title]).where(books.c.id == 2)).scalar()
    === classical mapping
    class Row(object):
        pass
    mapper(Row, Table("tag", MetaData(), Column("id", Integer, primary_key=True), Column("name", String)))
    return [row.name for row in session.query(Row).order_by(Row.id)]
    === relation [bridged]
    return [book.title for book in session.query(Author).get(1).books]
    === connection that writes
    connection = engine.connect()
    connection.execute("DELETE FROM note WHERE id = 1")
    connection.close()
    return session.query(Note).count()
    === connection in with that writes
    with engine.connect() as connection:
        connection.execute(Note.__table__.delete())
    === raw connection
    connection = engine.raw_connection()
    cursor = connection.cursor()
    cursor.execute("DELETE FROM note WHERE id = 1")
    connection.commit()
    cursor.execute("SELECT count(*) FROM note")
    found = cursor.fetchone()[0]
    connection.close()
    return found
    """,
    {
        **dict.fromkeys(("connection that writes", "connection in with that writes"), AUTOCOMMIT),
        "bound metadata": "a MetaData with a bind, and statements that execute themselves, are gone",
    },
    models=PLAIN,
)


@pytest.mark.parametrize("program", PROGRAMS)
def test_old(program: Program, store: Store) -> None:
    gives_what_it_gave(program, store)
