"""What code beside a class puts into one of its objects: it says nothing of all the others."""

from __future__ import annotations

import pytest

from tests.migrate_tool.programs import migrated, with_app

FILES = {
    "database.py": """
        from sqlalchemy import create_engine
        from sqlalchemy.orm import scoped_session, sessionmaker
        db_session = scoped_session(sessionmaker(bind=create_engine("sqlite://")))
    """,
    "app.py": """
        from flask import Flask
        from repo import Tokens
        app = Flask(__name__)
        @app.route("/")
        def index():
            Tokens().save(1)
            return ""
    """,
    "repo.py": """
        from database import db_session
        class Repository:
            def __init__(self):
                self.session = db_session
        class Tokens(Repository):
            def save(self, token):
                self.session.add(token)
                self.session.commit()
    """,
}


def saved(given: str) -> str:
    """How ``Tokens.save`` commits, if a test puts ``given`` into an object."""
    test = (
        "from unittest import mock\nimport elsewhere\nfrom repo import Tokens\n"
        f"def test_save(made):\n    tokens = Tokens()\n    tokens.session = {given}\n    tokens.save(1)\n"
    )
    texts, _ = migrated({**FILES, "tests/test_repo.py": test})
    assert migrated(texts)[0] == texts
    assert "    await tokens.save(1)" in texts["tests/test_repo.py"]
    assert "    async def save" in texts["repo.py"]
    return texts["repo.py"].splitlines()[-1].strip()


@pytest.mark.parametrize(
    "given", ["elsewhere.Session()", "mock.MagicMock()", "mock.Mock(spec=elsewhere.Session)"]
)
def test_what_a_test_puts_into_an_object_joins_what_the_class_above_says(given: str) -> None:
    assert saved(given) == "await maybe_await(self.session.commit())"


@pytest.mark.parametrize("given", ["made", "elsewhere.session()", "None"])
def test_what_is_not_known_at_all_erases_nothing(given: str) -> None:
    assert saved(given) == "await self.session.commit()"


@pytest.mark.parametrize(
    "test",
    [
        "store = Store(None)\n    store.session = MagicMock()\n    store.save()",
        "store = Store(MagicMock())\n    store.save()\n    store.session.commit()",
    ],
)
def test_a_mock_says_nothing_of_what_is_not_known_otherwise(test: str) -> None:
    code = (
        "class Store:\n    def __init__(self, session):\n        self.session = session\n"
        "    def save(self):\n        self.session.commit()\n"
    )
    given = f"from unittest.mock import MagicMock\nfrom code import Store\ndef test_save():\n    {test}\n"
    texts, _ = migrated({**with_app(code), "tests/test_store.py": given})
    assert "        maybe_wait(self.session.commit())" in texts["code.py"]
    assert "maybe_" not in texts["tests/test_store.py"]
    assert migrated(texts)[0] == texts
