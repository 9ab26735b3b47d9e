"""Calls on objects of which nobody knows what they are, by names that wait on objects of the project or of a database.

``attachment.can_access(user)``, where ``attachment`` comes from nowhere that can be followed and a class of the project has a
``can_access`` that turns async: what comes back may be a coroutine, and as a condition it is always true. Such a call colours
nothing, for it may be something else; but what it gives is awaited if it waits, and the place is listed.
"""

from __future__ import annotations

import ast
import io
import re
from collections.abc import Iterator

from migrate_tool.catalog import Catalog
from migrate_tool.model.ancestry import derives
from migrate_tool.model.spelling import last_name
from migrate_tool.model.symbols import Assigned, FunctionInfo, ModuleInfo, Parameter
from migrate_tool.project.trees import walk

from .hands import Taken
from .resembling import Resembling, is_built_in
from .sites import Site, Survey
from .stand_ins import is_given_to_model, is_known

RULE = "FQ906"

#: What asks a query for its rows, and an array for its truth.
_ALL = "all"
#: Names that nearly every object could have: of what is built in, of files and patterns.
_OF_ANYTHING = frozenset(
    name
    for kind in (
        dict,
        list,
        set,
        frozenset,
        str,
        bytes,
        tuple,
        int,
        float,
        io.TextIOWrapper,
        io.BufferedReader,
        re.Pattern,
        re.Match,
    )
    for name in dir(kind)
) | {_ALL}
#: What is called on a query to make another of it, and rarely on anything else.
_BUILDING = frozenset(
    [
        "filter",
        "filter_by",
        "order_by",
        "group_by",
        "with_entities",
        "with_parent",
        "options",
        "outerjoin",
        "offset",
        "distinct",
    ]
)
#: How Jinja hands the body of a block to an extension's method.
_CALLER = "caller"
_EXTENSION = "jinja2.ext.Extension"
BLOCK = f"{_EXTENSION}.{_CALLER}"
_QUERY = "sqlalchemy.orm.Query"
_SESSION = "sqlalchemy.orm.Session"
_FORM = "flask_wtf.FlaskForm"
_CURSOR = "sqlite3.Cursor"
#: How a project names the driver whose cursors wait, before the migration and after it.
_DRIVER = ("sqlite3", "quart_app.db.sqlite", "raw_connection")
#: What ends a transaction, of whatever holds one, and says so without arguments.
_ENDS = frozenset({"commit", "rollback"})
#: Where an application keeps the functions that were registered with it, of which any may wait.
_REGISTERED = frozenset(
    {"view_functions", "error_handler_spec", "before_request_funcs", "after_request_funcs"}
)
#: What only migrated code says, and what many others say too.
_OURS = frozenset({"item", "create_form", "value", "values"})


def unknown_receivers(found: Survey, functions: list[FunctionInfo]) -> Iterator[Site]:
    """The calls that may wait, although it is not known what they are called on.

    Args:
        found: What one pass over the project found.
        functions: The project's functions that are asynchronous after the migration.
    """
    if not found.project.uses_flask:
        return
    waiting = names(iter(functions))
    resembling = Resembling(found, functions, _OF_ANYTHING)
    common = resembling.names()
    of_project = waiting - _OF_ANYTHING - _building(found.project.catalog)
    of_query = _awaited(found.project.catalog, _QUERY)
    queries = _queries(found)
    of_form = _awaited(found.project.catalog, _FORM)
    of_session = _awaited(found.project.catalog, _SESSION)
    of_cursor = _of_cursor(found)
    for call, module in found.project.calls.of_parameters:
        is_caller = _is_caller(found, call, module)
        if (
            (_hands_on(call) or is_caller)
            and not found.targets.get(call)
            and (site := _site(found, call, module)) is not None
        ):
            site.what = BLOCK if is_caller else site.what
            yield site
    for module in found.modules():
        registered = any(name in module.source.text for name in _REGISTERED)
        for node in module.of_type(ast.Call):
            assert isinstance(node, ast.Call)
            if (
                registered
                and _is_registered(node, module)
                and (site := _site(found, node, module)) is not None
            ):
                yield site
            if not isinstance(node.func, ast.Attribute) or is_known(
                found.targets[node], module, found.project.catalog
            ):
                continue
            name = node.func.attr
            if (
                name in of_project
                or name in of_form
                or name in of_cursor
                or (
                    name in of_query
                    and (
                        name not in _OF_ANYTHING
                        or not (node.args or node.keywords or is_built_in(node))
                        or _is_query(node, node.func.value, queries)
                        or _is_query_by_name(found, node, module, queries)
                        or (name == _ALL and _is_of_model(found, node))
                    )
                )
                or (name in of_session and _is_session(node.func.value))
                or (name in _ENDS and not (node.args or node.keywords))
                or (name in common and resembling.is_one(node, module))
            ):
                site = _site(found, node, module)
                if site is not None:
                    yield site


def names(functions: Iterator[FunctionInfo]) -> frozenset[str]:
    """The names by which these functions are called on an object: methods, and what a function makes and may put into one."""
    return frozenset(
        function.name
        for function in functions
        if (function.cls is not None or function.outer.owner() is not None)
        and not function.name.startswith(("__", "test", "<"))
    )


def _site(found: Survey, node: ast.Call, module: ModuleInfo) -> Site | None:
    scope = module.scopes[node]
    owner = scope.owner()
    if owner is None or owner in found.of_versions or _is_super(node):
        return None
    if found.hands.taken(module, node, native=True) is not Taken.NO:
        return None
    return Site("call", node, module, scope, _shown(node.func), RULE, owner, unknown=True)


def _hands_on(call: ast.Call) -> bool:
    """``view(*args, **kwargs)``: what a wrapper calls, of which nobody knows who gives it."""
    return any(isinstance(item, ast.Starred) for item in call.args) and any(
        keyword.arg is None for keyword in call.keywords
    )


def _is_caller(found: Survey, call: ast.Call, module: ModuleInfo) -> bool:
    """``caller()`` in an extension of Jinja: what stands in a block, which an environment that awaits renders in a coroutine."""
    return (
        isinstance(call.func, ast.Name)
        and call.func.id == _CALLER
        and any(
            isinstance(item, Parameter)
            and item.function.cls is not None
            and derives(found.project.types, item.function.cls, _EXTENSION)
            for bindings in found.project.types.bindings(_CALLER, module.scopes[call])
            for item in bindings
        )
    )


def _is_registered(call: ast.Call, module: ModuleInfo) -> bool:
    """``app.view_functions[endpoint](**arguments)``, and the same by a name that the function gave it before."""
    if isinstance(call.func, ast.Subscript):
        return _is_kept(call.func)
    owner = module.scopes[call].owner()
    if not isinstance(call.func, ast.Name) or owner is None:
        return False
    name = call.func.id
    for node in walk(owner.node):
        match node:
            case ast.Assign(targets=[ast.Name(id=bound)], value=ast.Subscript() as value):
                if bound == name and _is_kept(value):
                    return True
            case ast.For(target=ast.Name(id=bound), iter=ast.Subscript() as value):
                if bound == name and _is_kept(value):
                    return True
    return False


def _is_kept(node: ast.expr) -> bool:
    while isinstance(node, ast.Subscript):
        node = node.value
    return isinstance(node, ast.Attribute) and node.attr in _REGISTERED


def _shown(node: ast.expr) -> str:
    text = ast.unparse(node)
    return text if len(text) <= 60 else "..." + text[-57:]


def _awaited(catalog: Catalog, cls: str) -> frozenset[str]:
    """The methods of the class of a library, its ancestors' included, that must be awaited."""
    prefixes = tuple(f"{base}." for base in (cls, *catalog.ancestors(cls)))
    return (
        frozenset(
            name.rpartition(".")[2]
            for name, api in catalog.apis.items()
            if api.awaited and api.kind == "function" and name.startswith(prefixes)
        )
        - _OURS
    )


def _of_cursor(found: Survey) -> frozenset[str]:
    """What waits on a cursor of a database's driver, where the project has any.

    ``self.run(text).fetchall()``: what ran the statement is unknown, and so is what it gave.
    """
    if not any(name in module.source.text for module in found.modules() for name in _DRIVER):
        return frozenset()
    return _awaited(found.project.catalog, _CURSOR) - _OF_ANYTHING


def _building(catalog: Catalog) -> frozenset[str]:
    """The methods of queries and sessions that build something and wait for nothing."""
    return frozenset(
        name.rpartition(".")[2]
        for name, api in catalog.apis.items()
        if not api.awaited and api.kind == "function" and name.startswith((f"{_QUERY}.", f"{_SESSION}."))
    )


def _is_query(call: ast.Call, node: ast.expr, building: frozenset[str]) -> bool:
    """Whether a chain is a query: through ``.query``, a dynamic relationship, or something that builds one.

    ``self.model.query.filter_by(x=1).count()``, ``author.books.all()``.
    """
    while True:
        if isinstance(node, ast.Call):
            node = node.func
            if isinstance(node, ast.Attribute) and node.attr in _BUILDING:
                return True
        elif isinstance(node, ast.Attribute):
            if node.attr in building:
                return True
            node = node.value
        elif isinstance(node, ast.Name):
            # A dictionary may be called ``query`` as well: that is asked for a text.
            by_text = any(
                isinstance(item, ast.Constant) and isinstance(item.value, str) for item in call.args
            )
            return node.id == "query" and not by_text
        else:
            return False


def _is_query_by_name(found: Survey, call: ast.Call, module: ModuleInfo, building: frozenset[str]) -> bool:
    """Whether a variable holds what a chain of a query gives, wherever that chain begins."""
    node = call.func.value if isinstance(call.func, ast.Attribute) else None
    if not isinstance(node, ast.Name):
        return False
    return any(
        _is_query(call, item.expression, building)
        for bindings in found.project.types.bindings(node.id, module.scopes[node])
        for item in bindings
        if isinstance(item, Assigned) and not item.steps and isinstance(item.expression, ast.Call)
    )


def _is_of_model(found: Survey, call: ast.Call) -> bool:
    """Whether it is asked of what a model has and does not say itself: no array."""
    targets = found.targets[call]
    return bool(targets) and all(is_given_to_model(item, found.project.catalog) for item in targets)


def _queries(found: Survey) -> frozenset[str]:
    """The names of attributes that are queries: ``query``, and every dynamic relationship and back reference."""
    names_ = {"query"}
    for word in ("relationship", "dynamic_loader", "backref"):
        for call, module in found.project.calls.named(word):
            lazy = [item.value for item in call.keywords if item.arg == "lazy"]
            dynamic = any(isinstance(item, ast.Constant) and item.value == "dynamic" for item in lazy)
            if not dynamic and word != "dynamic_loader":
                continue
            first = call.args[0] if call.args else None
            if word == "backref":
                if isinstance(first, ast.Constant) and isinstance(first.value, str):
                    names_.add(first.value)
                continue
            parent = module.parents.get(call)
            targets = (
                parent.targets
                if isinstance(parent, ast.Assign)
                else [parent.target]
                if isinstance(parent, ast.AnnAssign)
                else []
            )
            names_ |= {
                target.id if isinstance(target, ast.Name) else target.attr
                for target in targets
                if isinstance(target, ast.Name | ast.Attribute)
            }
    return frozenset(names_)


def _is_session(node: ast.expr) -> bool:
    name = last_name(node)
    return name == "session" or name.endswith("_session")


def _is_super(node: ast.Call) -> bool:
    """Whether it asks ``super()``: of a class that is not known, which cannot be one of the project's."""
    value = node.func.value if isinstance(node.func, ast.Attribute) else None
    return isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and value.func.id == "super"
