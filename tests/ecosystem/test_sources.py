"""Manifests, staging and environments, without a network."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import tarfile
import venv
import zipfile
from pathlib import Path

import pip
import pytest

from .__main__ import _chosen, _parser
from .environments import InstallFailed, PipEnvironments, plain_environment
from .manifest import Application, ManifestError, Repository, Sdist, bundled, from_table, load
from .requirements import needs
from .staging import StagingError, copy, fingerprint, stage
from .tiny import write


def test_the_bundled_list_is_whole_and_every_download_is_pinned() -> None:
    found = bundled()
    assert {name for name, application in found.items() if not application.repository} == {
        "bookshelf",
        "fsa-flaskr",
        "flask-login",
        "ihatemoney",
        "tutorial",
    }
    assert {name for name, application in found.items() if application.quick} == {
        "bookshelf",
        "fsa-flaskr",
        "tutorial",
    }
    for application in found.values():
        if application.repository:
            assert application.expected
        elif application.sdist:
            assert len(application.sdist.sha256) == 64
            assert application.expected
        else:
            assert application.path is not None
            assert application.path.is_dir()


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ({"name": "x"}, "exactly one of"),
        ({"name": "x", "path": ".", "tets": ["y"]}, r"unknown keys \['tets'\]"),
        ({"name": "x", "path": ".", "repository": {"url": "u", "commit": "0" * 40}}, "exactly one of"),
        ({"name": "x", "repository": {"url": "u", "commit": "e79efe2"}}, "no full commit hash"),
        ({"name": "x", "quick": True, "repository": {"url": "u", "commit": "0" * 40}}, "quick part"),
        ({"path": "."}, "a name is missing"),
        ({"name": "x", "path": ".", "reasons": {"a::b": " "}}, "without a reason"),
        ({"name": "x", "path": ".", "lent": ["pytest-asyncio"]}, "never lent"),
        ({"name": "x", "path": ".", "lent": ["Flask-Testing"]}, "never lent"),
    ],
)
def test_a_manifest_that_could_mislead_is_refused(
    tmp_path: Path, table: dict[str, object], words: str
) -> None:
    with pytest.raises(ManifestError, match=words):
        from_table(table, tmp_path)


def test_a_relative_path_starts_at_the_manifest(tmp_path: Path) -> None:
    write(tmp_path, {"apps/x.toml": 'name = "x"\npath = "../source"\n', "source/app.py": ""})
    assert load(tmp_path / "apps" / "x.toml").path == tmp_path / "source"


def _archive(folder: Path, name: str = "x-1") -> str:
    source = write(
        folder / "made" / name, {"examples/a/app.py": "one\n", "examples/a/tests/test_x.py": "", "README": ""}
    )
    cached = folder / "cache" / "sdists" / name / f"{name}.tar.gz"
    cached.parent.mkdir(parents=True)
    with tarfile.open(cached, "w:gz") as tar:
        tar.add(source, name)
    return hashlib.sha256(cached.read_bytes()).hexdigest()


def test_a_pinned_archive_is_staged_and_one_that_is_something_else_is_refused(tmp_path: Path) -> None:
    sha256 = _archive(tmp_path)
    good = Application("x", sdist=Sdist("x", "1", sha256), folder="examples/a")
    stage(good, tmp_path / "staged", tmp_path / "cache")
    assert sorted(path.name for path in (tmp_path / "staged").rglob("*.py")) == ["app.py", "test_x.py"]
    bad = Application("x", sdist=Sdist("x", "1", "0" * 64), folder="examples/a")
    with pytest.raises(StagingError, match=f"sha256 is {sha256}, the manifest pins 0000"):
        stage(bad, tmp_path / "staged", tmp_path / "cache")
    assert not (tmp_path / "cache" / "sdists" / "x-1").exists()


def test_a_pinned_commit_is_staged_and_one_that_is_not_there_is_refused(tmp_path: Path) -> None:
    source = write(tmp_path / "source", {"app.py": "one\n"})

    def git(*arguments: str) -> str:
        identity = ["-c", "user.name=x", "-c", "user.email=x@example.org"]
        command = ["git", "-C", str(source), *identity, *arguments]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()

    git("init", "--quiet")
    git("add", "app.py")
    git("commit", "--quiet", "-m", "one")
    pinned = git("rev-parse", "HEAD")
    (source / "app.py").write_text("two\n")
    git("commit", "--quiet", "-am", "two")
    application = Application("x", repository=Repository(source.as_uri(), pinned))
    for _ in range(2):
        stage(application, tmp_path / "staged", tmp_path / "cache")
        assert [path.name for path in (tmp_path / "staged").iterdir()] == ["app.py"]
        assert (tmp_path / "staged" / "app.py").read_text() == "one\n"
    missing = Application("x", repository=Repository(source.as_uri(), "0" * 40))
    with pytest.raises(StagingError, match=r"git -C .* fetch"):
        stage(missing, tmp_path / "staged", tmp_path / "cache")


def test_what_comes_from_a_repository_is_measured_only_when_it_is_named() -> None:
    by_name = {name for name, application in bundled().items() if application.repository}
    assert by_name
    parse = _parser().parse_args
    assert by_name.isdisjoint(application.name for application in _chosen(parse([])))
    assert by_name.isdisjoint(application.name for application in _chosen(parse(["--quick"])))
    assert {application.name for application in _chosen(parse(sorted(by_name)))} == by_name
    assert by_name < {application.name for application in _chosen(parse(["--list"]))}


def test_only_and_leave_out_choose_what_is_staged(tmp_path: Path) -> None:
    source = write(tmp_path / "source", {"a/x.py": "", "a/y.db": "", "b/x.py": "", "requirements.txt": "x\n"})
    chosen = Application("x", path=source, only=("a", "requirements.txt"), leave_out=("**/*.db",))
    stage(chosen, tmp_path / "staged", tmp_path)
    assert {str(path.relative_to(tmp_path / "staged")) for path in (tmp_path / "staged").rglob("*")} == {
        "a",
        "a/x.py",
        "requirements.txt",
    }


def test_a_tree_without_any_requirements_is_given_its_baseline(tmp_path: Path) -> None:
    source = write(tmp_path / "source", {"tests/test_x.py": ""})
    stage(Application("x", path=source, baseline=("flask==2", "pytest")), tmp_path / "staged", tmp_path)
    assert (tmp_path / "staged" / "requirements.txt").read_text() == "flask==2\npytest\n"
    write(source, {"setup.py": ""})
    stage(Application("x", path=source, baseline=("flask==2", "pytest")), tmp_path / "staged", tmp_path)
    assert not (tmp_path / "staged" / "requirements.txt").exists()


def test_staging_twice_leaves_nothing_of_the_first_time_but_what_an_install_needs(tmp_path: Path) -> None:
    source = write(tmp_path / "source", {"app.py": "", "__pycache__/x.pyc": "", ".git/config": ""})
    copy(source, tmp_path / "target")
    write(tmp_path / "target", {"left.db": "", "x.egg-info/PKG-INFO": ""})
    copy(source, tmp_path / "target")
    assert sorted(path.name for path in (tmp_path / "target").iterdir()) == ["app.py", "x.egg-info"]


def test_a_fingerprint_sees_every_byte_and_every_name(tmp_path: Path) -> None:
    tree = write(tmp_path, {"a.py": "x\n", "b/c.html": "y\n"})
    first = fingerprint(tree)
    assert fingerprint(tree) == first
    (tree / "b" / "c.html").write_bytes(b"y\r\n")
    assert fingerprint(tree) != first
    (tree / "b" / "c.html").write_bytes(b"y\n")
    (tree / "a.py").rename(tree / "z.py")
    assert fingerprint(tree) != first


def test_requirements_that_pip_cannot_install_are_told_with_its_words(tmp_path: Path) -> None:
    tree = write(tmp_path / "a tree", {"requirements.txt": "no-such-distribution-at-all==1\n"})
    wheel = tmp_path / "wheel"
    environments = _Unbuilt(tmp_path / "cache", options=["--no-index"])
    environments.folder = wheel
    with pytest.raises(InstallFailed, match="No matching distribution found for no-such-distribution-at-all"):
        environments.after(Application("x", path=tree), needs(tree), [])
    assert not list((tmp_path / "cache").rglob("whole"))


def test_our_distribution_is_there_only_if_the_migrated_tree_asks_for_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tree = write(tmp_path / "a tree", {"requirements.txt": "# nothing\n"})
    write(tmp_path / "here", {"flask_to_quart.egg-info/PKG-INFO": "Name: flask-to-quart\nVersion: 0\n"})
    monkeypatch.chdir(tmp_path / "here")
    environments = _Unbuilt(tmp_path / "cache", options=["--no-index"])
    environments.folder = tmp_path / "wheel"
    python = environments.after(Application("x", path=tree), needs(tree), [])
    assert python.is_file()
    assert not list((tmp_path / "cache" / "environments").rglob("flask_to_quart*"))


class _Unbuilt(PipEnvironments):
    """Building our wheel needs a network; and pip is copied from here, which takes less time than installing it."""

    folder: Path

    def _create(self, folder: Path, version: str) -> None:
        venv.create(folder, with_pip=False, symlinks=True)
        library = f"lib/python{sys.version_info.major}.{sys.version_info.minor}/site-packages"
        shutil.copytree(Path(pip.__file__).parent, folder / library / "pip")

    def wheel(self) -> Path:
        self.folder.mkdir(exist_ok=True)
        path = self.folder / "flask_to_quart-0-py3-none-any.whl"
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("flask_to_quart-0.dist-info/METADATA", "Version: 0\n")
        return path


def test_nothing_of_the_callers_environment_reaches_an_application(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (
        "PYTHONPATH",
        "PYTEST_ADDOPTS",
        "FLASK_DEBUG",
        "QUART_APP",
        "DATABASE_URL",
        "PYTHONWARNINGS",
    ):
        monkeypatch.setenv(name, "x")
    found = plain_environment()
    assert not {name for name in found if found[name] == "x"}
    assert found["PYTHONHASHSEED"] == "0"
