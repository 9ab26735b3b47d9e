"""What may make somebody else the signed-in user."""

from __future__ import annotations

import ast
from weakref import WeakKeyDictionary

from migrate_tool.model.symbols import FunctionInfo

from .boundaries import Boundaries
from .on_tests import is_test
from .solver import Colouring, Decision

CURRENT_USER = "flask_login.current_user"

#: What signs in or out.
_SIGNING = frozenset({"flask_login.login_user", "flask_login.logout_user"})
#: Where another request begins, each with a user of its own.
_REQUESTS = ("flask.testing.FlaskClient", "flask.ctx.")

#: Worked out once for a project; a colouring itself cannot be a weak key.
_signing: WeakKeyDictionary[Boundaries, set[FunctionInfo]] = WeakKeyDictionary()


def changes_user(colouring: Colouring, decision: Decision) -> bool:
    """Whether the user may be another one after the place than before it.

    In a test everything that waits may lead to a request of a client, and often by ways that nobody can follow; it is enough to ask again.
    """
    site = decision.site
    if site.what == CURRENT_USER:
        return False
    if is_test(site.module):
        return True
    return _signs(decision) or (site.callee is not None and site.callee in _functions(colouring))


def _signs(decision: Decision) -> bool:
    return decision.site.what in _SIGNING or decision.site.what.startswith(_REQUESTS)


def _functions(colouring: Colouring) -> set[FunctionInfo]:
    """The functions that sign somebody in or out, or call one that does."""
    known = _signing.get(colouring.limits)
    if known is not None:
        return known
    callers: dict[FunctionInfo, set[FunctionInfo]] = {}
    found: set[FunctionInfo] = set()
    for decision in colouring.decisions.values():
        owner, callee = decision.site.owner, decision.site.callee
        if owner is None:
            continue
        if _signs(decision):
            found.add(owner)
        if callee is not None:
            callers.setdefault(callee, set()).add(owner)
    pending = list(found)
    while pending:
        for caller in callers.get(pending.pop(), ()):
            if caller not in found:
                found.add(caller)
                pending.append(caller)
    _signing[colouring.limits] = found
    return found


def end_of_loops(read: ast.AST, place: ast.stmt, parents: dict[ast.AST, ast.AST]) -> ast.AST:
    """The outermost loop around ``read`` that does not hold ``place``, behind whose end it is not read again; else ``read``."""
    found, current = read, parents.get(read)
    while current is not None and not isinstance(
        current, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
    ):
        if current is place or any(node is place for node in ast.iter_child_nodes(current)):
            # The statement itself may be a loop: its head is read once.
            return current if current is place and isinstance(current, ast.While | ast.For) else found
        if isinstance(current, ast.For | ast.AsyncFor | ast.While):
            found = current
        current = parents.get(current)
    return found
