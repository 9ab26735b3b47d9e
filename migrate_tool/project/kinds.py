"""What kind of file a path is, by its name and folder."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

PYTHON = "python"
TEMPLATE = "template"
REQUIREMENTS = "requirements"
DEPLOYMENT = "deployment"
CONFIGURATION = "configuration"

_TEMPLATE_ANYWHERE = re.compile(r".*\.(jinja2?|j2)", re.I)
_TEMPLATE_IN_FOLDER = re.compile(r".*\.(html?|txt|xml|xhtml|md|svg|js|css|eml|tex)", re.I)
_PIP_LIST = re.compile(r"(.*[-_.])?(requirements?|constraints)[0-9]*([-_.].*)?\.(txt|in)", re.I)
_PIP_FOLDERS = {"requirements", "reqs", "requires"}
_OTHER_LISTS = re.compile(r"setup\.cfg|pyproject\.toml|Pipfile|tox\.ini|environment\.ya?ml", re.I)
_DEPLOYMENT = re.compile(
    r"Procfile(\..*)?|([\w-]+\.)?Dockerfile(\..*)?|Containerfile(\..*)?|(docker-)?compose([-_.].*)?\.ya?ml|.*\.service|.*\.sh|Makefile"
    r"|[jJ]ustfile|.*nginx.*|uwsgi.*\.(ini|ya?ml|json)|.*uwsgi\.ini|supervisord?.*\.(conf|ini)|gunicorn.*\.py|(.*\.)?flaskenv|\.env(\..*)?|app\.ya?ml"
    r"|fly\.toml|render\.ya?ml|heroku\.yml|app\.json|runtime\.txt|\.python-version|\.travis\.yml|\.gitlab-ci\.yml|appveyor\.yml"
)
_CONFIGURATION = re.compile(
    r"pytest\.ini|\.pytest\.ini|tox\.ini|setup\.cfg|pyproject\.toml|\.coveragerc|alembic\.ini"
)


def kinds(path: PurePosixPath) -> set[str]:
    """The kinds of a file; none if the tool has no business with it."""
    name = path.name
    folders = [part.lower() for part in path.parts[:-1]]
    found = set()
    if path.suffix in {".py", ".wsgi"}:
        found.add(PYTHON)
    if _DEPLOYMENT.fullmatch(name) or (
        folders[:2] == [".github", "workflows"] and path.suffix in {".yml", ".yaml"}
    ):
        found.add(DEPLOYMENT)
    if PYTHON in found:
        return found
    if _TEMPLATE_ANYWHERE.fullmatch(name) or (
        any("template" in f for f in folders) and _TEMPLATE_IN_FOLDER.fullmatch(name)
    ):
        return found | {TEMPLATE}
    if is_requirements(path) or _OTHER_LISTS.fullmatch(name):
        found.add(REQUIREMENTS)
    if _CONFIGURATION.fullmatch(name):
        found.add(CONFIGURATION)
    return found


def is_requirements(path: PurePosixPath) -> bool:
    """Whether pip reads a file with ``-r`` or ``-c``."""
    folder = path.parent.name.lower()
    return bool(_PIP_LIST.fullmatch(path.name)) or (
        folder in _PIP_FOLDERS and path.suffix.lower() in {".txt", ".in"}
    )
