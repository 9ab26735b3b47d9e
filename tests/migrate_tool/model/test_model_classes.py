"""What ``db.Model`` inherits from the class that the extension object was given, and what mixins find beside themselves."""

from __future__ import annotations

import textwrap

from tests.migrate_tool.programs import migrated

EXTENSIONS = """
    from flask_sqlalchemy import SQLAlchemy, Model

    class Saving(Model):
        @classmethod
        def create(cls, **values):
            return cls(**values).save()

        def save(self):
            db.session.add(self)
            db.session.commit()
            return self

    db = SQLAlchemy(model_class=Saving)
    Base = db.Model
"""
MODELS = """
    from extensions import Base, db

    class Found:
        id = db.Column(db.Integer, primary_key=True)

        @classmethod
        def by_id(cls, wanted):
            return cls.query.get(wanted)

    class Profile(Found, Base):
        user = db.relationship("User", backref=db.backref("profile", uselist=False))

    class User(Found, Base):
        pass
"""


def moved(code: str) -> str:
    files = {"extensions.py": EXTENSIONS, "models.py": MODELS, "code.py": textwrap.dedent(code).lstrip("\n")}
    return migrated(files)[0]["code.py"]


def test_a_model_has_the_methods_of_the_extension_objects_model_class() -> None:
    assert "(await User(name='a').save()).id" in moved(
        """
        from models import User
        def new():
            return User(name='a').save().id
        """
    )


def test_what_an_inherited_method_gives_is_of_the_class_it_was_called_on() -> None:
    text = moved(
        """
        from models import User
        def rename(wanted):
            User.by_id(wanted).profile.save()
            return User.create(name='b').profile.save()
        """
    )
    assert "await (await User.by_id(wanted)).profile.save()" in text
    assert "return await (await User.create(name='b')).profile.save()" in text


def test_the_classes_bases_of_a_model_class_do_not_derive_from_it() -> None:
    files = {"extensions.py": EXTENSIONS, "models.py": MODELS}
    texts, _ = migrated(files)
    assert "async def save(self):" in texts["extensions.py"]
    assert "return await cls(**values).save()" in texts["extensions.py"]
    assert "return await cls.query.get(wanted)" in texts["models.py"]


def test_the_users_of_tokens_are_what_their_loader_gives() -> None:
    text = moved(
        """
        from flask_jwt_extended import JWTManager, current_user, get_current_user
        from models import User
        jwt = JWTManager()

        @jwt.user_lookup_loader
        def load(header, data):
            return User.by_id(data["sub"])

        def touch():
            current_user.profile.save()
            get_current_user().save()
        """
    )
    assert "await current_user.profile.save()" in text
    assert "await get_current_user().save()" in text


PLAIN_BASE = """
from sqlalchemy import Column, Integer
from sqlalchemy.orm import declarative_base
from store import db_session

class Saved:
    def save(self):
        db_session.add(self)
        db_session.commit()

Base = declarative_base(cls=Saved)

class Page(Base):
    __tablename__ = "page"
    id = Column(Integer, primary_key=True)

def use():
    Page(id=2).save()
"""

PLAIN_STORE = """
from sqlalchemy import create_engine
from sqlalchemy.orm import scoped_session, sessionmaker

engine = create_engine("sqlite://")
db_session = scoped_session(sessionmaker(bind=engine))
"""


def test_what_declarative_base_is_given_is_above_every_model() -> None:
    after = migrated({"models.py": PLAIN_BASE, "store.py": PLAIN_STORE})[0]["models.py"]
    assert "await Page(id=2).save()" in after
