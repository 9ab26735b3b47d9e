"""The short names of Flask-Caching's caches, which newer versions no longer know."""

from __future__ import annotations

import ast

from migrate_tool.catalog import spelled_out

from .python_file import PythonFile
from .rule import Example, Rule, Safety

RULE = Rule(
    code="FQ158",
    name="cache-types",
    summary="The short names of Flask-Caching's caches become the names of their classes.",
    why=(
        'The versions of Flask-Caching that run on Flask 3 take CACHE_TYPE = "SimpleCache"; with "simple" the '
        "application does not start any more."
    ),
    safety=Safety.SAFE,
    examples=(
        Example(
            before=(
                "import os\n\n"
                "from flask import Flask\n"
                "from flask_caching import Cache\n\n\n"
                "class Config:\n"
                '    CACHE_TYPE = os.environ.get("CACHE_TYPE", "simple")\n\n\n'
                "app = Flask(__name__)\n"
                "app.config.from_object(Config)\n"
                'cache = Cache(app, config={"CACHE_TYPE": "filesystem", "CACHE_DIR": "simple"})\n'
            ),
            after=(
                "import os\n\n"
                "from quart_app import Quart\n"
                "from flask_caching import Cache\n\n\n"
                "class Config:\n"
                '    CACHE_TYPE = os.environ.get("CACHE_TYPE", "SimpleCache")\n\n\n'
                "app = Quart(__name__)\n"
                "app.config.from_object(Config)\n"
                'cache = Cache(app, config={"CACHE_TYPE": "FileSystemCache", "CACHE_DIR": "simple"})\n'
            ),
        ),
    ),
    left_alone=(
        'CACHE_TYPE = "simple"\n',
        'from flask_caching import Cache\n\nCACHE_TYPE = "SimpleCache"\nPASSWORD = "null"\ncache = Cache()\n',
    ),
    references=("https://flask-caching.readthedocs.io/en/latest/#built-in-cache-backends",),
)

_SETTING = "CACHE_TYPE"
_CLASSES = {
    "filesystem": "FileSystemCache",
    "memcached": "MemcachedCache",
    "null": "NullCache",
    "redis": "RedisCache",
    "rediscluster": "RedisClusterCache",
    "redissentinel": "RedisSentinelCache",
    "saslmemcached": "SASLMemcachedCache",
    "simple": "SimpleCache",
    "spreadsaslmemcached": "SpreadSASLMemcachedCache",
}
_LIBRARY = "flask_caching"


def python(file: PythonFile) -> None:
    """Rename the short names where they stand for ``CACHE_TYPE``."""
    for node in file.nodes(ast.Constant):
        if isinstance(node.value, str) and node.value in _CLASSES and _is_type(file, node) and _is_used(file):
            text = file.segment(node)
            new = text.replace(node.value, _CLASSES[node.value], 1)
            if new != text:
                file.replace(node, new, origin=RULE.code)
                file.report(node, RULE.code, f"the cache {node.value!r} is called {_CLASSES[node.value]!r}")


def _is_type(file: PythonFile, node: ast.expr) -> bool:
    """Whether ``node`` is a value of the setting, or is compared with one."""
    inner: ast.AST = node
    while (outer := file.parent(inner)) is not None:
        if isinstance(outer, ast.Dict):
            return any(
                value is inner and key is not None and _names(key)
                for key, value in zip(outer.keys, outer.values, strict=True)
            )
        if isinstance(outer, ast.keyword):
            return outer.arg == _SETTING
        if isinstance(outer, ast.Assign):
            return any(_names(target) for target in outer.targets)
        if isinstance(outer, ast.AnnAssign):
            return _names(outer.target)
        if isinstance(outer, ast.Compare):
            return any(item is not inner and _names(item) for item in (outer.left, *outer.comparators))
        if isinstance(outer, ast.Call) and any(item is not inner and _names(item) for item in outer.args):
            return inner in outer.args
        if not isinstance(outer, ast.BoolOp | ast.IfExp | ast.Call):
            return False
        inner = outer
    return False


def _names(node: ast.expr) -> bool:
    """Whether ``node`` says the setting: its name, an attribute, a key."""
    if isinstance(node, ast.Subscript):
        node = node.slice
    if isinstance(node, ast.Attribute):
        return node.attr == _SETTING
    if isinstance(node, ast.Call):
        return any(_names(item) for item in node.args)
    return (isinstance(node, ast.Name) and node.id == _SETTING) or (
        isinstance(node, ast.Constant) and node.value == _SETTING
    )


def _is_used(file: PythonFile) -> bool:
    for module in file.project.modules.values():
        for node in module.of_type(ast.Import, ast.ImportFrom):
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            else:
                names = [node.module or ""] if isinstance(node, ast.ImportFrom) and not node.level else []
            if any(spelled_out(name).partition(".")[0] == _LIBRARY for name in names):
                return True
    return False
