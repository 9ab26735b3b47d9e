"""Alembic's files stay synchronous; a version does not change by a byte."""

from __future__ import annotations

import textwrap

import pytest

from tests.migrate_tool.programs import migrated, with_app

ENV = """
    from alembic import context
    from flask import current_app
    from sqlalchemy import engine_from_config, pool
    config = context.config
    target_metadata = current_app.extensions['migrate'].db.metadata
    def online():
        engine = engine_from_config(config.get_section('alembic'), prefix='sqlalchemy.', poolclass=pool.NullPool)
        connection = engine.connect()
        context.configure(connection=connection, target_metadata=target_metadata)
        with context.begin_transaction():
            context.run_migrations()
        connection.close()
    online()
"""
VERSION = """
    from alembic import op
    from flask import current_app
    from sqlalchemy.orm import Session
    import sqlalchemy as sa
    {more}
    revision = 'b'
    down_revision = 'a'
    def upgrade():
        connection = op.get_bind()
        for row in connection.execute(sa.text('select 1')).fetchall():
            print(row)
        session = Session(bind=connection)
        session.execute(sa.text('select 1'))
        session.commit()
        {call}
"""


def files(more: str = "", call: str = "pass") -> dict[str, str]:
    return {
        **with_app("def names():\n    return [u.name for u in User.query.all()]\n"),
        "migrations/env.py": ENV,
        "migrations/versions/b.py": VERSION.format(more=more, call=call),
    }


def test_a_version_is_left_byte_for_byte() -> None:
    given = files("from code import names", "names()")
    texts, findings = migrated(given)
    before = textwrap.dedent(given["migrations/versions/b.py"]).lstrip("\n")
    assert texts["migrations/versions/b.py"] == before
    assert "from flask import current_app" in texts["migrations/versions/b.py"]
    [told] = [f for f in findings if f.path == "migrations/versions/b.py"]
    assert (told.code, told.action) == ("FQ310", "left")
    assert "names" in told.message


def test_an_env_py_only_gets_new_names() -> None:
    texts, _ = migrated(files())
    env = texts["migrations/env.py"]
    assert "from quart import current_app" in env
    assert "await" not in env
    assert "async" not in env
    assert "wait(" not in env
    assert "    connection = engine.connect()\n" in env


def test_what_an_env_py_calls_of_the_project_waits_in_the_bridge() -> None:
    given = files()
    given["migrations/env.py"] += "    from code import names\n    names()\n"
    texts, _ = migrated(given)
    assert "run(names())" in texts["migrations/env.py"]


def test_upgrade_in_a_test_stays_a_call() -> None:
    texts, _ = migrated(
        {"test_it.py": "from flask_migrate import upgrade\ndef test_it(app):\n    upgrade(revision='a')\n"}
    )
    assert "from quart_app.db.migrate import upgrade" in texts["test_it.py"]
    assert "    upgrade(revision='a')" in texts["test_it.py"]
    assert "await" not in texts["test_it.py"]


@pytest.mark.parametrize("text", ["revision = 'a'\n", "from alembic import command\ndown_revision = 1\n"])
def test_a_module_that_only_looks_like_one_is_migrated(text: str) -> None:
    texts, _ = migrated(
        {**with_app(""), "code.py": f"from app import *\n{text}def f():\n    return User.query.all()\n"}
    )
    assert "await User.query.all()" in texts["code.py"]
