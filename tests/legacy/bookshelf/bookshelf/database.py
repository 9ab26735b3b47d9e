"""Tables that are older than Flask-SQLAlchemy in this project: loans, notes, goals and the audit log."""

from datetime import datetime
from functools import wraps

from sqlalchemy import Boolean, Column, DateTime, Integer, String, Text, create_engine
from sqlalchemy.orm import declarative_base, scoped_session, sessionmaker

engine = None
Session = sessionmaker()
db_session = scoped_session(sessionmaker(autoflush=False))

Base = declarative_base()
Base.query = db_session.query_property()


class AuditEntry(Base):
    __tablename__ = "audit_entries"

    id = Column(Integer, primary_key=True)
    at = Column(DateTime, default=datetime.utcnow)
    action = Column(String(60), nullable=False)
    subject = Column(String(200), default="")
    actor = Column(String(120), nullable=False)


class Loan(Base):
    __tablename__ = "loans"

    id = Column(Integer, primary_key=True)
    book_id = Column(Integer, nullable=False, index=True)
    user_id = Column(Integer, nullable=False, index=True)
    taken_at = Column(DateTime, default=datetime.utcnow)
    returned = Column(Boolean, default=False, nullable=False)


class Note(Base):
    __tablename__ = "notes"

    id = Column(Integer, primary_key=True)
    user_id = Column(Integer, nullable=False, index=True)
    text = Column(Text, nullable=False)


class ReadingGoal(Base):
    __tablename__ = "reading_goals"

    id = Column(Integer, primary_key=True)
    user_id = Column(Integer, nullable=False, unique=True)
    books = Column(Integer, nullable=False)


def init_app(app):
    global engine
    engine = create_engine(app.config["SQLALCHEMY_DATABASE_URI"])
    db_session.remove()
    db_session.configure(bind=engine)
    Session.configure(bind=engine)

    @app.teardown_appcontext
    def shutdown_session(exc=None):
        if exc:
            db_session.rollback()
        db_session.remove()


def create_tables():
    Base.metadata.create_all(bind=engine)


def drop_tables():
    Base.metadata.drop_all(bind=engine)


def with_session(view):
    """Give the view a session of its own as first argument."""

    @wraps(view)
    def wrapper(*args, **kwargs):
        with Session() as s:
            return view(s, *args, **kwargs)

    return wrapper
