"""A body that is there already is had without ``await`` too, as the hooks of Flask's extensions expect."""

from __future__ import annotations

import gzip
import io
from collections.abc import AsyncIterator
from inspect import iscoroutine
from pathlib import Path
from typing import Any

import flask_compress
import flask_uploads
import pytest
from quart import request

import quart_app
from quart_app.compat.uploads import UploadSet
from quart_app.manners.responses import Response


async def test_it_is_awaited_or_not() -> None:
    response = Response("körper")
    assert response.get_data() == await response.get_data() == "körper".encode()
    assert response.get_data(as_text=True) == await response.get_data(as_text=True) == "körper"
    assert response.data == await response.data == "körper".encode()
    assert type(await response.get_data()) is bytes
    assert type(await response.get_data(as_text=True)) is str


async def test_it_can_be_set() -> None:
    response = Response("old")
    response.data = b"new"
    assert response.get_data() == b"new"
    response.set_data("newer")
    assert response.data == b"newer"
    assert response.content_length == 5


async def test_what_needs_the_body_is_done_at_once() -> None:
    response, awaited = Response("text"), Response("text")
    response.add_etag()
    await awaited.add_etag()
    assert response.headers["ETag"] == awaited.headers["ETag"]
    response.freeze()
    response.make_sequence()
    app = quart_app.Quart("conditional")
    async with app.test_request_context("/", headers={"If-None-Match": response.headers["ETag"]}):
        response.make_conditional(request)
    assert response.status_code == 304


async def test_a_stream_is_awaited() -> None:
    async def stream() -> AsyncIterator[str]:
        yield "a"
        yield "b"

    data = Response(stream()).get_data()
    assert iscoroutine(data)
    assert await data == b"ab"


async def test_flask_compress_reads_it() -> None:
    app = quart_app.Quart("compressed")
    extension: Any = flask_compress.Compress
    extension(app)
    app.add_url_rule("/", "index", lambda: "x" * 3000)
    answer = await app.test_client().get("/", headers={"Accept-Encoding": "gzip"})
    assert gzip.decompress(answer.data) == b"x" * 3000


@pytest.mark.parametrize("name", ["notes.txt", "../notes.txt"])
async def test_an_upload_set_saves_a_file_of_quart(tmp_path: Path, name: str) -> None:
    app = quart_app.Quart("uploads")
    app.config["UPLOADED_TEXTS_DEST"] = str(tmp_path / "texts")
    texts = UploadSet("texts", flask_uploads.TEXT)
    configure_uploads: Any = flask_uploads.configure_uploads
    configure_uploads(app, texts)

    @app.post("/")
    async def index() -> Any:
        return str(texts.save((await request.files)["file"]))

    answer = await app.test_client().post("/", data={"file": (io.BytesIO(b"words"), name)})
    assert answer.text == "notes.txt"
    assert (tmp_path / "texts" / "notes.txt").read_bytes() == b"words"
