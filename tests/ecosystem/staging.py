"""The source of an application, brought to a folder: downloaded and checked, cloned, or copied."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

from .manifest import Application, Repository, Sdist
from .requirements import needs

#: Never part of a source: what earlier runs and version control leave behind.
_NEVER = shutil.ignore_patterns(
    "__pycache__", "*.pyc", ".git", ".venv", "venv", ".pytest_cache", "*.egg-info"
)


class StagingError(Exception):
    """The source is not there, or is not what the manifest pinned."""


def stage(application: Application, target: Path, cache: Path) -> None:
    """Put the application's source at ``target``, replacing what was there."""
    with tempfile.TemporaryDirectory() as unpacked:
        source = application.path or (
            clone(application.repository, cache)
            if application.repository
            else unpack(sdist_file(application.sdist, cache), Path(unpacked))
        )
        folder = source / application.folder
        if not folder.is_dir():
            raise StagingError(f"{application.name}: there is no folder {folder}")
        copy(folder, target)
    for entry in list(target.iterdir()):
        if application.only and entry.name not in application.only:
            _remove(entry)
    for pattern in application.leave_out:
        for path in list(target.glob(pattern)):
            _remove(path)
    if application.baseline and needs(target, application.after_files).nothing:
        (target / "requirements.txt").write_text("\n".join(application.baseline) + "\n", encoding="utf-8")


def copy(source: Path, target: Path) -> None:
    """Make ``target`` a fresh copy of ``source``; what an editable install left in it (egg-info) stays."""
    if target.exists():
        for entry in target.iterdir():
            if entry.suffix != ".egg-info":
                _remove(entry)
    shutil.copytree(source, target, symlinks=True, ignore=_NEVER, dirs_exist_ok=True)


def fingerprint(tree: Path) -> str:
    """Return a hash of every name and every byte of a tree."""
    digest = hashlib.sha256()
    for path in sorted(tree.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts and not _is_residue(path, tree):
            digest.update(str(path.relative_to(tree)).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def _is_residue(path: Path, tree: Path) -> bool:
    return any(part.endswith(".egg-info") for part in path.relative_to(tree).parts)


def sdist_file(sdist: Sdist | None, cache: Path) -> Path:
    """Return the pinned archive, downloaded once with pip's own configuration, its hash checked each time."""
    assert sdist is not None
    folder = cache / "sdists" / f"{sdist.name}-{sdist.version}"
    if not folder.is_dir() or not any(folder.iterdir()):
        _download(sdist, folder)
    (archive,) = folder.iterdir()
    found = hashlib.sha256(archive.read_bytes()).hexdigest()
    if found != sdist.sha256:
        shutil.rmtree(folder)
        raise StagingError(f"{archive.name}: sha256 is {found}, the manifest pins {sdist.sha256}")
    return archive


def _download(sdist: Sdist, folder: Path) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        asked = [f"{sdist.name}=={sdist.version}", "--no-binary", ":all:", "--no-deps", "--dest", scratch]
        command = [sys.executable, "-I", "-m", "pip", "download", "--quiet", *asked]
        result = subprocess.run(command, capture_output=True, text=True, check=False)
        archives = list(Path(scratch).iterdir())
        if result.returncode or len(archives) != 1:
            raise StagingError(
                f"{sdist.name} {sdist.version} could not be downloaded: {result.stderr.strip()[-500:]}"
            )
        folder.mkdir(parents=True, exist_ok=True)
        shutil.move(archives[0], folder / archives[0].name)


def clone(repository: Repository, cache: Path) -> Path:
    """Return a checkout of the pinned commit, fetched once.

    Raises:
        StagingError: the repository or the commit is not there.
    """
    folder = (
        cache / "repositories" / f"{repository.url.rstrip('/').rpartition('/')[2]}-{repository.commit[:12]}"
    )
    if not folder.is_dir():
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent) as scratch:
            made = Path(scratch) / "checkout"
            _git("init", "--quiet", str(made))
            _git("-C", str(made), "fetch", "--quiet", "--depth=1", repository.url, repository.commit)
            # A commit's name is the hash of everything in it: nothing else has to be checked.
            _git("-C", str(made), "checkout", "--quiet", "--detach", repository.commit)
            made.rename(folder)
    return folder


def _git(*arguments: str) -> None:
    result = subprocess.run(["git", *arguments], capture_output=True, text=True, check=False)
    if result.returncode:
        raise StagingError(f"git {' '.join(arguments)}: {result.stderr.strip()[-500:]}")


def unpack(archive: Path, target: Path) -> Path:
    """Unpack an archive below ``target`` and return its one top folder."""
    with tarfile.open(archive) as tar:
        tar.extractall(target, filter="data")
    (top,) = target.iterdir()
    return top


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
