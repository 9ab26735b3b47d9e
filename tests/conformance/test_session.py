"""The session of an application: questions, changes, transactions."""

from __future__ import annotations

import pytest

from .stores import Store
from .twins import Program, conforms, table

PROGRAMS = table(
    """
    === query of a model
    return db.session.query(Author).filter(Author.age > 18).order_by(Author.id).all()
    === query of columns
    return db.session.query(Author.name, Author.age).order_by(Author.id).all()
    === query of two models
    return db.session.query(Author, Book).join(Book).filter(Book.year > 2000).order_by(Book.id).all()
    === query of a row's names
    return [row.name for row in db.session.query(Author.name).order_by(Author.id)]
    === query of functions
    return db.session.query(func.count(Book.id), func.min(Book.year)).one()
    === execute a select
    return db.session.execute(select(Book).order_by(Book.id)).scalars().all()
    === execute and iterate
    return [row.title for row in db.session.execute(select(Book.title, Book.id).order_by(Book.id))]
    === execute and all, first, one, fetchall
    def ask():
        return db.session.execute(select(Author.id, Author.name).order_by(Author.id))
    return ask().all(), ask().first(), ask().fetchall(), ask().fetchone(), ask().fetchmany(2)
    === execute and scalar_one
    return db.session.execute(select(Author).where(Author.id == 2)).scalar_one().name
    === execute and scalar_one of nothing
    return db.session.execute(select(Author).where(Author.id == 99)).scalar_one()
    === execute and mappings
    return [dict(row) for row in db.session.execute(select(Author.id, Author.age).order_by(Author.id)).mappings()]
    === execute text
    return db.session.execute(text("SELECT name FROM author WHERE age > :age ORDER BY name"), {"age": 18}).fetchall()
    === execute a wrong text
    return db.session.execute(text("SELECT nothing FROM nowhere"))
    === execute insert
    done = db.session.execute(db.insert(Tag).values(name="fine"))
    db.session.commit()
    return done.inserted_primary_key
    === execute insert of many
    db.session.execute(db.insert(Tag), [{"name": "one"}, {"name": "two"}])
    db.session.commit()
    === execute update
    done = db.session.execute(db.update(Book).where(Book.year > 1900).values(shelf="x"))
    db.session.commit()
    return done.rowcount
    === execute delete
    db.session.execute(db.delete(Note).where(Note.book_id == 1))
    db.session.commit()
    === execute insert returning
    tag = db.session.scalars(db.insert(Tag).returning(Tag), [{"name": "back"}]).one()
    name = tag.name
    db.session.commit()
    return name
    === scalars
    return db.session.scalars(select(Book.title).order_by(Book.id)).all()
    === scalars first, one, unique
    query = select(Author).order_by(Author.id)
    return db.session.scalars(query).first(), db.session.scalars(query.limit(1)).one(), db.session.scalars(query).unique().all()
    === scalars in a loop
    return [book.title for book in db.session.scalars(select(Book).order_by(Book.id))]
    === scalar
    return db.session.scalar(select(func.count()).select_from(Book)), db.session.scalar(select(Author).where(Author.id == 99))
    === get
    return db.session.get(Author, 1).name, db.session.get(Author, 99)
    === get_one of nothing
    return db.session.get_one(Author, 99)
    === get with options
    return [b.title for b in db.session.get(Author, 1, options=[selectinload(Author.books)]).books]
    === the same object
    return db.session.get(Author, 1) is Author.query.filter_by(name="ada").one()
    === add and commit
    author = Author(name="dot", age=20)
    db.session.add(author)
    db.session.commit()
    return Author.query.filter_by(name="dot").one().age
    === add_all
    db.session.add_all([Tag(name="x"), Tag(name="y")])
    db.session.commit()
    return Tag.query.count()
    === add and flush
    tag = Tag(name="x")
    db.session.add(tag)
    db.session.flush()
    number = tag.id
    db.session.rollback()
    return number, Tag.query.count()
    === autoflush
    db.session.add(Tag(name="x"))
    return Tag.query.filter_by(name="x").count()
    === no_autoflush
    db.session.add(Tag(name="x"))
    with db.session.no_autoflush:
        before = Tag.query.filter_by(name="x").count()
    return before, Tag.query.filter_by(name="x").count()
    === no_autoflush of a query
    db.session.add(Tag(name="x"))
    return Tag.query.autoflush(False).filter_by(name="x").count()
    === change and commit
    book = Book.query.get(1)
    book.title, book.year = "New", book.year + 1
    db.session.commit()
    return Book.query.get(1).title
    === changed by onupdate
    book = db.session.get(Book, 2)
    book.title = "New"
    db.session.commit()
    return db.session.scalar(select(Book.changes).where(Book.id == 2))
    === delete
    db.session.delete(Note.query.first())
    db.session.commit()
    return Note.query.count()
    === delete with what belongs to it [bridged]
    Review.query.delete()
    db.session.delete(Author.query.filter_by(name="bob").one())
    db.session.commit()
    === rollback
    Author.query.get(1).name = "changed"
    db.session.rollback()
    return Author.query.get(1).name
    === unique violated
    db.session.add(Author(name="ada"))
    db.session.commit()
    === unique violated and caught
    try:
        db.session.add(Author(name="ada"))
        db.session.commit()
    except IntegrityError as error:
        db.session.rollback()
        return type(error).__name__, Author.query.count()
    === unique violated and not rolled back
    try:
        db.session.add(Author(name="ada"))
        db.session.flush()
    except IntegrityError:
        pass
    db.session.add(Author(name="eve"))
    db.session.commit()
    return Author.query.count()
    === null violated
    db.session.add(Author(age=3))
    db.session.flush()
    === validator refuses
    db.session.add(Author(name="neg", age=-1))
    db.session.commit()
    === refresh
    book = Book.query.get(1)
    db.session.execute(text("UPDATE book SET title = 'behind' WHERE id = 1"))
    before = book.title
    db.session.refresh(book)
    return before, book.title
    === refresh of some attributes
    book = Book.query.get(1)
    db.session.execute(text("UPDATE book SET title = 'behind', year = 1 WHERE id = 1"))
    db.session.refresh(book, ["year"])
    return book.title, book.year
    === expire [bridged]
    book = Book.query.get(1)
    db.session.execute(text("UPDATE book SET title = 'behind' WHERE id = 1"))
    db.session.expire(book)
    return book.title
    === expire_all [bridged]
    books = Book.query.order_by(Book.id).all()
    db.session.execute(text("UPDATE book SET title = 'behind'"))
    db.session.expire_all()
    return [book.title for book in books]
    === expunge
    book = Book.query.get(1)
    db.session.expunge(book)
    book.title = "unseen"
    db.session.commit()
    return book in db.session, Book.query.get(1).title
    === merge
    merged = db.session.merge(Author(id=1, name="ada", age=99))
    db.session.commit()
    return Author.query.get(1).age, db.session.get(Author, 1) is merged
    === merge of something new
    merged = db.session.merge(Tag(id=50, name="merged"))
    db.session.commit()
    return merged is Tag.query.get(50)
    === bulk_save_objects
    db.session.bulk_save_objects([Tag(name="x"), Tag(name="y")])
    db.session.commit()
    === bulk_insert_mappings
    db.session.bulk_insert_mappings(Tag, [{"name": "x"}, {"name": "y"}])
    db.session.commit()
    === bulk_update_mappings
    db.session.bulk_update_mappings(Book, [{"id": 1, "year": 1}, {"id": 2, "year": 2}])
    db.session.commit()
    === begin_nested
    db.session.add(Tag(name="kept"))
    try:
        with db.session.begin_nested():
            db.session.add(Author(name="ada"))
    except IntegrityError:
        pass
    db.session.commit()
    === begin_nested without with
    savepoint = db.session.begin_nested()
    db.session.add(Tag(name="gone"))
    db.session.flush()
    savepoint.rollback()
    db.session.add(Tag(name="kept"))
    db.session.commit()
    === begin_nested committed
    savepoint = db.session.begin_nested()
    db.session.add(Tag(name="kept"))
    savepoint.commit()
    db.session.commit()
    === with begin
    with db.session.begin():
        db.session.add(Tag(name="begun"))
    return Tag.query.count()
    === with begin that fails
    with db.session.begin():
        db.session.add(Tag(name="begun"))
        raise LookupError("no")
    === close
    author = Author.query.get(1)
    db.session.close()
    return author in db.session, author.name
    === remove
    db.session.add(Tag(name="lost"))
    db.session.remove()
    return Tag.query.count()
    === new, dirty, deleted
    db.session.add(Tag(name="x"))
    book = Book.query.get(1)
    book.title = "y"
    return len(db.session.new), len(db.session.dirty), len(db.session.deleted), db.session.is_modified(book)
    === connection
    connection = db.session.connection()
    return connection.execute(text("SELECT count(*) FROM book")).scalar()
    === in_transaction
    before = db.session().in_transaction()
    Author.query.first()
    return before, db.session().in_transaction()
    === the session itself
    session = db.session()
    session.add(Tag(name="x"))
    session.commit()
    return session.query(Tag).count()
    === a detached object's attribute
    author = Author.query.get(1)
    db.session.commit()
    db.session.expunge_all()
    return author.name
    === get_bind
    return db.session.get_bind().dialect.name
    === db.select and db.session
    return db.session.execute(db.select(Author).filter_by(name="ada")).scalar_one_or_none()
    === db.get_or_404
    return db.get_or_404(Author, 2).name, db.first_or_404(db.select(Author).where(Author.age == 52)).name
    === db.get_or_404 of nothing
    return db.get_or_404(Author, 77)
    === db.one_or_404 of several
    return db.one_or_404(db.select(Author))
    === db.paginate
    page = db.paginate(db.select(Book).order_by(Book.id), page=2, per_page=3)
    return [book.id for book in page.items], page.total, [book.id for book in page]
    === object_session
    author = Author.query.get(1)
    return db.object_session(author) is not None, db.object_session(Author(name="free")) is None
    === inspect
    author = Author.query.get(1)
    return db.inspect(author).persistent, db.inspect(Tag()).transient
    """
)


@pytest.mark.parametrize("program", PROGRAMS)
def test_session(program: Program, store: Store) -> None:
    conforms(program, store)
