"""Runs a function in children that are killed at the n-th step that touches the file system, for every n."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import Any

#: What the interpreter announces before it does it.
_STEPS = {
    "os.mkdir",
    "os.rename",
    "os.remove",
    "os.rmdir",
    "os.chmod",
    "os.chown",
    "os.setxattr",
    "os.utime",
    "os.link",
    "os.truncate",
}
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT

KILLED = 77


def _is_step(event: str, arguments: tuple[Any, ...]) -> bool:
    if event == "open":
        path, _, flags = arguments
        return bool(flags & _WRITING) and str(path) != os.devnull
    return event in _STEPS


def killed_at(step: int, work: Callable[[], object]) -> bool:
    """Do ``work`` in a child that dies right before its ``step``-th step; whether it died (else it finished).

    Half of all steps are syncs: there the child dies with the file cut in the middle, as a write that was under way.
    """
    child = os.fork()
    if child == 0:
        status = 1
        try:
            count = 0

            def take_step() -> None:
                nonlocal count
                count += 1
                if count > step:
                    os._exit(KILLED)

            def hook(event: str, arguments: tuple[Any, ...]) -> None:
                if _is_step(event, arguments):
                    take_step()

            real_fsync = os.fsync

            def fsync(descriptor: int) -> None:
                if count == step:
                    with suppress(OSError):  # a folder has no middle
                        os.ftruncate(descriptor, os.fstat(descriptor).st_size // 2)
                take_step()
                real_fsync(descriptor)

            os.fsync = fsync  # type: ignore[assignment]
            sys.addaudithook(hook)
            work()
            status = 0
        finally:
            os._exit(status)
    _, status = os.waitpid(child, 0)
    code = os.waitstatus_to_exitcode(status)
    if code not in (0, KILLED):
        raise AssertionError(f"the child failed with {code} at step {step}")
    return code == KILLED


def snapshot(root: os.PathLike[str]) -> dict[str, tuple[bytes, int]]:
    """Every file below ``root`` with its content and mode."""
    found = {}
    for folder, _, names in os.walk(root):
        for name in names:
            path = os.path.join(folder, name)
            with open(path, "rb") as stream:
                found[os.path.relpath(path, root)] = (stream.read(), os.stat(path).st_mode)
    return found
