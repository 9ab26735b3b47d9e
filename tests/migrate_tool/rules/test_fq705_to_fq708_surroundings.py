"""Environment variables, Python versions, nginx and prefixed configuration."""

from __future__ import annotations

from pathlib import Path

import pytest

from migrate_tool.files.environment import rename
from migrate_tool.files.python_versions import raise_versions

from .trees import FLASK_APP, around


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("FLASK_APP=a\nFLASK_DEBUG=1\n", "QUART_APP=a\nQUART_DEBUG=1\n"),
        ("export FLASK_ENV=development\n", "export QUART_DEBUG=1\n"),
        ("FLASK_ENV=production\nFLASK_DEBUG=0\n", "QUART_DEBUG=0\n"),
        ("ENV FLASK_APP app.py\nENV FLASK_ENV production\n", "ENV QUART_APP app.py\nENV QUART_DEBUG 0\n"),
        ("      - FLASK_ENV=development\n", "      - QUART_DEBUG=1\n"),
        (
            "FLASK_RUN_PORT: 80\nMY_FLASK_APP: x\nFLASK_APPS: y\n",
            "QUART_RUN_PORT: 80\nMY_FLASK_APP: x\nFLASK_APPS: y\n",
        ),
        ("run: echo $FLASK_APP ${FLASK_APP:-x}\n", "run: echo $QUART_APP ${QUART_APP:-x}\n"),
        ("COPY app.py .flaskenv ./\n", "COPY app.py .quartenv ./\n"),
        ("FLASK_CONFIG=prod\nFLASK_ADMIN=x\n", "FLASK_CONFIG=prod\nFLASK_ADMIN=x\n"),
    ],
)
def test_flasks_own_variables_are_renamed(before: str, after: str) -> None:
    assert rename(before) == after
    assert rename(after) == after


def test_a_mode_that_the_application_reads_stays(tmp_path: Path) -> None:
    code = "import os\n\nMODE = os.environ.get('FLASK_ENV')\n"
    result = around({".env": "FLASK_ENV=production\nFLASK_APP=app\n", "settings.py": code}, tmp_path)
    assert result[".env"] == "FLASK_ENV=production\nQUART_APP=app\n"
    assert result["settings.py"] == code


def test_an_existing_quartenv_is_not_overwritten(tmp_path: Path) -> None:
    result = around({".flaskenv": "X=1\n", ".quartenv": "X=2\n"}, tmp_path)
    assert (result[".flaskenv"], result[".quartenv"]) == ("X=1\n", "X=2\n")


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        ("Dockerfile", "FROM python:3.8.1-slim-buster AS x\n", "FROM python:3.11-slim AS x\n"),
        ("Dockerfile", "FROM python:2.7\n", "FROM python:3.11\n"),
        ("Dockerfile", "FROM python:3.13-slim\nFROM node:3.6\n", "FROM python:3.13-slim\nFROM node:3.6\n"),
        ("Dockerfile", "FROM a/server:python3.7-alpine3.8\n", "FROM a/server:python3.11-alpine\n"),
        ("Dockerfile", "FROM a/server:python3.12 AS x\n", "FROM a/server:python3.12 AS x\n"),
        (
            "Dockerfile",
            "ARG PYTHON_VERSION=3.8.1-slim-buster\nFROM python:${PYTHON_VERSION}\n",
            "ARG PYTHON_VERSION=3.11-slim\nFROM python:${PYTHON_VERSION}\n",
        ),
        ("compose.yaml", "    image: python:3.9\n", "    image: python:3.11\n"),
        ("runtime.txt", "python-3.12.1\n", "python-3.12.1\n"),
        (".python-version", "3.8.2\n", "3.11\n"),
        (
            ".travis.yml",
            'python:\n  - "2.7"\n  - "3.6"\n  - "3.12"\nscript: x\n',
            'python:\n  - "3.12"\nscript: x\n',
        ),
        (".travis.yml", "python:\n  - 3.6\nscript: x\n", 'python:\n  - "3.11"\nscript: x\n'),
        (".github/workflows/a.yml", "          python-version: 3.8\n", '          python-version: "3.11"\n'),
        (".github/workflows/a.yml", "        python: ['3.12', '3.x']\n", "        python: ['3.12', '3.x']\n"),
        ("tox.ini", "[tox]\nenvlist = py38,py311,style\n", "[tox]\nenvlist = py311,style\n"),
        (
            "tox.ini",
            "[tox]\nenvlist =\n    py3{12,11,9}\n    docs\n",
            "[tox]\nenvlist =\n    py3{12,11}\n    docs\n",
        ),
        ("tox.ini", "[tox]\nenvlist = py36\n", "[tox]\nenvlist = py311\n"),
    ],
)
def test_python_versions_that_are_too_old_are_raised(name: str, before: str, after: str) -> None:
    from pathlib import PurePosixPath

    assert raise_versions(PurePosixPath(name), before) == after
    assert raise_versions(PurePosixPath(name), after) == after


def test_directives_without_counterpart_are_reported(tmp_path: Path) -> None:
    from .trees import migrate

    conf = "location / {\n    uwsgi_pass backend;\n    uwsgi_param X y;\n}\n"
    result, outcome = migrate({"app.py": FLASK_APP, "nginx.conf": conf}, tmp_path / "tree")
    assert "    proxy_pass http://backend;\n" in result["nginx.conf"]
    assert [(finding.code, finding.line) for finding in outcome.left] == [("FQ707", 3)]


def test_database_urls_stay(tmp_path: Path) -> None:
    text = "DATABASE_URL=postgres://u:p@h/db?sslmode=require\n"
    assert around({".env": text}, tmp_path)[".env"] == text
