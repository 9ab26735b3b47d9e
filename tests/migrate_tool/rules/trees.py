"""Small projects, and what the whole tool makes of them."""

from __future__ import annotations

from pathlib import Path

from migrate_tool.pipeline import analyse
from migrate_tool.report.outcome import Outcome

FLASK_APP = "from flask import Flask\n\napp = Flask(__name__)\n"
QUART_APP = "from quart_app import Quart\n\napp = Quart(__name__)\n"
FLASK_TEST = (
    'from app import app\n\n\ndef test_index():\n    assert app.test_client().get("/").status_code == 404\n'
)


def migrate(tree: dict[str, str], root: Path) -> tuple[dict[str, str], Outcome]:
    """Migrate a project; its files afterwards, and what the tool says."""
    root.mkdir(parents=True)
    for name, text in tree.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
    outcome, _ = analyse(root, "migrate")
    assert not outcome.work
    result = dict(tree)
    for change in outcome.changes:
        if change.renamed_from is not None:
            del result[str(change.renamed_from)]
        result[str(change.path)] = change.new
    return result, outcome


def around(tree: dict[str, str], root: Path) -> dict[str, str]:
    """The files around a small Flask application after its migration, which a second run must leave as they are."""
    first, _ = migrate({"app.py": FLASK_APP, **tree}, root / "first")
    second, _ = migrate(first, root / "second")
    assert second == first
    return first
