"""Dictionaries whose keys are written down: ``options["owner"]`` is not what ``options["title"]`` was set to.

Such a dictionary is ``dict[K, V, rest, key, value, key, value, ...]``: ``V`` is everything that is in it, as in all dictionaries;
``rest`` is what is in it under keys that nobody can tell.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping

from .symbols import ClassInfo
from .types import NOTHING, ClassRef, FunctionRef, Instance, Types, container

_DICT = "dict"
#: Where the keys begin among the arguments.
_FIRST = 3
#: A dictionary with more keys is taken as one of many things alike.
_MOST = 24
#: The methods that are asked for one key.
ASKED = frozenset({"dict.get", "dict.pop", "dict.setdefault"})


def made(named: Mapping[str, Types], rest: Types = NOTHING) -> Types:
    """A dictionary with these values under their keys, and ``rest`` under others."""
    everything = rest.union(*named.values())
    if not _tells(named) or len(named) > _MOST:
        return container(_DICT, NOTHING, everything)
    pairs = (part for key in sorted(named) for part in (_key(key), named[key]))
    return container(_DICT, NOTHING, everything, rest, *pairs)


def with_more(item: Instance, put: Mapping[str, Types]) -> Types:
    """The dictionary ``item`` with what is put into it under constant keys, or, by the empty key, under any."""
    named, rest = parts(item)
    for key, values in put.items():
        if key:
            named[key] = named.get(key, NOTHING) | values
    return made(named, rest | put.get("", NOTHING))


def parts(item: Instance) -> tuple[dict[str, Types], Types]:
    """What a dictionary holds by its keys, and what under others."""
    if len(item.args) < _FIRST:
        return {}, item.args[1] if len(item.args) > 1 else NOTHING
    named: dict[str, Types] = {}
    for at in range(_FIRST, len(item.args) - 1, 2):
        (marker,) = item.args[at]
        assert isinstance(marker, Instance)
        assert isinstance(marker.of, str)
        named[marker.of.removeprefix("=")] = item.args[at + 1]
    return named, item.args[2]


def at_key(item: Instance, key: ast.expr | None) -> Types:
    """What the dictionary ``item`` has at ``key``."""
    named, rest = parts(item)
    name = constant(key)
    if not name:
        return rest.union(*named.values())
    return rest | named.get(name, NOTHING)


def constant(key: ast.expr | None) -> str:
    """The text that a key is; empty if it is another, or not known."""
    return key.value if isinstance(key, ast.Constant) and isinstance(key.value, str) else ""


def _key(name: str) -> Types:
    return frozenset({Instance(f"={name}")})


def _tells(named: Mapping[str, Types]) -> bool:
    """Whether it matters which key is asked for: values differ, and some are things of the project."""
    return any(
        isinstance(item, ClassRef | FunctionRef)
        or (isinstance(item, Instance) and (isinstance(item.of, ClassInfo) or bool(item.args)))
        for values in named.values()
        for item in values
    )
