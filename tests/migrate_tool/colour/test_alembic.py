"""Alembic's files are not coloured: their text stays, whatever they do with the database."""

from __future__ import annotations

from tests.migrate_tool.programs import APP, migrated

VERSION = '''\
"""Rename a column."""
from contextlib import closing

from alembic import op
from app import User

revision = "b"
down_revision = "a"


def upgrade():
    with op.batch_alter_table("user", schema=None) as batch_op:
        batch_op.alter_column("name", new_column_name="title")
    with closing(op.get_bind()) as connection:
        connection.execute("update user set title = 1")
    first, second = User.query
    print(*User.query, User.query[0])
'''


def test_a_version_keeps_its_text() -> None:
    texts, _ = migrated({"app.py": APP, "versions/b_rename.py": VERSION})
    assert texts["versions/b_rename.py"] == VERSION
