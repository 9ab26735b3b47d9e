"""Attributes of models that load when they are read: ``await self.awaitable_attrs.members`` in functions that are coroutines anyway.

Three kinds are told for sure enough: a relationship that a model's own method reads of ``self``, what is first read of an object after a
commit in the same function, which has expired by then, and its dictionary (``vars(book)``), which reads nothing. Everything else loads through the bridge, as before.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from migrate_tool.model import relationships
from migrate_tool.model.ancestry import lineage
from migrate_tool.model.inference import Inference
from migrate_tool.model.symbols import Assigned, ClassInfo, FunctionInfo, ModuleInfo
from migrate_tool.model.types import External, Instance

from .dead_ends import Place, dead_end, place
from .model_properties import is_model
from .sites import Site, Survey

_COMMITS = frozenset({"sqlalchemy.orm.Session.commit", "sqlalchemy.orm.Session.rollback"})
_COLUMNS = frozenset({"sqlalchemy.Column", "sqlalchemy.orm.mapped_column"})
#: What ``lazy=`` says of relationships that are loaded with their object, or give a query.
_NOT_LAZY = frozenset(
    {
        "dynamic",
        "write_only",
        "joined",
        "selectin",
        "subquery",
        "immediate",
        "noload",
        "raise",
        "raise_on_sql",
    }
    | {False}
)

#: What such a relationship gives, and what is no load.
_QUERIES = frozenset({relationships.DYNAMIC, relationships.WRITE_ONLY})


def loading_reads(found: Survey, asynchronous: set[FunctionInfo]) -> Iterator[Site]:
    """The reads of attributes that load, in the functions of ``asynchronous``."""
    for module in found.modules():
        events: dict[FunctionInfo, list[ast.expr]] = {}
        for node in module.of_type(ast.Attribute, ast.Name, ast.Call):
            assert isinstance(node, ast.expr)
            owner = module.scopes[node].owner() if node in module.scopes else None
            if owner is not None and owner in asynchronous:
                events.setdefault(owner, []).append(node)
        for owner, nodes in events.items():
            yield from _of_function(found, module, owner, sorted(nodes, key=place))


def _of_function(
    found: Survey, module: ModuleInfo, owner: FunctionInfo, nodes: list[ast.expr]
) -> Iterator[Site]:
    commits, fresh = list[tuple[int, Place]](), dict[str, int]()
    first = owner.parameters[0].node.arg if owner.parameters and owner.cls is not None else None
    for index, node in enumerate(nodes):
        whole = _dictionary_of(found, node)
        if whole is not None:
            scope = module.scopes[whole]
            expired = _expired(commits, whole, fresh) and scope.kind != "comprehension"
            if expired and _is_model(found, whole, module):
                what = f"what {whole.id} holds"
                yield Site("whole", whole, module, scope, what, "FQ905", owner, soft=True)
                fresh[whole.id] = index
        elif isinstance(node, ast.Call):
            if _commits(found, node):
                commits.append((index, dead_end(module, node, owner.node)))
        elif isinstance(node, ast.Name):
            if not isinstance(node.ctx, ast.Load):
                fresh[node.id] = index
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            name = node.value.id
            # What a comprehension goes through has just been loaded.
            expired = _expired(commits, node.value, fresh) and module.scopes[node].kind != "comprehension"
            own = name == first
            if isinstance(node.ctx, ast.Load) and (expired or own):
                attribute = _loaded(found, node, module, only_relationships=not expired)
                if attribute is not None:
                    scope = module.scopes[node]
                    yield Site("property", node, module, scope, attribute, "FQ905", owner, soft=True)
                    fresh[name] = index
            if node.attr == "awaitable_attrs":
                fresh[name] = index


def _expired(commits: list[tuple[int, Place]], node: ast.Name, fresh: dict[str, int]) -> bool:
    """Whether a commit from which the function goes on to ``node`` came after what it names was last loaded."""
    since = fresh.get(node.id, -1)
    return any(index > since and place(node) <= until for index, until in commits)


def _dictionary_of(found: Survey, node: ast.expr) -> ast.Name | None:
    """``book`` of ``book.__dict__``, ``vars(book)`` and ``inspect(book).dict``, which load nothing by themselves."""
    held: ast.expr | None = None
    if isinstance(node, ast.Call):
        held = _given_to(found, node, "builtins.vars")
    elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load):
        if node.attr == "__dict__":
            held = node.value
        elif node.attr == "dict" and isinstance(node.value, ast.Call):
            held = _given_to(found, node.value, "sqlalchemy.inspect")
    return held if isinstance(held, ast.Name) else None


def _given_to(found: Survey, node: ast.Call, name: str) -> ast.expr | None:
    """The one argument of ``node``, if it calls ``name``."""
    names = found.project.types.library_names(found.targets.get(node, frozenset()))
    return node.args[0] if name in names and len(node.args) == 1 and not node.keywords else None


def _is_model(found: Survey, node: ast.expr, module: ModuleInfo) -> bool:
    """Whether something is an object of a model, whatever else it may be."""
    types = found.project.types
    return any(
        isinstance(item, Instance) and isinstance(item.of, ClassInfo) and is_model(types, item.of)
        for item in types.types(node, module.scopes[node])
    )


def _commits(found: Survey, node: ast.Call) -> bool:
    for item in found.targets.get(node, ()):
        known = found.project.catalog.find(item.name) if isinstance(item, External) else None
        if known is not None and known[0] in _COMMITS:
            return True
    return False


def _loaded(found: Survey, node: ast.Attribute, module: ModuleInfo, only_relationships: bool) -> str | None:
    """The name of the attribute, if reading it may load and all that it may be read of are models."""
    types = found.project.types
    if any(
        isinstance(item, Instance) and item.of in _QUERIES for item in types.types(node, module.scopes[node])
    ):
        return None
    # Not of ``current_user``: who is not signed in is no model.
    owners = types.types(node.value, module.scopes[node.value])
    names = {
        _mapped(types, item.of, node.attr, only_relationships)
        if isinstance(item, Instance) and isinstance(item.of, ClassInfo) and is_model(types, item.of)
        else None
        for item in owners
    }
    return min((name for name in names if name), default=None) if None not in names else None


def _mapped(types: Inference, cls: ClassInfo, name: str, only_relationships: bool) -> str | None:
    for ancestor in lineage(types, cls):
        if not isinstance(ancestor, ClassInfo):
            continue
        for binding in ancestor.scope.bindings.get(name, ()):
            if not (isinstance(binding, Assigned) and isinstance(binding.expression, ast.Call)):
                return None
            return (
                f"{cls.name}.{name}"
                if _loads(types, binding.expression, binding, only_relationships)
                else None
            )
    return f"{cls.name}.{name}" if relationships.backref(types, cls, name) else None


def _loads(types: Inference, call: ast.Call, binding: Assigned, only_relationships: bool) -> bool:
    given = {keyword.arg: keyword.value for keyword in call.keywords}
    for item in types.types(call.func, binding.scope):
        name = types.catalog.canonical(item.name) if isinstance(item, External) else ""
        if name == relationships.RELATIONSHIP:
            lazy = given.get("lazy")
            return not (isinstance(lazy, ast.Constant) and lazy.value in _NOT_LAZY)
        if name in _COLUMNS:
            # A primary key stays after a commit.
            return not (only_relationships or "primary_key" in given)
    return False
