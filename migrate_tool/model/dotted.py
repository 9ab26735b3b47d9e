"""What names a text can be that stands in the code: ``f"shop.{name}"``, ``"shop.%s" % name``, ``path.rsplit(".", 1)[0]``."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from .places import NOT_KNOWN, UNKNOWN, Listed, Reader, values
from .spelling import last_name
from .symbols import Assigned, Binding, Scope
from .types import ModuleRef

if TYPE_CHECKING:
    from .inference import Inference

_FIELD = re.compile(r"%[sdr]|\{[^{}]*\}")
_SPLITS = frozenset({"rsplit", "split", "partition", "rpartition"})
#: What lists the modules of a package: Werkzeug's gives whole names, those of ``pkgutil`` tuples.
_FINDS = frozenset({"find_modules"})
_ITERATES = frozenset({"iter_modules", "walk_packages"})


def names(inference: Inference, node: ast.expr, scope: Scope) -> frozenset[str]:
    """The names that ``node`` can be; ``UNKNOWN`` in them stands for any part.

    Args:
        inference: What expressions are.
        node: An expression whose value is a name, with dots or without.
        scope: Where it stands.

    Returns:
        At least one text; ``UNKNOWN`` itself where nothing is known.
    """
    return _Names(inference).read(node, scope)


class _Names(Reader):
    def _read(self, node: ast.expr, scope: Scope) -> Iterable[str]:
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod):
            given = node.right.elts if isinstance(node.right, ast.Tuple) else [node.right]
            return self._filled(node.left, given, scope)
        if isinstance(node, ast.Subscript):
            index = node.slice.value if isinstance(node.slice, ast.Constant) else None
            if isinstance(node.slice, ast.UnaryOp) and isinstance(node.slice.operand, ast.Constant):
                index = -1
            if isinstance(node.value, ast.Call) and isinstance(index, int):
                return self._part(node.value, index, scope) or NOT_KNOWN
            return self._looked_up(node, scope)
        if isinstance(node, ast.Attribute) and node.attr in {"__name__", "__package__"}:
            owners = self.inference.types(node.value, scope)
            return [item.info.name for item in owners if isinstance(item, ModuleRef)] or NOT_KNOWN
        if isinstance(node, ast.Attribute) and node.attr == "name" and isinstance(node.value, ast.Name):
            found = self._iterated(node.value, scope)
            return found or super()._read(node, scope)
        if isinstance(node, ast.Name) and not self.inference.bindings(node.id, scope):
            if node.id == "__name__":
                return [scope.module.name]
            return [scope.module.package] if node.id == "__package__" else NOT_KNOWN
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            if node.func.attr == "format" and not node.keywords:
                return self._filled(node.func.value, node.args, scope)
            if node.func.attr == "join" and len(node.args) == 1 and _is_text(node.func.value):
                return self._joined_by(node.func.value, node.args[0], scope)
        return super()._read(node, scope)

    def _filled(self, template: ast.expr, given: list[ast.expr], scope: Scope) -> Iterator[str]:
        """``"shop.%s" % name`` and ``"shop.{}".format(name)``."""
        for text in self.read(template, scope):
            fields = _FIELD.findall(text)
            numbered = any(field not in {"{}", "%s", "%d", "%r"} for field in fields)
            if numbered or len(fields) != len(given):
                yield _FIELD.sub(UNKNOWN, text)
                continue
            pieces = _FIELD.split(text)
            made = [pieces[0]]
            for value, piece in zip(given, pieces[1:], strict=True):
                options = self.read(value, scope)
                made = [f"{old}{part}{piece}" for old in made for part in options]
            yield from made

    def _joined_by(self, between: ast.expr, given: ast.expr, scope: Scope) -> Iterable[str]:
        if not isinstance(given, ast.List | ast.Tuple) or not given.elts:
            return NOT_KNOWN
        made = self.read(given.elts[0], scope)
        for item in given.elts[1:]:
            made = frozenset(
                f"{old}{text}{new}"
                for old in made
                for text in self.read(between, scope)
                for new in self.read(item, scope)
            )
        return made

    def _part(self, call: ast.Call, index: int, scope: Scope) -> set[str]:
        """``path.rsplit(".", 1)[0]``, and the first name of ``path, name = path.rsplit(".", 1)``."""
        func = call.func
        if not (isinstance(func, ast.Attribute) and func.attr in _SPLITS):
            return set()
        given = [item.value for item in call.args if isinstance(item, ast.Constant)]
        given += [item.value.value for item in call.keywords if isinstance(item.value, ast.Constant)]
        found: set[str] = set()
        for text in self.read(func.value, scope):
            try:
                found.add(getattr(text, func.attr)(*given)[index])
            except (TypeError, ValueError, IndexError):
                found.add(UNKNOWN)
        return found

    def _looked_up(self, node: ast.Subscript, scope: Scope) -> Iterable[str]:
        """``PLACES[name]``: any of the table's values."""
        found: set[str] = set()
        for table, home in self._meant(node.value, scope):
            if isinstance(table, ast.Dict):
                for value in table.values:
                    found |= self.read(value, home)
        return found or super()._read(node, scope)

    def _bound(self, bindings: Iterable[Binding]) -> frozenset[str]:
        found: set[str] = set()
        rest: list[Binding] = []
        for binding in bindings:
            if isinstance(binding, Assigned) and binding.steps:
                value, step = binding.expression, binding.steps[0]
                if isinstance(value, ast.Call) and isinstance(step, int) and len(binding.steps) == 1:
                    found |= self._part(value, step, binding.scope) or NOT_KNOWN
                    continue
                if step == "element":
                    found |= self._elements(binding)
                    continue
            rest.append(binding)
        return frozenset(found | (super()._bound(rest) if rest else set())) or NOT_KNOWN

    def _elements(self, binding: Assigned) -> frozenset[str]:
        """What a loop gives a name."""
        found: set[str] = set()
        for value, home in self._meant(binding.expression, binding.scope):
            if isinstance(value, ast.Call):
                found |= self._of_call(value, binding.steps[1:], home)
                continue
            for item in values(value, binding.steps):
                found |= self.read(item, home) if not isinstance(item, Listed) else NOT_KNOWN
        return frozenset(found) or NOT_KNOWN

    def _of_call(self, call: ast.Call, steps: tuple[object, ...], scope: Scope) -> frozenset[str]:
        word = last_name(call.func)
        if word in {"sorted", "list", "tuple", "set", "reversed"} and call.args:
            return self._elements(Assigned(call.args[0], scope, ("element", *steps)))  # type: ignore[arg-type]
        if word in _FINDS and call.args and not steps:
            return frozenset(f"{text}.{UNKNOWN}" for text in self.read(call.args[0], scope))
        if word in _ITERATES and steps in {(1,), ()}:
            prefix = next((item.value for item in call.keywords if item.arg == "prefix"), None)
            prefix = prefix or (call.args[1] if len(call.args) > 1 else None)
            if prefix is None:
                return NOT_KNOWN
            return frozenset(f"{text}{UNKNOWN}" for text in self.read(prefix, scope))
        if word == "split" and isinstance(call.func, ast.Attribute) and not steps and not call.args:
            return frozenset(part for text in self.read(call.func.value, scope) for part in text.split())
        return NOT_KNOWN

    def _iterated(self, node: ast.Name, scope: Scope) -> set[str]:
        """``info.name`` in ``for info in pkgutil.iter_modules(...)``."""
        found: set[str] = set()
        for bindings in self.inference.bindings(node.id, scope):
            for item in bindings:
                if (
                    isinstance(item, Assigned)
                    and item.steps == ("element",)
                    and isinstance(item.expression, ast.Call)
                ):
                    found |= self._of_call(item.expression, (), item.scope)
        return found

    def _meant(self, node: ast.expr, scope: Scope) -> Iterator[tuple[ast.expr, Scope]]:
        """The expression itself, or what the name that it is was bound to."""
        if not isinstance(node, ast.Name):
            yield node, scope
            return
        for bindings in self.inference.bindings(node.id, scope):
            for item in bindings:
                if (
                    isinstance(item, Assigned)
                    and not item.steps
                    and not isinstance(item.expression, ast.Name)
                ):
                    yield item.expression, item.scope


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)
