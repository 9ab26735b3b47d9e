"""The same arguments to Flask's client and to ours reach the view as the same request."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import quart.datastructures
import werkzeug.test
from werkzeug.datastructures import Authorization, FileStorage, Headers, MultiDict

from .twins import make_twin

Arguments = tuple[tuple[Any, ...], dict[str, Any]]
HERE = Path(__file__)


def call(*args: Any, **kwargs: Any) -> Callable[[], Arguments]:
    return lambda: (args, kwargs)


def upload(**fields: Callable[[], Any]) -> Callable[[], Arguments]:
    return lambda: (("/",), {"data": {name: make() for name, make in fields.items()}})


PROBES: dict[str, Callable[[], Arguments]] = {
    "no arguments": call(),
    "path": call("/some/where"),
    "path without slash": call("some"),
    "path with spaces and umlauts": call("/ä b/%C3%BC"),
    "encoded slash": call("/a%2Fb"),
    "query in path": call("/?a=1&a=2&b=%C3%A4"),
    "query in path with fragment": call("/x?a=1#part"),
    "query string": call("/", query_string="a=1&b="),
    "query dict": call("/", query_string={"a": "1", "b": "x y&ü"}),
    "query dict of lists and numbers": call("/", query_string={"a": ["1", "2"], "n": 3}),
    "query multidict": call("/", query_string=MultiDict([("a", "1"), ("a", "2")])),
    "query twice": call("/?a=1", query_string={"a": "2"}),
    "data dict": call("/", data={"name": "Zoë & co", "empty": ""}),
    "data dict of lists": call("/", data={"a": ["1", "2"], "b": "3"}),
    "data dict of other types": call("/", data={"n": 1, "f": 1.5, "b": True, "none": None}),
    "data multidict": call("/", data=MultiDict([("a", "1"), ("a", "2")])),
    "data empty dict": call("/", data={}),
    "data str": call("/", data="raw ü"),
    "data bytes": call("/", data=b"\x00\xff"),
    "data stream": lambda: (("/",), {"data": BytesIO(b"from a stream")}),
    "data str with type": call("/", data="<x/>", content_type="application/xml"),
    "data str with mimetype": call("/", data="x", mimetype="text/plain"),
    "data form by hand": call("/", data="a=1&b=2", content_type="application/x-www-form-urlencoded"),
    "data dict, told to be multipart": call("/", data={"a": "1"}, content_type="multipart/form-data"),
    "data json text": call("/", data='{"a": 1}', content_type="application/json"),
    "json": call("/", json={"a": [1, None, "ü"]}),
    "json list": call("/", json=[1, 2]),
    "json None": call("/", json=None),
    "json with type": call("/", json={"a": 1}, content_type="application/vnd.api+json"),
    "json and data": call("/", json={}, data="x"),
    "file tuple": upload(f=lambda: (BytesIO(b"abc"), "a.txt")),
    "file tuple with type": upload(f=lambda: (BytesIO(b"abc"), "a.bin", "image/png")),
    "file with umlaut": upload(f=lambda: (BytesIO(b"abc"), "zoë.txt")),
    "file without name": upload(f=lambda: BytesIO(b"abc")),
    "file and fields": upload(f=lambda: (BytesIO(b"abc"), "a.txt"), a=lambda: "1", n=lambda: 2),
    "files in a list": upload(f=lambda: [(BytesIO(b"a"), "a.txt"), (BytesIO(b"b"), "b.txt")]),
    "file storage": upload(f=lambda: FileStorage(BytesIO(b"abc"), filename="s.csv")),
    "file storage with type": upload(f=lambda: FileStorage(BytesIO(b"x"), "s.csv", content_type="text/x")),
    "open file": upload(f=lambda: HERE.with_name("__init__.py").open("rb")),
    "large file": upload(f=lambda: (BytesIO(b"0123456789" * 70_000), "large.bin")),
    "headers dict": call("/", headers={"X-A": "1", "Accept": "text/html"}),
    "headers list": call("/", headers=[("X-A", "1"), ("X-A", "2")]),
    "headers object": lambda: (("/",), {"headers": Headers([("X-A", "1")])}),
    "header content type": call("/", data="{}", headers={"Content-Type": "application/json"}),
    "header host": call("/", headers={"Host": "other.example"}),
    "header latin-1": call("/", headers={"X-A": "ü"}),
    "header user agent": call("/", headers={"User-Agent": "mine"}),
    "header cookie by hand": call("/", headers={"Cookie": "a=1"}),
    "base_url": call("/x", base_url="https://shop.example:8443/"),
    "base_url with root": call("/x", base_url="http://shop.example/root/"),
    "base_url with query": call("/x", base_url="http://shop.example/?a=1"),
    "base_url and subdomain": call("/x", base_url="http://shop.example/", subdomain="a"),
    "whole url": call("https://shop.example/x?a=1"),
    "url_scheme": call("/", url_scheme="https"),
    "subdomain": call("/", subdomain="api"),
    "auth tuple": call("/", auth=("user", "pass:ö")),
    "auth object": call("/", auth=Authorization("bearer", token="abc")),
    "environ_base address": call("/", environ_base={"REMOTE_ADDR": "10.0.0.1"}),
    "environ_base header": call("/", environ_base={"HTTP_X_FORWARDED_FOR": "1.2.3.4, 5.6.7.8"}),
    "environ_overrides address": call("/", environ_overrides={"REMOTE_ADDR": "10.0.0.2"}),
    "environ_overrides header": call("/", environ_overrides={"HTTP_HOST": "over.example", "HTTP_X_B": "2"}),
    "environ_overrides scheme": call("/", environ_overrides={"wsgi.url_scheme": "https"}),
    "environ_overrides server": call("/", environ_overrides={"SERVER_NAME": "s.example"}),
    "environ_overrides script name": call("/x", environ_overrides={"SCRIPT_NAME": "/app"}),
    "unknown argument": call("/", no_such_argument=1),
    "environ builder": lambda: ((werkzeug.test.EnvironBuilder("/b", data={"a": "1"}, method="POST"),), {}),
    "environ": lambda: ((werkzeug.test.EnvironBuilder("/b", query_string="a=1").get_environ(),), {}),
    "request": lambda: ((werkzeug.test.EnvironBuilder("/b", json={"a": 1}).get_request(),), {}),
}


async def answer(which: str, method: str, probe: Callable[[], Arguments], **config: Any) -> Any:
    args, kwargs = probe()
    async with make_twin(which, **config).client() as client:
        try:
            response = await getattr(client, method)(*args, **kwargs)
        except Exception as error:
            return type(error)
        response.request.environ["wsgi.input"].close()
        return response.status_code, response.get_json(), response.request.path


@pytest.mark.parametrize("name", PROBES)
@pytest.mark.parametrize("method", ["post", "get"])
@pytest.mark.parametrize("which", ["quart", "ours"])
async def test_a_request_reaches_the_view_as_from_flasks_client(which: str, name: str, method: str) -> None:
    method = "open" if name in {"environ builder", "environ", "request"} else method
    flask = await answer("flask", method, PROBES[name])
    assert await answer(which, method, PROBES[name]) == flask
    assert flask in (TypeError, ValueError, AssertionError) or flask[0] == 200


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
async def test_the_other_methods_carry_bodies(method: str) -> None:
    flask = await answer("flask", method, PROBES["data dict"])
    assert await answer("quart", method, PROBES["data dict"]) == flask
    assert flask[1]["method"] == method.upper()
    assert flask[1]["form"] == {"name": ["Zoë & co"], "empty": [""]}


@pytest.mark.parametrize(
    "config",
    [
        {"SERVER_NAME": "shop.example:5000"},
        {"PREFERRED_URL_SCHEME": "https"},
        {"APPLICATION_ROOT": "/shop"},
        {"SERVER_NAME": "shop.example", "PREFERRED_URL_SCHEME": "https", "APPLICATION_ROOT": "/a/b/"},
    ],
    ids=str,
)
@pytest.mark.parametrize("name", ["path", "subdomain", "whole url", "base_url", "header host"])
@pytest.mark.parametrize("which", ["quart", "ours"])
@pytest.mark.filterwarnings("ignore:Current server name")
async def test_the_configuration_gives_host_scheme_and_root(
    which: str, name: str, config: dict[str, str]
) -> None:
    flask = await answer("flask", "get", PROBES[name], **config)
    ours = await answer(which, "get", PROBES[name], **config)
    if which == "quart" and config.get("SERVER_NAME") and ours[0] == 404:
        # Plain Quart serves only the configured host, Flask any: the client has asked for the same.
        assert name in {"whole url", "base_url", "header host", "subdomain"}
        return
    assert ours == flask


async def test_a_url_without_a_path_asks_for_the_root_as_browsers_do() -> None:
    # Flask's client sends an empty path, which no browser does, and is redirected to "/".
    assert (await make_twin("flask").client().get("http://shop.example")).status_code == 308
    assert (await make_twin("quart").client().get("http://shop.example")).json["path"] == "/"


async def test_environ_base_of_the_client_goes_with_every_request() -> None:
    for which in ("flask", "quart"):
        client = make_twin(which).client()
        client.environ_base["HTTP_X_TOKEN"] = "t"
        client.environ_base["REMOTE_ADDR"] = "9.9.9.9"
        seen = (await client.get("/")).json
        assert (seen["headers"]["X-Token"], seen["remote_addr"]) == ("t", "9.9.9.9")


async def test_quarts_own_arguments_still_work() -> None:
    client = make_twin("quart").client()
    file = quart.datastructures.FileStorage(BytesIO(b"abc"), filename="a.txt")
    seen = (await client.post("/", form={"a": ["1", "2"], "n": 3}, files={"f": file})).json
    assert seen["form"] == {"a": ["1", "2"], "n": ["3"]}
    assert seen["files"] == {"f": [["a.txt", "text/plain", "abc"]]}
    assert (await client.post("/", form={"a": "1"})).json["form"] == {"a": ["1"]}
    assert (await client.get("/", scheme="https")).json["scheme"] == "https"
    assert (await client.get("/", scope_base={"client": ("8.8.8.8", 1)})).json["remote_addr"] == "8.8.8.8"
    assert (await client.get("/r/x", root_path="/r")).json["path"] == "/x"
    with pytest.raises(ValueError, match="'form' and 'files'"):
        await client.post("/", form={"a": "1"}, json={})


async def test_what_asgi_has_no_place_for_travels_in_the_scope() -> None:
    twin = make_twin("quart")

    @twin.route("/who")
    async def who() -> Any:
        return dict(quart.request.scope)["quart_app.environ"]

    response = await twin.client().get("/who", environ_overrides={"REMOTE_USER": "ann"})
    assert response.json == {"REMOTE_USER": "ann"}
