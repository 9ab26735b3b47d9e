"""Decorators that are written with and without a call: ``@logged`` and ``@logged(level=2)``."""

from __future__ import annotations

import pytest

from tests.migrate_tool.programs import migrated, with_app

_DECORATE = """\
from functools import wraps

def logged(function=None, *, level=1):
    def decorate(fn):
        @wraps(fn)
        def wrapper(*args, **kwargs):
            print(User.query.count(), level)
            return fn(*args, **kwargs)
        return wrapper
{end}
"""
_ENDS = (
    "    if function is None:\n        return decorate\n    return decorate(function)\n",
    "    return decorate(function) if function else decorate\n",
    "    if callable(function):\n        return decorate(function)\n    else:\n        return decorate\n",
)


@pytest.mark.parametrize("end", _ENDS)
@pytest.mark.parametrize("used", ["@logged", "@logged()", "@logged(level=2)"])
def test_what_is_decorated_is_awaited(used: str, end: str) -> None:
    code = (
        _DECORATE.format(end=end)
        + f"\n{used}\ndef one():\n    return 1\n\ndef total():\n    return one() + 1\n"
    )
    files = with_app(code)
    (path,) = [name for name, text in files.items() if "def total" in text]
    texts, _ = migrated(files)
    assert "async def wrapper(*args, **kwargs):" in texts[path]
    assert "return await fn(*args, **kwargs)" in texts[path]
    assert f"{used}\nasync def one():" in texts[path]
    assert "async def total():\n    return await one() + 1" in texts[path]
    assert migrated(texts)[0] == texts
