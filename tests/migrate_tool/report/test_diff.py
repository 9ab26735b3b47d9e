from __future__ import annotations

import subprocess
from pathlib import Path, PurePosixPath

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from migrate_tool.report.diff import coloured, counts, unified
from migrate_tool.report.outcome import FileChange


def change(old: str | None, new: str, path: str = "a b/é.py", renamed_from: str | None = None) -> FileChange:
    return FileChange(PurePosixPath(path), old, new, PurePosixPath(renamed_from) if renamed_from else None)


def apply(root: Path, patch: str) -> None:
    subprocess.run(["git", "apply", "--whitespace=nowarn", "-"], cwd=root, input=patch.encode(), check=True)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("a\nb\n", "a\nc\n"),
        ("a\r\nb\r\n", "a\r\nc\r\n"),
        ("a\rb\r", "a\rc\r"),
        ("a\nb", "a\nc"),
        ("a\nb", "a\nb\n"),
        ("a\n", "a"),
        ("", "a\n"),
        ("a\n", ""),
        ("a\x0cb\u2028c\n", "a\x0cb\u2028d\n"),
        (None, "new\n"),
        (None, ""),
    ],
)
def test_git_applies_the_diff(tmp_path: Path, old: str | None, new: str) -> None:
    file = tmp_path / "a b" / "é.py"
    file.parent.mkdir()
    if old is not None:
        file.write_bytes(old.encode())
    apply(tmp_path, unified(change(old, new)) + "\nsome words behind it\n")
    assert file.read_bytes() == new.encode()


def test_git_applies_a_renaming_diff(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    (tmp_path / "wsgi.py").write_text("a\nb\n")
    apply(tmp_path, unified(change("a\nb\n", "a\nc\n", "asgi.py", "wsgi.py")))
    assert not (tmp_path / "wsgi.py").exists()
    assert (tmp_path / "asgi.py").read_text() == "a\nc\n"


lines = st.lists(
    st.sampled_from(["a\n", "b\n", "c\r\n", "d\r", "", "--- x\n", "+++ y\n", "@@\n", "é\n"]), max_size=8
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lines.map("".join), lines.map("".join), st.sampled_from(["", "end"]))
def test_git_applies_any_diff(tmp_path: Path, old: str, new: str, tail: str) -> None:
    (tmp_path / "f.py").write_bytes((old + tail).encode())
    if old + tail != new:
        apply(tmp_path, unified(change(old + tail, new, "f.py")))
        assert (tmp_path / "f.py").read_bytes() == new.encode()


def test_lines_are_counted() -> None:
    assert counts(change("a\nb\n--c\n", "a\n++d\ne\nf\n")) == (3, 2)
    assert counts(change(None, "a\nb\n")) == (2, 0)
    assert counts(change("a\n", "a\n", "new.py", "old.py")) == (0, 0)


def test_control_characters_do_not_reach_the_terminal() -> None:
    shown = coloured("+evil \x1b]0;title\x07 \x9b\r\n same\n@@ -1 +1 @@\n")
    assert "\\x1b]0;title\\x07" in shown
    assert "\r" not in shown
    assert "\x9b" not in shown
    assert shown.endswith(" same\n\033[36m@@ -1 +1 @@\n\033[0m")
