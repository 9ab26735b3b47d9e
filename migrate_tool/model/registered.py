"""What is looked up by a name that stands in the code: ``app.extensions["sqlalchemy"]``."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from . import type_expressions
from .types import NOTHING, External, Types

if TYPE_CHECKING:
    from .inference import Inference
    from .symbols import Scope

_EXTENSIONS = "flask.Flask.extensions"
#: Where an extension of a library keeps its object.
_OBJECTS = {
    "csrf": "flask_wtf.CSRFProtect",
    "mail": "flask_mail.Mail",
    "sqlalchemy": "flask_sqlalchemy.SQLAlchemy",
}


def extension(inference: Inference, node: ast.Subscript, scope: Scope) -> Types:
    """What ``app.extensions[key]`` holds; nothing if ``node`` is something else, or the key no name."""
    key = _text(node.slice)
    if key is None or not isinstance(node.value, ast.Attribute) or not _is_registry(inference, node, scope):
        return NOTHING
    return inference.solve(("extension", key), lambda: _kept_as(inference, key))


def _kept_as(inference: Inference, key: str) -> Types:
    known = _OBJECTS.get(key)
    found = type_expressions.parse(inference, known, None, NOTHING, ()) if known else NOTHING
    for module in inference.project.modules.values():
        for node in module.of_type(ast.Assign):
            assert isinstance(node, ast.Assign)
            for target in node.targets:
                if (
                    isinstance(target, ast.Subscript)
                    and _text(target.slice) == key
                    and isinstance(target.value, ast.Attribute)
                    and _is_registry(inference, target, module.scopes[target])
                ):
                    found |= inference.types(node.value, module.scopes[node])
    return found


def _is_registry(inference: Inference, node: ast.Subscript, scope: Scope) -> bool:
    return any(
        isinstance(item, External) and item.name == _EXTENSIONS for item in inference.types(node.value, scope)
    )


def _text(node: ast.expr) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None
