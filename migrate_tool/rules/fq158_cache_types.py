"""The short names of Flask-Caching's caches, which newer versions no longer know."""

from __future__ import annotations

import ast

from .imported import is_imported
from .python_file import PythonFile
from .rule import Example, Rule, Safety
from .settings import is_value

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
        if (
            isinstance(node.value, str)
            and node.value in _CLASSES
            and is_value(file, node, _SETTING)
            and is_imported(file.project, _LIBRARY)
        ):
            text = file.segment(node)
            new = text.replace(node.value, _CLASSES[node.value], 1)
            if new != text:
                file.replace(node, new, origin=RULE.code)
                file.report(node, RULE.code, f"the cache {node.value!r} is called {_CLASSES[node.value]!r}")
