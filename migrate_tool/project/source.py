"""One Python file: its bytes, its exact text, its tree, and the way from the tree's positions to the text's."""

from __future__ import annotations

import ast
import io
import re
import sys
import tokenize
import warnings
from bisect import bisect_right
from functools import cached_property
from pathlib import PurePosixPath
from typing import Protocol

from .problems import Problem

#: Files above this size are data, not code that people wrote.
SIZE_LIMIT = 2_000_000

# The parser's idea of a line end. ``str.splitlines`` also splits at form feeds and Unicode separators, the parser doesn't.
_NEWLINE = re.compile(r"\r\n|\r|\n")
_FIRST_TWO_LINES = re.compile(rb"[^\r\n]*(?:\r\n|\r|\n)?[^\r\n]*")
_INDENT = re.compile(r"[ \t\f]*")
_GENERATED = re.compile(
    r"@generated\b|\bDO NOT (?:EDIT|MODIFY)\b|(?i:\bgenerated\b.*\bdo not (?:edit|modify)\b)"
    r"|(?i:\bdo not (?:edit|modify)\b.*\bgenerated\b)"
)
_PYTHON_2 = re.compile(
    r"Missing parentheses in call to|multiple exception types must be parenthesized|leading zeros in decimal"
    r"|inconsistent use of tabs|Did you mean print\(|invalid decimal literal"
)
#: ``except A, B:`` was ``except A as B:`` in Python 2; since 3.14 it catches both. What is caught is a class.
_CAUGHT = re.compile(r"\s*except\*?\s+(?P<caught>[^:#]+):")
_CLASS = re.compile(r"(?:\w+\.)*_*[A-Z]\w*")
_BOM = b"\xef\xbb\xbf"


class Located(Protocol):
    """A node that has a place in the text: expressions, statements, aliases, arguments, keywords."""

    @property
    def lineno(self) -> int: ...  # noqa: D102
    @property
    def col_offset(self) -> int: ...  # noqa: D102
    @property
    def end_lineno(self) -> int | None: ...  # noqa: D102
    @property
    def end_col_offset(self) -> int | None: ...  # noqa: D102


class SourceFile:
    """A Python file as it is on disk.

    Attributes:
        path: relative to the repository's root.
        raw: the file's bytes.
        text: the decoded text without byte order mark, with exactly the newlines of the file; "" if it can't be decoded.
        encoding: the codec that PEP 263 gives.
        bom: whether the bytes start with a UTF-8 byte order mark.
        newline: the newline that the file uses most.
        tree: the parsed text, or None with ``problem`` saying why.
        problem: why the file is left alone.
    """

    def __init__(self, path: PurePosixPath | str, raw: bytes, *, limit: int = SIZE_LIMIT) -> None:
        self.path = PurePosixPath(path)
        self.raw = raw
        self.text = ""
        self.encoding = "utf-8"
        self.bom = raw.startswith(_BOM)
        self.tree: ast.Module | None = None
        self.problem: Problem | None = None
        if len(raw) > limit:
            self._refuse(None, f"has more than {limit:,} bytes", "set size-limit to include it")
        elif self._decode():
            self._parse()

    @classmethod
    def of(cls, text: str, path: PurePosixPath | str = "module.py") -> SourceFile:
        """A file with this text, in UTF-8."""
        return cls(path, text.encode())

    # -- reading -------------------------------------------------------------------------------------------

    def _refuse(self, line: int | None, reason: str, hint: str = "") -> None:
        self.problem = Problem(self.path, line, reason, hint)

    def _decode(self) -> bool:
        head = _FIRST_TWO_LINES.match(self.raw)
        first = (head[0] if head else b"").replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        try:
            encoding, _ = tokenize.detect_encoding(io.BytesIO(first).readline)
            self.encoding = "utf-8" if encoding == "utf-8-sig" else encoding
            self.text = self.raw[len(_BOM) if self.bom else 0 :].decode(self.encoding)
        except UnicodeDecodeError as error:
            line = self.raw[: error.start].count(b"\n") + 1
            self._refuse(
                line, f"is not valid {self.encoding}", "save it as UTF-8, or declare its encoding (PEP 263)"
            )
            return False
        except (SyntaxError, LookupError) as error:
            declared = b"coding" in first
            reason = str(error) if declared else "is not UTF-8 and declares no encoding"
            self._refuse(None, reason, "save it as UTF-8, or declare its encoding (PEP 263)")
            return False
        if self.encoding != "utf-8" and self._bytes(self.text) != self.raw:
            self._refuse(None, f"can't be written back byte for byte in {self.encoding}", "save it as UTF-8")
            return False
        return True

    def _parse(self) -> None:
        if "\x00" in self.text:
            line = self.line_of(self.text.index("\x00"))
            self._refuse(line, "contains null bytes", "it is not a Python file, or it is damaged")
            return
        marker = self._generated_marker()
        if marker is not None:
            self._refuse(
                marker, "is generated and says that it must not be edited", "change what generates it"
            )
            return
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                self.tree = ast.parse(self.text)
        except SyntaxError as error:
            self._refuse(error.lineno, *_explain_syntax(error))
        except (ValueError, RecursionError, MemoryError) as error:
            self._refuse(None, f"can't be parsed: {str(error) or type(error).__name__}", "")

    def _generated_marker(self) -> int | None:
        for number, line in enumerate(_NEWLINE.split(self.text[:2000])[:10], 1):
            if line.lstrip().startswith("#") and _GENERATED.search(line):
                return number
        return None

    # -- positions -----------------------------------------------------------------------------------------

    @cached_property
    def newline(self) -> str:
        """The newline that the file uses most; "\\n" if it has none."""
        crlf = self.text.count("\r\n")
        counts = {"\n": self.text.count("\n") - crlf, "\r\n": crlf, "\r": self.text.count("\r") - crlf}
        return max(counts, key=lambda newline: counts[newline])

    @cached_property
    def line_starts(self) -> list[int]:
        """The offset at which each line starts."""
        return [0, *(match.end() for match in _NEWLINE.finditer(self.text))]

    @cached_property
    def _ascii(self) -> bool:
        return self.text.isascii()

    def offset(self, lineno: int, col_offset: int) -> int:
        """The offset in ``text`` of a position of the tree (1-based line, column in UTF-8 bytes)."""
        start = self.line_starts[lineno - 1]
        if self._ascii:
            return start + col_offset
        # No character takes more than one column less than it has bytes, so this slice holds the whole prefix.
        prefix = self.text[start : start + col_offset]
        if prefix.isascii():
            return start + col_offset
        return start + len(
            prefix.encode("utf-8", "surrogatepass")[:col_offset].decode("utf-8", "surrogatepass")
        )

    def start(self, node: Located) -> int:
        """Where ``node`` starts."""
        return self.offset(node.lineno, node.col_offset)

    def end(self, node: Located) -> int:
        """Where ``node`` ends."""
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        return self.offset(node.end_lineno, node.end_col_offset)

    def span(self, node: Located) -> tuple[int, int]:
        """Where ``node`` starts and ends."""
        return self.start(node), self.end(node)

    def segment(self, node: Located) -> str:
        """The text of ``node``."""
        return self.text[self.start(node) : self.end(node)]

    def line_of(self, offset: int) -> int:
        """The number, from 1, of the line that holds ``offset``."""
        return bisect_right(self.line_starts, offset)

    def column_of(self, offset: int) -> int:
        """The column, from 1, in characters."""
        return offset - self.line_starts[self.line_of(offset) - 1] + 1

    def line_end(self, lineno: int) -> int:
        """Where line ``lineno`` ends, before its newline."""
        match = _NEWLINE.search(self.text, self.line_starts[lineno - 1])
        return match.start() if match else len(self.text)

    def indent_at(self, lineno: int) -> str:
        """The white space before the first statement of line ``lineno``."""
        match = _INDENT.match(self.text, self.line_starts[lineno - 1])
        return (match[0] if match else "").rpartition("\f")[2]

    # -- writing -------------------------------------------------------------------------------------------

    def encode(self, new_text: str) -> bytes:
        """The bytes of a new text for this file, in its encoding and with its byte order mark.

        Raises:
            UnicodeEncodeError: the file's encoding has no such character.
        """
        return self._bytes(new_text)

    def _bytes(self, text: str) -> bytes:
        return (_BOM if self.bom else b"") + text.encode(self.encoding)

    def release(self) -> None:
        """Let go of the tree."""
        self.tree = None

    def __repr__(self) -> str:
        return f"SourceFile({str(self.path)!r})"


def _explain_syntax(error: SyntaxError) -> tuple[str, str]:
    message = error.msg or "invalid syntax"
    if (caught := _CAUGHT.match(error.text or "")) and all(
        _CLASS.fullmatch(part.strip()) for part in caught["caught"].split(",")
    ):
        return (
            f"doesn't parse: 'except {caught['caught'].strip()}:' without parentheses is Python 3.14's",
            f"it was read with Python {sys.version_info.major}.{sys.version_info.minor}; run the tool on Python 3.14 or put parentheses around them",
        )
    if _PYTHON_2.search(message):
        return f"doesn't parse: {message}", "it looks like Python 2: convert it to Python 3 first"
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    return (
        f"doesn't parse: {message}",
        f"it was read with Python {version}; run the tool on the Python that the application runs on",
    )
