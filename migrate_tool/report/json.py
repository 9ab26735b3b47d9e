"""The report for programs.

One object. ``version`` counts up when a key changes its meaning or goes; new keys may come without notice.

========================  ==================================================================================
``version``               1
``tool``                  the version of flask-to-quart
``command``               "check" or "migrate"
``root``                  the repository, as an absolute path
``written``               whether files were written
``exit_code``             0 nothing is left for a human, 1 there is
``summary``               ``files_read``, ``files_changed``, ``async_functions``, ``marks``, ``bridged``, ``problems``;
                          ``rules``: for each code its ``name`` and how often it has ``rewritten``, ``marked``,
                          ``left``, ``bridged`` or ``noted`` something
``files``                 for each file that changes: ``path``, ``kind`` ("changed", "created", "renamed"),
                          ``renamed_from`` (or null), ``added``, ``removed`` (lines), ``diff`` (unified)
``findings``              ``code``, ``name``, ``safety``, ``path``, ``line`` (from 1), ``column`` (from 1),
                          ``message``, ``action``, ``hint``
``marks``                 what is left in the files: ``path``, ``line``, ``code``, ``text``
``problems``              what was left alone: ``path``, ``line`` (or null), ``reason``, ``hint``, ``notice`` (true:
                          no work for a human)
``guards``                what was guarded in the source: ``path``, ``line``, ``name``, ``route``, ``guards``, and ``lost``,
                          those that are not there any more
``notes``                 lines worth reading
========================  ==================================================================================

A usage, input or internal error (exit codes 2 and 3) gives ``version``, ``tool``, ``exit_code`` and ``error`` alone.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from migrate_tool import __version__
from migrate_tool.model.guarded import Kept

from .diff import counts, unified
from .outcome import FileChange, Outcome

VERSION = 1


def report(outcome: Outcome) -> str:
    """The whole report; plain ASCII, so that no terminal can spoil it."""
    return _dump(
        {
            "command": outcome.command,
            "root": str(outcome.root),
            "written": outcome.written,
            "exit_code": outcome.exit_code,
            "summary": _summary(outcome),
            "files": [_file(change) for change in outcome.changes],
            "findings": [asdict(finding) | {"column": finding.column + 1} for finding in outcome.findings],
            "marks": [asdict(mark) | {"path": str(mark.path)} for mark in outcome.marks],
            "problems": [asdict(problem) | {"path": str(problem.path)} for problem in outcome.problems],
            "guards": [_guarded(kept) for kept in outcome.guards],
            "notes": outcome.notes,
        }
    )


def error(message: str, exit_code: int) -> str:
    """The report of a run that could not be made."""
    return _dump({"exit_code": exit_code, "error": message})


def _dump(data: dict[str, Any]) -> str:
    return json.dumps({"version": VERSION, "tool": __version__} | data, indent=2) + "\n"


def _summary(outcome: Outcome) -> dict[str, Any]:
    return {
        "files_read": outcome.files_read,
        "files_changed": len(outcome.changes),
        "async_functions": outcome.async_functions,
        "marks": len(outcome.marks),
        "bridged": sum(finding.action == "bridged" for finding in outcome.findings),
        "problems": len(outcome.work),
        "rules": {code: {"name": name, **actions} for (code, name), actions in outcome.by_rule().items()},
    }


def _guarded(kept: Kept) -> dict[str, Any]:
    guarded = kept.guarded
    return {
        "path": str(guarded.path),
        "line": guarded.line,
        "name": guarded.name,
        "route": guarded.route,
        "guards": sorted(guarded.guards),
        "lost": sorted(kept.lost),
    }


def _file(change: FileChange) -> dict[str, Any]:
    added, removed = counts(change)
    return {
        "path": str(change.path),
        "kind": change.kind,
        "renamed_from": None if change.renamed_from is None else str(change.renamed_from),
        "added": added,
        "removed": removed,
        "diff": unified(change),
    }
