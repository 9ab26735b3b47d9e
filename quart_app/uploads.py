"""Uploaded files that save as Werkzeug's do: at once, whether or not anybody awaits it.

Quart's ``save`` is a coroutine. A library that is handed an uploaded file knows Werkzeug's only and says ``file.save(path)``:
nothing would be written, and nothing said.
"""

from __future__ import annotations

import asyncio
import os
from io import SEEK_END
from typing import IO, Any

import quart.datastructures
import quart.formparser
from werkzeug.datastructures import FileStorage as WerkzeugFileStorage

from .bridge import in_bridge, wait
from .manners.responses import Done

__all__ = ["FileStorage"]

#: What is larger is written by a thread, while the others go on.
_LARGE = 1024 * 1024


class FileStorage(quart.datastructures.FileStorage):
    """An uploaded file; the arguments are those of Werkzeug's."""

    def save(  # type: ignore[override]
        self, destination: str | os.PathLike[str] | IO[bytes], buffer_size: int = 16384
    ) -> Done:
        """Save the file. It is written when this returns; the result may be awaited, as that of Quart's.

        Args:
            destination: A path, or a file object to write to, which stays open.
            buffer_size: How many bytes to hold in memory.

        Raises:
            OSError: It cannot be written there.
        """
        if isinstance(destination, str | os.PathLike) and in_bridge() and self._is_large():
            wait(asyncio.to_thread(WerkzeugFileStorage.save, self, destination, buffer_size))
        else:
            WerkzeugFileStorage.save(self, destination, buffer_size)
        return Done(None)

    def _is_large(self) -> bool:
        stream = self.stream
        if not stream.seekable():
            return True
        place = stream.tell()
        size = stream.seek(0, SEEK_END)
        stream.seek(place)
        return size - place > _LARGE


class FormDataParser(quart.formparser.FormDataParser):
    """Quart's, which makes files of :class:`FileStorage`."""

    file_storage_class: type[Any] = FileStorage
