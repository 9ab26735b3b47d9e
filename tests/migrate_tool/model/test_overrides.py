"""A method that only says that derived classes have it gives what theirs give."""

from __future__ import annotations

import pytest

from tests.migrate_tool.programs import after, migrated

LISTS = """\
class List:
    def query(self):
        raise NotImplementedError

    def page(self, query, number):
        return query.paginate(page=number)

    def items(self, number):
        return self.page(self.query(), number).items

    def size(self):
        return len(self.name())

    def name(self):
        raise NotImplementedError

class Users(List):
    def query(self):
        return User.query.filter(User.name != "")

    def name(self):
        return "users"
"""


FORMS = """\
def add_user(self, name):
    return User.query.filter_by(name=name).first()

def add_nobody(self, name):
    return None

class Form:
    add = ""
    title = "form"

    def save(self, name):
        return self.add(name), self.title

class Users(Form):
    add = add_user
    title = "users"
"""


def test_a_placeholder_in_the_base_class_stands_for_the_functions_of_derived_ones() -> None:
    text = after(FORMS)
    assert "    async def save(self, name):\n        return await self.add(name), self.title\n" in text
    mixed = after(FORMS + "\nclass Nobody(Form):\n    add = add_nobody\n")
    assert "return await maybe_await(self.add(name)), self.title\n" in mixed


def test_what_an_object_puts_into_itself_is_no_placeholder() -> None:
    text = after(
        FORMS.replace('    add = ""\n', "").replace(
            "    def save", "    def __init__(self):\n        self.add = str\n\n    def save"
        )
    )
    assert "    def save(self, name):\n        return self.add(name), self.title\n" in text


def test_what_derived_classes_give_is_awaited_in_the_base_class() -> None:
    text = after(LISTS)
    assert (
        "    async def page(self, query, number):\n        return await query.paginate(page=number)" in text
    )
    assert "        return (await self.page(self.query(), number)).items" in text
    assert "    def size(self):\n        return len(self.name())" in text


@pytest.mark.parametrize(
    "said", [" = None", ": db.Model = NotImplementedError", ": type = None", ": type[Base]", ' = ""']
)
def test_the_class_that_a_subclass_names_in_place_of_a_placeholder(said: str) -> None:
    code = f"""\
from flask import Flask
from flask_sqlalchemy import SQLAlchemy

db = SQLAlchemy(Flask(__name__))


class Base(db.Model):
    __abstract__ = True

    def keep(self):
        db.session.add(self)
        db.session.commit()


class User(Base):
    id = db.Column(db.Integer, primary_key=True)


class Store:
    entity{said}

    def find(self, number):
        return db.session.query(self.entity).get(number)


class Users(Store):
    entity = User

    def rename(self, number):
        user = self.find(number)
        if user and number > 2:
            user.keep()
        return user
"""
    texts, _ = migrated({"app.py": code})
    assert "user = await self.find(number)" in texts["app.py"]
    assert "await user.keep()" in texts["app.py"]
