"""Functions that are handed to what only writes them down, and decorators that stand in a variable."""

from __future__ import annotations

import pytest

from tests.migrate_tool.programs import after


@pytest.mark.parametrize(
    "line",
    [
        "logging.info('calling %s', count)",
        "logging.getLogger(__name__).debug('calling %r', count)",
        "app.logger.log(10, 'calling %s', count)",
        "print(count)",
    ],
)
def test_who_logs_a_function_does_not_call_it(line: str) -> None:
    text = after(
        f"import logging\n\ndef count():\n    return User.query.count()\n\ndef f():\n    {line}\n    return count()\n"
    )
    assert "async def count():\n    return await User.query.count()" in text
    assert "wait(" not in text


@pytest.mark.parametrize(
    ("made", "below"),
    [
        (
            "fixed = patch('app.User', create=True)",
            "@fixed\ndef helper(*mocked):\n    return User.query.count()",
        ),
        (
            "fixed = patch.object(User, 'x', create=True)",
            "@fixed\ndef helper(*mocked):\n    return User.query.count()",
        ),
        (
            "class Helpers:\n    fixed = patch('app.User')",
            "    @fixed\n    def helper(self, mocked):\n        return User.query.count()",
        ),
    ],
)
def test_a_decorator_in_a_variable_is_what_made_it(made: str, below: str) -> None:
    text = after(f"from unittest.mock import patch\n\n{made}\n{below}\n")
    assert "return await User.query.count()" in text


def test_a_variable_that_nobody_knows_is_not_followed() -> None:
    text = after(
        "from somewhere import marker\n\nfixed = marker('app')\n\n@fixed\ndef helper():\n    return User.query.count()\n"
    )
    assert "return wait(User.query.count())" in text
