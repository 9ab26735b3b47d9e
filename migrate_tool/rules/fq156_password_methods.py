"""Password hashes of methods that Werkzeug no longer has, or that are longer than their column."""

from __future__ import annotations

import ast

from migrate_tool.files.asked import requirements
from migrate_tool.files.requirement import allows
from migrate_tool.model import Project
from migrate_tool.model.types import External

from .arguments import add_argument
from .hash_columns import shortest_column
from .python_file import PythonFile, argument
from .rule import Example, Rule, Safety

_BODY = (
    "def store(user, password):\n"
    '    user.password = generate_password_hash(password, method="sha256")\n\n\n'
    "def check(user, password):\n"
    "    return check_password_hash(user.password, password)\n"
)

_MODEL = (
    "from {flask} import SQLAlchemy\n"
    "from werkzeug.security import generate_password_hash\n\n"
    "db = SQLAlchemy()\n\n\n"
    "class User(db.Model):\n"
    "    id = db.Column(db.Integer, primary_key=True)\n"
    "    password_hash = db.Column(db.String(128))\n\n"
    "    def set_password(self, password):\n"
    "        self.password_hash = generate_password_hash(password{method})\n"
)

RULE = Rule(
    code="FQ156",
    name="password-methods",
    summary="Hashes of sha256 and its kin are checked with quart_app.compat.security; new ones fit their columns.",
    why=(
        "Werkzeug 3 knows scrypt and pbkdf2 only: generate_password_hash(method='sha256') raises, and so does checking a "
        "hash that was stored with it, so nobody could sign in any more. Ours checks the stored ones and makes new ones "
        "with scrypt. A hash of scrypt has 162 characters, and PostgreSQL refuses it where the column is shorter: what goes "
        "into such a column is made with pbkdf2:sha256, as Werkzeug did before 2.3."
    ),
    safety=Safety.REVIEW,
    examples=(
        Example(
            before="from werkzeug.security import check_password_hash, generate_password_hash\n\n\n" + _BODY,
            after="from quart_app.compat.security import check_password_hash, generate_password_hash\n\n\n"
            + _BODY,
        ),
        Example(
            before=_MODEL.format(flask="flask_sqlalchemy", method=""),
            after=_MODEL.format(flask="quart_app.db", method=', method="pbkdf2:sha256"'),
            others={"requirements.txt": ("Flask==2.2.5\n", "quart>=0.22,<0.23\nflask-to-quart>=0.1\n")},
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
_FUNCTIONS = frozenset(
    {f"{module}.generate_password_hash" for module in (_MODULE, "werkzeug", "quart_app.compat.security")}
)
#: How long hashes are: of scrypt, of pbkdf2:sha256 as it is made now, and with the rounds and the salt it had once.
_SCRYPT, _PBKDF2, _SHORT_PBKDF2 = 162, 103, 94


def python(file: PythonFile) -> None:
    """Point imports at ours if a method is asked for somewhere that is gone, and keep hashes as short as their columns."""
    _move_imports(file)
    for call in file.nodes(ast.Call):
        if file.names(call.func) & _FUNCTIONS and (call.args or call.keywords):
            _shorten(file, call)


def _shorten(file: PythonFile, call: ast.Call) -> None:
    method = argument(call, "method", 1)
    if method is not None and not _is_gone(method):
        return
    if any(isinstance(item, ast.Starred) for item in call.args) or any(
        not item.arg for item in call.keywords
    ):
        return
    length = shortest_column(file, call)
    if length is None or length >= _SCRYPT or not _made_shorter_ones(file):
        return
    salted = argument(call, "salt_length", 2) is not None
    if length < (_PBKDF2 if salted else _SHORT_PBKDF2):
        message = f"no hash that Werkzeug still makes fits into the column of {length} characters"
        hint = f"make the column {_SCRYPT} characters long, or databases that count them refuse the hash"
        file.report(call, RULE.code, message, "left", hint)
        return
    # Fewer rounds leave a digit out; the salt was of eight characters before Werkzeug 2.0.
    chosen, more = (
        ('"pbkdf2:sha256"', "") if length >= _PBKDF2 else ('"pbkdf2:sha256:600000"', ", salt_length=8")
    )
    if method is None:
        add_argument(file, call, f"method={chosen}{more}", origin=RULE.code)
    else:
        file.replace(method, chosen, origin=RULE.code)
        if more:
            add_argument(file, call, more.removeprefix(", "), origin=RULE.code)
    file.report(
        call,
        RULE.code,
        f"hashes of scrypt do not fit into the column of {length} characters: pbkdf2:sha256 goes on making them",
        hint=f"a column of {_SCRYPT} characters or more allows scrypt",
    )


def _made_shorter_ones(file: PythonFile) -> bool:
    """Whether the application may have run with a Werkzeug that made other hashes than scrypt, by what it asks for."""
    if file.repository is None:
        return True
    asked = list(requirements(file.repository))
    if any(item.name == "quart" for item in asked):
        return False  # an earlier run saw what it asked for
    older = {"werkzeug": "2.3", "flask": "2.3"}
    return all(
        item.name not in older or not item.editable or allows(item.specifier, "0", older[item.name])
        for item in asked
    )


def _move_imports(file: PythonFile) -> None:
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
    for call, module in project.calls.named("generate_password_hash"):
        if not _is_gone(argument(call, "method", 1)):
            continue
        for item in project.types.types(call.func, module.scopes[call]):
            if isinstance(item, External) and item.name.rpartition(".")[0] in {
                _MODULE,
                "werkzeug",
                "quart_app.compat.security",
            }:
                return True
    return False


def _is_gone(method: ast.expr | None) -> bool:
    return (
        isinstance(method, ast.Constant)
        and isinstance(method.value, str)
        and method.value.removeprefix("hmac:") in _GONE
    )
