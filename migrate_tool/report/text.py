"""What a run says in a terminal."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from pathlib import Path

from .outcome import Outcome

#: Longer lists are cut; JSON has them whole.
_SHOWN = 20


def findings(outcome: Outcome) -> str:
    """One line for each finding, as linters write them."""
    return "".join(
        f"{f.path}:{f.line}:{f.column + 1}: {f.code} {f.message}{'' if f.action == 'rewritten' else f' [{f.action}]'}\n"
        for f in outcome.findings
    )


def summary(outcome: Outcome) -> str:
    """The counts, what is left for a human, and what to do next."""
    return "\n".join(_lines(outcome)) + "\n"


def _lines(outcome: Outcome) -> Iterator[str]:
    yield _headline(outcome)
    rules = outcome.by_rule()
    if rules:
        yield ""
        width = max(len(name) for _, name in rules)
        for (code, name), actions in rules.items():
            told = ", ".join(
                f"{count} {action}" for action, count in sorted(actions.items(), key=lambda item: -item[1])
            )
            yield f"  {code} {name:{width}}  {told}"
    marks = [f"{mark.path}:{mark.line}: {mark.code} {mark.text}" for mark in outcome.marks]
    left = [f"{f.path}:{f.line}: {f.code} {f.message}" for f in outcome.left]
    yield from _section("Left for you", [*marks, *left, *map(str, outcome.work)])
    bridged = [f"{f.path}:{f.line}: {f.message}" for f in outcome.findings if f.action == "bridged"]
    yield from _section("Right, but through the bridge instead of await", bridged)
    noted = [f"{f.path}:{f.line}: {f.code} {f.message}" for f in outcome.findings if f.action == "noted"]
    notices = [str(problem) for problem in outcome.problems if problem.notice]
    yield from _section("Good to know", [*outcome.notes, *noted, *notices])
    steps = list(_next_steps(outcome))
    if steps:
        yield ""
        yield "Next:"
        yield from (f"  {step}" for step in steps)


def _headline(outcome: Outcome) -> str:
    files = f"{len(outcome.changes)} of {outcome.files_read} files"
    functions = f"{outcome.async_functions} functions become async" if outcome.async_functions else ""
    if not outcome.changes:
        return "Nothing to change" + (", but something is left for you." if outcome.exit_code else ".")
    if outcome.written:
        verb = "rewritten"
    else:
        verb = "would be rewritten" + (" (nothing was written)" if outcome.command == "migrate" else "")
    return f"{files} {verb}" + (f"; {functions}" if functions else "") + "."


def _section(title: str, lines: list[str]) -> Iterator[str]:
    if not lines:
        return
    yield ""
    yield f"{title} ({len(lines)}):"
    yield from (f"  {line}" for line in lines[:_SHOWN])
    if len(lines) > _SHOWN:
        yield f"  ... and {len(lines) - _SHOWN} more (--format json lists all)"


def _install(root: Path) -> str:
    """How the project's own tool installs what ``pyproject.toml`` asks for; the lock it writes again."""
    for lock, command in (
        ("uv.lock", "uv sync"),
        ("poetry.lock", "poetry lock && poetry install"),
        ("pdm.lock", "pdm install"),
    ):
        if (root / lock).is_file():
            return command
    return "python -m pip install -e ."


def _next_steps(outcome: Outcome) -> Iterator[str]:
    root = shlex.quote(str(outcome.root))
    if outcome.command == "check":
        if outcome.changes:
            yield f"flask-to-quart migrate {root}            # shows every change"
    elif not outcome.written:
        if outcome.changes:
            yield f"flask-to-quart migrate --write {root}    # makes the changes"
    elif outcome.changes:
        changed = {str(change.path) for change in outcome.changes}
        requirements = sorted(name for name in changed if "requirements" in name and name.endswith(".txt"))
        if requirements:
            yield f"python -m pip install -r {shlex.quote(requirements[0])}"
        elif "pyproject.toml" in changed or "setup.py" in changed:
            yield _install(outcome.root)
        yield "python -m pytest                  # or as you run your tests"
    first = next(iter(outcome.marks), None)
    if first is not None:
        yield f"flask-to-quart rules {first.code}       # what the mark in {first.path} wants"
