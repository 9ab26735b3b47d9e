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


SHARED = """\
from app import User, db


def name_of(ident):
    return User.query.get(ident).name


def rename(session):
    for user in session.query(User):
        user.name = name_of(user.id) or steps(user)


def steps(user):
    return db.session.query(User).count()
"""
CALLS = """\
from sqlalchemy.orm import Session

from alembic import op
from shared import rename

revision = "b"
down_revision = "a"


def upgrade():
    rename(Session(bind=op.get_bind()))
"""


def test_what_only_versions_call_keeps_its_text() -> None:
    texts, _ = migrated({"app.py": APP, "shared.py": SHARED, "versions/b_rename.py": CALLS})
    assert texts["shared.py"] == SHARED
    assert texts["versions/b_rename.py"] == CALLS


def test_what_the_application_calls_as_well_turns_async() -> None:
    view = "from app import app\nfrom shared import steps\n@app.route('/')\ndef index():\n    return str(steps(None))\n"
    files = {"app.py": APP, "shared.py": SHARED, "versions/b_rename.py": CALLS, "views.py": view}
    texts, _ = migrated(files)
    assert "async def steps(user):\n    return await db" in texts["shared.py"]
    assert "return str(await steps(None))" in texts["views.py"]
    # Not silent: without a loop ``wait`` says so.
    assert "user.name = name_of(user.id) or wait(steps(user))" in texts["shared.py"]
    assert "def name_of(ident):\n    return User.query.get(ident).name" in texts["shared.py"]


def test_what_both_call_directly_stays_synchronous() -> None:
    view = "from app import app\nfrom shared import rename\n@app.route('/')\ndef index():\n    rename(None)\n    return ''\n"
    files = {"app.py": APP, "shared.py": SHARED, "versions/b_rename.py": CALLS, "views.py": view}
    texts, _ = migrated(files)
    assert "\ndef rename(session):" in texts["shared.py"]
    assert "await rename" not in texts["views.py"]
