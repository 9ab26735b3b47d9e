"""What looks up what the URL names is awaited before the view."""

from __future__ import annotations

import pytest

from tests.migrate_tool.programs import after

PULL = "def pull(endpoint, values):\n    g.user = User.query.get(values.pop('id'))\n"
AWAITED = "async def pull(endpoint, values):\n    g.user = await User.query.get(values.pop('id'))"


@pytest.mark.parametrize(
    ("setup", "decorator"),
    [
        ("", "app.url_value_preprocessor"),
        ("part = Blueprint('part', __name__)\n", "part.url_value_preprocessor"),
        ("part = Blueprint('part', __name__)\n", "part.app_url_value_preprocessor"),
    ],
)
def test_it_is_a_coroutine_function(setup: str, decorator: str) -> None:
    head = f"from flask import Blueprint, g\n{setup}"
    assert f"@{decorator}\n{AWAITED}" in after(f"{head}@{decorator}\n{PULL}")
    assert AWAITED in after(f"{head}{PULL}{decorator}(pull)\n")


def test_one_that_does_not_wait_stays() -> None:
    text = "from quart import g\n\n@app.url_value_preprocessor\ndef pull(endpoint, values):\n    g.x = values.pop('x')"
    assert after(text.replace("quart", "flask")) == text
