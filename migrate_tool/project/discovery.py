"""Reading a repository: which files it has that concern a migration, and which of them are left alone, and why."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path, PurePosixPath

from . import kinds
from .configuration import Config, read_config
from .listing import Listing
from .problems import Problem, ToolError
from .source import SourceFile
from .texts import TextFile, decoded

_IMPORTS_FRAMEWORK = re.compile(r"^[ \t]*(?:from|import)[ \t].*\b_?(?:flask|quart)", re.M)


@dataclass
class Repository:
    """What was found; a file may be in several lists (pyproject.toml names requirements and configures pytest)."""

    root: Path
    config: Config = field(default_factory=Config)
    python: list[SourceFile] = field(default_factory=list)
    templates: list[TextFile] = field(default_factory=list)
    requirements: list[TextFile] = field(default_factory=list)
    deployment: list[TextFile] = field(default_factory=list)
    configuration: list[TextFile] = field(default_factory=list)
    #: What was left alone, and why.
    problems: list[Problem] = field(default_factory=list)
    #: Every path of the repository, those of no interest included.
    paths: set[PurePosixPath] = field(default_factory=set)

    @cached_property
    def files(self) -> dict[PurePosixPath, SourceFile | TextFile]:
        """Every file that was read, by path."""
        texts = [*self.templates, *self.requirements, *self.deployment, *self.configuration]
        found: dict[PurePosixPath, SourceFile | TextFile] = {file.path: file for file in texts}
        return found | {file.path: file for file in self.python}

    @property
    def uses_framework(self) -> bool:
        """Whether a file imports Flask or a Flask extension (or Quart: then the migration has happened)."""
        return any(_IMPORTS_FRAMEWORK.search(file.text) for file in self.python)


def discover(root: Path, config: Config | None = None) -> Repository:
    """Read what concerns a migration below ``root``.

    Raises:
        ToolError: there is no such folder, or it holds no Python.
    """
    if not root.exists():
        raise ToolError(f"{root}: no such folder")
    if not root.is_dir():
        raise ToolError(f"{root}: is a file; name the folder of the repository")
    root = root.resolve()
    config = config if config is not None else read_config(root)
    listing = Listing(root, config.exclude)
    repository = Repository(root, config, paths=set(listing.files))
    for path in listing.links:
        if kinds.kinds(path) or (root / path).is_dir():
            repository.problems.append(Problem(path, None, "is a symbolic link and left alone", notice=True))
    for path in listing.files:
        found = kinds.kinds(path)
        if found:
            _read(repository, path, found)
    if not any(kinds.PYTHON in kinds.kinds(path) for path in listing.files):
        raise ToolError(f"{root}: holds no Python file")
    return repository


def _read(repository: Repository, path: PurePosixPath, found: set[str]) -> None:
    place = repository.root / path
    limit = repository.config.size_limit
    try:
        size = place.stat().st_size
        # A large file is only looked at as far as it takes to say what it is.
        with place.open("rb") as stream:
            raw = stream.read(min(size, limit) + 1)
    except OSError as error:
        repository.problems.append(Problem(path, None, f"can't be read: {error.strerror}"))
        return
    if kinds.PYTHON in found:
        source = SourceFile(path, raw, limit=limit)
        repository.python.append(source)
        if source.problem is not None:
            repository.problems.append(_weighed(source.problem, raw))
    if found - {kinds.PYTHON}:
        text = _text_file(repository, path, raw, found)
        if text is not None:
            for kind, files in _lists(repository):
                if kind in found:
                    files.append(text)


def _weighed(problem: Problem, raw: bytes) -> Problem:
    """A file that nobody writes by hand and that has nothing to do with Flask is no work for anybody."""
    left = "generated" in problem.reason or "more than" in problem.reason
    return replace(problem, notice=True) if left and b"flask" not in raw.lower() else problem


def _text_file(repository: Repository, path: PurePosixPath, raw: bytes, found: set[str]) -> TextFile | None:
    limit = repository.config.size_limit
    if len(raw) > limit:
        repository.problems.append(
            Problem(path, None, f"has more than {limit:,} bytes and is left alone", notice=True)
        )
        return None
    try:
        return decoded(path, raw, any_bytes=kinds.TEMPLATE not in found)
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        repository.problems.append(
            Problem(path, line, "is not valid UTF-8 and left alone", "save it as UTF-8")
        )
        return None


def _lists(repository: Repository) -> Iterator[tuple[str, list[TextFile]]]:
    yield kinds.TEMPLATE, repository.templates
    yield kinds.REQUIREMENTS, repository.requirements
    yield kinds.DEPLOYMENT, repository.deployment
    yield kinds.CONFIGURATION, repository.configuration
