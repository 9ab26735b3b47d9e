"""Which files a repository has: what git lists, else what a walk finds, without what nobody wrote by hand."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath

from .worktree import run_git

#: The tool's own folder in a repository that it writes to.
OWN_FOLDER = ".flask-to-quart"

_SKIPPED = re.compile(
    r"\.git|\.hg|\.svn|\.bzr|node_modules|bower_components|__pycache__|site-packages|\.tox|\.nox|\.venv|\.eggs"
    r"|\.\w+_cache|\.cache|\.hypothesis|\.idea|\.vscode|\.ipynb_checkpoints|.*\.egg-info|.*\.dist-info|"
    + re.escape(OWN_FOLDER)
)
#: Folders that are build output, unless they are Python packages.
_OUTPUT = {"build", "dist", "htmlcov", "wheels"}


class Listing:
    """The files below a root, relative to it and sorted; ``links`` are the symbolic links met on the way."""

    def __init__(self, root: Path, exclude: tuple[str, ...] = ()) -> None:
        self.root = root
        self.exclude = tuple(pattern.strip("/") for pattern in exclude)
        self.links: list[PurePosixPath] = []
        self._folders: dict[PurePosixPath, bool] = {PurePosixPath("."): True}
        found = self._from_git()
        # A folder that the repository around it ignores is still what the user asked for.
        self.files = sorted(found or self._walk(root))
        self.links.sort()

    def _from_git(self) -> list[PurePosixPath]:
        listed = run_git(self.root, "ls-files", "-z", "--cached", "--others", "--exclude-standard")
        if listed is None:
            return []
        paths = {PurePosixPath(name) for name in listed.split("\0") if name and not name.endswith("/")}
        return [path for path in paths if self._folder(path.parent) and self._is_file(path)]

    def _folder(self, path: PurePosixPath) -> bool:
        """Whether files in this folder count."""
        if path not in self._folders:
            self._folders[path] = self._folder(path.parent) and self._enters(path)
        return self._folders[path]

    def _enters(self, path: PurePosixPath) -> bool:
        place = self.root / path
        if place.is_symlink():
            self.links.append(path)
            return False
        if _SKIPPED.fullmatch(path.name) or self._excluded(path) or (place / "pyvenv.cfg").exists():
            return False
        return path.name not in _OUTPUT or (place / "__init__.py").exists()

    def _excluded(self, path: PurePosixPath) -> bool:
        return any(fnmatchcase(str(path), pattern) for pattern in self.exclude)

    def _is_file(self, path: PurePosixPath) -> bool:
        if self._excluded(path):
            return False
        place = self.root / path
        if place.is_symlink():
            self.links.append(path)
            return False
        return place.is_file()

    def _walk(self, folder: Path) -> Iterator[PurePosixPath]:
        try:
            entries = list(os.scandir(folder))
        except OSError:
            return
        for entry in entries:
            path = PurePosixPath(Path(entry.path).relative_to(self.root).as_posix())
            if entry.is_dir(follow_symlinks=False):
                if self._folder(path):
                    yield from self._walk(Path(entry.path))
            elif self._is_file(path):
                yield path
