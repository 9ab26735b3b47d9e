"""A module that is imported by its bare name from beside the file that imports it."""

from __future__ import annotations

from tests.migrate_tool.programs import APP, migrated

BASE = """
import unittest
class BaseTestCase(unittest.TestCase):
    def setUp(self):
        self.client = app.test_client()
"""


def after(name: str, *, also: str = "") -> str:
    files = {
        "app.py": APP,
        "project/__init__.py": "",
        "project/tests/__init__.py": "",
        f"project/tests/{name}.py": "from app import app\n" + BASE,
        "project/tests/test_page.py": (
            f"from {name} import BaseTestCase\n"
            "class PageTestCase(BaseTestCase):\n"
            "    def test_page(self):\n"
            "        self.client.get('/')\n"
        ),
    }
    if also:
        files[also] = "class BaseTestCase:\n    client = {}\n"
    return migrated(files)[0]["project/tests/test_page.py"]


def test_it_is_found() -> None:
    assert "    async def test_page(self):\n        await self.client.get('/')\n" in after("base")


def test_a_module_at_the_root_comes_first() -> None:
    assert "await" not in after("base", also="base.py")


def test_a_library_of_that_name_comes_first() -> None:
    assert "await" not in after("string")
    assert "await" not in after("flask_login")
