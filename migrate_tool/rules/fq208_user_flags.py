"""``user.is_authenticated()``: methods until Flask-Login 0.3, properties since."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from weakref import WeakKeyDictionary

from migrate_tool.colour import Colouring
from migrate_tool.files import jinja
from migrate_tool.model import Project
from migrate_tool.model.symbols import ClassInfo, FunctionInfo
from migrate_tool.model.types import Instance

from .imported import imported
from .project_files import ProjectFiles, line_at
from .python_file import PythonFile
from .rule import Example, Rule, Safety

RULE = Rule(
    code="FQ208",
    name="user-flags",
    summary="is_authenticated, is_active and is_anonymous of a user are read, not called, in code and templates.",
    why=(
        "They were methods until Flask-Login 0.3 and are properties since, here too: True() is a TypeError. A user class that "
        "writes is_authenticated or is_anonymous as a method, as one did then, gets a property, because nobody's is one as well. "
        "Without the call a method is always true."
    ),
    safety=Safety.SAFE,
    examples=(
        Example(
            before=(
                "from flask import Flask\nfrom flask_login import UserMixin, current_user\n\napp = Flask(__name__)\n\n\n"
                'class User(UserMixin):\n    name = "someone"\n\n\n'
                '@app.route("/")\ndef index():\n'
                '    return "yes" if current_user.is_authenticated() else "no"\n'
            ),
            after=(
                "from quart_app import Quart\nfrom quart_app.auth import UserMixin, current_user\n\napp = Quart(__name__)\n\n\n"
                'class User(UserMixin):\n    name = "someone"\n\n\n'
                '@app.route("/")\nasync def index():\n'
                '    return "yes" if (await current_user).is_authenticated else "no"\n'
            ),
        ),
        Example(
            before=(
                "from flask import Flask\nfrom flask_login import current_user\n\napp = Flask(__name__)\n\n\n"
                "class User:\n"
                "    def is_authenticated(self):\n        return True\n\n"
                "    def get_id(self):\n        return self.id\n\n\n"
                '@app.route("/")\ndef index():\n'
                '    return "yes" if current_user.is_authenticated() else "no"\n'
            ),
            after=(
                "from quart_app import Quart\nfrom quart_app.auth import current_user\n\napp = Quart(__name__)\n\n\n"
                "class User:\n"
                "    @property\n    def is_authenticated(self):\n        return True\n\n"
                "    def get_id(self):\n        return self.id\n\n\n"
                '@app.route("/")\nasync def index():\n'
                '    return "yes" if (await current_user).is_authenticated else "no"\n'
            ),
        ),
    ),
    left_alone=(
        "class Switch:\n    def is_active(self):\n        return True\n\n\ndef read(switch):\n    return switch.is_active()\n",
    ),
    references=("https://flask-login.readthedocs.io/en/latest/#your-user-class",),
)

_FLAGS = ("is_authenticated", "is_active", "is_anonymous")
#: What no class but a user's has: they may become properties, and are called on nobody else.
_ONLY_USERS = frozenset({"is_authenticated", "is_anonymous"})
_CURRENT = "flask_login.current_user"
_SIGN_IN = ("flask_login", "flask.current_user", "quart_app.auth")
_MIXINS = frozenset({"flask_login.UserMixin", "flask_login.AnonymousUserMixin"})


def python(file: PythonFile) -> None:
    """Take the calls away, and make properties of the methods that are called so."""
    flags = _readable(file)
    if not flags:
        return
    for call in file.nodes(ast.Call):
        function = call.func
        if (
            not isinstance(function, ast.Attribute)
            or function.attr not in flags
            or call.args
            or call.keywords
        ):
            continue
        if not _is_user(file, function):
            continue
        _, start = file.place(function)
        _, end = file.place(call)
        file.cut(start, end, "", origin=RULE.code)
        file.report(call, RULE.code, f"{function.attr} is read")
    for method in _methods(file.project):
        if method.module is file.module and method.name in flags:
            start, _ = file.place(method.node)
            file.insert(start, f"@property\n{' ' * method.node.col_offset}", origin=RULE.code)
            file.report(method.node, RULE.code, f"{method.name} is a property")


def project(files: ProjectFiles) -> None:
    """Take the calls of the current user's flags out of the templates."""
    flags = _of_project(files.project, files.colouring)
    if not flags:
        return
    for text in list(files.texts()):
        if text.path not in files.template_paths:
            continue
        new = text.text
        for name, start, end in reversed(list(jinja.empty_calls(text.text, "current_user"))):
            if name in flags:
                new = new[:start] + new[end:]
                files.report(text.path, line_at(text.text, start), RULE.code, f"{name} is read")
        if new != text.text:
            files.change(text.path, new)


def _readable(file: PythonFile) -> frozenset[str]:
    return _of_project(file.project, file.colouring)


#: What was found out of a whole project, which each of its files asks for.
_found: WeakKeyDictionary[Project, frozenset[str]] = WeakKeyDictionary()


def _of_project(project: Project, colouring: Colouring) -> frozenset[str]:
    """The flags that are properties in this project, or become them."""
    if project not in _found:
        _found[project] = _flags(project, colouring)
    return _found[project]


def _flags(project: Project, colouring: Colouring) -> frozenset[str]:
    if not _signs_in(project):
        return frozenset()
    kept: set[str] = set()
    for cls in project.classes():
        for name in _FLAGS:
            method = cls.methods.get(name)
            if method is not None and not _is_property(method) and not _becomes(cls, method, colouring):
                kept.add(name)
    return frozenset(_FLAGS) - kept


def _signs_in(project: Project) -> bool:
    """Whether any file imports what signs users in."""
    return any(name.startswith(_SIGN_IN) for name in imported(project))


def _methods(project: Project) -> Iterator[FunctionInfo]:
    for cls in project.classes():
        for name in _ONLY_USERS:
            method = cls.methods.get(name)
            if method is not None and not _is_property(method):
                yield method


def _becomes(cls: ClassInfo, method: FunctionInfo, colouring: Colouring) -> bool:
    """Whether a method can be a property: it takes nothing, has no decorator, waits for nothing, and is a user's."""
    node = method.node
    arguments = node.args
    return (
        method.name in _ONLY_USERS
        and "get_id" in cls.methods
        and isinstance(node, ast.FunctionDef)
        and not node.decorator_list
        and len(arguments.args) == 1
        and not (arguments.vararg or arguments.kwarg or arguments.kwonlyargs)
        and not colouring.is_async(method)
    )


def _is_property(method: FunctionInfo) -> bool:
    return any("property" in ast.dump(decorator) for decorator in getattr(method.node, "decorator_list", ()))


def _is_user(file: PythonFile, function: ast.Attribute) -> bool:
    """Whether a flag is a user's: by its name, or by whose it is."""
    if function.attr in _ONLY_USERS or _CURRENT in file.names(function.value):
        return True
    owners = file.types(function.value)
    return bool(_MIXINS & file.classes(function.value)) and all(isinstance(item, Instance) for item in owners)
