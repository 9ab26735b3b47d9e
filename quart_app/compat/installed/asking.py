"""Who asks for a name that is not there: an installed package, that has no other way?"""

from __future__ import annotations

import ast
import dis
import functools
import linecache
import logging
import sys
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

import werkzeug.local

from . import names

log = logging.getLogger(__name__)

#: How a name is read that the source spells out. ``hasattr`` and ``getattr`` are calls: who uses them can take a no.
READS = frozenset({"IMPORT_FROM", "LOAD_ATTR", "LOAD_METHOD"})
#: How a module is imported. On the way it is asked for its submodules too, which are yet to come.
IMPORTS = frozenset({"IMPORT_NAME"})
_CAUGHT = frozenset({"ImportError", "ModuleNotFoundError", "AttributeError", "Exception", "BaseException"})
#: Who reads for somebody else: this package, the faces of our objects, and Werkzeug's proxies of them.
_BETWEEN = (
    "<frozen importlib",
    str(Path(__file__).parent),
    str(Path(__file__).parents[2] / "bridge" / "flask_context.py"),
    werkzeug.local.__file__,
)

_told: set[str] = set()


@dataclass(frozen=True, slots=True)
class Asker:
    """The place of a read.

    Attributes:
        file: The file, which belongs to an installed distribution.
        line: The line, from 1.
        distribution: The distribution's name.
    """

    file: str
    line: int
    distribution: str

    def tell(self, name: str) -> None:
        """Log, once for each distribution, that it needs an old name."""
        if self.distribution not in _told:
            _told.add(self.distribution)
            log.warning(
                "%s was written for older versions: it asks for %s, and gets what stands in for it (%s:%d)",
                self.distribution,
                name,
                self.file,
                self.line,
            )


def who_asks(how: frozenset[str] = READS) -> Asker | None:
    """Return the installed package that reads a missing name right now; None if somebody else does, or it can do without.

    Args:
        how: The instructions that count: :data:`READS` or :data:`IMPORTS`.
    """
    frame = _reader()
    if frame is None or dis.opname[frame.f_code.co_code[frame.f_lasti]] not in how:
        return None
    file = frame.f_code.co_filename
    distribution = distribution_of(file)
    if distribution is None or _has_another_way(file, frame.f_lineno):
        return None
    return Asker(file, frame.f_lineno, distribution)


def _reader() -> FrameType | None:
    """The innermost frame that reads for itself."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None:
        if not frame.f_code.co_filename.startswith(_BETWEEN):
            return frame
        frame = frame.f_back
    return None


@functools.cache
def distribution_of(file: str) -> str | None:
    """Return the name of the installed distribution that a file belongs to; None for one that is not installed.

    A folder into which packages are installed is known by the descriptions (``*.dist-info``) that lie there. An editable
    installation leaves only its description there: its code is not installed.

    Args:
        file: The file's absolute path.
    """
    path = Path(file)
    for folder in path.parents:
        descriptions = _descriptions(folder)
        if descriptions:
            relative = path.relative_to(folder)
            wanted = f"{relative.as_posix()},"
            for description in descriptions:
                try:
                    lines = (description / "RECORD").read_text(encoding="utf-8").splitlines()
                except OSError:
                    continue
                if any(line.startswith(wanted) for line in lines):
                    return description.name.partition("-")[0]
            return relative.parts[0].removesuffix(".py")
    return None


@functools.cache
def _descriptions(folder: Path) -> tuple[Path, ...]:
    return tuple(folder.glob("*.dist-info"))


def _has_another_way(file: str, line: int) -> bool:
    """Whether the read stands in a ``try`` whose handlers know what to do without the name."""
    inner: ast.Try | None = None
    for node in ast.walk(_tree(file)):
        if isinstance(node, ast.Try) and node.body[0].lineno <= line <= (node.body[-1].end_lineno or 0):
            inner = node
    return inner is not None and any(_catches(one) and not _asks_again(one) for one in inner.handlers)


@functools.lru_cache(maxsize=8)
def _tree(file: str) -> ast.Module:
    try:
        return ast.parse("".join(linecache.getlines(file)))
    except SyntaxError:
        return ast.Module([], [])


def _catches(handler: ast.ExceptHandler) -> bool:
    if handler.type is None:
        return True
    caught = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return any(isinstance(one, ast.Name) and one.id in _CAUGHT for one in caught)


def _asks_again(handler: ast.ExceptHandler) -> bool:
    """Whether a handler's way is another name that is gone: ``except ImportError: from flask import _request_ctx_stack``."""
    asked = [one for node in handler.body for one in ast.walk(node) if isinstance(one, ast.ImportFrom)]
    return any(names.knows(f"{one.module}.{alias.name}") for one in asked for alias in one.names)
