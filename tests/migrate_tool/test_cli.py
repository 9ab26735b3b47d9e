"""The commands as users run them: real rules, real files, and where it matters real processes."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import chdir, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from migrate_tool import __version__, cli, pipeline

from .fakes import read_tree, write_tree

APP = """\
from flask import Flask, render_template

app = Flask(__name__)


@app.route("/")
def index():
    return render_template("index.html")
"""

MIGRATED = """\
from quart import render_template
from quart_app import Quart

app = Quart(__name__)


@app.route("/")
async def index():
    return await render_template("index.html")
"""


@dataclass
class Done:
    returncode: int
    stdout: str
    stderr: str


def run(*arguments: str | Path, cwd: Path | None = None) -> Done:
    """Run a command in this process, which is quicker."""
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err), chdir(cwd or Path.cwd()):
        try:
            code = cli.main([str(argument) for argument in arguments])
        except SystemExit as stopped:  # how argparse ends
            code = int(stopped.code or 0)
    return Done(code, out.getvalue(), err.getvalue())


def run_process(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "migrate_tool", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return write_tree(
        tmp_path / "a repo", {"app.py": APP, "templates/index.html": "<p>hello</p>\n", "util.py": "x = 1\n"}
    )


def without_traceback(done: Done) -> str:
    assert "Traceback" not in done.stdout + done.stderr
    return done.stderr


# -- what the commands do ----------------------------------------------------------------------------------


def test_check_lists_the_work_and_writes_nothing(root: Path) -> None:
    before = read_tree(root)
    done = run_process("check", root)
    assert done.returncode == 1
    assert "app.py:1:1: FQ101 " in done.stdout
    assert "Next:" in done.stdout
    assert done.stderr == ""
    assert read_tree(root) == before


def test_migrate_shows_a_diff_that_gives_what_write_gives(root: Path) -> None:
    before = read_tree(root)
    shown = run("migrate", root)
    assert shown.returncode == 0
    assert "nothing was written" in shown.stdout
    assert read_tree(root) == before
    copy = write_tree(root.parent / "copy", dict(before))
    subprocess.run(["git", "apply", "-"], cwd=copy, input=shown.stdout, text=True, check=True)
    written = run("migrate", "--write", root)
    assert written.returncode == 0
    assert (root / "app.py").read_text() == MIGRATED
    assert read_tree(root) == read_tree(copy)
    assert {name for name, raw in before.items() if read_tree(root).get(name) != raw} == {"app.py"}


def test_migrating_twice_changes_nothing_and_says_so(root: Path) -> None:
    run("migrate", "--write", root)
    before = read_tree(root)
    done = run("migrate", "--write", root)
    assert (done.returncode, done.stdout) == (0, "Nothing to change.\n")
    assert read_tree(root) == before
    assert run("check", root).returncode == 0


def test_json_is_one_object_on_standard_output(root: Path) -> None:
    report = json.loads(run("migrate", root, "--format", "json").stdout)
    assert "app.py" in [file["path"] for file in report["files"]]
    assert report["exit_code"] == 0
    assert json.loads(run("check", root, "--format=json").stdout)["exit_code"] == 1


def test_the_html_page_is_written(root: Path, tmp_path: Path) -> None:
    page = tmp_path / "changes.html"
    done = run("migrate", root, "--html", page)
    assert "async def index" in page.read_text()
    assert str(page) in done.stdout


def test_a_page_that_cannot_be_written_stops_before_the_writing(root: Path, tmp_path: Path) -> None:
    done = run("migrate", "--write", root, "--html", tmp_path / "nowhere" / "page.html")
    assert done.returncode == 2
    assert "its folder does not exist" in without_traceback(done)
    assert (root / "app.py").read_text() == APP


def test_a_file_lists_every_place_of_the_summary(root: Path, tmp_path: Path) -> None:
    listing = tmp_path / "places.txt"
    assert run("check", root, "--report", listing).returncode == 1
    assert "of 3 files would be rewritten" in listing.read_text()
    done = run("migrate", "--write", root, "--report", tmp_path / "nowhere" / "places.txt")
    assert done.returncode == 2
    assert "its folder does not exist" in without_traceback(done)
    assert (root / "app.py").read_text() == APP
    assert run("migrate", "--write", root, "--report", listing).returncode == 0
    assert "of 3 files rewritten" in listing.read_text()


def test_what_a_run_that_writes_does_not_show_is_kept_in_a_file(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    lines = "\n".join(f"import flask_nobody_{number}" for number in "abcdefg")
    (root / "extensions.py").write_text(lines + "\nimport flask_same\n" + "import flask_same\n" * 6)
    done = run("migrate", "--write", root)
    (listing,) = tmp_path.glob("flask-to-quart-*.txt")
    assert f"Every place is in {listing}." in done.stdout
    assert "extensions.py:14" not in done.stdout
    assert "extensions.py:14" in listing.read_text()


def test_explain_names_the_chain(root: Path) -> None:
    done = run("explain", root / "app.py::index", "--root", root)
    assert done.returncode == 0
    assert done.stdout.startswith("app.py::index becomes async def:\n  app.py:8 waits for ")


def test_explain_finds_the_repository_itself(root: Path) -> None:
    (root / "requirements.txt").write_text("flask\n")
    write_tree(root, {"pkg/views.py": "from flask import send_file\ndef f():\n    return 1\n"})
    done = run("explain", "views.py::f", cwd=root / "pkg")
    assert done.stdout == "pkg/views.py::f stays synchronous: nothing in it waits.\n"
    assert run("explain", "pkg/views.py::f", cwd=root).stdout == done.stdout


@pytest.mark.parametrize(
    ("target", "words"),
    [
        ("app.py", "write PATH::QUALNAME"),
        ("nowhere.py::f", "no such file"),
        ("app.py::indx", "has no function 'indx'; did you mean index?"),
        ("py2.py::f", "py2.py:1: doesn't parse"),
        ("templates/index.html::f", "has no function 'f'"),
    ],
)
def test_explain_says_what_it_cannot_find(root: Path, target: str, words: str) -> None:
    write_tree(root, {"py2.py": "print 'x'\n"})
    done = run("explain", target, "--root", ".", cwd=root)
    assert done.returncode == 2
    assert words in without_traceback(done)


def test_rules_lists_all_and_explains_one() -> None:
    listed = run("rules")
    assert listed.returncode == 0
    assert any(line.startswith("FQ101  ") for line in listed.stdout.splitlines())
    one = run("rules", "fq101")
    assert one.stdout.startswith("FQ101 ")
    assert "Safety: " in one.stdout
    unknown = run("rules", "FQ100")
    assert unknown.returncode == 2
    assert "there is no rule 'FQ100'" in without_traceback(unknown)


def test_the_version_and_the_help_name_the_tool() -> None:
    assert run_process("--version").stdout == run("--version").stdout == f"flask-to-quart {__version__}\n"
    shown = run("--help").stdout
    assert all(command in shown for command in ("check", "migrate", "explain", "rules", "exit codes:"))


@pytest.mark.parametrize(
    "arguments", [[], ["chek", "."], ["check"], ["check", ".", "--format", "xml"], ["migrate", ".", "--wri"]]
)
def test_wrong_usage_is_exit_code_2(arguments: list[str]) -> None:
    done = run(*arguments)
    assert done.returncode == 2
    assert "usage:" in without_traceback(done)


# -- bad input ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", [["check"], ["migrate"], ["migrate", "--write"]])
@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("nowhere", "no such folder"),
        ("app.py", "is a file; name the folder"),
        ("templates", "holds no Python file"),
        ("django", "no file imports Flask"),
    ],
)
def test_a_path_that_is_no_flask_repository(root: Path, command: list[str], name: str, words: str) -> None:
    write_tree(root, {"django/app.py": "import django\n"})
    before = read_tree(root)
    done = run(*command, root / name)
    assert done.returncode == 2
    assert done.stderr.startswith("flask-to-quart: error: ")
    assert words in without_traceback(done)
    assert done.stderr.count("\n") == 1
    assert read_tree(root) == before


def test_errors_are_json_where_json_was_asked_for(root: Path) -> None:
    done = run("check", root / "nowhere", "--format", "json")
    report = json.loads(done.stdout)
    assert (done.returncode, report["exit_code"]) == (2, 2)
    assert "no such folder" in report["error"]


STRANGE: dict[str, tuple[bytes, bytes | None, str]] = {
    # name: content, content after the migration (None: as before), words about it
    "bom.py": (b"\xef\xbb\xbffrom flask import request\n", b"\xef\xbb\xbffrom quart import request\n", ""),
    "crlf.py": (b"from flask import request\r\nx = 1\r\n", b"from quart import request\r\nx = 1\r\n", ""),
    "cr.py": (b"from flask import request\rx = 1\r", b"from quart import request\rx = 1\r", ""),
    "latin.py": (
        "# coding: latin-1\nfrom flask import request  # é\n".encode("latin-1"),
        "# coding: latin-1\nfrom quart import request  # é\n".encode("latin-1"),
        "",
    ),
    "undeclared.py": (b"from flask import request  # \xe9\n", None, "undeclared.py: is not UTF-8"),
    "python2.py": (
        b"from flask import request\nprint 'x'\n",
        None,
        "python2.py:2: doesn't parse: Missing parentheses",
    ),
    "future.py": (b"from flask import request\nx = !\n", None, "future.py:2: doesn't parse"),
    "null.py": (b"from flask import request\n\x00\n", None, "null.py:2: contains null bytes"),
    "generated.py": (b"# @generated\nfrom flask import request\n", None, "generated.py:1: is generated"),
    "huge.py": (
        b"from flask import request\n" + b"# x\n" * 600_000,
        None,
        "huge.py: has more than 2,000,000 bytes",
    ),
}


@pytest.mark.parametrize("name", STRANGE)
def test_a_strange_file_is_migrated_exactly_or_left_and_named(root: Path, name: str) -> None:
    content, after, words = STRANGE[name]
    (root / name).write_bytes(content)
    done = run("migrate", "--write", root)
    assert (root / name).read_bytes() == (content if after is None else after)
    assert (root / "app.py").read_text() == MIGRATED
    assert words in done.stdout
    assert done.returncode == (0 if after is not None else 1)
    assert without_traceback(done) == ""


def test_a_link_is_left_alone_and_named(root: Path, tmp_path: Path) -> None:
    outside = write_tree(tmp_path / "outside", {"views.py": "from flask import request\n"})
    (root / "views.py").symlink_to(outside / "views.py")
    done = run("migrate", "--write", root)
    assert done.returncode == 0
    assert "views.py: is a symbolic link and left alone" in done.stdout
    assert (root / "views.py").is_symlink()
    assert read_tree(outside) == {"views.py": b"from flask import request\n"}


def test_a_read_only_file_stops_the_writing(root: Path) -> None:
    (root / "app.py").chmod(0o444)
    before = read_tree(root)
    done = run("migrate", "--write", root)
    assert done.returncode == 2
    assert "app.py: is read-only" in without_traceback(done)
    assert "nothing was written" in done.stderr
    assert read_tree(root) == before
    assert run("migrate", root).returncode == 0


def test_uncommitted_changes_stop_the_writing_unless_allowed(root: Path) -> None:
    subprocess.run(["git", "init", "-q"], cwd=root, check=True)
    subprocess.run(["git", "add", "."], cwd=root, check=True)
    before = read_tree(root)
    done = run("migrate", "--write", root)
    assert done.returncode == 2
    assert "uncommitted changes" in without_traceback(done)
    assert "--allow-dirty" in done.stderr
    assert read_tree(root) == before
    assert run("migrate", "--write", "--allow-dirty", root).returncode == 0
    assert (root / "app.py").read_text() == MIGRATED


def test_a_setting_that_does_not_exist_is_named(root: Path) -> None:
    (root / "pyproject.toml").write_text("[tool.flask-to-quart]\nexclud = []\n")
    done = run("check", root)
    assert done.returncode == 2
    assert "no key 'exclud'; did you mean 'exclude'?" in without_traceback(done)


def test_a_full_disk_is_exit_code_3_and_changes_nothing(root: Path) -> None:
    before = read_tree(root)
    code = (
        "import resource, sys; from migrate_tool.cli import main\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100)); sys.exit(main(sys.argv[1:]))"
    )
    command = [sys.executable, "-B", "-c", code, "migrate", "--write", str(root)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 3
    assert done.stderr.count("\n") == 1
    assert "File too large; nothing was written" in done.stderr
    assert read_tree(root) == before


# -- when the tool itself is wrong -------------------------------------------------------------------------


def broken(error: Exception) -> Callable[..., Any]:
    def stage(*arguments: object, **options: object) -> None:
        raise error

    return stage


def test_an_internal_error_is_one_line_and_exit_code_3(
    root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(pipeline, "discover", broken(KeyError("x")))
    assert cli.main(["migrate", "--write", str(root)]) == 3
    told = capsys.readouterr().err
    assert told.startswith("flask-to-quart: error: internal error: KeyError: 'x' in pipeline.py:")
    assert told.endswith("; nothing was written; --debug shows more\n")
    assert told.count("\n") == 1
    assert cli.main(["check", str(root), "--debug"]) == 3
    assert "Traceback" in capsys.readouterr().err
    assert (root / "app.py").read_text() == APP


def test_an_error_after_the_writing_does_not_claim_that_nothing_was_written(
    root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("migrate_tool.report.text.summary", broken(KeyError("x")))
    assert cli.main(["migrate", "--write", str(root)]) == 3
    assert "; the files were written; " in capsys.readouterr().err


@pytest.mark.parametrize("name", ["tomlkit", "packaging"])
def test_a_missing_extra_is_named(
    root: Path, name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(
        pipeline, "stages", broken(ModuleNotFoundError(f"No module named {name!r}", name=name))
    )
    assert cli.main(["check", str(root)]) == 2
    told = capsys.readouterr().err
    assert (
        told
        == f"flask-to-quart: error: {name} is not installed: python -m pip install 'flask-to-quart[migrate]'\n"
    )


def test_an_interrupt_is_one_line(
    root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupt(*arguments: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(pipeline, "discover", interrupt)
    assert cli.main(["migrate", str(root)]) == 130
    assert capsys.readouterr().err == "flask-to-quart: error: interrupted\n"


# -- terminals and pipes -----------------------------------------------------------------------------------


def test_a_reader_that_leaves_early_is_no_error_and_the_writing_is_done(root: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    command = [sys.executable, "-m", "migrate_tool", "migrate", "--write", str(root)]
    done = subprocess.run(command, stdout=writing, stderr=subprocess.PIPE, text=True, check=False)
    os.close(writing)
    assert (done.returncode, done.stderr) == (0, "")
    assert (root / "app.py").read_text() == MIGRATED


def test_output_that_is_closed_altogether_is_no_error(root: Path) -> None:
    done = subprocess.run(
        ["/bin/sh", "-c", '"$0" -m migrate_tool migrate "$1" >&-', sys.executable, str(root)],
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_a_terminal_that_lacks_characters_gets_escapes(root: Path) -> None:
    write_tree(root, {"é.py": "from flask import request  # 日本\n"})
    (root / os.fsdecode(b"\xe9.py")).write_text("from flask import session\n")
    for encoding in ("ascii", "latin-1", "utf-8"):
        environment = os.environ | {"PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"}
        command = [sys.executable, "-m", "migrate_tool", "migrate", str(root)]
        done = subprocess.run(command, capture_output=True, check=False, env=environment)
        assert (done.returncode, done.stderr) == (0, b""), encoding
        assert b"from quart import session" in done.stdout
