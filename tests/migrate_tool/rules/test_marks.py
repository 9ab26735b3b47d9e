"""Marks above what they are about, once."""

from __future__ import annotations

import pytest

from tests.migrate_tool.programs import migrated


@pytest.mark.parametrize(
    "code",
    [
        '@patch(\n    "flask.helpers.unheard_of",\n    return_value=1,\n)\ndef test_it(mocked):\n    pass\n',
        '@given\n@patch("flask.helpers.unheard_of")\ndef test_it(mocked):\n    pass\n',
        'if 1:\n    pass\nelif patch("flask.helpers.unheard_of"):\n    pass\n',
    ],
)
def test_a_second_run_finds_the_mark_of_the_first(code: str) -> None:
    files = {"tests/test_it.py": f"from unittest.mock import patch\nfrom flask import request\n\n\n{code}"}
    once = migrated(files)[0]
    assert once["tests/test_it.py"].count("# migrate: FQ504") == 1
    assert migrated(once)[0] == once
