"""A cache that somebody made by hand around the user loader is taken away: it lies, and under Quart it breaks."""

from __future__ import annotations

import ast

from migrate_tool.model.symbols import FunctionInfo
from migrate_tool.model.types import FunctionRef
from migrate_tool.project.trees import walk

from .loader_caches import Plain, uncached
from .python_file import OUTER, PythonFile
from .rule import Example, Rule, Safety

_AFTER = (
    "from quart_app import Quart\n"
    "from quart_app.auth import LoginManager\n"
    "from quart_app.db import SQLAlchemy\n\n"
    "app = Quart(__name__)\n"
    "db = SQLAlchemy(app)\n"
    "login_manager = LoginManager(app)\n"
)
_BEFORE = (
    "from flask import Flask\n"
    "from flask_login import LoginManager\n"
    "from flask_sqlalchemy import SQLAlchemy\n\n"
    "app = Flask(__name__)\n"
    "db = SQLAlchemy(app)\n"
    "login_manager = LoginManager(app)\n"
)
_MODEL = "\n\nclass User(db.Model):\n    id = db.Column(db.Integer, primary_key=True)\n\n\n"

RULE = Rule(
    code="FQ215",
    name="user-caches",
    summary="Caches made by hand around the user loader are taken away; a cache that is told of changes can be turned on instead.",
    why=(
        "A dictionary never forgets: a deactivated user stays signed in, and a user whose role was taken away keeps it, until the "
        "server is started again. A pickled row in Redis does the same, has no session to load anything more from, and runs whatever code "
        "somebody writes into Redis. Flask-Caching around a loader that waits keeps a coroutine, which can be awaited once. "
        "LoginManager.cache_users keeps copies that are forgotten, in all workers, when the change is committed. It is not turned "
        "on by itself: a copy cannot be changed or committed, so code that writes to current_user needs live_user()."
    ),
    safety=Safety.REVIEW,
    examples=(
        Example(
            before=(
                f"{_BEFORE}_users = {{}}\n{_MODEL}"
                "@login_manager.user_loader\n"
                "def load_user(user_id):\n"
                "    if user_id not in _users:\n"
                "        _users[user_id] = db.session.get(User, int(user_id))\n"
                "    return _users[user_id]\n"
            ),
            after=(
                f"{_AFTER}_users = {{}}\n{_MODEL}"
                "@login_manager.user_loader\n"
                "async def load_user(user_id):\n"
                "    return await db.session.get(User, int(user_id))\n"
            ),
        ),
        Example(
            before=(
                f"import pickle\n\nimport redis\n{_BEFORE}store = redis.Redis()\n{_MODEL}"
                "@login_manager.user_loader\n"
                "def load_user(user_id):\n"
                '    key = "user:" + user_id\n'
                "    data = store.get(key)\n"
                "    if data:\n"
                "        return pickle.loads(data)\n"
                "    user = db.session.get(User, int(user_id))\n"
                "    store.setex(key, 300, pickle.dumps(user))\n"
                "    return user\n"
            ),
            after=(
                f"import pickle\n\nimport redis\n{_AFTER}store = redis.Redis()\n{_MODEL}"
                "@login_manager.user_loader\n"
                "async def load_user(user_id):\n"
                "    user = await db.session.get(User, int(user_id))\n"
                "    return user\n"
            ),
        ),
        Example(
            before=(
                _BEFORE.replace("from flask_login", "from flask_caching import Cache\nfrom flask_login")
                + f"cache = Cache(app)\n{_MODEL}"
                "@login_manager.user_loader\n"
                "@cache.memoize(300)\n"
                "def load_user(user_id):\n"
                "    return db.session.get(User, int(user_id))\n"
            ),
            after=(
                _AFTER.replace("Quart\n", "Quart\nfrom flask_caching import Cache\n", 1)
                + f"cache = Cache(app)\n{_MODEL}"
                "@login_manager.user_loader\n"
                "async def load_user(user_id):\n"
                "    return await db.session.get(User, int(user_id))\n"
            ),
        ),
    ),
)

_LOADERS = {"flask_login.LoginManager.user_loader", "flask_login.LoginManager.request_loader"}
_MEMOIZE = {"flask_caching.Cache.memoize", "flask_caching.Cache.cached"}
_DELETE = {"flask_caching.Cache.delete_memoized"}
_TOLD = "the user is loaded anew for each request; login_manager.cache_users(...) keeps copies that are told of changes"


def python(file: PythonFile) -> None:
    """Look at every user loader of this file, and at what forgets its results."""
    for function in file.functions():
        if isinstance(function.node, ast.Lambda) or not _is_loader(file, function):
            continue
        _without_decorator(file, function.node)
        _without_lookup(file, function.node)
    for call in file.nodes(ast.Call):
        if _DELETE & file.names(call.func) and call.args:
            _without_forgetting(file, call)


def _is_loader(file: PythonFile, function: FunctionInfo) -> bool:
    return any(_LOADERS & file.names(node) for node in function.decorators)


def _without_decorator(file: PythonFile, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
    for decorator in node.decorator_list:
        called = decorator.func if isinstance(decorator, ast.Call) else decorator
        if not _MEMOIZE & file.names(called):
            continue
        begin = file.source.offset(decorator.lineno, 0)
        _, end = file.place(decorator)
        rest = file.source.text.find("\n", end)
        file.gone.update(walk(decorator))
        file.cut(begin, len(file.source.text) if rest < 0 else rest + 1, origin=RULE.code, level=OUTER)
        file.report(decorator, RULE.code, f"{node.name} is no longer memoized: {_TOLD}")


def _without_lookup(file: PythonFile, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
    found = uncached(node, _module_dictionaries(file))
    if found is None or not _asks_database(file, node):
        return  # users who are nowhere else than in the dictionary are no copies
    if isinstance(found, Plain):
        first, last = found.replaced[0], found.replaced[-1]
        begin, end = file.place(first)[0], file.place(last)[1]
        indent = file.source.indent_at(first.lineno)
        parts: list[object] = []
        for text, kept in found.kept:
            if parts:
                parts.append(f"{file.source.newline}{indent}")
            parts += [text, file.span(kept)]
        staying = {part for _, kept in found.kept for part in walk(kept)}
        file.gone.update(part for item in found.replaced for part in walk(item) if part not in staying)
        file.cut(begin, end, *parts, origin=RULE.code, level=OUTER)  # type: ignore[arg-type]
        file.report(node, RULE.code, f"{node.name} no longer keeps users in a cache of its own: {_TOLD}")
        return
    file.mark(
        found,
        RULE.code,
        f"{node.name} keeps users in a cache that is not told of changes: load the user, and see login_manager.cache_users",
    )


def _asks_database(file: PythonFile, node: ast.AST) -> bool:
    return any(
        file.colouring.decision(call, "call") is not None
        for call in walk(node)
        if isinstance(call, ast.Call) and call not in file.gone
    )


def _module_dictionaries(file: PythonFile) -> set[str]:
    """The names of the module's own empty dictionaries."""
    found = set()
    tree = file.module.source.tree
    for statement in [] if tree is None else tree.body:
        value = getattr(statement, "value", None)
        empty = (isinstance(value, ast.Dict) and not value.keys) or (
            isinstance(value, ast.Call) and ast.unparse(value.func).rpartition(".")[2] in _DICTIONARIES
        )
        if empty and isinstance(statement, ast.Assign | ast.AnnAssign):
            targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
            found |= {target.id for target in targets if isinstance(target, ast.Name)}
    return found


_DICTIONARIES = {
    "dict",
    "OrderedDict",
    "WeakValueDictionary",
    "TTLCache",
    "LRUCache",
    "SimpleCache",
    "defaultdict",
}


def _without_forgetting(file: PythonFile, call: ast.Call) -> None:
    loaders = [
        item.info
        for item in file.types(call.args[0])
        if isinstance(item, FunctionRef) and any(_memoized_loader(file, item.info))
    ]
    statement = file.module.statement_of(call)
    if not loaders or not isinstance(statement, ast.Expr):
        return
    file.gone.update(walk(statement))
    file.replace(statement, "pass", origin=RULE.code, level=OUTER)
    file.report(
        statement, RULE.code, f"{loaders[0].name} is not memoized any more, so nothing is forgotten here"
    )


def _memoized_loader(file: PythonFile, function: FunctionInfo) -> list[bool]:
    names = set()
    for node in function.decorators:
        called = node.func if isinstance(node, ast.Call) else node
        for item in file.project.types.types(called, function.module.scopes[node]):
            name = getattr(item, "name", "")
            known = file.project.catalog.find(name) if name else None
            names.add(known[0] if known else name)
    return [True] if names & _LOADERS and names & _MEMOIZE else []
