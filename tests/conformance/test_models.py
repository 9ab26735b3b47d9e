"""Models: relationships, proxies, hybrids, defaults, events, inheritance."""

from __future__ import annotations

import pytest

from .stores import Store
from .twins import Program, conforms, table

PROGRAMS = table(
    """
    === relationship that is loaded with its owner
    author = Author.query.options(joinedload(Author.books)).filter_by(name="ada").one()
    return [book.title for book in author.books]
    === relationship that is not loaded [bridged]
    return [[book.title for book in author.books] for author in Author.query.order_by(Author.id)]
    === many to one that is not loaded [bridged]
    return [book.author.name for book in Book.query.order_by(Book.id)]
    === chain of relationships [bridged]
    return Review.query.order_by(Review.id).first().book.author.name
    === relationship of a new object
    author = Author(name="new")
    author.books.append(Book(title="first"))
    db.session.add(author)
    db.session.commit()
    return Book.query.filter_by(author_id=author.id).count() if False else Book.query.count()
    === append to a loaded relationship [bridged]
    author = Author.query.get(2)
    author.books.append(Book(title="more"))
    db.session.commit()
    return [book.title for book in author.books]
    === remove from a relationship [bridged]
    Note.query.delete()
    Review.query.delete()
    author = Author.query.get(1)
    author.books.remove(author.books[0])
    db.session.commit()
    === assign a relationship [bridged]
    book = Book.query.get(1)
    book.author = Author.query.get(2)
    db.session.commit()
    return book.author_id
    === many to many [bridged]
    book = Book.query.get(3)
    book.tags.append(Tag.query.get(1))
    book.tags.append(Tag(name="fine"))
    db.session.commit()
    return [tag.name for tag in book.tags]
    === many to many emptied [bridged]
    Book.query.get(1).tags = []
    db.session.commit()
    === dynamic all
    return [review.stars for review in Author.query.get(1).reviews.all()]
    === dynamic iterated
    return [review.stars for review in Author.query.get(1).reviews]
    === dynamic by its annotation
    from sqlalchemy.orm import DynamicMapped
    class Entry(db.Model):
        id = db.Column(db.Integer, primary_key=True)
        day_id = db.Column(db.Integer, db.ForeignKey("day.id"))
        def number(self):
            return Entry.query.filter(Entry.id <= self.id).count()
    class Day(db.Model):
        id = db.Column(db.Integer, primary_key=True)
        entries: DynamicMapped["Entry"] = db.relationship(order_by="Entry.id")
    db.create_all()
    db.session.add(Day(entries=[Entry(), Entry()]))
    db.session.commit()
    day = Day.query.one()
    return day.entries.count(), day.entries.first().number(), [entry.number() for entry in day.entries]
    === dynamic filtered
    ada = Author.query.get(1)
    return ada.reviews.filter_by(stars=4).one().id, ada.reviews.filter(Review.stars < 4).count(), ada.reviews.count()
    === dynamic ordered and limited
    return Author.query.get(1).reviews.order_by(None).order_by(Review.stars.desc()).limit(1).first().stars
    === dynamic append
    ada = Author.query.get(1)
    ada.reviews.append(Review(stars=9))
    db.session.commit()
    return ada.reviews.count() if False else Review.query.count()
    === dynamic remove
    ada = Author.query.get(1)
    ada.reviews.remove(ada.reviews.first())
    db.session.commit()
    === dynamic of a backref
    return Tag.query.get(1).books.order_by(Book.id).all(), Tag.query.get(1).books.count()
    === dynamic in a condition
    return [author.name for author in Author.query.order_by(Author.id) if author.reviews.count() > 1]
    === dynamic paginated
    return [review.id for review in Author.query.get(1).reviews.paginate(page=1, per_page=2).items]
    === dynamic of a new object
    author = Author(name="new")
    author.reviews.append(Review(stars=1))
    db.session.add(author)
    db.session.commit()
    === write only select
    book = Book.query.get(1)
    return [note.text for note in db.session.scalars(book.notes.select())]
    === write only filtered
    book = Book.query.get(1)
    return db.session.scalar(book.notes.select().where(Note.text == "lent")).id
    === write only add
    book = Book.query.get(2)
    book.notes.add(Note(text="new"))
    db.session.commit()
    === write only remove
    book = Book.query.get(1)
    book.notes.remove(Note.query.get(1))
    db.session.commit()
    === write only add_all
    book = Book.query.get(2)
    book.notes.add_all([Note(text="x"), Note(text="y")])
    db.session.commit()
    === association proxy read [bridged]
    return list(Book.query.get(1).tag_names)
    === association proxy appended [bridged]
    book = Book.query.get(2)
    book.tag_names.append("proxied")
    db.session.commit()
    return sorted(book.tag_names)
    === association proxy filtered
    return Book.query.filter(Book.tag_names.contains("rare")).all()
    === hybrid property
    return Author.query.get(1).grown, Author.query.filter(Author.grown).order_by(Author.id).all()
    === hybrid method
    return Author.query.get(2).older_than(10), Author.query.filter(Author.older_than(40)).all()
    === column default
    book = Book(title="new")
    db.session.add(book)
    db.session.flush()
    return book.shelf, book.changes
    === column default that asks [bridged]
    def count():
        return 100 + db.session.query(Tag).count()
    class Box(db.Model):
        id = db.Column(db.Integer, primary_key=True)
        size = db.Column(db.Integer, default=count)
    db.create_all()
    db.session.add(Box())
    db.session.commit()
    return Box.query.one().size
    === onupdate
    Book.query.filter_by(id=1).update({"title": "x"})
    db.session.commit()
    === validator
    author = Author.query.get(1)
    author.age = -3
    === polymorphic load
    return [type(medium).__name__ for medium in Medium.query.order_by(Medium.id)]
    === polymorphic subclass
    return Film.query.one().minutes, Song.query.one().name, Film.query.count()
    === polymorphic added
    db.session.add_all([Film(name="Sea", minutes=80), Song(name="La")])
    db.session.commit()
    return Medium.query.count()
    === polymorphic attribute of a subclass [bridged]
    return Medium.query.filter_by(kind="film").one().minutes
    === with_polymorphic
    from sqlalchemy.orm import with_polymorphic
    both = with_polymorphic(Medium, [Film])
    return [getattr(row, "minutes", None) for row in db.session.query(both).order_by(both.id)]
    === selectin_polymorphic
    from sqlalchemy.orm import selectin_polymorphic
    return [film.minutes for film in db.session.scalars(select(Medium).options(selectin_polymorphic(Medium, [Film]))) if isinstance(film, Film)]
    === event before_insert
    @event.listens_for(Tag, "before_insert")
    def shout(mapper, connection, tag):
        tag.name = tag.name.upper()
    db.session.add(Tag(name="loud"))
    db.session.commit()
    === event that executes
    @event.listens_for(Tag, "after_insert")
    def note(mapper, connection, tag):
        connection.execute(Note.__table__.insert().values(text=tag.name))
    db.session.add(Tag(name="told"))
    db.session.commit()
    === event of the session that queries [bridged]
    @event.listens_for(db.session, "before_commit")
    def counted(session):
        session.add(Note(text=str(session.query(Tag).count())))
    db.session.add(Tag(name="x"))
    db.session.commit()
    === event of an attribute
    @event.listens_for(Author.name, "set", retval=True)
    def strip(target, value, old, initiator):
        return value.strip()
    db.session.add(Author(name="  eve "))
    db.session.commit()
    === event load
    seen = []
    @event.listens_for(Author, "load")
    def loaded(target, context):
        seen.append(target.name)
    Author.query.order_by(Author.id).all()
    return seen
    === event of the engine
    statements = []
    @event.listens_for(db.engine, "before_cursor_execute")
    def record(conn, cursor, statement, parameters, context, executemany):
        statements.append(statement.split()[0])
    Author.query.all()
    Note.query.filter_by(id=1).delete()
    return statements
    === event connect on sqlite [sqlite]
    @event.listens_for(db.engine, "connect")
    def pragma(connection, record):
        cursor = connection.cursor()
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.close()
    db.session.execute(db.insert(Note).values(text="x", book_id=999))
    db.session.commit()
    === event connect that asks what it is [sqlite]
    import sqlite3
    @event.listens_for(db.engine, "connect")
    def pragma(connection, record):
        if isinstance(connection, sqlite3.Connection):
            connection.execute("PRAGMA foreign_keys=ON")
    db.session.execute(db.insert(Note).values(text="x", book_id=999))
    db.session.commit()
    === event connect of every engine [sqlite]
    from sqlalchemy.engine import Engine
    from sqlite3 import Connection as SQLite3Connection
    @event.listens_for(Engine, "connect")
    def _set_sqlite_pragma(dbapi_connection, connection_record):
        if isinstance(dbapi_connection, SQLite3Connection):
            cursor = dbapi_connection.cursor()
            cursor.execute("PRAGMA foreign_keys=ON;")
            cursor.close()
    try:
        db.session.execute(db.insert(Note).values(text="x", book_id=999))
        db.session.commit()
    finally:
        event.remove(Engine, "connect", _set_sqlite_pragma)
    === event connect that compares the type [sqlite]
    import sqlite3
    def pragma(connection, record):
        if type(connection) is sqlite3.Connection:
            connection.execute("PRAGMA foreign_keys=ON")
    event.listen(db.engine, "connect", pragma)
    db.session.execute(db.insert(Note).values(text="x", book_id=999))
    db.session.commit()
    === event connect that asks and gives up [sqlite]
    import sqlite3
    @event.listens_for(db.engine, "connect")
    def pragma(connection, record):
        if not isinstance(connection, (sqlite3.Connection,)):
            return
        connection.cursor().execute("PRAGMA foreign_keys=ON")
    db.session.execute(db.insert(Note).values(text="x", book_id=999))
    db.session.commit()
    === event connect that makes a function [sqlite]
    @event.listens_for(db.engine, "connect")
    def functions(connection, record):
        connection.create_function("double", 1, lambda value: value * 2)
    return db.session.execute(text("SELECT double(21)")).scalar()
    === event first_connect and checkout
    seen = []
    event.listen(db.engine, "checkout", lambda connection, record, proxy: seen.append("checkout"))
    Author.query.first()
    return seen
    === column_property and deferred [bridged]
    from sqlalchemy.orm import column_property, deferred
    class Word(db.Model):
        id = db.Column(db.Integer, primary_key=True)
        text = deferred(db.Column(db.String(20)))
        size = column_property(func.length(text))
    db.create_all()
    db.session.add(Word(text="four"))
    db.session.commit()
    word = Word.query.one()
    return word.size, word.text
    === mixin with declared_attr
    from sqlalchemy.orm import declared_attr
    class Named:
        @declared_attr
        def name(cls):
            return db.Column(db.String(20), default=lambda: cls.__name__)
    class Thing(Named, db.Model):
        id = db.Column(db.Integer, primary_key=True)
    db.create_all()
    db.session.add(Thing())
    db.session.commit()
    return Thing.query.one().name
    === self-referential [bridged]
    class Node(db.Model):
        id = db.Column(db.Integer, primary_key=True)
        parent_id = db.Column(db.Integer, db.ForeignKey("node.id"))
        children = db.relationship("Node", backref=db.backref("parent", remote_side=[id]), order_by="Node.id")
        def depth(self):
            return 0 if self.parent is None else 1 + self.parent.depth()
    db.create_all()
    db.session.add(Node(children=[Node(children=[Node()]), Node()]))
    db.session.commit()
    return [node.depth() for node in Node.query.order_by(Node.id)], len(Node.query.filter_by(parent_id=None).one().children)
    === init that asks [bridged]
    class Entry(db.Model):
        id = db.Column(db.Integer, primary_key=True)
        number = db.Column(db.Integer)
        def __init__(self, **values):
            super().__init__(**values)
            self.number = Entry.query.count() + 1
    db.create_all()
    for _ in range(3):
        db.session.add(Entry())
        db.session.commit()
    return [entry.number for entry in Entry.query.order_by(Entry.id)]
    === method that saves
    class Entry(db.Model):
        id = db.Column(db.Integer, primary_key=True)
        name = db.Column(db.String(10))
        def save(self):
            db.session.add(self)
            db.session.commit()
            return self
        def delete(self):
            db.session.delete(self)
            db.session.commit()
        @classmethod
        def create(cls, **values):
            return cls(**values).save()
    db.create_all()
    Entry.create(name="kept")
    Entry.create(name="gone").delete()
    return [entry.name for entry in Entry.query.all()]
    === repr
    return repr(Author.query.get(1)), repr(Author.query.options(db.load_only(Author.name)).first())
    === bind to a table
    return db.session.execute(book_tags.select().order_by(book_tags.c.book_id, book_tags.c.tag_id)).all()
    === table in a query
    return db.session.query(book_tags).filter(book_tags.c.tag_id == 1).count()
    === create_all and drop_all
    class Extra(db.Model):
        id = db.Column(db.Integer, primary_key=True)
    db.create_all()
    db.session.add(Extra())
    db.session.commit()
    found = Extra.query.count()
    db.session.remove()
    db.drop_all()
    return found
    """
)


@pytest.mark.parametrize("program", PROGRAMS)
def test_models(program: Program, store: Store) -> None:
    conforms(program, store)
