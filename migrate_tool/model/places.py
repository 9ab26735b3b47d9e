"""What a path says that stands in the code: ``os.path.join(os.path.dirname(__file__), "..", "shop", "app.py")``.

A text begins with ``/`` if it is known from the root of the project on. What is not known of it is one ``UNKNOWN``, which may
stand for any part: ``join(folder, "app.py")`` still says how the path ends.
"""

from __future__ import annotations

import ast
import posixpath
from collections.abc import Iterable, Iterator
from itertools import product
from typing import TYPE_CHECKING

from .ancestry import subclasses
from .flow import reaching
from .spelling import last_name
from .symbols import Assigned, Binding, ClassInfo, FunctionInfo, ModuleInfo, Parameter, Scope
from .types import ClassRef, External, FunctionRef, Instance, ModuleRef

if TYPE_CHECKING:
    from .inference import Inference

UNKNOWN = "\0"
#: A folder that only the test has.
_ELSEWHERE = "/:elsewhere:"
NOT_KNOWN = frozenset({UNKNOWN})
#: How far a path is followed, and how many paths one expression may be.
_DEEPEST = 16
_MOST = 48
#: What gives its first argument, or what it is called on, as another kind of path.
_SAME = frozenset({"abspath", "realpath", "normpath", "resolve", "absolute", "as_posix", "expanduser"})
_SAME |= {"fspath", "str", "Path", "PurePath", "PosixPath", "PurePosixPath"}
_LISTING = frozenset({"glob", "rglob", "iterdir", "iglob"})


def texts(inference: Inference, node: ast.expr, scope: Scope) -> frozenset[str]:
    """The paths that ``node`` can be, each normalised.

    Args:
        inference: What expressions are.
        node: An expression whose value is a path.
        scope: Where it stands.

    Returns:
        At least one text; ``UNKNOWN`` itself where nothing is known.
    """
    return frozenset(_normal(text) for text in Reader(inference).read(node, scope))


def _normal(text: str) -> str:
    if not text:
        return text
    parts: list[str] = []
    for part in text.split("/"):
        if part in {"", "."} and parts:
            continue
        if part == ".." and parts and parts[-1] not in {"", ".."}:
            if UNKNOWN not in parts[-1]:
                parts.pop()
        elif part == ".." and parts == [""]:
            parts = [UNKNOWN]  # outside the project
        else:
            parts.append(part)
    return "/" if parts == [""] else "/".join(parts)


class Reader:
    """Reads what texts an expression can be."""

    def __init__(self, inference: Inference) -> None:
        """Start; ``inference`` says what expressions are."""
        self.inference = inference
        self._open: list[object] = []

    def read(self, node: ast.expr, scope: Scope) -> frozenset[str]:
        """The texts that ``node`` can be where it stands in ``scope``; ``UNKNOWN`` itself where nothing is known."""
        if len(self._open) > _DEEPEST or node in self._open:
            return NOT_KNOWN
        self._open.append(node)
        try:
            found = frozenset(self._read(node, scope))
        finally:
            self._open.pop()
        return found if 0 < len(found) <= _MOST else NOT_KNOWN

    def _read(self, node: ast.expr, scope: Scope) -> Iterable[str]:
        if isinstance(node, ast.Constant):
            # A path from the root of a machine says nothing about the project but how it ends.
            text = node.value if isinstance(node.value, str) else UNKNOWN
            return [UNKNOWN + text if text.startswith("/") else text]
        if isinstance(node, ast.Name):
            return self._name(node, scope)
        if isinstance(node, ast.JoinedStr):
            parts = [item.value if isinstance(item, ast.FormattedValue) else item for item in node.values]
            return self._joined("", parts, scope)
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div | ast.Add):
            between = "/" if isinstance(node.op, ast.Div) else ""
            return self._joined(between, [node.left, node.right], scope)
        if isinstance(node, ast.IfExp):
            return self.read(node.body, scope) | self.read(node.orelse, scope)
        if isinstance(node, ast.Attribute):
            return self._attribute(node, scope)
        if isinstance(node, ast.Subscript):
            # ``path.parents[1]``
            if isinstance(node.value, ast.Attribute) and node.value.attr == "parents":
                steps = node.slice.value if isinstance(node.slice, ast.Constant) else None
                return self._above(node.value.value, scope, steps + 1 if isinstance(steps, int) else 0)
            return NOT_KNOWN
        return self._call(node, scope) if isinstance(node, ast.Call) else NOT_KNOWN

    def _joined(self, between: str, parts: list[ast.expr], scope: Scope) -> Iterator[str]:
        read = [self.read(part, scope) for part in parts]
        size = 1
        for options in read:
            size *= len(options)
        if size > _MOST:
            read = [options if len(options) == 1 else NOT_KNOWN for options in read]
        for chosen in product(*read):
            text = chosen[0]
            for node, part in zip(parts[1:], chosen[1:], strict=True):
                if between:
                    text = part if part.startswith(f"{UNKNOWN}/") else posixpath.join(text, part)
                else:
                    # What is added to a text begins with a slash and is no path from the root.
                    text += part.removeprefix(UNKNOWN) if isinstance(node, ast.Constant) else part
            yield text

    def _above(self, node: ast.expr, scope: Scope, steps: int) -> Iterator[str]:
        for text in self.read(node, scope):
            upper = _normal(text)
            for _ in range(steps):
                upper = _normal(f"{upper}/..") if steps and upper else UNKNOWN
            yield upper if steps else UNKNOWN

    def _attribute(self, node: ast.Attribute, scope: Scope) -> Iterable[str]:
        if node.attr == "parent":
            return self._above(node.value, scope, 1)
        found: set[str] = set()
        for owner in self.inference.types(node.value, scope):
            if isinstance(owner, ModuleRef):
                found |= self._bound(owner.info.scope.bindings.get(node.attr, []))
            elif isinstance(owner, ClassRef | Instance):
                cls = owner.info if isinstance(owner, ClassRef) else owner.of
                if isinstance(cls, ClassInfo):
                    found |= self._bound(
                        [*cls.scope.bindings.get(node.attr, []), *cls.attributes.get(node.attr, [])]
                    )
            elif isinstance(owner, External) and f"{owner.name}.{node.attr}" in {
                "os.pardir",
                "os.path.pardir",
            }:
                found.add("..")
        return found or NOT_KNOWN

    def _call(self, node: ast.Call, scope: Scope) -> Iterable[str]:
        func = node.func
        word = last_name(func)
        targets = self.inference.types(func, scope)
        of_library = {item.name for item in targets if isinstance(item, External)}
        functions = [item.info for item in targets if isinstance(item, FunctionRef)]
        if functions:
            return frozenset[str]().union(*(self._returned(function) for function in functions))
        if of_library & {"os.getcwd", "pathlib.Path.cwd"}:
            return ["/"]
        if any(name.startswith("tempfile.") for name in of_library):
            return [_ELSEWHERE]
        method = isinstance(func, ast.Attribute) and not of_library & {f"os.path.{word}", f"os.{word}"}
        if word == "join" and not method:
            return self._joined("/", node.args, scope)
        if word in {"joinpath", "with_name"} and isinstance(func, ast.Attribute):
            base: list[ast.expr] = [func.value]
            if word == "joinpath":
                return self._joined("/", [*base, *node.args], scope)
            return [
                posixpath.join(upper, name)
                for upper in self._above(func.value, scope, 1)
                for name in (self.read(node.args[0], scope) if node.args else NOT_KNOWN)
            ]
        if word == "dirname" and node.args:
            return self._above(node.args[0], scope, 1)
        if word in {"Path", "PurePath", "PosixPath", "PurePosixPath"}:
            return self._joined("/", node.args, scope) if node.args else ["/"]
        if word in _SAME:
            inner = node.args[0] if node.args else func.value if isinstance(func, ast.Attribute) else None
            return self.read(inner, scope) if inner is not None else NOT_KNOWN
        return NOT_KNOWN

    def _returned(self, function: FunctionInfo) -> frozenset[str]:
        found = set[str]()
        for value in function.returns:
            found |= self.read(value, function.module.scopes.get(value, function.scope))
        return frozenset(found) or NOT_KNOWN

    def _name(self, node: ast.Name, scope: Scope) -> Iterable[str]:
        found = self.inference.bindings(node.id, scope)
        if not found:
            return [f"/{scope.module.path}"] if node.id == "__file__" else NOT_KNOWN
        seen = reaching(node, scope, found[0]) if len(found[0]) > 1 else None
        return self._bound(seen or found[0])

    def _bound(self, bindings: Iterable[Binding]) -> frozenset[str]:
        found = set[str]()
        for binding in bindings:
            if isinstance(binding, Assigned):
                for value in values(binding.expression, binding.steps):
                    found |= (
                        self._listed(value, binding.scope)
                        if isinstance(value, Listed)
                        else self.read(value, binding.scope)
                    )
            elif isinstance(binding, Parameter):
                found |= self._parameter(binding)
            else:
                found.add(UNKNOWN)
        return frozenset(found) or NOT_KNOWN

    def _listed(self, listed: Listed, scope: Scope) -> frozenset[str]:
        """The files of a folder: ``for path in Path("plugins").glob("*.py")``."""
        call = listed.call
        func = call.func
        if isinstance(func, ast.Attribute) and func.attr in _LISTING:
            if isinstance(func.value, ast.Name) and func.value.id == "glob" and call.args:
                return frozenset(text.replace("*", UNKNOWN) for text in self.read(call.args[0], scope))
            return frozenset(f"{text}/{UNKNOWN}" for text in self.read(func.value, scope))
        return NOT_KNOWN

    def _parameter(self, parameter: Parameter) -> frozenset[str]:
        function, name = parameter.function, parameter.node.arg
        if parameter in self._open or parameter.kind != "normal":
            return NOT_KNOWN
        self._open.append(parameter)
        try:
            found = set[str]()
            if parameter.default is not None:
                found |= self.read(parameter.default, function.outer)
            for value in _parametrised(function, name):
                found |= self.read(value, function.outer)
            provided = self.inference.project.fixtures.visible(name, function)
            if not found and provided is not None:
                found |= self._returned(provided)
            elif not found and name in {"tmp_path", "tmpdir"}:
                found.add(_ELSEWHERE)
            for call, module in self._calls(function):
                given = _argument(call, parameter)
                if given is not None:
                    found |= self.read(given, module.scopes[call])
                elif parameter.default is None:
                    found.add(UNKNOWN)
        finally:
            self._open.pop()
        return frozenset(found) or NOT_KNOWN

    def _calls(self, function: FunctionInfo) -> Iterator[tuple[ast.Call, ModuleInfo]]:
        """The calls of a function; of an ``__init__`` those of its class and of what derives from it."""
        project, cls = self.inference.project, function.cls
        if cls is None or function.name != "__init__":
            wanted: frozenset[object] = frozenset({function})
            names = [function.name]
        else:
            made = [cls, *subclasses(self.inference, cls)]
            wanted = frozenset(item for item in made if item.methods.get("__init__", function) is function)
            names = sorted({item.name for item in made})
        for name in names:
            for call, module in project.calls.named(name):
                if any(
                    isinstance(item, FunctionRef | ClassRef) and item.info in wanted
                    for item in self.inference.types(call.func, module.scopes[call])
                ):
                    yield call, module


class Listed:
    """The elements of what a call gives."""

    def __init__(self, call: ast.Call) -> None:
        self.call = call


def values(node: ast.expr, steps: tuple[object, ...]) -> Iterator[ast.expr | Listed]:
    """The expressions that are bound where ``steps`` lead from ``node``, as far as they stand there."""
    if not steps:
        yield node
        return
    step, rest = steps[0], steps[1:]
    if step == "entered":
        # ``with TemporaryDirectory() as folder``
        yield from values(node, rest)
    elif step == "element" and isinstance(node, ast.Call) and not rest:
        if isinstance(node.func, ast.Name) and node.func.id == "sorted" and node.args:
            yield from values(node.args[0], steps)
        else:
            yield Listed(node)
    elif step == "element" and isinstance(node, ast.List | ast.Tuple | ast.Set):
        for item in node.elts:
            yield from values(item, rest)
    elif step == "element" and isinstance(node, ast.Dict):
        for key in node.keys:
            if key is not None:
                yield from values(key, rest)
    elif isinstance(step, int) and isinstance(node, ast.List | ast.Tuple) and -1 < step < len(node.elts):
        yield from values(node.elts[step], rest)
    else:
        yield ast.Constant(None)


def _parametrised(function: FunctionInfo, name: str) -> Iterator[ast.expr]:
    """What ``@pytest.mark.parametrize("name", [...])`` gives a parameter."""
    for node in function.decorators:
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and len(node.args) > 1):
            continue
        said = node.args[0]
        names = (
            [item.strip() for item in said.value.split(",")]
            if isinstance(said, ast.Constant) and isinstance(said.value, str)
            else [getattr(item, "value", None) for item in getattr(said, "elts", [])]
        )
        if (
            node.func.attr == "parametrize"
            and name in names
            and isinstance(node.args[1], ast.List | ast.Tuple)
        ):
            for row in node.args[1].elts:
                steps: tuple[object, ...] = () if len(names) == 1 else (names.index(name),)
                for value in values(row, steps):
                    if not isinstance(value, Listed):
                        yield value


def _argument(call: ast.Call, parameter: Parameter) -> ast.expr | None:
    for keyword in call.keywords:
        if keyword.arg == parameter.node.arg:
            return keyword.value
    function = parameter.function
    method = function.cls is not None and (
        function.name == "__init__" or isinstance(call.func, ast.Attribute)
    )
    index = parameter.index - (1 if method else 0)
    if 0 <= index < len(call.args) and not any(isinstance(item, ast.Starred) for item in call.args):
        return call.args[index]
    return None
