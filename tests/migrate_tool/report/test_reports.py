from __future__ import annotations

import json as stdlib_json
import re
from html.parser import HTMLParser
from pathlib import Path, PurePosixPath
from typing import Any

import pytest

from migrate_tool.project.problems import Problem
from migrate_tool.report import groups, html, json, text
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
        "Left for you (3, the worst first):\n"
        "  May be wrong without an error:\n"
        "    app.py:4: FQ303 not understood\n"
        "  Fails where it is used:\n"
        "    old.py:1: doesn't parse\n"
        "    app.py:7: FQ190 replace <it>\n"
        "\n"
        "Right, but through the bridge instead of await (1):\n"
        "  app.py:3: FQ902 a property waits\n"
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


def test_what_the_application_needs_is_installed_before_what_its_developers_need(outcome: Outcome) -> None:
    outcome.written = True
    outcome.changes.append(FileChange(P("dev-requirements.txt"), "pytest\n", "pytest>=8\n"))
    assert "python -m pip install -r requirements.txt\n" in text.summary(outcome)


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


def test_what_is_said_of_many_places_is_said_once(outcome: Outcome) -> None:
    outcome.marks = [Mark(P("app.py"), line, "FQ190", "do") for line in range(1, 31)]
    told = text.summary(outcome)
    assert "Left for you (32, the worst first):" in told
    assert "    FQ190 do (30):\n      app.py:1\n" in told
    assert "      app.py:5\n      ... and 25 more\n" in told
    assert "Every place is what --report FILE writes.\n" in told
    assert len(stdlib_json.loads(json.report(outcome))["marks"]) == 30
    whole = text.summary(outcome, whole=True)
    assert "      app.py:30\n" in whole
    assert "more" not in whole
    assert "--report" not in whole
    outcome.listed = Path("/elsewhere/list.txt")
    assert "Every place is in /elsewhere/list.txt.\n" in text.summary(outcome)


def test_what_lets_somebody_in_stands_before_what_fails(outcome: Outcome) -> None:
    outcome.marks = [Mark(P("app.py"), 1, "FQ190", "a"), Mark(P("wsgi.py"), 9, "FQ207", "b")]
    outcome.findings = [
        Finding("FQ191", "left", "manual", "app.py", 2, 0, "nobody knows it", "left"),
        Finding("FQ701", "requirements", "review", "uv.lock", 1, 0, "locks", "left"),
        Finding("FQ906", "receivers", "review", "app.py", 3, 0, "what is it", "left"),
    ]
    outcome.problems = [Problem(P("views.py"), 4, "FQ205 security: show is open", "close it")]
    assert [(group.danger.name, group.code) for group in groups.left(outcome)] == [
        ("OPEN", "FQ205"),
        ("OPEN", "FQ207"),
        ("SILENT", "FQ906"),
        ("STOPS", "FQ190"),
        ("AROUND", "FQ701"),
        ("TRY", "FQ191"),
    ]
    assert "    views.py:4: FQ205 security: show is open (close it)\n" in text.summary(outcome)


def test_one_reason_with_many_subjects_is_one_group(outcome: Outcome) -> None:
    said = [
        "a.get stays in synchronous code: handed to map at a.py:1",
        "b.get stays in synchronous code: handed to map at b.py:7",
        "c.get stays in synchronous code: a lambda cannot await",
        "limit decorates the coroutine function show",
        "limit decorates the coroutine function save",
    ]
    outcome.findings = [
        Finding("FQ902", "bridge", "review", "app.py", line, 0, message, "bridged")
        for line, message in enumerate(said, 1)
    ]
    told = [(group.text, group.places) for group in groups.bridged(outcome)]
    assert told == [
        ("in synchronous code: handed to map", ["app.py:1: a.get", "app.py:2: b.get"]),
        ("limit decorates the coroutine function", ["app.py:4: show", "app.py:5: save"]),
        (said[2], ["app.py:3"]),
    ]


def test_of_each_rule_the_kinds_with_most_places_are_shown(outcome: Outcome) -> None:
    outcome.findings = [
        Finding(code, "rule", "review", "app.py", line, 0, f"{kind} is so", "bridged")
        for code, kinds in (("FQ902", "abcdefg"), ("FQ802", "x"))
        for line, kind in enumerate(kinds, 1)
    ]
    told = text.summary(outcome)
    assert (
        "  app.py:4: FQ902 d is so\n  FQ902 ... and 3 more of other kinds\n  app.py:1: FQ802 x is so\n"
        in told
    )
    assert text.is_cut(outcome)


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
