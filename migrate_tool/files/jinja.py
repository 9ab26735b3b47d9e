"""Jinja templates: where a lazy filter's result goes to something that cannot wait for it.

In an asynchronous environment ``map``, ``select``, ``reject`` and their ``attr`` forms give asynchronous generators.
Loops and some filters take them; the others fail, or silently answer for the generator and not for its items.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from jinja2 import Environment, TemplateSyntaxError, nodes

#: Filters that give an asynchronous generator.
LAZY = frozenset({"map", "select", "reject", "selectattr", "rejectattr"})
#: Filters that take one.
TAKES_LAZY = LAZY | {"first", "groupby", "join", "list", "slice", "sum", "unique"}

#: Most templates hold none, and need not be read.
_MAY_BE_LAZY = re.compile(rf"\|\s*(?:{'|'.join(sorted(LAZY))})\b")
_PASSES = {"default", "d"}
_OPEN = re.compile(r"\{%[-+]?|\{\{[-+]?|\{#")
_RAW = re.compile(r"\{%[-+]?\s*raw\s*[-+]?%\}.*?\{%[-+]?\s*endraw\s*[-+]?%\}", re.S)
_TOKEN = re.compile(
    r"""\s+|(?P<string>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|(?P<name>[^\W\d]\w*)|\d[\w.]*|(?P<operator>\S)""",
    re.S,
)


@dataclass(slots=True)
class FilterUse:
    """``|name(...)`` in the text: where its pipe stands, and where it ends."""

    name: str
    pipe: int
    end: int


@dataclass(slots=True)
class _Tag:
    """The tokens of one ``{{ }}`` or ``{% %}``: kind, text, offset."""

    tokens: list[tuple[str, str, int]] = field(default_factory=list)


def insertions(text: str) -> list[tuple[int, str]]:
    """Where ``|list`` must be put, from the start of the text on."""
    if not _MAY_BE_LAZY.search(text):
        return []
    uses = [use for tag in _tags(text) for use in _uses(tag)]
    if not any(use.name in LAZY for use in uses):
        return []
    found = _ordered(text)
    if found is None or [node.name for node in found[0]] != [use.name for use in uses]:
        lacking = [use for use, following in _direct(text, uses) if following not in TAKES_LAZY | _PASSES]
    else:
        ordered, consumption = found
        lacking = [
            use
            for use, node in zip(uses, ordered, strict=True)
            if node.name in LAZY and node.node is not None and consumption.needs_list(node)
        ]
    return sorted(
        (use.end, " | list" if text[use.pipe - 1 : use.pipe].isspace() else "|list") for use in lacking
    )


# -- the text ------------------------------------------------------------------------------------------------------


def _tags(text: str) -> Iterator[_Tag]:
    position = 0
    while (opening := _OPEN.search(text, position)) is not None:
        raw = _RAW.match(text, opening.start())
        if raw is not None:
            position = raw.end()
        elif opening[0] == "{#":
            end = text.find("#}", opening.end())
            position = len(text) if end < 0 else end + 2
        else:
            tag = _Tag()
            position = _read_tag(text, opening.end(), "%}" if opening[0].startswith("{%") else "}}", tag)
            yield tag


def _read_tag(text: str, position: int, closing: str, tag: _Tag) -> int:
    """Read the tokens up to the tag's end; returns where it is."""
    depth = 0
    while position < len(text):
        if depth <= 0 and text.startswith(closing, position):
            return position + len(closing)
        token = _TOKEN.match(text, position)
        if token is None:
            return len(text)
        if token.lastgroup is not None:
            tag.tokens.append((token.lastgroup, token[0], position))
            depth += (token[0] in "([{") - (token[0] in ")]}") if token.lastgroup == "operator" else 0
        position = token.end()
    return position


def _uses(tag: _Tag) -> Iterator[FilterUse]:
    tokens = tag.tokens
    for index, (kind, text, offset) in enumerate(tokens):
        if (kind, text) != ("operator", "|") or index + 1 >= len(tokens) or tokens[index + 1][0] != "name":
            continue
        name, last = tokens[index + 1][1], index + 1
        while last + 2 < len(tokens) and tokens[last + 1][1] == "." and tokens[last + 2][0] == "name":
            name, last = f"{name}.{tokens[last + 2][1]}", last + 2
        if last + 1 < len(tokens) and tokens[last + 1][1] == "(":
            last = _closing(tokens, last + 1)
        yield FilterUse(name, offset, tokens[last][2] + len(tokens[last][1]))


def _closing(tokens: list[tuple[str, str, int]], index: int) -> int:
    depth = 0
    for position in range(index, len(tokens)):
        kind, text, _ = tokens[position]
        if kind == "operator":
            depth += (text in "([{") - (text in ")]}")
        if depth == 0:
            return position
    return len(tokens) - 1


def _direct(text: str, uses: list[FilterUse]) -> Iterator[tuple[FilterUse, str]]:
    """Each lazy filter that is followed by another one at once, with that one's name."""
    for use in uses:
        for other in uses:
            if use.name in LAZY and other.pipe >= use.end and not text[use.end : other.pipe].strip():
                yield use, other.name


# -- what it means ---------------------------------------------------------------------------------------------------


class _Consumption:
    """Who takes the value of an expression, in one template."""

    def __init__(self, template: nodes.Template) -> None:
        self.parents: dict[int, nodes.Node] = {}
        self.loads: dict[str, list[nodes.Name]] = {}
        self._visit(template)

    def _visit(self, node: nodes.Node) -> None:
        if isinstance(node, nodes.Name) and node.ctx == "load":
            self.loads.setdefault(node.name, []).append(node)
        for child in node.iter_child_nodes():
            self.parents[id(child)] = node
            self._visit(child)

    def needs_list(self, node: nodes.Node, seen: frozenset[str] = frozenset()) -> bool:
        """Whether something takes the value that needs its items at once."""
        parent = self.parents.get(id(node))
        if isinstance(parent, nodes.Filter) and parent.node is node:
            return self.needs_list(parent, seen) if parent.name in _PASSES else parent.name not in TAKES_LAZY
        if isinstance(parent, nodes.CondExpr):
            return parent.test is not node and self.needs_list(parent, seen)
        if isinstance(parent, nodes.Or | nodes.And):
            return self.needs_list(parent, seen)
        if isinstance(parent, nodes.Assign):
            return self._variable(parent.target, seen)
        if isinstance(parent, nodes.With):
            target = parent.targets[parent.values.index(node)] if node in parent.values else None  # type: ignore[arg-type]
            return target is not None and self._variable(target, seen)
        if isinstance(parent, nodes.Call):
            return parent.node is not node
        consumers = (
            nodes.Filter,
            nodes.Keyword,
            nodes.Pair,
            nodes.List,
            nodes.Tuple,
            nodes.Operand,
            nodes.Compare,
        )
        return isinstance(parent, (*consumers, nodes.Test))

    def _variable(self, target: nodes.Node, seen: frozenset[str]) -> bool:
        """Whether a use of the variable needs the items."""
        if not isinstance(target, nodes.Name) or target.name in seen:
            return True
        return any(self.needs_list(load, seen | {target.name}) for load in self.loads.get(target.name, ()))


def _ordered(text: str) -> tuple[list[nodes.Filter], _Consumption] | None:
    """The filters in the order of their pipes; None if the template can't be parsed (tags of an unknown extension)."""
    extensions = ["jinja2.ext.do", "jinja2.ext.loopcontrols", "jinja2.ext.i18n"]
    environment = Environment(extensions=extensions)  # noqa: S701 - nothing is rendered
    try:
        template = environment.parse(text)
    except (TemplateSyntaxError, RecursionError):
        return None
    return list(_filters(template)), _Consumption(template)


def _filters(node: nodes.Node) -> Iterator[nodes.Filter]:
    if isinstance(node, nodes.Filter):
        if node.node is not None:
            yield from _filters(node.node)
        yield node
        children: list[nodes.Node | None] = [*node.args, *node.kwargs, node.dyn_args, node.dyn_kwargs]
    elif isinstance(node, nodes.CondExpr):
        children = [node.expr1, node.test, node.expr2]
    elif isinstance(node, nodes.For):
        children = [node.target, node.iter, node.test, *node.body, *node.else_]
    elif isinstance(node, nodes.FilterBlock):
        # ``{% filter name %}`` has no pipe before its first filter.
        yield from list(_filters(node.filter))[1:]
        children = [*node.body]
    elif isinstance(node, nodes.AssignBlock):
        children = [node.target, node.filter, *node.body]
    elif isinstance(node, nodes.CallBlock):
        children = [*node.args, *node.defaults, node.call, *node.body]
    else:
        children = list(node.iter_child_nodes())
    for child in children:
        if child is not None:
            yield from _filters(child)


def empty_calls(text: str, name: str) -> Iterator[tuple[str, int, int]]:
    """Where an attribute of ``name`` is called with nothing: ``{{ user.is_active() }}``.

    Returns:
        The attribute, and the offsets of its parentheses' beginning and end, from the start of the text on.
    """
    if name not in text:
        return
    for tag in _tags(text):
        spelled = [token for _, token, _ in tag.tokens]
        for index in range(len(spelled) - 4):
            owner, dot, attribute, opening, closing = spelled[index : index + 5]
            if (owner, dot, opening, closing) == (name, ".", "(", ")") and spelled[index - 1 : index] != [
                "."
            ]:
                start = tag.tokens[index + 2][2] + len(attribute)
                yield attribute, start, tag.tokens[index + 4][2] + 1
