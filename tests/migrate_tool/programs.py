"""Small programs for the tests of the codemod: a few files in, what becomes of them out."""

from __future__ import annotations

import textwrap

from migrate_tool.colour import Colouring, solve
from migrate_tool.model import Project
from migrate_tool.project.source import SourceFile
from migrate_tool.report.findings import Finding
from migrate_tool.rules.engine import rewrite

APP = """
    from flask import Flask
    from flask_sqlalchemy import SQLAlchemy
    app = Flask(__name__)
    db = SQLAlchemy(app)
    class User(db.Model):
        id = db.Column(db.Integer, primary_key=True)
        name = db.Column(db.String)
        posts = db.relationship("Post", backref="author", lazy="dynamic")
        notes = db.relationship("Note", backref="owner")
    class Post(db.Model):
        id = db.Column(db.Integer, primary_key=True)
    class Note(db.Model):
        id = db.Column(db.Integer, primary_key=True)
"""


def project(files: dict[str, str]) -> Project:
    """The model of these files; their text may be indented."""
    return Project([SourceFile.of(textwrap.dedent(text).lstrip("\n"), path) for path, text in files.items()])


def with_app(code: str) -> dict[str, str]:
    """An application with models in ``app.py``, and ``code`` in ``code.py``, which imports it all."""
    return {"app.py": APP, "code.py": "from app import *\n" + textwrap.dedent(code).lstrip("\n")}


def colouring(files: dict[str, str]) -> Colouring:
    """The solution for these files."""
    return solve(project(files))


def migrated(files: dict[str, str]) -> tuple[dict[str, str], list[Finding]]:
    """Every file after the migration, and what the tool says; each must parse, and no edit may get lost."""
    model = project(files)
    result = rewrite(model, solve(model))
    texts = {}
    for path, module in model.modules.items():
        edits = result.edits.get(path)
        text = edits.render() if edits is not None else module.source.text
        assert edits is None or edits.conflicts == []
        compile(text, str(path), "exec")
        texts[str(path)] = text
    return texts, result.findings


def after(code: str) -> str:
    """``code``, beside an application with models, after the migration; without its first import."""
    return migrated(with_app(code))[0]["code.py"].partition("from app import *\n")[2].strip("\n")
