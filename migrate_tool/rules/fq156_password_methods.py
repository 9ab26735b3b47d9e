"""Password hashes of methods that Werkzeug no longer has."""

from __future__ import annotations

import ast

from migrate_tool.model import Project
from migrate_tool.model.types import External

from .python_file import PythonFile, argument
from .rule import Example, Rule, Safety

_BODY = (
    "def store(user, password):\n"
    '    user.password = generate_password_hash(password, method="sha256")\n\n\n'
    "def check(user, password):\n"
    "    return check_password_hash(user.password, password)\n"
)

RULE = Rule(
    code="FQ156",
    name="password-methods",
    summary="Projects that hash passwords with sha256 and its kin check them with quart_app.compat.security.",
    why=(
        "Werkzeug 3 knows scrypt and pbkdf2 only: generate_password_hash(method='sha256') raises, and so does checking a "
        "hash that was stored with it, so nobody could sign in any more. Ours checks the stored ones and makes new ones "
        "with scrypt."
    ),
    safety=Safety.REVIEW,
    examples=(
        Example(
            before="from werkzeug.security import check_password_hash, generate_password_hash\n\n\n" + _BODY,
            after="from quart_app.compat.security import check_password_hash, generate_password_hash\n\n\n"
            + _BODY,
        ),
    ),
    left_alone=(
        "from werkzeug.security import generate_password_hash\n\n\n"
        "def store(user, password):\n"
        '    user.password = generate_password_hash(password, method="pbkdf2:sha256")\n',
    ),
    references=("https://werkzeug.palletsprojects.com/en/stable/changes/#version-3-0-0",),
)

_MODULE = "werkzeug.security"
_NAMES = frozenset({"generate_password_hash", "check_password_hash"})
_GONE = frozenset({"plain", "md5", "sha1", "sha224", "sha256", "sha384", "sha512"})


def python(file: PythonFile) -> None:
    """Point imports at ours if somewhere in the project a method is asked for that is gone."""
    for statement in file.nodes(ast.ImportFrom):
        if statement.module != _MODULE or statement.level:
            continue
        moved = [alias for alias in statement.names if alias.name in _NAMES]
        if not moved or not _asks_for_gone(file.project):
            continue
        mapping = [(alias, "quart_app.compat.security", alias.name) for alias in moved]
        file.imports.replace(statement, mapping, keep_local=True)
        file.report(statement, RULE.code, "stored hashes of methods that are gone are still checked")


def _asks_for_gone(project: Project) -> bool:
    for call, module in project.calls_named("generate_password_hash"):
        method = argument(call, "method", 1)
        if not (isinstance(method, ast.Constant) and isinstance(method.value, str)):
            continue
        if method.value.removeprefix("hmac:") not in _GONE:
            continue
        for item in project.types.types(call.func, module.scopes[call]):
            if isinstance(item, External) and item.name.rpartition(".")[0] in {
                _MODULE,
                "werkzeug",
                "quart_app.compat.security",
            }:
                return True
    return False
