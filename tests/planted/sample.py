"""Draws the places of a migrated tree that somebody reads by hand: awaits, and calls that have none.

``python -m tests.planted.sample FOLDER --seed 13`` prints 50 of each with what stands around them and what they may call.
"""

from __future__ import annotations

import argparse
import ast
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from migrate_tool.catalog import catalog

#: What waits already, and the call that every translated text is.
_NOT_ASKED = frozenset({"wait", "run", "maybe_await", "maybe_wait", "sync_iter", "sync_context", "_"})
#: How often one name may be among the calls without an await, so that not all of them are ``get``.
MOST_OF_ONE_NAME = 3


@dataclass(frozen=True)
class Place:
    """An ``await``, or a call without one."""

    path: Path
    node: ast.Await | ast.Call

    @property
    def name(self) -> str:
        """The last name of what is called."""
        node = self.node.value if isinstance(self.node, ast.Await) else self.node
        if not isinstance(node, ast.Call):
            return ""
        return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")

    def shown(self, root: Path) -> str:
        """The place with the lines around it."""
        lines = self.path.read_text(encoding="utf-8").split("\n")
        first, last = self.node.lineno, self.node.end_lineno or self.node.lineno
        text = "\n".join(
            f"{'>' if first <= number <= last else ' '} {lines[number - 1]}"
            for number in range(max(1, first - 3), min(len(lines), last + 1) + 1)
        )
        return f"{self.path.relative_to(root)}:{first}\n{text}\n"


def places(root: Path) -> tuple[list[Place], list[Place]]:
    """All awaits of a tree, and all calls without one whose last name waits in the tree or in a library; in order."""
    trees = {path: ast.parse(path.read_text(encoding="utf-8")) for path in sorted(root.rglob("*.py"))}
    waiting = {name.rpartition(".")[2] for name, api in catalog().apis.items() if api.awaited}
    waiting |= {
        node.name
        for tree in trees.values()
        for node in ast.walk(tree)
        if isinstance(node, ast.AsyncFunctionDef)
    }
    awaits, calls = [], []
    for path, tree in trees.items():
        for place, awaited in _in(path, tree):
            if isinstance(place.node, ast.Await):
                awaits.append(place)
            elif not awaited and place.name in waiting - _NOT_ASKED:
                calls.append(place)
    return awaits, calls


def _in(path: Path, tree: ast.AST) -> Iterator[tuple[Place, bool]]:
    """The awaits and calls of a file, with whether something waits for them."""
    for parent in ast.walk(tree):
        taken = isinstance(parent, ast.Await) or (
            isinstance(parent, ast.Call) and Place(path, parent).name in _NOT_ASKED - {"_"}
        )
        for node in ast.iter_child_nodes(parent):
            if isinstance(node, ast.Await | ast.Call):
                yield Place(path, node), taken


def drawn(root: Path, seed: int, count: int = 50) -> tuple[list[Place], list[Place]]:
    """The sample."""
    awaits, calls = places(root)
    chance = random.Random(seed)
    names: Counter[str] = Counter()
    chosen = []
    for place in chance.sample(calls, len(calls)):
        names[place.name] += 1
        if names[place.name] <= MOST_OF_ONE_NAME:
            chosen.append(place)
    return chance.sample(awaits, min(count, len(awaits))), chosen[:count]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seed", type=int, default=11)
    given = parser.parse_args()
    for found in drawn(given.folder, given.seed):
        for one in found:
            print(one.shown(given.folder))
