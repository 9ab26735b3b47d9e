"""What is left of a user loader when its hand-made cache is thought away."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field

from migrate_tool.project.trees import walk

#: Reading these gives what was kept as bytes.
_PICKLES = {"pickle", "cPickle", "dill", "jsonpickle", "joblib", "cloudpickle"}
_SIMPLE = (ast.Assign, ast.AnnAssign, ast.Return, ast.Expr, ast.Raise)


@dataclass
class Plain:
    """The loader without its cache.

    Attributes:
        replaced: The statements that go, in order.
        kept: What stands there instead: a text, and the node that follows it.
    """

    replaced: list[ast.stmt]
    kept: list[tuple[str, ast.AST]] = field(default_factory=list)


class UnclearError(Exception):
    """The cache cannot be told from the rest."""


def uncached(
    function: ast.FunctionDef | ast.AsyncFunctionDef, dictionaries: set[str]
) -> Plain | ast.stmt | None:
    """Think the cache of a user loader away.

    Args:
        function: The loader.
        dictionaries: The names of the module's dictionaries.

    Returns:
        The rest; the first statement of a cache that cannot be told from the rest; ``None`` if there is no cache.
    """
    body = [item for item in function.body if not isinstance(item, ast.Global)]
    if body and isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant):
        body = body[1:]
    stores = _stores(function, dictionaries)
    if not stores:
        return None
    first = next((item for item in body if _names(item) & stores), None)
    if first is None:
        return None
    slicer = _Slicer(stores, _pickled(function))
    try:
        kept = slicer.block(body)
    except UnclearError:
        return first
    if not any(text == "return " or isinstance(node, ast.Return) for text, node in kept):
        return first
    if any(_names(node) & slicer.gone for _, node in kept):
        return first
    kept = _without_unused_keys(kept, slicer.keys)
    return Plain([item for item in function.body if item in body], kept)


def _stores(function: ast.FunctionDef | ast.AsyncFunctionDef, dictionaries: set[str]) -> set[str]:
    """The names of what users are kept in: dictionaries that are written to, and what pickles are read from."""
    found = set()
    read = _read_as_pickles(function)
    for node in walk(function):
        if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store):
            found |= _names(node.value) & dictionaries
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            owner = _owner(node.func)
            if owner in dictionaries and node.func.attr in ("setdefault", "set", "update"):
                found.add(owner)
            dumped = any(_is_pickle(part, "dump") for argument in node.args for part in walk(argument))
            if owner and owner not in _PICKLES and (dumped or node in read) and node.func.attr in _ACCESS:
                found.add(owner)
            by_name = {argument.id for argument in node.args if isinstance(argument, ast.Name)}
            if owner and node.func.attr in _ACCESS and by_name & _pickled(function):
                found.add(owner)
    return found


_ACCESS = {"get", "set", "setex", "psetex", "hget", "hset"}


def _read_as_pickles(function: ast.AST) -> set[ast.AST]:
    """The calls whose results are unpickled, at once or by the name they are given."""
    unpickled = [node for node in walk(function) if _is_pickle(node, "load")]
    inside = {part for node in unpickled for part in walk(node)}
    names = {part.id for part in inside if isinstance(part, ast.Name)}
    named = [
        node.value
        for node in walk(function)
        if isinstance(node, ast.Assign | ast.NamedExpr)
        and any(
            isinstance(target, ast.Name) and target.id in names
            for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
        )
    ]
    return inside | set(named)


def _pickled(function: ast.AST) -> set[str]:
    """The names that hold what was just pickled."""
    return {
        target.id
        for node in walk(function)
        if isinstance(node, ast.Assign) and any(_is_pickle(part, "dump") for part in walk(node.value))
        for target in node.targets
        if isinstance(target, ast.Name)
    }


def _owner(node: ast.Attribute) -> str:
    value: ast.expr = node.value
    while isinstance(value, ast.Attribute):
        value = value.value
    return value.id if isinstance(value, ast.Name) else ""


def _is_pickle(node: ast.AST, what: str) -> bool:
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id in _PICKLES
        and node.func.attr.startswith(what)
    )


def _names(node: ast.AST) -> set[str]:
    return {item.id for item in walk(node) if isinstance(item, ast.Name)}


class _Slicer:
    """Goes through the statements as they run when nothing was kept."""

    def __init__(self, stores: set[str], pickled: set[str]) -> None:
        self.stores = stores
        #: Names that only hold what was kept.
        self.kept_values: set[str] = set()
        self.pickled = pickled
        self.gone: set[str] = set(stores) | pickled | _PICKLES
        #: Names of keys: assigned, and read by what goes.
        self.keys: set[str] = set()
        #: ``users[key] = LOAD``: what ``users[key]`` is afterwards.
        self.loaded: ast.expr | None = None

    def block(self, statements: list[ast.stmt], nested: bool = False) -> list[tuple[str, ast.AST]]:
        kept: list[tuple[str, ast.AST]] = []
        for statement in statements:
            found = self.statement(statement)
            if nested and any(not isinstance(node, (*_SIMPLE, ast.expr)) for _, node in found):
                raise UnclearError
            kept += found
            if found and (found[-1][0] == "return " or isinstance(found[-1][1], ast.Return)):
                break
        return kept

    def statement(self, statement: ast.stmt) -> list[tuple[str, ast.AST]]:
        if isinstance(statement, ast.If) and self._is_lookup(statement.test):
            self._note_keys(statement.test)
            return self.block(
                statement.orelse if self._is_hit(statement.test) else statement.body, nested=True
            )
        if isinstance(statement, ast.If) and _names(statement) & self.gone:
            return self._guarded_store(statement)
        if isinstance(statement, ast.With | ast.Try | ast.For | ast.While) and _names(statement) & self.gone:
            raise UnclearError
        if isinstance(statement, ast.Assign) and self._assignment(statement):
            return []
        if isinstance(statement, ast.Expr) and _names(statement) & self.stores:
            if not isinstance(statement.value, ast.Call) or self._loads(statement.value):
                raise UnclearError
            self._note_keys(statement)
            return []
        if (
            self.loaded is not None
            and isinstance(statement, ast.Return)
            and isinstance(statement.value, ast.Subscript | ast.Call)
            and _names(statement.value) & self.stores
        ):
            self._note_keys(statement)
            return [("return ", self.loaded)]
        return [("", statement)]

    def _loads(self, call: ast.Call) -> bool:
        """Whether an argument of a store's method is a call of something else than a pickle, which may be the load itself."""
        return any(
            isinstance(part, ast.Call) and not _is_pickle(part, "dump") and not _is_text(part)
            for argument in call.args
            for part in walk(argument)
        )

    def _assignment(self, statement: ast.Assign) -> bool:
        """Whether an assignment goes."""
        target = statement.targets[0]
        names = _names(statement.value)
        if isinstance(target, ast.Subscript) and _names(target.value) & self.stores:
            self._note_keys(target)
            value = statement.value
            if len(statement.targets) > 1:
                raise UnclearError
            if not _is_pickle(value, "dump"):
                self.loaded = value
            return True
        if not isinstance(target, ast.Name):
            return False
        if target.id in self.pickled:
            self.kept_values.add(target.id)
            return True
        if names & (self.stores | self.kept_values | _PICKLES):
            self._note_keys(statement.value)
            self.kept_values.add(target.id)
            return True
        self.kept_values.discard(target.id)
        return False

    def _guarded_store(self, statement: ast.If) -> list[tuple[str, ast.AST]]:
        """``if user: store.set(...)`` goes whole."""
        if _names(statement.test) & self.gone or statement.orelse:
            raise UnclearError
        if self.block(statement.body):
            raise UnclearError
        return []

    def _is_lookup(self, test: ast.expr) -> bool:
        return bool(_names(test) & (self.stores | self.kept_values))

    def _is_hit(self, test: ast.expr) -> bool:
        """Whether ``test`` is true when something was kept."""
        if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
            return not self._is_hit(test.operand)
        if isinstance(test, ast.Compare) and len(test.ops) == 1:
            operator = test.ops[0]
            if isinstance(operator, ast.In):
                return True
            if isinstance(operator, ast.NotIn):
                return False
            nothing = isinstance(test.comparators[0], ast.Constant) and test.comparators[0].value is None
            if nothing and isinstance(operator, ast.IsNot | ast.NotEq):
                return True
            if nothing and isinstance(operator, ast.Is | ast.Eq):
                return False
        if isinstance(test, ast.Name):
            return True
        raise UnclearError

    def _note_keys(self, node: ast.AST) -> None:
        self.keys |= _names(node)


def _is_text(call: ast.Call) -> bool:
    return (isinstance(call.func, ast.Name) and call.func.id in ("str", "int")) or (
        isinstance(call.func, ast.Attribute) and call.func.attr in ("format", "encode")
    )


def _without_unused_keys(kept: list[tuple[str, ast.AST]], keys: set[str]) -> list[tuple[str, ast.AST]]:
    """Drop ``key = "user:" + user_id`` when only the cache asked for it."""
    found = []
    for number, (text, node) in enumerate(kept):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            name = node.targets[0].id
            plain = not any(
                isinstance(part, ast.Call | ast.Await) and not (isinstance(part, ast.Call) and _is_text(part))
                for part in walk(node.value)
            )
            if plain and name in keys and not any(name in _names(other) for _, other in kept[number + 1 :]):
                continue
        found.append((text, node))
    return found
