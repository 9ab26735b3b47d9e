from __future__ import annotations

import os
import subprocess
from pathlib import Path, PurePosixPath

import pytest

from migrate_tool.project.configuration import Config, read_config
from migrate_tool.project.discovery import Repository, discover
from migrate_tool.project.problems import ToolError


def write(root: Path, *names: str, **contents: str) -> None:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("import flask\n" if name.endswith(".py") else "x\n")


def git(root: Path, *arguments: str) -> None:
    identity = ["-c", "user.name=a", "-c", "user.email=a@b.c"]
    subprocess.run(["git", *identity, *arguments], cwd=root, check=True, capture_output=True)


def python(repository: Repository) -> list[str]:
    return [str(source.path) for source in repository.python]


def told(repository: Repository) -> str:
    return "\n".join(map(str, repository.problems))


LEFT_OUT = [
    ".git/hooks/a.py",
    "node_modules/a.py",
    "env/lib/python3/a.py",
    ".venv/a.py",
    ".tox/py/a.py",
    "build/lib/a.py",
    "dist/a.py",
    "x.egg-info/a.py",
    "pkg/__pycache__/a.py",
    ".mypy_cache/a.py",
    ".flask-to-quart/a.py",
]


@pytest.mark.parametrize("with_git", [False, True])
def test_only_what_people_wrote_is_read(tmp_path: Path, with_git: bool) -> None:
    write(
        tmp_path,
        "app.py",
        "pkg/views.py",
        "build2/a.py",
        "tools/build/__init__.py",
        "env/pyvenv.cfg",
        *LEFT_OUT,
    )
    if with_git:
        (tmp_path / ".git/hooks/a.py").unlink()
        git(tmp_path, "init", "-q")
    assert python(discover(tmp_path)) == ["app.py", "build2/a.py", "pkg/views.py", "tools/build/__init__.py"]


def test_what_git_ignores_is_left_out_and_what_it_does_not_track_yet_is_read(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    write(tmp_path, "app.py", "new é.py", "secret/a.py", "scratch.py")
    (tmp_path / ".gitignore").write_text("secret/\nscratch.py\n")
    git(tmp_path, "add", "app.py")
    assert python(discover(tmp_path)) == ["app.py", "new é.py"]
    assert python(discover(tmp_path / "secret")) == ["a.py"]


def test_a_file_that_git_lists_but_that_is_gone_is_no_error(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    write(tmp_path, "app.py", "old.py")
    git(tmp_path, "add", ".")
    (tmp_path / "old.py").unlink()
    assert python(discover(tmp_path)) == ["app.py"]


def test_variables_of_a_surrounding_git_do_not_mislead(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "elsewhere"))
    write(tmp_path, "app.py")
    assert python(discover(tmp_path)) == ["app.py"]


def test_links_are_named_and_never_followed(tmp_path: Path) -> None:
    inside, outside = tmp_path / "repo", tmp_path / "outside"
    write(inside, "app.py")
    write(outside, "secret.py")
    (inside / "linked.py").symlink_to(outside / "secret.py")
    (inside / "folder").symlink_to(outside)
    (inside / "loop").symlink_to(inside)
    (inside / "broken.py").symlink_to("nowhere")
    repository = discover(inside)
    assert python(repository) == ["app.py"]
    assert [str(p.path) for p in repository.problems] == ["broken.py", "folder", "linked.py", "loop"]
    assert all(problem.notice and "symbolic link" in problem.reason for problem in repository.problems)


def test_a_pipe_is_not_read(tmp_path: Path) -> None:
    write(tmp_path, "app.py")
    os.mkfifo(tmp_path / "pipe.py")
    assert python(discover(tmp_path)) == ["app.py"]


def test_a_root_that_is_a_link_is_read(tmp_path: Path) -> None:
    write(tmp_path / "real", "app.py")
    (tmp_path / "link").symlink_to("real")
    assert python(discover(tmp_path / "link")) == ["app.py"]


@pytest.mark.parametrize(
    ("kind", "names"),
    [
        (
            "templates",
            ["templates/a.html", "app/templates/mail/b.txt", "app/templates/c.xml", "views/d.jinja2", "x.j2"],
        ),
        (
            "requirements",
            [
                "requirements.txt",
                "requirements-dev.txt",
                "requirements/prod.txt",
                "dev-requirements.in",
                "constraints.txt",
                "Pipfile",
            ],
        ),
        (
            "deployment",
            [
                "Procfile",
                "Dockerfile",
                "web.Dockerfile",
                "docker-compose.yml",
                "deploy/app.service",
                "boot.sh",
                "Makefile",
                "nginx.conf",
            ],
        ),
        (
            "deployment",
            [
                "uwsgi.ini",
                "gunicorn.conf.py",
                ".flaskenv",
                ".env",
                ".env.example",
                ".github/workflows/ci.yml",
            ],
        ),
        ("configuration", ["pytest.ini", "setup.cfg", "tox.ini"]),
    ],
)
def test_files_are_sorted_into_kinds(tmp_path: Path, kind: str, names: list[str]) -> None:
    write(tmp_path, "app.py", "README.txt", "docs/index.html", "static/site.css", "data.xml", *names)
    assert {str(file.path) for file in getattr(discover(tmp_path), kind)} == set(names)


def test_one_file_can_be_of_several_kinds(tmp_path: Path) -> None:
    write(tmp_path, "app.py")
    (tmp_path / "setup.cfg").write_text("[metadata]\n")
    repository = discover(tmp_path)
    assert repository.requirements[0] is repository.configuration[0]
    assert set(map(str, repository.files)) == {"app.py", "setup.cfg"}


def test_text_files_keep_their_bytes(tmp_path: Path) -> None:
    write(tmp_path, "app.py")
    raw = b"\xef\xbb\xbfflask\r\nclick\n"
    (tmp_path / "requirements.txt").write_bytes(raw)
    [file] = discover(tmp_path).requirements
    assert (file.text, file.newline) == ("flask\r\nclick\n", "\r\n")
    assert file.encode(file.text) == raw


@pytest.mark.parametrize(
    "encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"]
)
def test_byte_order_marks_say_how_a_text_is_written(encoding: str, tmp_path: Path) -> None:
    write(tmp_path, "app.py")
    mark = "" if encoding in {"utf-8-sig", "utf-16"} else "\ufeff"
    raw = f"{mark}flask\r\n# é\r\n".encode(encoding)
    (tmp_path / "requirements.txt").write_bytes(raw)
    [file] = discover(tmp_path).requirements
    assert file.text == "flask\r\n# é\r\n"
    assert file.encode(file.text) == raw
    assert file.encode("quart\r\n# é\r\n") == raw.decode(encoding).replace("flask", "quart").encode(encoding)


def test_what_is_in_no_known_encoding_keeps_its_bytes(tmp_path: Path) -> None:
    write(tmp_path, "app.py")
    raw = b"flask\n# caf\xe9\n"
    (tmp_path / "requirements.txt").write_bytes(raw)
    repository = discover(tmp_path)
    [file] = repository.requirements
    assert file.encode(file.text.replace("flask", "quart")) == b"quart\n# caf\xe9\n"
    assert not repository.problems


def test_templates_that_are_not_utf8_and_what_is_no_text_are_left_alone_and_named(tmp_path: Path) -> None:
    write(tmp_path, "app.py")
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "index.html").write_bytes(b"<p>\n\xe9</p>\n")
    (tmp_path / "requirements.txt").write_bytes("flask é\n".encode("utf-16-le"))
    repository = discover(tmp_path)
    assert not repository.requirements
    reasons = {str(problem.path): problem.reason for problem in repository.problems}
    assert reasons == dict.fromkeys(
        ["templates/index.html", "requirements.txt"], "is not valid UTF-8 and left alone"
    )


def test_python_that_cannot_be_read_is_named_with_the_reason(tmp_path: Path) -> None:
    write(tmp_path, "app.py")
    (tmp_path / "old.py").write_text("print 'x'\n")
    (tmp_path / "bytes.py").write_bytes(b"'\xe9'\n")
    (tmp_path / "pb.py").write_text("# Generated by the compiler. DO NOT EDIT!\n")
    (tmp_path / "data.py").write_text("x = '" + "y" * 2_100_000 + "'\n")
    (tmp_path / "views.py").write_text("# @generated\nimport flask\n")
    problems = {str(p.path): p for p in discover(tmp_path).problems}
    assert set(problems) == {"old.py", "bytes.py", "pb.py", "data.py", "views.py"}
    assert {name for name, problem in problems.items() if problem.notice} == {"pb.py", "data.py"}
    assert "2,000,000 bytes" in str(problems["data.py"])


@pytest.mark.parametrize(
    ("name", "words"), [("missing", "no such folder"), ("app.py", "is a file"), ("empty", "no Python")]
)
def test_a_path_that_is_no_repository_is_an_error(tmp_path: Path, name: str, words: str) -> None:
    write(tmp_path, "app.py", "empty/readme.txt")
    with pytest.raises(ToolError, match=words):
        discover(tmp_path / name)


@pytest.mark.parametrize(
    ("text", "uses"),
    [
        ("import flask\n", True),
        ("import os, flask\n", True),
        ("    from flask_login import x\n", True),
        ("from quart import x\n", True),
        ("from myflask import x\n", False),
        ("# import flask\n", False),
    ],
)
def test_whether_it_uses_flask_at_all(tmp_path: Path, text: str, uses: bool) -> None:
    (tmp_path / "app.py").write_text(text)
    assert discover(tmp_path).uses_framework is uses


# -- configuration -----------------------------------------------------------------------------------------


def configured(root: Path, text: str) -> Config:
    (root / "pyproject.toml").write_text(text)
    return read_config(root)


def test_settings_are_read_from_pyproject(tmp_path: Path) -> None:
    config = configured(
        tmp_path, '[tool.flask-to-quart]\nexclude = ["old"]\ndisable = ["FQ7", "FQ301"]\nsize-limit = 10\n'
    )
    assert config == Config(("old",), ("FQ7", "FQ301"), 10)
    assert config.is_off("FQ702")
    assert config.is_off("FQ301")
    assert not config.is_off("FQ302")


@pytest.mark.parametrize("text", ["", "[project]\nname='x'\n", "tool = 1\n", "[tool.other]\nexclude = 1\n"])
def test_without_settings_the_defaults_hold(tmp_path: Path, text: str) -> None:
    assert configured(tmp_path, text) == Config() == read_config(tmp_path / "nowhere")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("exlude = []", "no key 'exlude'; did you mean 'exclude'"),
        ("foo = 1", "known keys: disable, exclude, size-limit"),
        ("exclude = 'docs'", "exclude must be a list of path patterns"),
        ("exclude = [1]", "exclude must be a list"),
        ("size-limit = 'big'", "size-limit must be a number"),
        ("size-limit = true", "size-limit must be a number"),
        ("exclude = [", "can't be read"),
    ],
)
def test_settings_that_make_no_sense_are_an_error_that_says_so(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(ToolError) as caught:
        configured(tmp_path, f"[tool.flask-to-quart]\n{text}\n")
    assert words in str(caught.value)
    assert "pyproject.toml" in str(caught.value)


@pytest.mark.parametrize("pattern", ["old", "old/", "old/*.py", "*/a.py", "o*"])
@pytest.mark.parametrize("with_git", [False, True])
def test_excluded_paths_are_left_out(tmp_path: Path, pattern: str, with_git: bool) -> None:
    write(tmp_path, "app.py", "old/a.py")
    if with_git:
        git(tmp_path, "init", "-q")
    assert python(discover(tmp_path, Config((pattern,)))) == ["app.py"]


def test_every_path_is_known_for_those_who_look_for_neighbours(tmp_path: Path) -> None:
    write(tmp_path, "app.py", "static/logo.png")
    assert discover(tmp_path).paths == {PurePosixPath("app.py"), PurePosixPath("static/logo.png")}
