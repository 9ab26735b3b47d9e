"""Test cases whose tests wait run them in an event loop."""

from __future__ import annotations

import ast

from migrate_tool.model.ancestry import bases, lineage
from migrate_tool.model.symbols import ClassInfo
from migrate_tool.model.types import External

from .python_file import PythonFile
from .rule import Example, Rule, Safety

RULE = Rule(
    code="FQ503",
    name="async-test-cases",
    summary="unittest cases with tests that wait become AsyncTestCase.",
    why=(
        "An async test in a plain TestCase is never run and always passes, even with assert False. "
        "AsyncTestCase runs it, with asyncSetUp and asyncTearDown, in the bridge. Flask-Testing's TestCase becomes "
        "ApplicationTestCase, which has its attributes and assertions."
    ),
    safety=Safety.SAFE,
    examples=(
        Example(
            before=(
                "import unittest\n\n"
                "from app import app\n\n\n"
                "class IndexTestCase(unittest.TestCase):\n"
                "    def setUp(self):\n"
                "        super().setUp()\n"
                "        self.context = app.app_context()\n"
                "        self.context.push()\n"
                "        self.client = app.test_client()\n\n"
                "    def tearDown(self):\n"
                "        self.context.pop()\n\n"
                "    def test_index(self):\n"
                '        self.assertEqual(self.client.get("/").status_code, 200)\n'
            ),
            after=(
                "from app import app\n"
                "from quart_app.testing import AsyncTestCase\n\n\n"
                "class IndexTestCase(AsyncTestCase):\n"
                "    async def asyncSetUp(self):\n"
                "        await super().asyncSetUp()\n"
                "        self.context = app.app_context()\n"
                "        await self.context.push()\n"
                "        self.client = app.test_client()\n\n"
                "    async def asyncTearDown(self):\n"
                "        await self.context.pop()\n\n"
                "    async def test_index(self):\n"
                '        self.assertEqual((await self.client.get("/")).status_code, 200)\n'
            ),
            path="test_index.py",
        ),
        Example(
            before=(
                "from flask_testing import TestCase\n\n"
                "from shop import create_app, db\n\n\n"
                "class BaseTestCase(TestCase):\n"
                "    def create_app(self):\n"
                '        return create_app("testing")\n\n'
                "    def setUp(self):\n"
                "        db.create_all()\n\n"
                "    def tearDown(self):\n"
                "        db.session.remove()\n\n\n"
                "class IndexTestCase(BaseTestCase):\n"
                "    def test_index(self):\n"
                "        with self.client:\n"
                '            response = self.client.get("/")\n'
                "            self.assert200(response)\n"
            ),
            after=(
                "from quart_app.testing import ApplicationTestCase\n\n"
                "from shop import create_app, db\n\n\n"
                "class BaseTestCase(ApplicationTestCase):\n"
                "    def create_app(self):\n"
                '        return create_app("testing")\n\n'
                "    async def asyncSetUp(self):\n"
                "        await db.create_all()\n\n"
                "    async def asyncTearDown(self):\n"
                "        await db.session.remove()\n\n\n"
                "class IndexTestCase(BaseTestCase):\n"
                "    async def test_index(self):\n"
                "        async with self.client:\n"
                '            response = await self.client.get("/")\n'
                "            self.assert200(response)\n"
            ),
            path="test_index.py",
            others={
                "shop.py": (
                    "from flask import Flask\nfrom flask_sqlalchemy import SQLAlchemy\n\n"
                    "db = SQLAlchemy()\n\n\ndef create_app(name):\n    app = Flask(name)\n"
                    "    db.init_app(app)\n    return app\n",
                    "from quart_app import Quart\nfrom quart_app.db import SQLAlchemy\n\n"
                    "db = SQLAlchemy()\n\n\ndef create_app(name):\n    app = Quart(name)\n"
                    "    db.init_app(app)\n    return app\n",
                ),
            },
        ),
    ),
)

_CASE = "unittest.TestCase"
_ASYNC_CASE = "unittest.IsolatedAsyncioTestCase"
#: The libraries' cases that ours takes the place of.
_REPLACED = {_CASE, "aiounittest.AsyncTestCase", "asynctest.TestCase"}
_RENAMED = {"setUp": "asyncSetUp", "tearDown": "asyncTearDown"}


def python(file: PythonFile) -> None:
    """Give the cases their base class, and their fixtures the names that are awaited."""
    for cls in file.module.classes:
        line = list(lineage(file.project.types, cls))
        if _CASE not in line:
            continue
        if _family_waits(file, cls) and _ASYNC_CASE not in line:
            _new_base(file, cls)
        for name, new in _RENAMED.items():
            method = cls.methods.get(name)
            if method is not None and file.colouring.becomes_async(method):
                assert isinstance(method.node, ast.FunctionDef)
                start = file.source.start(method.node)
                position = file.source.text.index(name, start)
                file.cut(position, position + len(name), new, origin=RULE.code)
    _super_calls(file)


def _family_waits(file: PythonFile, cls: ClassInfo) -> bool:
    """Whether a method of the class, of an ancestor or of a descendant waits."""
    types = file.project.types
    for other in file.project.classes():
        related = other is cls or any(item is cls for item in lineage(types, other))
        related = related or any(item is other for item in lineage(types, cls))
        if related and any(file.colouring.is_async(method) for method in other.methods.values()):
            return True
    return False


def _new_base(file: PythonFile, cls: ClassInfo) -> None:
    resolved = bases(file.project.types, cls)
    for node in cls.node.bases:
        if _REPLACED & file.names(node) and any(isinstance(item, External) for item in resolved):
            file.replace_name(node, file.need("quart_app.testing", "AsyncTestCase"), origin=RULE.code)
            file.report(cls.node, RULE.code, f"the tests of {cls.name} are awaited")


def _super_calls(file: PythonFile) -> None:
    """``super().setUp()`` in a fixture that is awaited."""
    for node in file.nodes(ast.Call):
        func = node.func
        if not (isinstance(func, ast.Attribute) and func.attr in _RENAMED and file.is_async(node)):
            continue
        owner = file.scope(node).owner()
        if owner is None or owner.name not in _RENAMED or owner.cls is None:
            continue
        if _CASE not in lineage(file.project.types, owner.cls):
            continue
        _, end = file.place(func)
        file.cut(end - len(func.attr), end, _RENAMED[func.attr], origin=RULE.code)
        if file.colouring.decision(node, "call") is None:
            file.wrap(node, "await ", origin=RULE.code)
