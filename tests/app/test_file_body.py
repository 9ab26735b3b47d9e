"""Files of every size come whole, as do their parts."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

import quart_app
from quart_app.files import send_from_directory
from quart_app.manners.file_body import WHOLE, QuickFileBody


@pytest.mark.parametrize("size", [0, 1, WHOLE, WHOLE + 1, 3 * WHOLE + 7])
@pytest.mark.parametrize("part", [None, "bytes=0-0", "bytes=5-", "bytes=-3", f"bytes=2-{WHOLE + 1}"])
async def test_a_file_comes_whole(tmp_path: Path, size: int, part: str | None) -> None:
    content = os.urandom(size)
    (tmp_path / "file.bin").write_bytes(content)
    app = quart_app.Quart("files")

    @app.get("/")
    async def index() -> Any:
        return await send_from_directory(tmp_path, "file.bin")

    answer = await app.test_client().get("/", headers={"Range": part} if part else {})
    if part is None:
        assert (answer.status_code, answer.data) == (200, content)
        return
    first, _, last = part.removeprefix("bytes=").partition("-")
    start = int(first) if first else size - int(last)
    if not 0 <= start < size:  # what Werkzeug makes of such a range is Werkzeug's
        assert answer.status_code in (200, 416)
        return
    stop = min(int(last) + 1, size) if first and last else size
    assert (answer.status_code, answer.data) == (206, content[start:stop])


async def test_it_can_be_read_twice(tmp_path: Path) -> None:
    (tmp_path / "file.bin").write_bytes(b"words")
    body = QuickFileBody(tmp_path / "file.bin")
    for _ in range(2):
        async with body as chunks:
            assert [chunk async for chunk in chunks] == [b"words"]


async def test_a_file_that_has_gone_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file.bin").write_bytes(b"words")
    body = QuickFileBody(tmp_path / "file.bin")
    (tmp_path / "file.bin").unlink()
    with pytest.raises(FileNotFoundError):
        async with body:
            pass
