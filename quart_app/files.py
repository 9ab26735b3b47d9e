"""``send_file`` and ``send_from_directory`` with Flask's arguments and behaviour, awaited."""

from __future__ import annotations

import io
import os
from collections.abc import AsyncIterator, Callable
from datetime import datetime
from typing import IO, Any, cast

import werkzeug.utils
from quart.globals import current_app, request
from werkzeug.exceptions import NotFound
from werkzeug.security import safe_join
from werkzeug.wrappers import Response as WSGIResponse

from .manners.file_body import QuickFileBody
from .manners.requests import Request
from .manners.responses import Response

_CHUNK = 64 * 1024

FilePath = str | os.PathLike[str]
MaxAge = int | Callable[[str | None], int | None] | None


async def send_file(
    path_or_file: FilePath | IO[bytes],
    mimetype: str | None = None,
    as_attachment: bool = False,
    download_name: str | None = None,
    conditional: bool = True,
    etag: bool | str = True,
    last_modified: datetime | int | float | None = None,
    max_age: MaxAge = None,
) -> Response:
    """Send a file to the client.

    Args:
        path_or_file: A path, relative to ``app.root_path``, or a file object opened in binary mode; it is closed after it is sent.
        mimetype: Its type; guessed from its name when left out.
        as_attachment: Have the browser save it rather than show it.
        download_name: The name to save it under; the file's own when left out.
        conditional: Answer conditional and range requests.
        etag: Make an ETag of a path's time, size and name; or the ETag itself.
        last_modified: When it was last changed, seconds or a ``datetime``; the file's own when left out.
        max_age: For how many seconds to cache it; a number or a function of the path. By default what
            ``app.get_send_file_max_age`` says, which by default has the browser ask every time.

    Returns:
        The response.

    Raises:
        TypeError: Neither the type nor the name of a file object is known.
        ValueError: A file object in text mode.
    """
    app = current_app
    if isinstance(path_or_file, io.TextIOBase):
        raise ValueError("Files must be opened in binary mode, or be a BytesIO.")
    # What WSGI would answer, from the library that answers it there: status, headers, the range.
    environ = cast(Request, request).environ
    answer = werkzeug.utils.send_file(
        path_or_file,
        environ,
        mimetype=mimetype,
        as_attachment=as_attachment,
        download_name=download_name,
        conditional=conditional,
        etag=etag,
        last_modified=last_modified,
        max_age=app.get_send_file_max_age if max_age is None else max_age,
        use_x_sendfile=bool(app.config["USE_X_SENDFILE"]),
        response_class=WSGIResponse,
        _root_path=app.root_path,
    )
    start, stop = 0, None
    if answer.status_code == 206 and answer.content_range is not None:
        start, stop = answer.content_range.start or 0, answer.content_range.stop
    body: Any
    if answer.status_code == 304 or "X-Sendfile" in answer.headers:
        answer.close()
        body = b""
    elif isinstance(path_or_file, str | os.PathLike):
        answer.close()
        body = QuickFileBody(os.path.join(app.root_path, os.fspath(path_or_file)))
        await body.make_conditional(start, stop) if stop is not None else None
    else:
        body = _read(path_or_file, start, stop)
    response = cast(Response, app.response_class(body))
    response.headers = answer.get_wsgi_headers(environ)
    response.status_code = answer.status_code
    return response


async def send_from_directory(directory: FilePath, path: FilePath, **options: Any) -> Response:
    """Send a file from within a directory; a path that leads out of it is a 404.

    Args:
        directory: Where the file must be; relative to ``app.root_path``.
        path: Which file, relative to ``directory``; may come from the client.
        options: What :func:`send_file` takes.

    Returns:
        The response.

    Raises:
        NotFound: No such file inside the directory.
    """
    inside = safe_join(os.fspath(directory), os.fspath(path))
    if inside is None:
        raise NotFound
    full = os.path.join(current_app.root_path, inside)
    if not _is_file(full):
        raise NotFound
    return await send_file(full, **options)


def _is_file(path: str) -> bool:
    try:
        return os.path.isfile(path)
    except ValueError:  # a NUL byte in it
        return False


async def _read(file: IO[bytes], start: int, stop: int | None) -> AsyncIterator[bytes]:
    try:
        if start and file.seekable():
            file.seek(start)
        left = None if stop is None else stop - start
        while left is None or left > 0:
            chunk = file.read(_CHUNK if left is None else min(_CHUNK, left))
            if not chunk:
                return
            left = None if left is None else left - len(chunk)
            yield chunk
    finally:
        file.close()
