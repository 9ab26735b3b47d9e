from __future__ import annotations

import subprocess
from pathlib import Path, PurePosixPath

import pytest

from migrate_tool.project.problems import ToolError
from migrate_tool.project.worktree import inspect, refuse_if_changed

APP = PurePosixPath("app.py")


def git(root: Path, *arguments: str) -> None:
    identity = ["-c", "user.name=a", "-c", "user.email=a@b.c"]
    subprocess.run(["git", *identity, *arguments], cwd=root, check=True, capture_output=True)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    (tmp_path / "app.py").write_text("import flask\n")
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-q", "-m", "start")
    return tmp_path


def test_a_folder_without_git_is_not_tracked_and_may_be_written(tmp_path: Path) -> None:
    worktree = inspect(tmp_path)
    assert not worktree.tracked
    refuse_if_changed(worktree, [APP])


def test_a_clean_repository_may_be_written_whatever_else_lies_there(repository: Path) -> None:
    (repository / "notes.txt").write_text("not tracked, not ours")
    worktree = inspect(repository)
    assert worktree.tracked
    refuse_if_changed(worktree, [APP])


@pytest.mark.parametrize("staged", [False, True])
def test_changes_that_are_not_committed_refuse(repository: Path, staged: bool) -> None:
    (repository / "app.py").write_text("import flask  # changed\n")
    if staged:
        git(repository, "add", ".")
    with pytest.raises(
        ToolError, match=r"1 path has uncommitted changes \(app.py\); .*--allow-dirty; nothing was written"
    ):
        refuse_if_changed(inspect(repository), [])


def test_a_renamed_file_is_counted_once(repository: Path) -> None:
    git(repository, "mv", "app.py", "web.py")
    assert inspect(repository).changed == ("web.py",)


def test_a_file_that_git_does_not_have_refuses_only_if_it_would_be_written(repository: Path) -> None:
    (repository / "new.py").write_text("import flask\n")
    with pytest.raises(ToolError, match=r"new\.py"):
        refuse_if_changed(inspect(repository), [APP, PurePosixPath("new.py")])


def test_a_repository_without_a_commit_refuses(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text("import flask\n")
    git(tmp_path, "init", "-q")
    with pytest.raises(ToolError, match=r"app\.py"):
        refuse_if_changed(inspect(tmp_path), [APP])


def test_a_folder_of_a_repository_is_judged_alone(repository: Path) -> None:
    sub = repository / "sub"
    sub.mkdir()
    (sub / "app.py").write_text("x = 1\n")
    git(repository, "add", ".")
    git(repository, "commit", "-q", "-m", "more")
    (repository / "app.py").write_text("changed = 1\n")
    refuse_if_changed(inspect(sub), [APP])


def test_a_folder_that_the_repository_around_it_ignores_is_not_tracked(repository: Path) -> None:
    (repository / ".gitignore").write_text("copy/\n")
    copy = repository / "copy"
    copy.mkdir()
    (copy / "app.py").write_text("x = 1\n")
    assert not inspect(copy).tracked
