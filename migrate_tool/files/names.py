"""What a file is, by its path."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

_COMPOSE = re.compile(r"(docker-)?compose([-_.].*)?\.ya?ml")

#: Files that a package manager writes, and that no tool can write for it without asking the index.
LOCKS = {
    "poetry.lock": "poetry lock",
    "Pipfile.lock": "pipenv lock",
    "uv.lock": "uv lock",
    "pdm.lock": "pdm lock",
    "pixi.lock": "pixi lock",
    "conda-lock.yml": "conda-lock",
}


def is_environment(path: PurePosixPath) -> bool:
    """Whether it describes a conda environment."""
    return path.name.lower() in {"environment.yml", "environment.yaml"}


def is_dockerfile(path: PurePosixPath) -> bool:
    """Whether it builds an image."""
    return "dockerfile" in path.name.lower() or path.name.startswith("Containerfile")


def is_compose(path: PurePosixPath) -> bool:
    """Whether it describes containers."""
    return bool(_COMPOSE.fullmatch(path.name))


def is_workflow(path: PurePosixPath) -> bool:
    """Whether it describes what a build server does."""
    ci = {".travis.yml", ".gitlab-ci.yml", "appveyor.yml"}
    return path.name in ci or path.parts[:2] == (".github", "workflows")


def is_env(path: PurePosixPath) -> bool:
    """Whether it holds nothing but environment variables."""
    name = path.name
    return name in {".flaskenv", ".quartenv", ".env"} or name.startswith(".env.") or name.endswith("flaskenv")


def is_yaml(path: PurePosixPath) -> bool:
    """Whether it is YAML."""
    return path.suffix in {".yml", ".yaml"}
