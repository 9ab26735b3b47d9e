"""An uploaded file is saved at once, by whoever saves it: a view that awaits, a library that does not."""

from __future__ import annotations

import asyncio
import io
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import quart
import quart.datastructures
import werkzeug.datastructures

import quart_app
from quart_app.uploads import FileStorage


def library_save(file: Any, destination: Any) -> None:
    """What a library that knows Flask only does."""
    file.save(destination)


async def save_unawaited(file: Any, destination: Any) -> None:
    library_save(file, destination)


async def save_awaited(file: Any, destination: Any) -> None:
    assert await file.save(destination) is None


async def save_in_a_task(file: Any, destination: Any) -> None:
    assert await asyncio.create_task(file.save(destination)) is None


async def save_all(file: Any, destination: Any) -> None:
    await asyncio.gather(file.save(destination))


SAVES = [save_unawaited, save_awaited, save_in_a_task, save_all]
Save = Callable[[Any, Any], Any]


async def upload(save: Save, destination: Any, content: bytes = b"words") -> Any:
    app = quart_app.Quart(__name__)

    @app.post("/")
    async def view() -> str:
        file = (await quart.request.files)["f"]
        assert isinstance(file, quart.datastructures.FileStorage)
        await save(file, destination)
        return file.filename or ""

    file = FileStorage(io.BytesIO(content), filename="a.txt")
    return await app.test_client().post("/", files={"f": file})


@pytest.mark.parametrize("content", [b"", b"words", b"x" * 3_000_000], ids=["empty", "small", "large"])
@pytest.mark.parametrize("save", SAVES)
@pytest.mark.parametrize("kind", [str, Path])
async def test_a_file_of_the_request_is_saved_to_a_path(
    save: Save, content: bytes, kind: type, tmp_path: Path
) -> None:
    response = await upload(save, kind(tmp_path / "there"), content)
    assert response.status_code == 200
    assert (tmp_path / "there").read_bytes() == content


@pytest.mark.parametrize("save", SAVES)
async def test_it_is_saved_to_a_file_object(save: Save) -> None:
    stream = io.BytesIO()
    assert (await upload(save, stream)).status_code == 200
    assert stream.getvalue() == b"words"


@pytest.mark.parametrize("content", [b"words", b"x" * 3_000_000], ids=["small", "large"])
async def test_what_goes_wrong_is_raised_at_once(content: bytes, tmp_path: Path) -> None:
    raised = []

    async def save(file: Any, destination: Any) -> None:
        with pytest.raises(FileNotFoundError):
            library_save(file, destination)
        raised.append(destination)

    assert (await upload(save, str(tmp_path / "no" / "there"), content)).status_code == 200
    assert raised


async def test_a_large_file_is_written_beside_the_loop(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    writers = []
    original = werkzeug.datastructures.FileStorage.save

    def save(self: Any, *args: Any) -> None:
        writers.append(threading.current_thread() is threading.main_thread())
        original(self, *args)

    monkeypatch.setattr(werkzeug.datastructures.FileStorage, "save", save)
    await upload(save_unawaited, tmp_path / "small")
    await upload(save_unawaited, tmp_path / "large", b"x" * 3_000_000)
    await upload(save_unawaited, io.BytesIO(), b"x" * 3_000_000)
    assert writers == [True, False, True]


def test_it_is_saved_without_a_loop(tmp_path: Path) -> None:
    file = FileStorage(io.BytesIO(b"x" * 3_000_000), filename="a.txt")
    file.read(1)
    library_save(file, tmp_path / "there")
    assert (tmp_path / "there").stat().st_size == 2_999_999


async def test_a_task_that_is_cancelled_ends(tmp_path: Path) -> None:
    task: asyncio.Task[None] = asyncio.create_task(FileStorage(io.BytesIO(b"a")).save(tmp_path / "there"))
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
