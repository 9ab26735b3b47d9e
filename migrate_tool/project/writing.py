"""Writing all changes or none, whatever happens in between."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path, PurePosixPath

from .journal import Change, Entry, Journal
from .listing import OWN_FOLDER
from .problems import ToolError, WriteError

if sys.platform != "win32":
    import fcntl

__all__ = ["Change", "locked", "recover", "write"]

_CLEARED = {
    "empty": "it had left an empty journal, which was removed",
    "staged": "it had changed nothing, and what it had prepared was removed",
    "done": "it had written everything, and its journal was removed",
}


@contextmanager
def locked(root: Path) -> Iterator[None]:
    """Keep other runs away from ``root``; the system takes the lock back from a run that was killed.

    Raises:
        ToolError: another run is at work there.
    """
    if sys.platform == "win32":  # two runs at once are not noticed there
        yield
        return
    descriptor = os.open(root, os.O_RDONLY)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ToolError(
                f"{root}: another run of flask-to-quart is at work there; wait until it has finished"
            ) from None
        except OSError:
            pass  # a file system without locks
        yield
    finally:
        os.close(descriptor)


def recover(root: Path) -> str:
    """Finish or clear away what a killed run has left behind; call it while ``locked``.

    Returns:
        What was done, as a line for the user; "" if there was nothing to do.

    Raises:
        ToolError: a file is neither as it was before that run nor as that run wanted it.
    """
    journal = Journal(root)
    state = journal.state()
    if state == "none":
        return ""
    if state != "committed":
        journal.clear()
        return f"an interrupted run was found: {_CLEARED[state]}"
    entries = journal.read()
    for entry in entries:
        if journal.current(entry.path) not in (entry.old, entry.new):
            raise ToolError(
                f"an interrupted run was found, and {entry.path} was changed since; restore that file and run again, "
                f"or delete {OWN_FOLDER} to keep everything as it is now"
            )
    left = sum(journal.current(entry.path) != entry.new for entry in entries)
    if journal.leads_to(entries, "new"):
        try:
            journal.apply(entries, "new")
        except OSError as error:
            _take_back(journal, entries, error)
            return f"an interrupted run was found: it can't be completed ({_text(error)}), and its changes were taken back"
        journal.clear()
        return (
            f"an interrupted run was found and completed: {len(entries) - left} files had been written, "
            f"{left} were written now"
        )
    if journal.leads_to(entries, "old"):
        journal.apply(entries, "old")
        journal.clear()
        return "an interrupted run was found: it was taking its changes back, and now all are"
    raise ToolError(
        f"an interrupted run was found, but its journal is not whole; delete {OWN_FOLDER} to keep everything as it is now"
    )


def write(root: Path, changes: list[Change]) -> list[str]:
    """Carry out all changes; call it while ``locked``, after ``recover``.

    Returns:
        What the user should know about single files.

    Raises:
        ToolError: a file can't be written, or has changed since it was read; nothing was written.
        WriteError: writing failed; nothing was written, or all of it was taken back.
    """
    changes = [change for change in changes if change.old != change.new]
    if not changes:
        return []
    journal = Journal(root)
    notes = [note for change in changes if (note := _check(journal, change))]
    try:
        entries = journal.stage(changes)
    except BaseException as error:
        with suppress(OSError):
            journal.clear()
        if isinstance(error, OSError):
            raise WriteError(f"{_text(error)}; nothing was written") from error
        raise
    try:
        journal.apply(entries, "new")
    except BaseException as error:
        _take_back(journal, entries, error)
        if isinstance(error, OSError):
            raise WriteError(f"{_text(error)}; all changes were taken back") from error
        raise
    with suppress(OSError):
        journal.clear()
    return notes


def _take_back(journal: Journal, entries: list[Entry], cause: BaseException) -> None:
    try:
        journal.apply(entries, "old")
        journal.clear()
    except OSError as error:
        raise WriteError(
            f"{_text(cause)}; taking back what was written failed too ({_text(error)}); "
            f"the old contents are in {journal.folder}: run the tool again when the cause is gone"
        ) from cause


def _text(error: BaseException) -> str:
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename}: {error.strerror}" if error.filename else error.strerror
    return str(error) or type(error).__name__


def _check(journal: Journal, change: Change) -> str:
    """Refuse what can't go well, before anything is touched; returns a note for the user, or ""."""
    place = journal.root / change.path
    if journal.through_link(change.path):
        raise ToolError(f"{change.path}: is, or lies behind, a symbolic link; nothing was written")
    folder = _existing_folder(journal.root, change.path)
    if not _writable(folder):
        raise ToolError(
            f"{folder}: is read-only; make it writable, or exclude {change.path}; nothing was written"
        )
    if change.old is None:
        if os.path.lexists(place):
            raise ToolError(f"{change.path}: exists already; nothing was written")
        return ""
    try:
        status, current = place.stat(), place.read_bytes()
    except OSError as error:
        raise ToolError(f"{change.path}: {error.strerror}; nothing was written") from error
    if current != change.old:
        raise ToolError(f"{change.path}: was changed while the tool ran; run it again; nothing was written")
    if not _writable(place):
        raise ToolError(f"{change.path}: is read-only; make it writable, or exclude it; nothing was written")
    if status.st_dev != journal.root.stat().st_dev:
        raise ToolError(f"{change.path}: is on another file system than {journal.root}; nothing was written")
    if status.st_nlink > 1:
        return f"{change.path}: has other hard links; they keep the old text"
    return ""


def _existing_folder(root: Path, path: PurePosixPath) -> Path:
    folder = (root / path).parent
    while not folder.exists():
        folder = folder.parent
    return folder


def _writable(place: Path) -> bool:
    # The mode counts for root too, who may write everything: whoever took the bits away meant it.
    return bool(place.stat().st_mode & 0o222) and os.access(place, os.W_OK)
