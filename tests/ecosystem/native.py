"""How native a migrated tree is: what it did at run time, and what its source still shows."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from pathlib import Path

from .running import SuiteRun

MARK = "# migrate:"
_BRIDGE = "quart_app.bridge"
_TEXT = (
    ".py",
    ".html",
    ".htm",
    ".jinja",
    ".jinja2",
    ".j2",
    ".txt",
    ".toml",
    ".cfg",
    ".ini",
    ".yml",
    ".yaml",
    ".md",
)
_TEXT_NAMES = ("Procfile", "Dockerfile", "Makefile", "Pipfile")


@dataclass
class Native:
    """The counts; application code, that of its tests aside (``tests_`` fields)."""

    views: int = 0
    views_native: int = 0
    tests_views: int = 0
    tests_views_native: int = 0
    statements: int = 0
    statements_awaited: int = 0
    tests_statements: int = 0
    tests_statements_awaited: int = 0
    #: Statements behind which no frame of the application stands: ``wait(...)``, mostly.
    statements_unseen: int = 0
    call_sites: int = 0
    call_sites_awaited: int = 0
    #: Static counts over the application's source: ``await`` expressions; calls of the bridge's ``wait`` and ``run``.
    awaits: int = 0
    waits: int = 0
    runs: int = 0
    marks: int = 0
    synchronous_views: list[str] = field(default_factory=list)
    bridged_sites: dict[str, int] = field(default_factory=dict)

    @property
    def share_of_views(self) -> float | None:
        """Native views by views; of the tests' views where the application has none of its own."""
        if self.views:
            return self.views_native / self.views
        return self.tests_views_native / self.tests_views if self.tests_views else None

    @property
    def share_of_statements(self) -> float | None:
        """Awaited statements by statements; of the tests' where the application made none."""
        if self.statements:
            return self.statements_awaited / self.statements
        return self.tests_statements_awaited / self.tests_statements if self.tests_statements else None


def count(tree: Path, run: SuiteRun) -> Native:
    """Put together what the run recorded and what the tree shows."""
    result = Native()
    for view in run.views:
        prefix = "tests_" if is_test_file(view["file"]) else ""
        _add(result, f"{prefix}views", 1)
        _add(result, f"{prefix}views_native", int(view["native"]))
        if not view["native"]:
            result.synchronous_views.append(f"{view['file']}:{view['line']} {view['endpoint']}")
    sites: dict[str, bool] = {}
    for (kind, site), number in run.statements.items():
        if is_test_file(site.rpartition(":")[0]):
            _add(result, "tests_statements", number)
            _add(result, "tests_statements_awaited", number if kind == "awaited" else 0)
            continue
        _add(result, "statements", number)
        if kind == "awaited":
            result.statements_awaited += number
        elif kind == "unseen":
            result.statements_unseen += number
        else:
            result.bridged_sites[site] = result.bridged_sites.get(site, 0) + number
        if site:
            sites[site] = sites.get(site, True) and kind == "awaited"
    result.call_sites, result.call_sites_awaited = len(sites), sum(sites.values())
    _read_source(tree, result)
    return result


def is_test_file(relative: str) -> bool:
    """Tell a file of the tests by its name or folder, as pytest's and unittest's habits have it."""
    *folders, name = relative.split("/")
    if {"tests", "test"} & set(folders) or name == "conftest.py":
        return True
    return name.startswith("test_") or name.endswith("_test.py") or name == "tests.py"


def _add(result: Native, name: str, number: int) -> None:
    setattr(result, name, getattr(result, name) + number)


def _read_source(tree: Path, result: Native) -> None:
    for path in sorted(tree.rglob("*")):
        if not path.is_file() or not (path.suffix in _TEXT or path.name in _TEXT_NAMES):
            continue
        raw = path.read_bytes()
        result.marks += sum(MARK in line for line in raw.decode("utf-8", errors="replace").splitlines())
        if path.suffix == ".py" and not is_test_file(str(path.relative_to(tree))):
            try:
                module = ast.parse(raw)
            except (SyntaxError, ValueError):
                continue
            _count_bridge(module, result)


def _count_bridge(module: ast.Module, result: Native) -> None:
    names: dict[str, str] = {}
    for node in ast.walk(module):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(_BRIDGE):
            names |= {alias.asname or alias.name: alias.name for alias in node.names}
    for node in ast.walk(module):
        result.awaits += isinstance(node, ast.Await)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            result.waits += names.get(node.func.id) == "wait"
            result.runs += names.get(node.func.id) == "run"
