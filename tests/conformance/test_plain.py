"""SQLAlchemy without an extension: engines, session factories, scoped sessions, bases."""

from __future__ import annotations

import pytest

from .shelf import PLAIN
from .stores import Store
from .twins import Program, conforms, table

PROGRAMS = table(
    """
    === scoped session
    return [author.name for author in session.query(Author).order_by(Author.id)]
    === scoped session changes
    session.add(Author(name="eve"))
    session.commit()
    return session.query(Author).count()
    === scoped session rolled back
    session.add(Author(name="eve"))
    session.flush()
    session.rollback()
    return session.query(Author).count()
    === scoped session removed
    session.add(Author(name="eve"))
    session.remove()
    return session.query(Author).count()
    === scoped session called
    own = session()
    own.add(Author(name="eve"))
    own.commit()
    return session().query(Author).filter_by(name="eve").count(), own is session()
    === query property
    return Author.query.filter(Author.age > 18).order_by(Author.id).all(), Book.query.count(), Book.query.get(2).title
    === query property on a class of one's own [bridged]
    class Names(Base):
        __tablename__ = "author"
        __table_args__ = {"extend_existing": True}
        @property
        def twins(self):
            return Names.query.filter_by(age=self.age).count()
    return Names.query.first().twins
    === with a session of the maker
    with Maker() as s:
        s.add(Author(name="eve"))
        s.commit()
        return s.query(Author).count()
    === with a session of an engine
    with Session(engine) as s:
        return s.scalars(select(Author.name).order_by(Author.id)).all()
    === with maker.begin
    with Maker.begin() as s:
        s.add(Author(name="eve"))
    === with maker.begin that fails
    with Maker.begin() as s:
        s.add(Author(name="eve"))
        raise LookupError("no")
    === with session and with begin
    with Maker() as s, s.begin():
        s.add(Author(name="eve"))
    === a session closed in finally
    s = Maker()
    try:
        s.add(Author(name="eve"))
        s.commit()
    except IntegrityError:
        s.rollback()
        raise
    finally:
        s.close()
    === a session closed in finally after an error
    s = Maker()
    try:
        s.add(Author(name="ada"))
        s.commit()
    except IntegrityError as error:
        s.rollback()
        return type(error).__name__
    finally:
        s.close()
    === session begin without with
    s = Maker()
    s.begin()
    s.add(Author(name="eve"))
    s.commit()
    s.close()
    === generator of sessions [bridged]
    def sessions():
        s = Maker()
        try:
            yield s
        finally:
            s.close()
    for s in sessions():
        return s.query(Author).count()
    === dynamic relationship
    ada = session.query(Author).filter_by(name="ada").one()
    return ada.reviews.count(), [review.stars for review in ada.reviews.filter(Review.stars < 3)]
    === dynamic relationship appended
    ada = session.query(Author).filter_by(name="ada").one()
    ada.reviews.append(Review(stars=8))
    session.commit()
    === relationship [bridged]
    return [book.title for book in session.query(Author).first().books], session.query(Book).first().author.name
    === engine connect
    with engine.connect() as connection:
        return connection.execute(text("SELECT name FROM author ORDER BY id")).fetchall()
    === engine connect and commit
    with engine.connect() as connection:
        connection.execute(text("DELETE FROM note"))
        connection.commit()
    === engine connect without commit
    with engine.connect() as connection:
        connection.execute(text("DELETE FROM note"))
    === engine connect without with
    connection = engine.connect()
    try:
        return connection.execute(select(Author.name).where(Author.id == 1)).scalar()
    finally:
        connection.close()
    === engine connect given to with later
    connection = engine.connect()
    with connection:
        return connection.scalar(select(func.count(Author.id)))
    === engine connect returned
    def connected():
        return engine.connect()
    with connected() as connection:
        return connection.scalar(select(func.count(Author.id)))
    === engine connect returned and closed
    def connected():
        return engine.connect()
    connection = connected()
    found = connection.scalar(select(func.count(Author.id)))
    connection.close()
    return found
    === engine begin
    with engine.begin() as connection:
        connection.execute(Author.__table__.insert().values(name="eve"))
    === engine begin that fails
    with engine.begin() as connection:
        connection.execute(Author.__table__.insert().values(name="eve"))
        connection.execute(Author.__table__.insert().values(name="ada"))
    === connection begin
    with engine.connect() as connection:
        with connection.begin():
            connection.execute(Author.__table__.insert().values(name="eve"))
    === connection begin without with
    connection = engine.connect()
    transaction = connection.begin()
    connection.execute(Author.__table__.insert().values(name="eve"))
    transaction.rollback()
    transaction = connection.begin()
    connection.execute(Author.__table__.insert().values(name="fay"))
    transaction.commit()
    connection.close()
    === connection begin_nested
    with engine.begin() as connection:
        nested = connection.begin_nested()
        connection.execute(Author.__table__.insert().values(name="eve"))
        nested.rollback()
        with connection.begin_nested():
            connection.execute(Author.__table__.insert().values(name="fay"))
    === connection exec_driver_sql
    with engine.connect() as connection:
        return [tuple(row) for row in connection.exec_driver_sql("SELECT id, name FROM author ORDER BY id")]
    === connection scalars and mappings
    with engine.connect() as connection:
        names = connection.scalars(select(Author.name).order_by(Author.id)).all()
        return names, connection.execute(select(Author.id)).mappings().first()
    === connection rowcount and inserted key
    with engine.begin() as connection:
        done = connection.execute(Author.__table__.insert().values(name="eve"))
        return done.inserted_primary_key, connection.execute(Book.__table__.delete().where(Book.id == 99)).rowcount
    === raw connection
    connection = engine.raw_connection()
    try:
        cursor = connection.cursor()
        cursor.execute("INSERT INTO author (name, age) VALUES ('eve', 3)")
        connection.commit()
        cursor.execute("SELECT name, age FROM author ORDER BY id")
        return cursor.fetchone()[0], [row[1] for row in cursor.fetchall()], cursor.description[0][0]
    finally:
        connection.close()
    === raw connection with parameters [postgresql]
    connection = engine.raw_connection()
    cursor = connection.cursor()
    cursor.execute("SELECT name FROM author WHERE id > %s AND age < %s ORDER BY id", (1, 60))
    first = cursor.fetchall()
    cursor.execute("SELECT name FROM author WHERE id = %(id)s OR id = %(id)s + %(more)s ORDER BY id", {"id": 1, "more": 2})
    second = cursor.fetchall()
    cursor.close()
    connection.close()
    return first, second
    === connection in a session
    with engine.connect() as connection:
        s = Session(bind=connection)
        s.add(Author(name="eve"))
        s.flush()
        found = s.query(Author).count()
        s.close()
        return found
    === create and drop tables
    class Extra(Base):
        __tablename__ = "extra"
        id = Column(Integer, primary_key=True)
    Base.metadata.create_all(engine)
    session.add(Extra())
    session.commit()
    found = session.query(Extra).count()
    session.remove()
    Base.metadata.drop_all(bind=engine, tables=[Extra.__table__])
    return found
    === reflected metadata
    from sqlalchemy import MetaData
    metadata = MetaData()
    metadata.reflect(bind=engine)
    return sorted(metadata.tables)
    === session in g
    def get_session():
        if "session" not in g:
            g.session = Maker()
        return g.session
    get_session().add(Author(name="eve"))
    get_session().commit()
    found = get_session().query(Author).count()
    g.pop("session").close()
    return found
    === teardown that removes
    def program():
        @app.teardown_appcontext
        def shutdown_session(exception=None):
            session.remove()
        @app.route("/")
        def index():
            session.add(Author(name="lost"))
            session.flush()
            return str(session.query(Author).count())
        client = app.test_client()
        return client.get("/").get_data(as_text=True), client.get("/").get_data(as_text=True)
    === before and after request
    def program():
        @app.before_request
        def opened():
            g.session = Maker()
        @app.after_request
        def closed(response):
            g.session.commit()
            g.session.close()
            return response
        @app.route("/")
        def index():
            g.session.add(Author(name="kept"))
            return str(g.session.query(Author).count())
        return app.test_client().get("/").get_data(as_text=True)
    === session handed to views
    import functools
    def program():
        def with_session(view):
            @functools.wraps(view)
            def wrapper(*args, **kwargs):
                with Maker() as s:
                    return view(s, *args, **kwargs)
            return wrapper
        @app.route("/<int:number>")
        @with_session
        def index(s, number):
            return s.get(Author, number).name
        return app.test_client().get("/2").get_data(as_text=True)
    """,
    models=PLAIN,
)


@pytest.mark.parametrize("program", PROGRAMS)
def test_plain(program: Program, store: Store) -> None:
    conforms(program, store)
