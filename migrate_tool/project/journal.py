"""The journal of a write: staged files and a manifest, so that a killed run leaves the old tree or can be finished.

A journal is a folder in the repository's root. Its manifest comes into being by one rename, after everything else
in the folder is on disk: without a manifest nothing has been changed yet, with one the write can be completed. At the
end the manifest is renamed again, before the folder is cleared: from then on the folder is only litter.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import stat
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from .listing import OWN_FOLDER
from .problems import ToolError

MANIFEST = "manifest.json"
_DONE = "done.json"
_OURS = re.compile(r"\d+\.(?:new|old)|(?:manifest|done)\.json(?:\.part)?")


@dataclass(frozen=True, slots=True)
class Change:
    """What shall become of one path: ``old`` is None for a new file, ``new`` for one that goes."""

    path: PurePosixPath
    old: bytes | None
    new: bytes | None
    #: The path whose mode and owner a new file gets.
    like: PurePosixPath | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One change as the journal knows it, by its hashes."""

    path: PurePosixPath
    old: str | None
    new: str | None
    number: int


def digest(content: bytes | None) -> str | None:
    """What a content is recognised by."""
    return None if content is None else hashlib.sha256(content).hexdigest()


class Journal:
    """The journal of the repository in ``root``."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.folder = root / OWN_FOLDER

    # -- staging -------------------------------------------------------------------------------------------

    def stage(self, changes: list[Change]) -> list[Entry]:
        """Put every new and old content on disk, then the manifest."""
        self.folder.mkdir(mode=0o700)
        entries = []
        for number, change in enumerate(changes):
            like = self.root / (change.like or change.path)
            if change.new is not None:
                self._write(f"{number}.new", change.new, like)
            if change.old is not None:
                self._write(f"{number}.old", change.old, like)
            entries.append(Entry(change.path, digest(change.old), digest(change.new), number))
        data = [{"path": str(e.path), "old": e.old, "new": e.new, "number": e.number} for e in entries]
        self._write(f"{MANIFEST}.part", json.dumps({"version": 1, "changes": data}, indent=1).encode())
        sync_folder(self.folder)
        (self.folder / f"{MANIFEST}.part").replace(self.folder / MANIFEST)
        sync_folder(self.folder)
        return entries

    def _write(self, name: str, content: bytes, like: Path | None = None) -> None:
        place = self.folder / name
        with place.open("xb") as stream:
            stream.write(content)
            if like is not None and like.exists():
                _dress(place, like)
            stream.flush()
            os.fsync(stream.fileno())

    # -- carrying out --------------------------------------------------------------------------------------

    def apply(self, entries: list[Entry], side: str) -> None:
        """Bring every path to its ``new`` or its ``old`` content; what is there already is left."""
        folders = set()
        # Files that go, go last: a reader in between finds a name too many rather than one too few.
        for entry in sorted(entries, key=lambda e: getattr(e, side) is None):
            wanted = getattr(entry, side)
            place = self.root / entry.path
            if self.current(entry.path) == wanted:
                continue
            if wanted is None:
                place.unlink()
            else:
                place.parent.mkdir(parents=True, exist_ok=True)
                (self.folder / f"{entry.number}.{side}").replace(place)
            folders.add(place.parent)
        for folder in folders:
            sync_folder(folder)

    def current(self, path: PurePosixPath) -> str | None:
        """The hash of what is there now; None if nothing is, "" if it can't be read."""
        place = self.root / path
        if not os.path.lexists(place):
            return None
        try:
            return digest(place.read_bytes())
        except OSError:
            return ""

    def leads_to(self, entries: list[Entry], side: str) -> bool:
        """Whether ``apply`` has all it needs to bring every path to that side."""
        return all(
            getattr(entry, side) in (None, self.current(entry.path)) or self._is_staged(entry, side)
            for entry in entries
        )

    def _is_staged(self, entry: Entry, side: str) -> bool:
        place = self.folder / f"{entry.number}.{side}"
        return place.is_file() and digest(place.read_bytes()) == getattr(entry, side)

    def clear(self) -> None:
        """Remove the journal; without touching anything that is not its own."""
        if not self.folder.is_dir():
            return
        if (self.folder / MANIFEST).exists():
            (self.folder / MANIFEST).replace(self.folder / _DONE)
        for name in sorted(os.listdir(self.folder), key=lambda name: name == _DONE):
            if _OURS.fullmatch(name):
                (self.folder / name).unlink()
        self.folder.rmdir()

    # -- finding one ---------------------------------------------------------------------------------------

    def state(self) -> str:
        """What a former run left behind.

        "none"; "empty"; "staged": nothing was changed; "committed": to be completed; "done": litter.

        Raises:
            ToolError: something else has the journal's name.
        """
        if not os.path.lexists(self.folder):
            return "none"
        if self.folder.is_symlink() or not self.folder.is_dir():
            raise ToolError(f"{self.folder}: is not a folder; the tool keeps its journal there: move it away")
        names = set(os.listdir(self.folder))
        foreign = sorted(name for name in names if not _OURS.fullmatch(name))
        if foreign:
            raise ToolError(f"{self.folder}: holds {foreign[0]}, which is not the tool's: move it away")
        if MANIFEST in names:
            return "committed"
        if _DONE in names:
            return "done"
        return "staged" if names else "empty"

    def read(self) -> list[Entry]:
        """The entries of the manifest.

        Raises:
            ToolError: the manifest makes no sense.
        """
        place = self.folder / MANIFEST
        try:
            data: Any = json.loads(place.read_bytes())
            if data["version"] != 1:
                raise ToolError(f"{place}: was written by a newer version of the tool: finish with that one")
            return list(self._entries(data["changes"]))
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise ToolError(
                f"{place}: can't be understood ({error}); delete {self.folder} to go on"
            ) from error

    def _entries(self, changes: list[dict[str, Any]]) -> Iterator[Entry]:
        for change in changes:
            path = PurePosixPath(change["path"])
            if path.is_absolute() or ".." in path.parts or self.through_link(path):
                raise ValueError(f"{path} is outside of the repository")
            yield Entry(path, change["old"], change["new"], int(change["number"]))

    def through_link(self, path: PurePosixPath) -> bool:
        """Whether the path or a folder on its way is a symbolic link."""
        return any((self.root / part).is_symlink() for part in [path, *path.parents])


def sync_folder(folder: Path) -> None:
    """Have the names in a folder on disk."""
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except OSError:  # a system that has no descriptors of folders
        return
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _dress(place: Path, like: Path) -> None:
    """Give a staged file the mode, and where possible the owner and attributes, of the one it replaces."""
    status = like.stat()
    if hasattr(os, "chown"):
        own = place.stat()
        if (own.st_uid, own.st_gid) != (status.st_uid, status.st_gid):
            with suppress(OSError):
                os.chown(place, status.st_uid, status.st_gid)
    if hasattr(os, "listxattr"):
        with suppress(OSError):
            for name in os.listxattr(like):
                os.setxattr(place, name, os.getxattr(like, name))
    place.chmod(stat.S_IMODE(status.st_mode))
