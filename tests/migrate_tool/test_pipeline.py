from __future__ import annotations

import gc
import subprocess
from pathlib import Path, PurePosixPath

import pytest

from migrate_tool import pipeline
from migrate_tool.edits.spans import Edit, EditSet
from migrate_tool.project.problems import ToolError
from migrate_tool.project.writing import locked

from .fakes import finding, read_tree, replacing, write_tree

P = PurePosixPath
APP = "import flask\nx = flask.request\n"
RENAME = ("flask", "quart")


def git(root: Path, *arguments: str) -> None:
    identity = ["-c", "user.name=a", "-c", "user.email=a@b.c"]
    subprocess.run(["git", *identity, *arguments], cwd=root, check=True, capture_output=True)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return write_tree(
        tmp_path / "repo", {"app.py": APP, "other.py": "x = 1\n", "requirements.txt": "click\n"}
    )


def test_a_dry_run_says_what_would_change_and_writes_nothing(root: Path) -> None:
    before = read_tree(root)
    outcome = pipeline.migrate(root, using=replacing(RENAME))
    assert [(str(c.path), c.new) for c in outcome.changes] == [
        ("app.py", "import quart\nx = quart.request\n")
    ]
    assert not outcome.written
    assert outcome.files_read == 3
    assert read_tree(root) == before


def test_writing_changes_the_files_and_nothing_else(root: Path) -> None:
    before = read_tree(root)
    outcome = pipeline.migrate(root, write_files=True, using=replacing(RENAME))
    assert outcome.written
    assert read_tree(root) == before | {"app.py": b"import quart\nx = quart.request\n"}
    assert "this is no git repository: the old files are not kept anywhere" in outcome.notes


def test_a_second_run_has_nothing_to_do(root: Path) -> None:
    pipeline.migrate(root, write_files=True, using=replacing(RENAME))
    before = read_tree(root)
    outcome = pipeline.migrate(root, write_files=True, using=replacing(RENAME))
    assert (outcome.changes, outcome.exit_code) == ([], 0)
    assert read_tree(root) == before


@pytest.mark.parametrize(
    "raw",
    [
        b"\xef\xbb\xbfimport flask\r\nx = 'caf\xc3\xa9'\r\n",
        "# coding: latin-1\nimport flask\nx = 'café'\n".encode("latin-1"),
        b"import flask\rx = 1\r",
        b"import flask\r\n\x0cif flask:\n\ty  = 2\t",
    ],
)
def test_bytes_that_are_not_edited_stay(root: Path, raw: bytes) -> None:
    (root / "app.py").write_bytes(raw)
    pipeline.migrate(root, write_files=True, using=replacing(RENAME))
    assert (root / "app.py").read_bytes() == raw.replace(b"flask", b"quart")


def test_files_are_created_and_renamed(root: Path) -> None:
    write_tree(root, {"wsgi.py": "from flask import app\n"})
    using = replacing(RENAME, created={P("pytest.ini"): "[pytest]\n"}, renamed={P("wsgi.py"): P("asgi.py")})
    outcome = pipeline.migrate(root, write_files=True, using=using)
    assert [(str(c.path), c.kind) for c in outcome.changes] == [
        ("app.py", "changed"),
        ("asgi.py", "renamed"),
        ("pytest.ini", "created"),
    ]
    tree = read_tree(root)
    assert tree["asgi.py"] == b"from quart import app\n"
    assert tree["pytest.ini"] == b"[pytest]\n"
    assert "wsgi.py" not in tree


def test_a_file_that_would_not_compile_is_left_and_named(root: Path) -> None:
    write_tree(root, {"bad.py": "import flask\ndef f():\n    flask.x()\n"})
    outcome = pipeline.migrate(root, write_files=True, using=replacing(("flask.x()", "await quart.x()")))
    assert (root / "bad.py").read_text() == "import flask\ndef f():\n    flask.x()\n"
    [problem] = outcome.problems
    assert str(problem).startswith(
        "bad.py:3: the changed file would not compile: 'await' outside async function"
    )
    assert [f.action for f in outcome.findings] == ["left"]
    assert outcome.exit_code == 1


def test_what_a_broken_file_shares_with_others_is_given_up_there_too(root: Path) -> None:
    write_tree(root, {"bad.py": "import flask\ncounted = flask\n"})
    outcome = pipeline.migrate(root, using=replacing(RENAME, ("counted", "1")))
    # The rename is one group in all files: it falls with the file that the other pair breaks.
    assert outcome.changes == []
    assert {str(problem.path) for problem in outcome.problems} == {"bad.py", "app.py"}


def test_a_file_that_did_not_compile_before_may_be_edited_as_long_as_it_parses(root: Path) -> None:
    write_tree(root, {"odd.py": "import flask\nreturn 1\n"})
    outcome = pipeline.migrate(root, using=replacing(RENAME))
    assert {str(change.path) for change in outcome.changes} == {"app.py", "odd.py"}


def test_a_character_that_the_encoding_lacks_gives_the_file_up(root: Path) -> None:
    write_tree(root, {"old.py": "# coding: latin-1\nimport flask_x\nx = 'é'\n".encode("latin-1")})
    outcome = pipeline.migrate(root, write_files=True, using=replacing(("flask_x", "ц")))
    assert "needs 'ц', which iso-8859-1 lacks" in str(outcome.problems[0])


def test_edits_that_contradict_each_other_are_named(root: Path) -> None:
    outcome = pipeline.migrate(root, using=replacing(RENAME, ("import flask\n", "import quart as flask\n")))
    assert outcome.exit_code == 1
    assert (
        "app.py:1: a change of FQ101 was left out: it lies in a stretch that another edit replaces (FQ101)"
        in map(str, outcome.problems)
    )


def test_findings_in_files_that_do_not_change_are_not_told_as_rewritten(root: Path) -> None:
    using = replacing(findings=[finding("other.py"), finding("other.py", action="bridged")])
    assert [f.action for f in pipeline.check(root, using).findings] == ["bridged"]


@pytest.mark.parametrize(
    ("command", "using", "code"),
    [
        ("check", replacing(), 0),
        ("check", replacing(RENAME), 1),
        ("migrate", replacing(RENAME), 0),
        ("migrate", replacing(("x =", "# migrate: FQ999 look\nx =")), 1),
        ("migrate", replacing(("x =", "# migrate: ignore FQ999 seen\nx =")), 0),
        ("migrate", replacing(findings=[finding("app.py", action="left")]), 1),
        ("migrate", replacing(findings=[finding("app.py", action="bridged")]), 0),
    ],
)
def test_exit_codes_say_whether_a_human_has_work(
    root: Path, command: str, using: pipeline.Stages, code: int
) -> None:
    outcome = pipeline.check(root, using) if command == "check" else pipeline.migrate(root, using=using)
    assert outcome.exit_code == code


def test_marks_of_earlier_runs_still_count(root: Path) -> None:
    write_tree(
        root,
        {
            "app.py": "import flask\n# migrate: FQ190 replace it\nx = 1\n",
            "templates/a.html": "{# migrate: FQ601 look #}\n",
            "b.txt": "# migrate: FQ999 no file of the migration\n",
        },
    )
    outcome = pipeline.check(root, replacing())
    assert [(str(m.path), m.line, m.code, m.text) for m in outcome.marks] == [
        ("app.py", 2, "FQ190", "replace it"),
        ("templates/a.html", 1, "FQ601", "look"),
    ]
    assert outcome.exit_code == 1


def test_a_file_that_cannot_be_read_is_work_and_a_link_is_not(root: Path) -> None:
    (root / "link.py").symlink_to("app.py")
    assert pipeline.check(root, replacing()).exit_code == 0
    write_tree(root, {"old.py": "print 'x'\n"})
    assert pipeline.check(root, replacing()).exit_code == 1


def test_the_collector_is_on_again_afterwards(root: Path) -> None:
    def understand(repository: object) -> object:
        assert not gc.isenabled()
        return None

    using = replacing()
    pipeline.check(root, pipeline.Stages(understand, using.solve, using.rewrite))
    assert gc.isenabled()


# -- refusing ----------------------------------------------------------------------------------------------


def test_no_flask_is_an_error_and_quart_alone_is_not(tmp_path: Path) -> None:
    with pytest.raises(ToolError, match="no file imports Flask"):
        pipeline.check(write_tree(tmp_path / "a", {"app.py": "import django\n"}), replacing())
    assert (
        pipeline.check(write_tree(tmp_path / "b", {"app.py": "import quart_app\n"}), replacing()).exit_code
        == 0
    )


def test_uncommitted_changes_refuse_the_writing_unless_told(root: Path) -> None:
    git(root, "init", "-q")
    git(root, "add", ".")
    git(root, "commit", "-q", "-m", "start")
    (root / "other.py").write_text("x = 2\n")
    before = read_tree(root)
    with pytest.raises(ToolError, match=r"uncommitted changes \(other\.py\).*nothing was written"):
        pipeline.migrate(root, write_files=True, using=replacing(RENAME))
    assert read_tree(root) == before
    assert pipeline.migrate(root, using=replacing(RENAME)).changes
    assert pipeline.migrate(root, write_files=True, allow_dirty=True, using=replacing(RENAME)).written


def test_uncommitted_changes_do_not_matter_when_nothing_is_to_be_written(root: Path) -> None:
    git(root, "init", "-q")
    git(root, "add", ".")
    assert pipeline.migrate(root, write_files=True, using=replacing()).exit_code == 0


def test_a_clean_repository_is_written_without_ado(root: Path) -> None:
    git(root, "init", "-q")
    git(root, "add", ".")
    git(root, "commit", "-q", "-m", "start")
    outcome = pipeline.migrate(root, write_files=True, using=replacing(RENAME))
    assert (outcome.written, outcome.notes) == (True, [])


def test_a_file_that_changes_between_reading_and_writing_stops_everything(root: Path) -> None:
    using = replacing(RENAME)

    def solve(project: object) -> None:
        (root / "app.py").write_text("import flask  # somebody typed\n")

    with pytest.raises(ToolError, match="changed while the tool ran"):
        pipeline.migrate(
            root, write_files=True, using=pipeline.Stages(using.understand, solve, using.rewrite)
        )
    assert (root / "app.py").read_text() == "import flask  # somebody typed\n"


def test_another_run_at_work_refuses(root: Path) -> None:
    with locked(root), pytest.raises(ToolError, match="another run"):
        pipeline.migrate(root, write_files=True, using=replacing(RENAME))


def test_an_edit_that_is_no_change_is_no_change(root: Path) -> None:
    edits = EditSet(APP)
    edits.add(Edit(0, 6, ("import",)))
    assert pipeline.check(root, replacing(edits={P("app.py"): edits})).exit_code == 0
