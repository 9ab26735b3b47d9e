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


def rename(session):
    for user in session.query(User):
        user.name = name_of(session, user) or steps(user)
    session.commit()


def name_of(session, user):
    query = session.query(User)
    return query.filter_by(id=user.id).one().name


def steps(user):
    return 1
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
FILES = {"app.py": APP, "shared.py": SHARED, "versions/b_rename.py": CALLS}


def test_what_only_versions_call_with_their_session_keeps_its_text() -> None:
    texts, _ = migrated(FILES)
    assert texts["shared.py"] == SHARED
    assert texts["versions/b_rename.py"] == CALLS


def test_what_the_application_calls_as_well_turns_async() -> None:
    view = "from app import app, db\nfrom shared import rename\n@app.route('/')\ndef index():\n    rename(db.session)\n    return ''\n"
    texts, _ = migrated(FILES | {"views.py": view})
    assert "async def rename(session):" in texts["shared.py"]
    assert "await rename(db.session)" in texts["views.py"]


def test_what_asks_the_application_s_own_database_turns_async_and_the_version_is_told() -> None:
    asks = SHARED.replace("    return 1", "    return User.query.get(user.id).id")
    texts, _ = migrated(FILES | {"shared.py": asks})
    assert "async def steps(user):" in texts["shared.py"]
    # Not silent: without a loop ``wait`` says so.
    assert "name_of(session, user) or wait(steps(user))" in texts["shared.py"]
