"""Calls in the style of SQLAlchemy 1.x, in all their spellings."""

from __future__ import annotations

import pytest

from tests.migrate_tool.programs import migrated

HEAD = (
    "import sqlalchemy as sa\n"
    "from flask_sqlalchemy import SQLAlchemy\n"
    "from sqlalchemy.orm import joinedload, load_only\n"
    "db = SQLAlchemy()\n"
    "class User(db.Model):\n"
    "    id = db.Column(db.Integer, primary_key=True)\n"
    "    posts = db.relationship('Post')\n"
    "def f(sql, columns):\n"
)


def line_after(line: str) -> str:
    text = migrated({"code.py": f"{HEAD}    {line}\n"})[0]["code.py"]
    return text.rpartition("f(sql, columns):\n")[2].strip()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("return sa.select([User.id])", "return sa.select(User.id)"),
        ("return sa.select([User.id,])", "return sa.select(User.id)"),
        (
            "return db.select([User.id, User]).where(User.id == 1)",
            "return db.select(User.id, User).where(User.id == 1)",
        ),
        ("return sa.case([(User.id == 1, 2),], else_=3)", "return sa.case((User.id == 1, 2), else_=3)"),
        ("return sa.case([(User.id == 1, 2)])", "return sa.case((User.id == 1, 2))"),
        ("db.session.execute('SELECT 1')", "await db.session.execute(text('SELECT 1'))"),
        ("db.session.execute(f'SELECT {sql}', {})", "await db.session.execute(text(f'SELECT {sql}'), {})"),
        (
            "db.session.query(User).filter('id = 1').all()",
            "await db.session.query(User).filter(text('id = 1')).all()",
        ),
        ("User.query.order_by('id desc').all()", "await User.query.order_by(text('id desc')).all()"),
        ("User.query.join('posts').all()", "await User.query.join(User.posts).all()"),
        ("User.query.options(load_only('id')).all()", "await User.query.options(load_only(User.id)).all()"),
    ],
)
def test_old_calls_become_new_ones(before: str, after: str) -> None:
    assert line_after(before) == after


@pytest.mark.parametrize(
    ("line", "after"),
    [
        ("return sa.select(User.id)", "return sa.select(User.id)"),
        ("return sa.select(columns)", "return sa.select(columns)"),
        ("return sa.case({1: 2}, value=User.id)", "return sa.case({1: 2}, value=User.id)"),
        ("return User.query.order_by('id')", "return User.query.order_by('id')"),
        ("return columns.filter('id = 1').join('x')", "return columns.filter('id = 1').join('x')"),
        ("db.session.execute(sql)", "await db.session.execute(sql)"),
        ("db.session.execute(sa.text('SELECT 1'))", "await db.session.execute(sa.text('SELECT 1'))"),
    ],
)
def test_what_is_new_already_or_not_known_stays(line: str, after: str) -> None:
    assert line_after(line) == after


def test_a_name_whose_model_is_not_known_is_marked() -> None:
    assert line_after("return User.query.options(joinedload('posts.author'))").startswith(
        "# migrate: FQ154 say 'posts.author' as an attribute"
    )


def test_a_list_over_several_lines_keeps_its_lines_and_comments() -> None:
    text = migrated(
        {"code.py": f"{HEAD}    return sa.select([\n        User.id,  # one\n        User,\n    ])\n"}
    )[0]["code.py"]
    assert text.endswith("    return sa.select(\n        User.id,  # one\n        User,\n    )\n")
