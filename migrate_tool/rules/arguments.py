"""Another argument for a call that has some."""

from __future__ import annotations

import ast

from .python_file import PythonFile


def add_argument(file: PythonFile, call: ast.Call, text: str, *, origin: str) -> None:
    """Write ``text`` behind the last argument of a call that has one at least."""
    _, start = max(file.place(item) for item in (*call.args, *(keyword.value for keyword in call.keywords)))
    _, end = file.place(call)
    gap = file.source.text[start : end - 1]
    if "#" in gap:
        offset, comma = end - 1, "" if "," in gap.partition("#")[0] else ","
    else:
        kept = gap.rstrip()
        offset, comma = start + len(kept), "" if kept.endswith(",") else ","
    file.insert(offset, f"{comma} {text}", origin=origin)
