"""A file that is not Python: its bytes, its text, and the way from one to the other."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePosixPath

#: By their first bytes, the longer ones first. PowerShell's ``>`` writes the second last, and pip reads it.
_MARKED = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
#: One character for every byte, so that what nobody changes is written back as it was, whatever it meant.
_ANY_BYTES = "latin-1"


@dataclass(frozen=True)
class TextFile:
    """A file that is not Python: its exact text and bytes."""

    path: PurePosixPath
    raw: bytes
    text: str
    encoding: str = "utf-8"

    @cached_property
    def newline(self) -> str:
        """The newline of its first line; "\\n" if it has none."""
        match = re.search(r"\r\n|\r|\n", self.text)
        return match[0] if match else "\n"

    def encode(self, new_text: str) -> bytes:
        """The bytes of a new text for this file, in its encoding and with its byte order mark.

        Raises:
            UnicodeEncodeError: the file's encoding has no such character.
        """
        mark, _ = _mark(self.raw)
        return mark + new_text.encode(self.encoding)


def decoded(path: PurePosixPath, raw: bytes, *, any_bytes: bool = False) -> TextFile:
    """Read a file as its byte order mark says, else as UTF-8.

    Args:
        path: The file's place.
        raw: Its bytes.
        any_bytes: Whether what is neither may be read byte by byte: enough for files whose own words are ASCII, with
            names and comments in whatever encoding.

    Raises:
        UnicodeDecodeError: it is in no encoding that can be told.
    """
    mark, encoding = _mark(raw)
    body = raw.removeprefix(mark)
    try:
        return TextFile(path, raw, body.decode(encoding), encoding)
    except UnicodeDecodeError:
        # Null bytes: UTF-16 without its mark, or no text at all.
        if not any_bytes or mark or b"\0" in body:
            raise
        return TextFile(path, raw, body.decode(_ANY_BYTES), _ANY_BYTES)


def _mark(raw: bytes) -> tuple[bytes, str]:
    for mark, encoding in _MARKED:
        if raw.startswith(mark):
            return mark, encoding
    return b"", "utf-8"
