"""``open_resource`` for who awaits it and for who does not.

Quart's is a coroutine. An extension that knows Flask only says ``with app.open_resource("manifest.json") as file:`` when it
is initialised; with a coroutine it would find no file, and often say nothing of it.
"""

from __future__ import annotations

import os
from collections.abc import Generator, Iterator
from types import TracebackType
from typing import IO, Any

from aiofiles import open as async_open

FilePath = str | os.PathLike[str]


class Resource:
    """A file to be opened: awaited it is Quart's asynchronous file, used at once it is a plain one."""

    def __init__(self, path: FilePath, mode: str = "rb", encoding: str | None = None) -> None:
        """Prepare to open; nothing is opened before it is used.

        Args:
            path: The file's path.
            mode: ``r``, ``rt`` or ``rb``.
            encoding: Of a file opened as text; UTF-8 when left out, as in Flask.

        Raises:
            ValueError: The mode is not one for reading.
        """
        if mode not in {"r", "rb", "rt"}:
            raise ValueError("Resources can only be opened for reading.")
        self._path = path
        self._mode: Any = mode
        self._encoding = None if mode == "rb" else encoding or "utf-8"
        self._file: IO[Any] | None = None

    def __await__(self) -> Generator[Any, None, Any]:
        """Give what ``async with`` opens without blocking the loop."""
        return self._later().__await__()

    async def _later(self) -> Any:
        return async_open(self._path, self._mode, encoding=self._encoding)

    def _opened(self) -> IO[Any]:
        if self._file is None:
            self._file = open(self._path, self._mode, encoding=self._encoding)  # noqa: SIM115
        return self._file

    def __enter__(self) -> IO[Any]:
        """Open it in synchronous code."""
        return self._opened().__enter__()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close it."""
        self._opened().__exit__(kind, error, trace)

    def __iter__(self) -> Iterator[Any]:
        """Its lines, in synchronous code."""
        return iter(self._opened())

    def __getattr__(self, name: str) -> Any:
        """What a plain file has: ``read()``, ``close()``."""
        if name.startswith("_"):
            raise AttributeError(name)
        return getattr(self._opened(), name)
