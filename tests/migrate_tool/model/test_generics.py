"""Generic classes: what inherited methods give for the class that the type variable stands for."""

from __future__ import annotations

import pytest

from tests.migrate_tool.programs import after

STORE = """
from typing import Generic, TypeVar
from outside import Known
T = TypeVar("T", bound=Known)
K = TypeVar("K")
class Store(Generic[K, T]):
    def find(self, key: K) -> T | None:
        return self.one(key)
    def many(self) -> "list[T]":
        return self.every()
    @classmethod
    def first(cls) -> T:
        return cls.any()
class Middle(Store[int, T]):
    pass
class Users(Middle[User]):
    pass
class Notes(Store[str, Note]):
    pass
"""


@pytest.mark.parametrize(
    ("call", "becomes"),
    [
        ("Users().find(1).posts.count()", "await Users().find(1).posts.count()"),
        ("Users.first().posts.all()", "await Users.first().posts.all()"),
        (
            "[user.posts.all() for user in Users().many()]",
            "[await user.posts.all() for user in Users().many()]",
        ),
        ("Notes().find('a').posts.count()", "await maybe_await(Notes().find('a').posts.count())"),
        ("Store().find(1).text.count('a')", "Store().find(1).text.count('a')"),
    ],
)
def test_an_inherited_method_gives_what_the_class_says(call: str, becomes: str) -> None:
    text = after(f"{STORE}def show():\n    db.session.commit()\n    return {call}\n")
    assert f"    return {becomes}" in text
