"""Answers that could grow for ever do not."""

from __future__ import annotations

import textwrap

from migrate_tool.model.members import LONGEST_TAIL
from migrate_tool.model.types import External
from tests.migrate_tool.programs import project


def test_attributes_of_something_unknown_end_somewhere() -> None:
    names = ("left", "right", "up", "down")
    steps = "".join(f"        node = node.{name}\n" for name in names)
    code = f"import tree\ndef walk(node=tree.root):\n    while node.more:\n{steps}    return node\n"
    model = project({"walk.py": code, "more.py": "import walk\nwalk.walk(walk.walk().left)\n"})
    found = model.types.function_value(next(model.functions()))
    assert External("tree.root.left.right.up.down") in found
    assert all(item.name.count(".") <= LONGEST_TAIL + 2 for item in found if isinstance(item, External))
    assert len(found) < 100


def test_any_is_not_known() -> None:
    code = "from typing import Any\ndef show(x: Any, y: Any | int):\n    return x, y\n"
    model = project({"m.py": textwrap.dedent(code)})
    x, y = next(model.functions()).parameters
    assert model.types.parameter(x) == frozenset()
    assert {getattr(item, "of", None) for item in model.types.parameter(y)} == {"int"}
