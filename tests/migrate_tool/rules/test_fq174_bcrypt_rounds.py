"""The rounds of bcrypt, wherever a project says them."""

from __future__ import annotations

import pytest

from tests.migrate_tool.programs import migrated


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("BCRYPT_LOG_ROUNDS = 1", "BCRYPT_LOG_ROUNDS = 4"),
        ("app.config['BCRYPT_LOG_ROUNDS'] = 2", "app.config['BCRYPT_LOG_ROUNDS'] = 4"),
        ("app.config.update(BCRYPT_LOG_ROUNDS=3, X=3)", "app.config.update(BCRYPT_LOG_ROUNDS=4, X=3)"),
        ("BCRYPT_LOG_ROUNDS = int(environ.get('R', 1))", "BCRYPT_LOG_ROUNDS = int(environ.get('R', 4))"),
        (
            "self.assertEqual(app.config['BCRYPT_LOG_ROUNDS'], 1)",
            "self.assertEqual(app.config['BCRYPT_LOG_ROUNDS'], 4)",
        ),
        ("assert app.config['BCRYPT_LOG_ROUNDS'] == 1", "assert app.config['BCRYPT_LOG_ROUNDS'] == 4"),
        ("assert app.config['BCRYPT_LOG_ROUNDS'] > 1", None),
        ("self.assertGreater(app.config['BCRYPT_LOG_ROUNDS'], 3)", None),
        ("BCRYPT_LOG_ROUNDS = 4", None),
        ("BCRYPT_LOG_ROUNDS = True", None),
        ("ROUNDS = 1", None),
        ("import bcrypt\n\nsalt = bcrypt.gensalt(1)", "import bcrypt\n\nsalt = bcrypt.gensalt(4)"),
        (
            "from extensions import bcrypt\n\nhashed = bcrypt.generate_password_hash('3', rounds=3)",
            "from extensions import bcrypt\n\nhashed = bcrypt.generate_password_hash('3', rounds=4)",
        ),
    ],
)
def test_fewer_rounds_than_there_are(before: str, after: str | None) -> None:
    texts, findings = migrated(
        {
            "extensions.py": "from flask_bcrypt import Bcrypt\n\nbcrypt = Bcrypt()\n",
            "settings.py": f"{before}\n",
        }
    )
    assert texts["settings.py"] == f"{after or before}\n"
    assert any(item.code == "FQ174" for item in findings) == (after is not None)
    assert migrated(texts)[0] == texts
