"""Where in the application something happens: the file and line that its author would look at."""

from __future__ import annotations

import sys
import sysconfig
from dataclasses import dataclass
from functools import lru_cache
from types import FrameType
from typing import Any

#: Packages whose lines are never what the reader looks for.
LIBRARIES = ("sqlalchemy", "greenlet", "jinja2", "werkzeug", "quart", "quart_app", "asyncio")

_ROOTS = tuple({sysconfig.get_path(name) for name in ("stdlib", "purelib", "platlib")})


@dataclass(frozen=True, slots=True)
class Place:
    """A line of a file, a template's included."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


def here() -> Place | None:
    """Return the application's line that is running."""
    frame = application_frame(sys._getframe(1))
    return None if frame is None else place(frame)


def application_frame(frame: FrameType | None) -> FrameType | None:
    """Return the innermost frame of the application, or of an unknown library when there is none of the application."""
    library: FrameType | None = None
    while frame is not None:
        name: str = frame.f_globals.get("__name__") or ""
        if "__jinja_template__" in frame.f_globals:
            return frame
        if not _is_library(name):
            if not _is_installed(frame.f_code.co_filename):
                return frame
            library = library or frame
        frame = frame.f_back
    return library


def place(frame: FrameType | None) -> Place | None:
    """Return the file and line of ``frame``; for a compiled template those of its source."""
    if frame is None:
        return None
    line = frame.f_lineno
    template: Any = frame.f_globals.get("__jinja_template__")
    if template is not None:
        line = template.get_corresponding_lineno(line)
    return Place(frame.f_code.co_filename, line)


def key(frame: FrameType | None) -> tuple[int, int]:
    """Return what tells one running call from another, without keeping the frame alive."""
    return (id(frame), -1 if frame is None else frame.f_lasti)


def of_wait() -> tuple[FrameType | None, bool]:
    """Return the application's frame below a wait of SQLAlchemy's, and whether the wait executes a statement."""
    executes = False
    frame: FrameType | None = sys._getframe(1)
    while frame is not None and (in_sqlalchemy(frame) or _is_library(frame.f_globals.get("__name__") or "")):
        executes = executes or frame.f_code.co_name in (
            "do_execute",
            "do_executemany",
            "do_execute_no_params",
        )
        frame = frame.f_back
    return application_frame(frame), executes


def in_sqlalchemy(frame: FrameType) -> bool:
    """Whether ``frame`` runs SQLAlchemy's own code."""
    name: str = frame.f_globals.get("__name__") or ""
    return name.startswith("sqlalchemy.")


@lru_cache(maxsize=4096)
def _is_library(module: str) -> bool:
    package = module.partition(".")[0]
    return package in LIBRARIES and not module.startswith("quart_app.bookshelf")


@lru_cache(maxsize=4096)
def _is_installed(filename: str) -> bool:
    return filename.startswith(_ROOTS) or filename.startswith("<frozen ")
