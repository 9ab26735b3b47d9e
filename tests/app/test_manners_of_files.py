# The application is Flask's or ours, so its decorators are Any to mypy.
# mypy: disable-error-code="untyped-decorator"
"""Files are sent as Flask sends them."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from .sides import OURS, Side, same

SEEN = (
    "Content-Type",
    "Content-Disposition",
    "Content-Encoding",
    "Content-Length",
    "Content-Range",
    "Cache-Control",
    "ETag",
    "Last-Modified",
    "Accept-Ranges",
)


def told(response: Any) -> Any:
    answer = response.status_code, response.data, {key: response.headers.get(key) for key in SEEN}
    response.close()
    return answer


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "files").mkdir()
    (tmp_path / "static").mkdir()
    (tmp_path / "files" / "a.txt").write_bytes(b"0123456789" * 10)
    (tmp_path / "files" / "b.tar.gz").write_bytes(b"gz")
    (tmp_path / "files" / "none").write_bytes(b"?")
    (tmp_path / "static" / "site.css").write_bytes(b"body {}")
    (tmp_path / "secret.txt").write_bytes(b"secret")
    return tmp_path


def make_app(side: Side, root: Path, **config: Any) -> Any:
    app = side.app_class("files_app", root_path=str(root), static_folder="static")
    app.config.update(config)
    return app


OPTIONS: list[dict[str, Any]] = [
    {},
    {"as_attachment": True},
    {"download_name": "other.csv"},
    {"as_attachment": True, "download_name": "naïve filé.txt"},
    {"mimetype": "text/x-own"},
    {"max_age": 60},
    {"max_age": 0},
    {"max_age": lambda path: 5},
    {"etag": False},
    {"etag": "mine"},
    {"last_modified": datetime(2020, 1, 2, tzinfo=UTC)},
    {"last_modified": 1577923200},
    {"conditional": False},
]


def _name(options: dict[str, Any]) -> str:
    """The same id in every process: a function's repr is its address."""
    return (
        ", ".join(f"{key}={'function' if callable(value) else value}" for key, value in options.items())
        or "none"
    )


@pytest.mark.parametrize("options", OPTIONS, ids=_name)
@pytest.mark.parametrize("name", ["files/a.txt", "files/b.tar.gz", "files/none"])
async def test_send_file_relative_names_and_headers(root: Path, options: dict[str, Any], name: str) -> None:
    async def probe(side: Side) -> Any:
        app = make_app(side, root)

        @app.get("/")
        def view() -> Any:
            return side.settle(side.send_file(name, **options))

        return told(await side.ask(app))

    assert (await same(probe))[0] == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Range": "bytes=2-5"},
        {"Range": "bytes=95-"},
        {"Range": "bytes=-3"},
        {"Range": "bytes=500-600"},
        {"Range": "bytes=0-1,4-5"},
        {"Range": "lines=1-2"},
        {"If-None-Match": "*"},
        {"If-Modified-Since": "Fri, 01 Jan 2100 00:00:00 GMT"},
        {"If-Match": '"other"'},
        {"Range": "bytes=2-5", "If-Range": '"other"'},
    ],
    ids=str,
)
@pytest.mark.parametrize("source", ["path", "bytes", "file"])
async def test_conditional_and_range_requests(root: Path, headers: dict[str, str], source: str) -> None:
    async def probe(side: Side) -> Any:
        app = make_app(side, root)

        @app.get("/")
        def view() -> Any:
            path = root / "files" / "a.txt"
            if source == "bytes":
                return side.settle(side.send_file(io.BytesIO(path.read_bytes()), mimetype="text/plain"))
            if source == "file":
                return side.settle(side.send_file(path.open("rb"), mimetype="text/plain"))
            return side.settle(side.send_file(path))

        return told(await side.ask(app, headers=headers))

    await same(probe)


@pytest.mark.parametrize("kind", ["bytes", "rewound", "file", "partly read", "unseekable"])
async def test_send_file_object(root: Path, kind: str) -> None:
    class Pipe(io.RawIOBase):
        def __init__(self) -> None:
            self.left = [b"one", b"two"]

        def readable(self) -> bool:
            return True

        def readinto(self, buffer: Any) -> int:
            chunk = self.left.pop(0) if self.left else b""
            buffer[: len(chunk)] = chunk
            return len(chunk)

    async def probe(side: Side) -> Any:
        app = make_app(side, root)

        @app.get("/")
        def view() -> Any:
            file: Any = io.BytesIO(b"abcdef")
            if kind == "partly read":
                file = (root / "files" / "a.txt").open("rb")
                file.read(90)
            elif kind == "file":
                file = (root / "files" / "a.txt").open("rb")
            elif kind == "unseekable":
                file = io.BufferedReader(Pipe())
            elif kind == "rewound":
                file.read()
                file.seek(0)
            return side.settle(side.send_file(file, download_name="x.txt", as_attachment=True))

        return told(await side.ask(app))

    await same(probe)


async def test_a_file_object_is_closed_when_it_has_been_sent(root: Path) -> None:
    async def probe(side: Side) -> Any:
        app = make_app(side, root)
        file = io.BytesIO(b"abc")

        @app.get("/")
        def view() -> Any:
            return side.settle(side.send_file(file, mimetype="text/plain"))

        (await side.ask(app)).close()
        return file.closed

    assert await same(probe)


@pytest.mark.parametrize("case", ["text mode", "no type", "no name", "missing"])
async def test_send_file_refuses(root: Path, case: str) -> None:
    async def probe(side: Side) -> Any:
        app = make_app(side, root, TESTING=True)

        @app.get("/")
        def view() -> Any:
            if case == "text mode":
                return side.settle(side.send_file(io.StringIO("x"), download_name="x.txt"))  # type: ignore[arg-type, unused-ignore]
            if case == "no type":
                return side.settle(side.send_file(io.BytesIO()))
            if case == "no name":
                return side.settle(side.send_file(io.BytesIO(), mimetype="text/plain", as_attachment=True))
            return side.settle(side.send_file("files/missing.txt"))

        try:
            return (await side.ask(app)).status_code
        except (TypeError, ValueError, FileNotFoundError) as error:
            return type(error).__name__

    await same(probe)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("a.txt", 200),
        ("missing.txt", 404),
        ("../secret.txt", 404),
        ("/etc/passwd", 404),
        ("", 404),
        ("a\0b", 404),
    ],
)
@pytest.mark.parametrize("absolute", [True, False])
async def test_send_from_directory(root: Path, path: str, status: int, absolute: bool) -> None:
    async def probe(side: Side) -> Any:
        app = make_app(side, root)

        @app.get("/")
        def view() -> Any:
            directory = root / "files" if absolute else "files"
            return side.settle(side.send_from_directory(directory, path, as_attachment=True))

        return told(await side.ask(app))[::2] if status == 200 else (await side.ask(app)).status_code

    answer = await same(probe)
    assert answer == status if status != 200 else answer[0] == 200


@pytest.mark.parametrize("config", [{}, {"SEND_FILE_MAX_AGE_DEFAULT": 3600}], ids=str)
@pytest.mark.parametrize("of", ["app", "blueprint", "nested"])
async def test_static_no_cache(root: Path, config: dict[str, Any], of: str) -> None:
    async def probe(side: Side) -> Any:
        app = make_app(side, root, **config)
        inner = side.blueprint("in", "shop", root_path=str(root), static_folder="static", url_prefix="/in")
        outer = side.blueprint("out", "shop", root_path=str(root), static_folder="files", url_prefix="/out")
        outer.register_blueprint(inner)
        app.register_blueprint(outer)
        path = {
            "app": "/static/site.css",
            "blueprint": "/out/files/a.txt",
            "nested": "/out/in/static/site.css",
        }[of]
        first = told(await side.ask(app, path))
        again = told(await side.ask(app, path, headers={"If-None-Match": first[2]["ETag"]}))
        return first, again, (await side.ask(app, path + "x")).status_code

    first, again, missing = await same(probe)
    assert (first[0], again[0], missing) == (200, 304, 404)


async def test_x_sendfile(root: Path) -> None:
    async def probe(side: Side) -> Any:
        app = make_app(side, root, USE_X_SENDFILE=True)

        @app.get("/")
        def view() -> Any:
            return side.settle(side.send_file("files/a.txt"))

        response = await side.ask(app)
        return response.headers["X-Sendfile"], response.data

    assert (await same(probe))[1] == b""


async def test_open_resource(tmp_path: Path) -> None:
    (tmp_path / "words.txt").write_text("one\ntwo\n", encoding="utf-8")
    (tmp_path / "instance").mkdir()
    (tmp_path / "instance" / "own.txt").write_bytes(b"mine")

    async def probe(side: Side) -> Any:
        app = side.app_class(__name__, root_path=str(tmp_path), instance_path=str(tmp_path / "instance"))
        with app.open_resource("words.txt", "r") as file:
            lines = list(file)
        with app.open_instance_resource("own.txt") as file:
            own = file.read()
        read = (file := app.open_resource("words.txt")).read()
        file.close()
        with pytest.raises(ValueError, match="reading"):
            app.open_resource("words.txt", "w")
        return lines, own, read

    assert await same(probe) == (["one\n", "two\n"], b"mine", b"one\ntwo\n")


async def test_open_resource_awaited() -> None:
    app = OURS.app()
    async with await app.open_resource("__init__.py", "r") as file:
        assert await file.read() == Path(__file__).with_name("__init__.py").read_text(encoding="utf-8")
