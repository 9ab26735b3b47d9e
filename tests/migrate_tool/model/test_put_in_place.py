"""Functions reached through a module that is another one, or that finds its names itself."""

from __future__ import annotations

import pytest

from tests.migrate_tool.programs import migrated

_STORE = """\
from flask_sqlalchemy import SQLAlchemy

db = SQLAlchemy()


class User(db.Model):
    id = db.Column(db.Integer, primary_key=True)


def count_users():
    return User.query.count()


def title():
    return "users"
"""
_FINDS = "import importlib\n\n\ndef __getattr__(name):\n    return getattr(importlib.import_module(PLACES[name]), name)\n"


@pytest.mark.parametrize(
    ("files", "code", "awaited"),
    [
        (
            {"shop.py": 'import sys\nimport store\n\nsys.modules["old"] = store\n'},
            "import old\n\n\ndef index():\n    return old.count_users() + 1\n",
            "await old.count_users() + 1",
        ),
        (
            {
                "kept/__init__.py": "",
                "kept/store.py": _STORE,
                "shop.py": 'import sys\nfrom kept import store as s\nsys.modules["old"] = s\n',
            },
            "from old import count_users\n\n\ndef index():\n    return count_users() + 1\n",
            "await count_users() + 1",
        ),
        (
            {"store.py": _STORE + '\nimport sys\nsys.modules["old"] = sys.modules[__name__]\n'},
            "import old\n\n\ndef index():\n    return old.count_users() + 1\n",
            "await old.count_users() + 1",
        ),
        (
            {"lazy.py": _FINDS},
            "import lazy\n\n\ndef index():\n    return lazy.count_users() + 1\n",
            "await lazy.count_users() + 1",
        ),
        (
            {"lazy.py": _FINDS},
            "from lazy import count_users\n\n\ndef index():\n    return count_users() + 1\n",
            "await count_users() + 1",
        ),
        (
            {},
            "import store\n\n\ndef index(name):\n    return getattr(store, name)().upper()\n",
            "(await maybe_await(getattr(store, name)())).upper()",
        ),
    ],
)
def test_what_is_called_by_another_name(files: dict[str, str], code: str, awaited: str) -> None:
    texts, _ = migrated({"store.py": _STORE, **files, "views.py": code})
    assert awaited in texts["views.py"]
    assert "async def index(" in texts["views.py"]
    assert migrated(texts)[0] == texts


def test_a_name_that_a_module_has_is_not_looked_for_elsewhere() -> None:
    code = "import old, lazy\n\n\ndef index():\n    return old.count_users() + lazy.count_users()\n"
    own = "def count_users():\n    return 1\n"
    shop = 'import sys\nimport store\n\nsys.modules["old"] = store\n'
    files = {"store.py": _STORE, "old.py": own, "lazy.py": own + _FINDS, "shop.py": shop, "views.py": code}
    assert migrated(files)[0]["views.py"] == code
