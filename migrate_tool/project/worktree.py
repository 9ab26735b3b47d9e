"""What git says about the repository: is there one, and does it hold work that is not committed?"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from .problems import ToolError


def run_git(root: Path, *arguments: str) -> str | None:
    """What git prints, or None: no git, no repository, or one that git refuses to read."""
    # Variables of a surrounding git (a hook, a rebase) would point it at another repository.
    environment = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    command = ["git", "-c", "core.fsmonitor=false", "-c", "core.quotePath=false", *arguments]
    try:
        done = subprocess.run(  # noqa: S603
            command,
            cwd=root,
            env=environment | {"GIT_OPTIONAL_LOCKS": "0", "LC_ALL": "C"},
            capture_output=True,
            check=False,
        )
    except OSError:
        return None
    return os.fsdecode(done.stdout) if done.returncode == 0 else None


@dataclass(frozen=True)
class Worktree:
    """The state of the work tree below a root."""

    #: Whether git keeps the files; else a change can't be taken back with it.
    tracked: bool
    #: Paths of tracked files with changes that are not committed.
    changed: tuple[str, ...] = ()
    #: Every file that git keeps, relative to the root.
    kept: frozenset[PurePosixPath] = frozenset()

    def uncommitted(self, paths: Iterable[PurePosixPath]) -> list[str]:
        """What must be committed before ``paths`` are changed, so that git can take the change back."""
        if not self.tracked:
            return []
        return [*self.changed, *sorted(str(path) for path in set(paths) - self.kept)]


def inspect(root: Path) -> Worktree:
    """Ask git about ``root``."""
    kept = run_git(root, "ls-files", "-z", "--cached")
    status = run_git(root, "status", "--porcelain=v1", "-z", "--untracked-files=no", "--", ".")
    if kept is None or status is None:
        return Worktree(False)
    if not kept and run_git(root, "check-ignore", "--quiet", ".") is not None:
        return Worktree(False)  # a repository around it that ignores this folder
    entries = iter(status.split("\0"))
    changed = []
    for entry in entries:
        if entry:
            changed.append(entry[3:])
            if entry[0] in "RC":
                next(entries, None)  # the name it had before
    return Worktree(True, tuple(changed), frozenset(PurePosixPath(name) for name in kept.split("\0") if name))


def refuse_if_changed(worktree: Worktree, paths: Iterable[PurePosixPath]) -> None:
    """Stop before work that is not committed gets mixed with the migration.

    Raises:
        ToolError: there is such work.
    """
    names = worktree.uncommitted(paths)
    if names:
        some = ", ".join(names[:3]) + (", ..." if len(names) > 3 else "")
        raise ToolError(
            f"{len(names)} path{'s have' if len(names) > 1 else ' has'} uncommitted changes ({some}); "
            "commit or stash them, or pass --allow-dirty; nothing was written"
        )
