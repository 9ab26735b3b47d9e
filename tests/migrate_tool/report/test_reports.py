from __future__ import annotations

import json as stdlib_json
import re
from html.parser import HTMLParser
from pathlib import Path, PurePosixPath
from typing import Any

import pytest

from migrate_tool.project.problems import Problem
from migrate_tool.report import html, json, text
from migrate_tool.report.findings import Finding
from migrate_tool.report.outcome import FileChange, Mark, Outcome, find_marks

P = PurePosixPath


@pytest.fixture
def outcome() -> Outcome:
    return Outcome(
        "migrate",
        Path("/a repo"),
        changes=[
            FileChange(P("app.py"), "x = '<b>&'\n", "x = '<i>&'\n"),
            FileChange(P("asgi.py"), "a\n", "a\n", P("wsgi.py")),
            FileChange(P("pytest.ini"), None, "[pytest]\n"),
            FileChange(P("requirements.txt"), "flask\n", "quart\n"),
        ],
        findings=[
            Finding("FQ101", "flask-names", "safe", "app.py", 1, 4, "renamed", "rewritten"),
            Finding("FQ101", "flask-names", "safe", "app.py", 2, 0, "renamed", "rewritten"),
            Finding(
                "FQ902", "bridge", "review", "app.py", 3, 0, "a property waits", "bridged", "make it a method"
            ),
            Finding("FQ303", "queries", "safe", "app.py", 4, 0, "not understood", "left"),
        ],
        marks=[Mark(P("app.py"), 7, "FQ190", "replace <it>")],
        problems=[
            Problem(P("old.py"), 1, "doesn't parse"),
            Problem(P("link.py"), None, "is a symbolic link", notice=True),
        ],
        notes=["a note"],
        files_read=9,
        async_functions=5,
    )


def test_the_summary_says_what_is_left_and_what_comes_next(outcome: Outcome) -> None:
    assert text.summary(outcome) == (
        "4 of 9 files would be rewritten (nothing was written); 5 functions become async.\n"
        "\n"
        "  FQ101 flask-names  2 rewritten\n"
        "  FQ303 queries      1 left\n"
        "  FQ902 bridge       1 bridged\n"
        "\n"
        "Left for you (3):\n"
        "  app.py:7: FQ190 replace <it>\n"
        "  app.py:4: FQ303 not understood\n"
        "  old.py:1: doesn't parse\n"
        "\n"
        "Right, but through the bridge instead of await (1):\n"
        "  app.py:3: a property waits\n"
        "\n"
        "Good to know (2):\n"
        "  a note\n"
        "  link.py: is a symbolic link\n"
        "\n"
        "Next:\n"
        "  flask-to-quart migrate --write '/a repo'    # makes the changes\n"
        "  flask-to-quart rules FQ190       # what the mark in app.py wants\n"
    )


def test_after_writing_the_summary_says_how_to_go_on(outcome: Outcome) -> None:
    outcome.written = True
    told = text.summary(outcome)
    assert told.startswith("4 of 9 files rewritten; 5 functions become async.\n")
    assert "python -m pip install -r requirements.txt\n" in told
    assert "--write" not in told


@pytest.mark.parametrize(
    ("lock", "command"),
    [
        ("uv.lock", "uv sync"),
        ("poetry.lock", "poetry lock && poetry install"),
        ("", "python -m pip install -e ."),
    ],
)
def test_a_project_is_installed_by_its_own_tool(
    outcome: Outcome, tmp_path: Path, lock: str, command: str
) -> None:
    if lock:
        (tmp_path / lock).touch()
    outcome.root, outcome.written = tmp_path, True
    outcome.changes = [FileChange(P("pyproject.toml"), "a\n", "b\n")]
    assert f"  {command}\n" in text.summary(outcome)


def test_check_leads_to_migrate(outcome: Outcome) -> None:
    outcome.command = "check"
    assert "flask-to-quart migrate '/a repo' " in text.summary(outcome)
    assert text.findings(outcome).splitlines() == [
        "app.py:1:5: FQ101 renamed",
        "app.py:2:1: FQ101 renamed",
        "app.py:3:1: FQ902 a property waits [bridged]",
        "app.py:4:1: FQ303 not understood [left]",
    ]


def test_nothing_to_do_is_one_line() -> None:
    assert text.summary(Outcome("migrate", Path("/r"), files_read=3)) == "Nothing to change.\n"


def test_long_lists_are_cut(outcome: Outcome) -> None:
    outcome.marks = [Mark(P("app.py"), line, "FQ190", "do") for line in range(1, 31)]
    told = text.summary(outcome)
    assert "Left for you (32):" in told
    assert "  ... and 12 more (--format json lists all)\n" in told
    assert len(stdlib_json.loads(json.report(outcome))["marks"]) == 30


def test_json_holds_all_that_its_documentation_promises(outcome: Outcome) -> None:
    report: dict[str, Any] = stdlib_json.loads(json.report(outcome))
    documented = set(re.findall(r"^``(\w+)`` ", json.__doc__ or "", re.M))
    assert set(report) == documented
    assert report["version"] == 1
    assert report["exit_code"] == 1
    assert report["summary"] == {
        "files_read": 9,
        "files_changed": 4,
        "async_functions": 5,
        "marks": 1,
        "bridged": 1,
        "problems": 1,
        "rules": {
            "FQ101": {"name": "flask-names", "rewritten": 2},
            "FQ303": {"name": "queries", "left": 1},
            "FQ902": {"name": "bridge", "bridged": 1},
        },
    }
    assert report["files"][1] | {"diff": ""} == {
        "path": "asgi.py",
        "kind": "renamed",
        "renamed_from": "wsgi.py",
        "added": 0,
        "removed": 0,
        "diff": "",
    }
    assert report["findings"][0] == {
        "code": "FQ101",
        "name": "flask-names",
        "safety": "safe",
        "path": "app.py",
        "line": 1,
        "column": 5,
        "message": "renamed",
        "action": "rewritten",
        "hint": "",
    }
    assert report["marks"] == [{"path": "app.py", "line": 7, "code": "FQ190", "text": "replace <it>"}]
    assert report["problems"][1] == {
        "path": "link.py",
        "line": None,
        "reason": "is a symbolic link",
        "hint": "",
        "notice": True,
    }


def test_json_is_plain_ascii_and_takes_names_that_are_no_unicode(outcome: Outcome) -> None:
    outcome.changes = [FileChange(P("\udce9 é.py"), "a\n", "ц\n")]
    assert json.report(outcome).isascii()
    assert stdlib_json.loads(json.report(outcome))["files"][0]["path"] == "\udce9 é.py"


class Page(HTMLParser):
    """Collects tags, addresses and words."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.words: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.attributes += attrs
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def test_the_page_shows_every_change_and_asks_nobody(outcome: Outcome) -> None:
    text_ = html.page(outcome)
    page = Page(text_)
    assert page.open == []
    words = "".join(page.words)
    for expected in [
        "-x = '<b>&'",
        "+x = '<i>&'",
        "wsgi.py → asgi.py",
        "+[pytest]",
        "replace <it>",
        "a property waits",
        "a note",
    ]:
        assert expected in words
    assert not {name for name, _ in page.attributes} & {"src", "href", "onclick", "onload"}
    assert "url(" not in text_
    assert "<script" not in text_
    assert "http" not in text_.replace("http-equiv", "")
    assert "color-scheme: light dark" in text_


def test_marks_are_found_in_python_and_templates() -> None:
    text_ = "x\r\n    # migrate: FQ190 do this\r{# migrate: FQ601 and that -#}\n<!-- migrate: FQ602 third -->\n# migrate: ignore FQ1\n"
    assert [(m.line, m.code, m.text) for m in find_marks(P("a"), text_)] == [
        (2, "FQ190", "do this"),
        (3, "FQ601", "and that"),
        (4, "FQ602", "third"),
    ]
