"""Protocols, and what stands for them without deriving from them."""

from __future__ import annotations

from tests.migrate_tool.programs import migrated, with_app

CODE = """
from typing import Protocol

class People(Protocol):
    def find(self, ident): ...
    def add(self, user): ...

class SqlPeople:
    def find(self, ident):
        return db.session.get(User, ident)
    def add(self, user):
        db.session.add(user)

class Greeting:
    def __init__(self, people: People):
        self.people = people
    def say(self, ident):
        return self.people.find(ident).name
"""
TEST = """
from code import Greeting

class FakePeople:
    def find(self, ident):
        return ident

class Finder:
    def find(self, what):
        return what
    def seek(self, what):
        return what

def test_greeting():
    assert FakePeople().find(1) == 1
    assert Finder().find(1) == 1
    Greeting(FakePeople()).say(1)
"""


def test_they_have_one_colour() -> None:
    files = {**with_app(CODE), "tests/test_code.py": TEST.lstrip()}
    after = migrated(files)[0]
    assert "class People(Protocol):\n    async def find(self, ident): ...\n    def add(" in after["code.py"]
    assert "        return (await self.people.find(ident)).name" in after["code.py"]
    test = after["tests/test_code.py"]
    assert "class FakePeople:\n    async def find(self, ident):" in test
    assert "class Finder:\n    def find(self, what):" in test
    assert "    assert await FakePeople().find(1) == 1\n    assert Finder().find(1) == 1\n" in test
    assert migrated(after)[0] == after
