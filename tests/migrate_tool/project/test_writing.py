from __future__ import annotations

import errno
import os
import resource
import shutil
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path, PurePosixPath

import pytest

from migrate_tool.project.journal import MANIFEST, Journal
from migrate_tool.project.listing import OWN_FOLDER
from migrate_tool.project.problems import ToolError, WriteError
from migrate_tool.project.writing import Change, locked, recover, write

from .killing import killed_at, snapshot

P = PurePosixPath


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "a repository"
    (root / "pkg").mkdir(parents=True)
    (root / "app.py").write_bytes(b"old app\r\n")
    (root / "pkg" / "views.py").write_bytes(b"old views\n")
    (root / "wsgi.py").write_bytes(b"old wsgi\n")
    (root / "bystander.py").write_bytes(b"untouched\n")
    (root / "app.py").chmod(0o755)
    (root / "wsgi.py").chmod(0o640)
    return root


CHANGES = [
    Change(P("app.py"), b"old app\r\n", b"new app\r\n"),
    Change(P("pkg/views.py"), b"old views\n", b"new views, longer\n"),
    Change(P("wsgi.py"), b"old wsgi\n", None),
    Change(P("asgi.py"), None, b"new asgi\n", like=P("wsgi.py")),
    Change(P("pkg/deep/pytest.ini"), None, b"[pytest]\n"),
    Change(P("bystander.py"), b"untouched\n", b"untouched\n"),
]


def new_tree(root: Path) -> dict[str, tuple[bytes, int]]:
    """The tree as it must be after ``CHANGES``."""
    tree = snapshot(root)
    tree["app.py"] = (b"new app\r\n", tree["app.py"][1])
    tree["pkg/views.py"] = (b"new views, longer\n", tree["pkg/views.py"][1])
    tree["asgi.py"] = (b"new asgi\n", tree.pop("wsgi.py")[1])
    tree["pkg/deep/pytest.ini"] = (b"[pytest]\n", tree["bystander.py"][1])
    return tree


def test_all_changes_are_made_and_modes_kept(root: Path) -> None:
    expected = new_tree(root)
    assert write(root, CHANGES) == []
    assert snapshot(root) == expected
    assert not (root / OWN_FOLDER).exists()
    assert recover(root) == ""


def test_no_change_touches_nothing(root: Path) -> None:
    times = {path: path.stat().st_mtime_ns for path in [root, *root.rglob("*")]}
    assert write(root, [CHANGES[-1]]) == []
    assert {path: path.stat().st_mtime_ns for path in [root, *root.rglob("*")]} == times


def every_step(root: Path, work: Callable[[], object], check: Callable[[], None]) -> int:
    """Kill ``work`` at each of its steps on a fresh copy of ``root``; returns how many steps there are."""
    original = root.parent / "original"
    shutil.copytree(root, original)
    for step in range(500):
        died = killed_at(step, work)
        if not died:
            return step
        check()
        shutil.rmtree(root)
        shutil.copytree(original, root)
    raise AssertionError("it never finished")


def test_killed_at_any_step_the_tree_is_old_or_new_or_repaired_by_the_next_run(root: Path) -> None:
    old, new = snapshot(root), new_tree(root)
    seen = set()

    def check() -> None:
        found = {name: entry for name, entry in snapshot(root).items() if not name.startswith(OWN_FOLDER)}
        had_journal = (root / OWN_FOLDER).exists()
        whole = found in (old, new)
        said = recover(root)
        # It says what it did whenever there was something to see.
        assert bool(said) == had_journal
        assert whole or "completed" in said
        assert snapshot(root) in (old, new)
        if found == new:
            assert snapshot(root) == new
        assert recover(root) == ""
        seen.add("completed" if "completed" in said else said)

    assert every_step(root, lambda: write(root, CHANGES), check) > 30
    # Every kind of interruption was met: before, between, after.
    assert len(seen) == 5


def test_killed_while_it_repairs_the_run_after_that_repairs_it(root: Path) -> None:
    old, new = snapshot(root), new_tree(root)
    journal = Journal(root)
    entries = journal.stage(CHANGES[:-1])
    journal.apply(entries[:1], "new")

    def check() -> None:
        recover(root)
        assert snapshot(root) == new != old

    assert every_step(root, lambda: recover(root), check) > 10


def failing(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """Let the replacement of ``name`` fail."""
    real = os.replace

    def replace(self: Path, target: Path) -> Path:
        if Path(target).name == name:
            raise OSError(errno.EBUSY, "Device or resource busy", str(target))
        real(self, target)
        return Path(target)

    monkeypatch.setattr(Path, "replace", replace)


@pytest.mark.parametrize("name", ["app.py", "views.py", "asgi.py", "pytest.ini"])
def test_a_replacement_that_fails_takes_everything_back(
    root: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = snapshot(root)
    failing(monkeypatch, name)
    with pytest.raises(WriteError, match="busy; all changes were taken back"):
        write(root, CHANGES)
    assert snapshot(root) == old


def test_killed_while_it_takes_back_the_next_run_goes_one_way_or_the_other(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new = snapshot(root), new_tree(root)

    def work() -> None:
        failing(monkeypatch, "pytest.ini")
        with suppress(WriteError):
            write(root, CHANGES)

    def check() -> None:
        recover(root)
        assert snapshot(root) in (old, new)

    assert every_step(root, work, check) > 40


def test_a_repair_that_cannot_be_completed_is_taken_back(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old = snapshot(root)
    journal = Journal(root)
    journal.apply(journal.stage(CHANGES[:-1])[:1], "new")
    failing(monkeypatch, "views.py")
    assert "taken back" in recover(root)
    assert snapshot(root) == old


def test_a_full_disk_changes_nothing(root: Path) -> None:
    old = snapshot(root)
    big = [CHANGES[0], Change(P("pkg/views.py"), b"old views\n", b"x" * 100_000)]
    child = os.fork()
    if child == 0:
        status = 1
        try:
            resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))
            try:
                write(root, big)
            except WriteError as error:
                status = 0 if "nothing was written" in str(error) and error.exit_code == 3 else 2
        finally:
            os._exit(status)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert snapshot(root) == old


def test_an_interrupt_takes_everything_back(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old = snapshot(root)
    real = Path.unlink

    def unlink(self: Path, missing_ok: bool = False) -> None:
        if self.name == "wsgi.py":
            raise KeyboardInterrupt
        real(self, missing_ok)

    monkeypatch.setattr(Path, "unlink", unlink)
    with pytest.raises(KeyboardInterrupt):
        write(root, CHANGES)
    assert snapshot(root) == old


# -- refusing ----------------------------------------------------------------------------------------------


def read_only_file(root: Path) -> None:
    (root / "pkg/views.py").chmod(0o444)


def read_only_folder(root: Path) -> None:
    (root / "pkg").chmod(0o555)


def changed(root: Path) -> None:
    (root / "pkg/views.py").write_text("somebody wrote this meanwhile")


def gone(root: Path) -> None:
    (root / "pkg/views.py").unlink()


def link(root: Path) -> None:
    (root / "app.py").rename(root / "elsewhere.py")
    (root / "app.py").symlink_to("elsewhere.py")


def linked_folder(root: Path) -> None:
    (root / "pkg").rename(root / "elsewhere")
    (root / "pkg").symlink_to("elsewhere")


def in_the_way(root: Path) -> None:
    (root / "asgi.py").symlink_to("nowhere")


@pytest.mark.parametrize(
    ("prepare", "words"),
    [
        (read_only_file, r"pkg/views\.py: is read-only"),
        (read_only_folder, "pkg: is read-only"),
        (changed, r"pkg/views\.py: was changed while the tool ran"),
        (gone, r"pkg/views\.py: No such file"),
        (link, r"app\.py: is, or lies behind, a symbolic link"),
        (linked_folder, r"pkg/views\.py: is, or lies behind, a symbolic link"),
        (in_the_way, "asgi.py: is, or lies behind, a symbolic link"),
    ],
)
def test_what_cannot_go_well_is_refused_before_anything_is_touched(
    root: Path, prepare: Callable[[Path], None], words: str
) -> None:
    prepare(root)
    old = {path: path.lstat().st_mtime_ns for path in root.rglob("*")}
    with pytest.raises(ToolError, match=words) as caught:
        write(root, CHANGES)
    assert "nothing was written" in str(caught.value)
    assert {path: path.lstat().st_mtime_ns for path in root.rglob("*")} == old
    (root / "pkg").chmod(0o755)


def test_a_new_file_never_replaces_one_that_is_there(root: Path) -> None:
    (root / "asgi.py").write_text("mine")
    with pytest.raises(ToolError, match=r"asgi\.py: exists already"):
        write(root, CHANGES)
    assert (root / "asgi.py").read_text() == "mine"


def test_other_hard_links_keep_the_old_text_and_are_named(root: Path, tmp_path: Path) -> None:
    os.link(root / "app.py", tmp_path / "second")
    assert write(root, CHANGES) == ["app.py: has other hard links; they keep the old text"]
    assert (tmp_path / "second").read_bytes() == b"old app\r\n"
    assert (root / "app.py").read_bytes() == b"new app\r\n"


# -- repairing ---------------------------------------------------------------------------------------------


def test_a_file_that_was_changed_after_the_interruption_is_not_overwritten(root: Path) -> None:
    Journal(root).stage(CHANGES[:-1])
    (root / "app.py").write_text("work of a human")
    before = snapshot(root)
    with pytest.raises(ToolError, match=r"app\.py was changed since; restore that file"):
        recover(root)
    assert snapshot(root) == before


def test_a_journal_that_lost_its_contents_is_an_error_that_says_what_to_do(root: Path) -> None:
    journal = Journal(root)
    journal.apply(journal.stage(CHANGES[:-1])[:1], "new")
    for path in journal.folder.glob("[0-9]*"):
        path.unlink()
    with pytest.raises(ToolError, match=r"journal is not whole; delete \.flask-to-quart"):
        recover(root)


@pytest.mark.parametrize(
    "manifest",
    [
        "",
        "[]",
        '{"version": 1}',
        '{"version": 1, "changes": [{"path": "../x", "old": null, "new": null, "number": 0}]}',
        '{"version": 1, "changes": [{"path": "/etc/x", "old": null, "new": null, "number": 0}]}',
        '{"version": 1, "changes": [{"path": "door/x", "old": null, "new": null, "number": 0}]}',
        '{"version": 2, "changes": []}',
    ],
)
def test_a_manifest_that_makes_no_sense_or_leads_out_of_the_repository_is_refused(
    root: Path, manifest: str
) -> None:
    (root / "door").symlink_to("..")
    (root / OWN_FOLDER).mkdir()
    (root / OWN_FOLDER / MANIFEST).write_text(manifest)
    with pytest.raises(ToolError, match=MANIFEST):
        recover(root)


def test_a_folder_of_that_name_that_is_not_ours_is_left_alone(root: Path) -> None:
    (root / OWN_FOLDER).mkdir()
    (root / OWN_FOLDER / "notes.txt").write_text("mine")
    with pytest.raises(ToolError, match=r"holds notes\.txt, which is not the tool's"):
        recover(root)
    shutil.rmtree(root / OWN_FOLDER)
    (root / OWN_FOLDER).symlink_to("pkg")
    with pytest.raises(ToolError, match="is not a folder"):
        recover(root)


# -- two at once -------------------------------------------------------------------------------------------


def test_a_second_run_waits_for_nobody_and_says_why(root: Path) -> None:
    with locked(root), pytest.raises(ToolError, match="another run"), locked(root):
        pass
    with locked(root):
        pass


def test_the_lock_of_a_run_that_was_killed_is_gone(root: Path) -> None:
    code = (
        "import os, sys; from pathlib import Path; from migrate_tool.project.writing import locked\n"
        "with locked(Path(sys.argv[1])): os._exit(9)"
    )
    done = subprocess.run([sys.executable, "-c", code, str(root)], check=False)
    assert done.returncode == 9
    with locked(root):
        pass
