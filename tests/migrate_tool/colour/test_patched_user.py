"""Flask-Login's function that tests replace to sign somebody in has a successor, however it is named."""

from __future__ import annotations

import pytest

from tests.migrate_tool.programs import migrated


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('mock.patch("flask_login.utils._get_user")', 'mock.patch("quart_app.auth.utils._get_user")'),
        (
            'monkeypatch.setattr("flask_login.utils._get_user", user)',
            'monkeypatch.setattr("quart_app.auth.utils._get_user", user)',
        ),
        (
            'monkeypatch.setattr(flask_login.utils, "_get_user", user)',
            'monkeypatch.setattr(utils, "_get_user", user)',
        ),
    ],
)
def test_what_signs_somebody_in_is_named_as_it_is_now(before: str, after: str) -> None:
    start = "from unittest import mock\n\nimport flask_login.utils\n\n\ndef test_it(monkeypatch, user):\n"
    end = "    assert flask_login.utils.current_user.id\n"
    texts, findings = migrated({"test_it.py": f"{start}    {before}\n{end}"})
    assert after in texts["test_it.py"]
    assert not [finding for finding in findings if finding.action in ("left", "marked")]
