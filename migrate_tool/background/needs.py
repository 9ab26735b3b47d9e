"""What a function reads of the request, as a value that can be taken before the work is started."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from migrate_tool.model.members import direct
from migrate_tool.model.project import Project
from migrate_tool.model.symbols import ClassInfo, FunctionInfo, ModuleInfo
from migrate_tool.model.types import Instance
from migrate_tool.project.trees import walk

from .calls import Calls
from .candidates import named_like

#: What belongs to a request, and where it is imported from.
BOUND = {
    "flask_login.current_user": ("flask_login", "current_user"),
    "flask.request": ("flask", "request"),
    "flask.session": ("flask", "session"),
    "flask.g": ("flask", "g"),
    "flask.has_request_context": ("flask", "has_request_context"),
}
#: The value of a parameter that nobody passed.
SENTINEL = "FROM_REQUEST"
_GUARDS = {SENTINEL, "has_request_context"}
_OWN_CONTEXT = {"test_request_context", "request_context", "test_client"}
_PLAIN_CALLS = {"getattr", "str", "int", "bool", "hasattr"}
#: Attributes of the request that are no plain values.
_NOT_PLAIN = {
    "files",
    "form",
    "args",
    "headers",
    "environ",
    "cookies",
    "stream",
    "values",
    "view_args",
    "authorization",
}
_ANSWERS = {"id", "get_id"}
_OPEN = (ast.Lambda, ast.Await, ast.NamedExpr, ast.comprehension, ast.Starred, ast.JoinedStr)


@dataclass(frozen=True, slots=True, eq=False)
class Need:
    """One read, as far as it is a value of its own."""

    function: FunctionInfo
    #: The whole expression that is replaced by the parameter.
    node: ast.expr
    #: What the caller writes instead of it.
    value: str
    #: What to call the parameter.
    name: str
    #: The qualified names that the value reads.
    roots: frozenset[str]
    #: Why it cannot be passed; empty if it can.
    reason: str = ""

    @property
    def place(self) -> str:
        """``path:line``."""
        return f"{self.function.module.path}:{self.node.lineno}"

    @property
    def text(self) -> str:
        """The expression as it stands."""
        return ast.unparse(self.node)


class Needs:
    """Every read of the request, by the function around it; a file is looked at when it is asked for."""

    def __init__(self, found: Calls) -> None:
        self._found = found
        self._names = named_like(found.project, BOUND)
        self._known: dict[ModuleInfo, dict[FunctionInfo, list[Need]]] = {}

    def of(self, function: FunctionInfo) -> list[Need]:
        """What ``function`` reads."""
        module = function.module
        if module not in self._known:
            self._known[module] = self._in(module) if module in self._found.modules else {}
        return self._known[module].get(function, [])

    def _in(self, module: ModuleInfo) -> dict[FunctionInfo, list[Need]]:
        result: dict[FunctionInfo, list[Need]] = {}
        reads = dict(_reads(self._found.project, module, self._names))
        seen: set[ast.AST] = set()
        for node in reads:
            owner = module.scopes[node].owner()
            if owner is None or _asked_only_in_requests(module, node):
                continue
            whole = _whole(module, node, reads)
            if whole in seen:
                continue
            seen.add(whole)
            roots = frozenset(reads[item] for item in walk(whole) if item in reads)
            if (
                roots == {"flask.has_request_context"}
                or _is_written(whole)
                or (roots == {"flask.g"} and not _is_attribute(whole))
            ):
                continue
            result.setdefault(owner, []).append(_need(self._found.project, owner, whole, roots))
        return result


def own_context(function: FunctionInfo) -> bool:
    """Whether the function makes a request context for itself."""
    return any(isinstance(node, ast.Attribute) and node.attr in _OWN_CONTEXT for node in walk(function.node))


def written_in_g(function: FunctionInfo) -> set[str]:
    """The attributes of ``g`` that the function sets."""
    return {
        node.attr
        for node in walk(function.node)
        if isinstance(node, ast.Attribute)
        and isinstance(node.ctx, ast.Store)
        and isinstance(node.value, ast.Name)
        and node.value.id == "g"
    }


def _reads(project: Project, module: ModuleInfo, names: set[str]) -> Iterator[tuple[ast.expr, str]]:
    types = project.types
    for node in module.of_type(ast.Name, ast.Attribute):
        assert isinstance(node, ast.Name | ast.Attribute)
        if not isinstance(node.ctx, ast.Load) or node not in module.scopes:
            continue
        if (node.id if isinstance(node, ast.Name) else node.attr) not in names:
            continue
        for item in direct(types, node, module.scopes[node]):
            name = project.catalog.canonical(item.name)
            if name in BOUND:
                yield node, name
                break


def _asked_only_in_requests(module: ModuleInfo, node: ast.AST) -> bool:
    """Whether it stands below ``if has_request_context():``, or ``if user_id is FROM_REQUEST:`` of an earlier migration."""
    current: ast.AST | None = node
    while current is not None:
        if isinstance(current, ast.If) and any(
            isinstance(item, ast.Name | ast.Attribute) and ast.unparse(item).rpartition(".")[2] in _GUARDS
            for item in walk(current.test)
        ):
            return True
        current = module.parents.get(current)
    return False


def _is_written(node: ast.expr) -> bool:
    return isinstance(getattr(node, "ctx", None), ast.Store | ast.Del)


def _is_attribute(node: ast.expr) -> bool:
    """``g.x``, ``g.get("x")``, ``getattr(g, "x", None)``: not ``g`` handed on as a whole."""
    return isinstance(node, ast.Attribute | ast.Call)


def _whole(module: ModuleInfo, node: ast.expr, reads: dict[ast.expr, str]) -> ast.expr:
    """The largest expression around the read that needs nothing but the request and has a name as a value."""
    current = best = node
    while True:
        if _said(current)[0]:
            best = current
        parent = module.parents.get(current)
        if isinstance(parent, ast.Attribute):
            grown: ast.expr = parent
        elif (
            (
                isinstance(parent, ast.Call)
                and (
                    parent.func is current
                    or (isinstance(parent.func, ast.Name) and parent.func.id in _PLAIN_CALLS)
                )
            )
            or (isinstance(parent, ast.Subscript) and parent.value is current)
            or isinstance(parent, ast.IfExp | ast.BoolOp | ast.Compare)
            or (isinstance(parent, ast.UnaryOp) and isinstance(parent.op, ast.Not))
        ):
            grown = parent
        else:
            return best
        if _is_written(grown) or not _closed(grown, reads):
            return best
        current = grown


def _closed(node: ast.expr, reads: dict[ast.expr, str]) -> bool:
    """Whether the expression names nothing but the request and a few builtins."""
    inside = list(walk(node))
    # ``flask.request``: the module's name stands inside of the read.
    modules = {read.value for read in inside if isinstance(read, ast.Attribute) and read in reads}
    return not any(
        (
            isinstance(item, ast.Name)
            and item not in reads
            and item.id not in _PLAIN_CALLS
            and item not in modules
        )
        or isinstance(item, _OPEN)
        for item in inside
    )


def _need(project: Project, owner: FunctionInfo, node: ast.expr, roots: frozenset[str]) -> Need:
    name, value = _said(node)
    reason = ""
    if not name:
        reason = "is no plain value"
    elif isinstance(owner.node, ast.Lambda):
        reason = "stands in a lambda"
    else:
        for item in project.types.types(node, owner.module.scopes[node]):
            if isinstance(item, Instance) and isinstance(item.of, ClassInfo):
                reason = f"is a {item.of.name} of the request's own database session"
    return Need(owner, node, value, name, roots, reason)


def _said(node: ast.expr) -> tuple[str, str]:
    """A name for the value, and how it is taken without failing where nobody is signed in."""
    bare = ast.unparse(_localised(node))
    if isinstance(node, ast.IfExp):
        return _said(node.body)[0], bare
    if isinstance(node, ast.BoolOp):
        return _said(node.values[-1])[0], bare
    if isinstance(node, ast.Compare | ast.UnaryOp):
        return "", ""
    root, rest = _split(bare)
    if root == "current_user":
        found = re.fullmatch(r"\.(\w+)(\(\))?", rest)
        if found is None or found[1] == "_get_current_object":
            return "", ""
        if found[1] in _ANSWERS:
            return "user_id", bare if found[2] else f'getattr(current_user, "{found[1]}", None)'
        return f"user_{found[1]}".replace("user_is_", "is_"), bare if found[
            2
        ] else f'getattr(current_user, "{found[1]}", None)'
    if root == "session":
        found = re.fullmatch(r"(?:\[|\.get\()['\"](\w+)['\"](?:\]|(, .*)?\))", rest)
        return (
            (f"session_{found[1].strip('_')}", f'session.get("{found[1]}"{found[2] or ""})')
            if found
            else ("", "")
        )
    if root == "g":
        found = re.fullmatch(r"\.(?:get\(['\"])?(\w+)(?:['\"](, .*)?\))?", rest)
        return (found[1], f'g.get("{found[1]}"{found[2] or ""})') if found else ("", "")
    if root == "request":
        keyed = re.fullmatch(
            r"\.(headers|args|form|cookies)(?:\[|\.get\()['\"]([\w-]+)['\"](?:\]|(, .*)?\))", rest
        )
        if keyed:
            return keyed[2].lower().replace("-", "_"), f'request.{keyed[1]}.get("{keyed[2]}"{keyed[3] or ""})'
        plain = re.fullmatch(r"\.(\w+)", rest)
        if plain and plain[1] not in _NOT_PLAIN:
            return plain[1] if plain[1] == "remote_addr" else f"request_{plain[1]}", bare
    if bare.startswith("getattr("):
        named = re.fullmatch(r"getattr\((\w+), ['\"](\w+)['\"](, .*)\)", bare)
        if named and named[1] in {"current_user", "g"}:
            return (
                "user_id"
                if named[2] == "id"
                else f"user_{named[2]}"
                if named[1] == "current_user"
                else named[2]
            ), bare
    if re.match(r"(str|int)\(", bare) and isinstance(node, ast.Call) and len(node.args) == 1:
        return _said(node.args[0])[0], bare
    return "", ""


def _split(text: str) -> tuple[str, str]:
    found = re.match(r"\w+", text)
    return (found[0], text[found.end() :]) if found else ("", text)


def _localised(node: ast.expr) -> ast.expr:
    """The expression with ``flask.request`` as ``request``."""

    class Localise(ast.NodeTransformer):
        def visit_Attribute(self, item: ast.Attribute) -> ast.expr:
            if isinstance(item.value, ast.Name) and item.value.id in {"flask", "flask_login"}:
                return ast.Name(item.attr, item.ctx)
            self.generic_visit(item)
            return item

    made: ast.expr = ast.fix_missing_locations(
        Localise().visit(ast.parse(ast.unparse(node), mode="eval").body)
    )
    return made
