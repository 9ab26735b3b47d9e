"""Parts of the request that are read by their names in texts."""

from __future__ import annotations

import pytest

from tests.migrate_tool.programs import migrated

_VIEW = "from flask import Flask, request\n\napp = Flask(__name__)\n\n\n@app.route('/')\ndef index():\n    return str({})\n"
_HELPER = "from flask import request\n\n\ndef helper():\n    return {}\n\n\nSORTED = sorted([1], key=lambda _: helper())\n"
_HANDED = "from flask import request\n\n\ndef helper(given):\n    return {}\n\n\nhelper(request)\n"


@pytest.mark.parametrize(
    ("program", "before", "after"),
    [
        (_VIEW, "hasattr(request, 'form')", "True"),
        (_VIEW, "not hasattr(request, 'data')", "not True"),
        (_VIEW, "getattr(request, 'json', None)", "await getattr(request, 'json', None)"),
        (_VIEW, "getattr(request, 'form').get('a')", "(await getattr(request, 'form')).get('a')"),
        (_VIEW, "getattr(request, 'args', None)", None),
        (_VIEW, "hasattr(request, 'nothing')", None),
        (_HELPER, "hasattr(request, 'files')", "True"),
        (_HELPER, "getattr(request, 'form', {})", "await getattr(request, 'form', {})"),
        (_HANDED, "hasattr(given, 'data')", None),
    ],
)
def test_parts_by_name(program: str, before: str, after: str | None) -> None:
    texts, _ = migrated({"app.py": program.replace("{}", before, 1)})
    line = program.replace("{}", after or before, 1).splitlines()
    wanted = next(item for item in line if "return" in item)
    assert wanted in texts["app.py"].splitlines()
    assert migrated(texts)[0] == texts
