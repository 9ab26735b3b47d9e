"""What SQLAlchemy 1.3 kept inside of its queries is marked, and told from what others call by the same name."""

from __future__ import annotations

import pytest

from tests.migrate_tool.programs import after, migrated


@pytest.mark.parametrize(
    ("expression", "instead"),
    [
        ("User.query._entities", "column_descriptions"),
        ("db.session.query(User)._primary_entity", "column_descriptions"),
        ("User.query.filter_by(name='x')._mapper_zero()", "column_descriptions"),
        ("anything._only_entity_zero()", "column_descriptions"),
        ("anything._join_entities", "get_final_froms"),
    ],
)
def test_the_inside_of_a_query_is_marked(expression: str, instead: str) -> None:
    text = after(f"def f(anything):\n    return {expression}\n")
    assert "# migrate: FQ190 SQLAlchemy 2 has no query._" in text
    assert instead in text
    again = {"code.py": f"from app import *\n{text}\n"}
    assert migrated(again)[0] == again


@pytest.mark.parametrize(
    "code",
    [
        "def f(anything):\n    return anything._entities",
        "class Parser:\n    _entities = []\n    _entity_zero = 1\n\n    def f(self):\n        return self._entities, self._entity_zero",
        "def f():\n    return User.query.column_descriptions",
    ],
)
def test_what_is_something_else_s_stays(code: str) -> None:
    assert after(code) == code
