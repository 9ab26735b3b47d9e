"""Names that older versions had: they do what they did there."""

from __future__ import annotations

import asyncio
import datetime
import decimal
import hashlib
import hmac
from typing import Any

import pytest
from quart import Blueprint, jsonify, request
from werkzeug.datastructures import ImmutableMultiDict, MultiDict
from werkzeug.exceptions import NotFound

from quart_app import Quart
from quart_app.compat import python2, security, urls
from quart_app.compat.debugtoolbar import DebugToolbarExtension
from quart_app.compat.first_request import before_app_first_request
from quart_app.compat.json import JSONDecoder, JSONEncoder
from quart_app.compat.paths import safe_join
from quart_app.compat.stacks import _app_ctx_stack, _request_ctx_stack

# -- urls: the expected values are those of Werkzeug 2.2


def test_a_url_is_taken_apart_and_put_together() -> None:
    url = urls.url_parse("http://us%65r:p@%45xample.org:80/a?b=1&b=2#c".replace("%45", "E"))
    assert url == ("http", "us%65r:p@Example.org:80", "/a", "b=1&b=2", "c")
    assert (url.host, url.port, url.auth) == ("example.org", 80, "us%65r:p")
    assert (url.username, url.raw_username, url.password) == ("user", "us%65r", "p")
    assert url.decode_query().getlist("b") == ["1", "2"]
    assert url.replace(scheme="https").to_url() == str(url).replace("http:", "https:")
    assert url.join("/other") == urls.url_parse("http://us%65r:p@Example.org:80/other")
    assert urls.url_parse(b"/next").netloc == ""
    assert urls.url_parse("http://b\xfccher.example/").ascii_host == "xn--bcher-kva.example"
    assert urls.url_parse("//a:port").port is None


def test_text_is_quoted_and_unquoted() -> None:
    assert urls.url_quote("/a b:\xfc?") == "/a%20b:%C3%BC%3F"
    assert urls.url_quote(b"/a", unsafe="/") == "%2Fa"
    assert urls.url_quote_plus("a b/") == "a+b%2F"
    assert urls.url_unquote("a%20b+c") == "a b+c"
    assert urls.url_unquote_plus("a%20b+c") == "a b c"
    assert urls.url_fix("http://a.example/x y?q=z \xfc#f") == "http://a.example/x%20y?q=z+%C3%BC#f"


def test_a_query_is_made_and_read() -> None:
    assert urls.url_encode({"b": [1, "\xfc"], "a": None, "c": "x y"}) == "b=1&b=%C3%BC&c=x+y"
    assert urls.url_encode([("b", 1), ("a", 2)], sort=True) == "a=2&b=1"
    assert urls.url_decode("a=1&a=2&b") == MultiDict([("a", "1"), ("a", "2"), ("b", "")])
    assert urls.url_decode(b"a=1&b", include_empty=False, cls=ImmutableMultiDict).to_dict() == {"a": "1"}
    assert urls.url_join("http://a.example/b/", "c") == "http://a.example/b/c"


# -- security

#: As Werkzeug before 2.3 made them of "secret".
OLD_HASHES = [
    "plain$$secret",
    "sha256$salt$" + hmac.new(b"salt", b"secret", "sha256").hexdigest(),
    "md5$$" + hashlib.md5(b"secret").hexdigest(),
    "pbkdf2:sha256:1000$salt$" + hashlib.pbkdf2_hmac("sha256", b"secret", b"salt", 1000).hex(),
]


@pytest.mark.parametrize("stored", OLD_HASHES)
def test_old_hashes_are_still_checked(stored: str) -> None:
    assert security.check_password_hash(stored, "secret")
    assert not security.check_password_hash(stored, "Secret")


@pytest.mark.parametrize("method", ["sha256", "hmac:sha1", "plain", "pbkdf2:sha256", "scrypt"])
def test_a_password_is_hashed_with_a_method_that_exists(method: str) -> None:
    made = security.generate_password_hash("secret", method=method)
    assert made.startswith(("scrypt:", "pbkdf2:sha256:"))
    assert security.check_password_hash(made, "secret")


@pytest.mark.parametrize("stored", [None, "", "nothing", "sha256$salt"])
def test_what_is_no_hash_fits_nothing(stored: str | None) -> None:
    assert not security.check_password_hash(stored, "secret")


def test_secrets_are_compared() -> None:
    assert security.safe_str_cmp("\xfc", "\xfc".encode())
    assert not security.safe_str_cmp("a", "b")
    assert security.pbkdf2_hex("a", "b", 1, 4, "sha1") == security.pbkdf2_bin(b"a", b"b", 1, 4, "sha1").hex()


# -- paths, contexts


def test_a_path_that_leads_out_is_not_found() -> None:
    assert safe_join("/a", "b", "c") == "/a/b/c"
    with pytest.raises(NotFound):
        safe_join("/a", "../b")


async def test_the_stacks_know_the_current_context() -> None:
    app = Quart(__name__)
    async with app.test_request_context("/"):
        assert _app_ctx_stack.top.app is app
        assert _request_ctx_stack.top.request.path == "/"
    assert _app_ctx_stack.top is None
    assert _request_ctx_stack.top is None


# -- the application


async def test_an_encoder_and_a_decoder_of_the_application_are_used() -> None:
    class Encoder(JSONEncoder):
        def default(self, o: Any) -> Any:
            return ["set", *sorted(o)] if isinstance(o, set) else super().default(o)

    class Decoder(JSONDecoder):
        def __init__(self, **options: Any) -> None:
            super().__init__(parse_int=decimal.Decimal, **options)

    app = Quart(__name__)
    app.json_encoder, app.json_decoder = Encoder, Decoder  # type: ignore[attr-defined]

    @app.post("/")
    async def view() -> Any:
        number = (await request.get_json())["number"]
        assert isinstance(number, decimal.Decimal)
        return jsonify(b={1}, a=datetime.date(2026, 1, 2), number=number)

    response = await app.test_client().post("/", json={"number": 3})
    assert response.json == {"a": "Fri, 02 Jan 2026 00:00:00 GMT", "b": ["set", 1], "number": "3"}
    assert response.get_data(as_text=True).index('"a"') < response.get_data(as_text=True).index('"b"')


async def test_the_old_settings_of_json_count() -> None:
    app = Quart(__name__)
    app.config.update(JSON_SORT_KEYS=False, JSON_AS_ASCII=False, JSONIFY_MIMETYPE="application/vnd.api+json")

    @app.get("/")
    async def view() -> Any:
        return jsonify(b="\xfc", a=1)

    response = await app.test_client().get("/")
    assert response.get_data(as_text=True) == '{"b":"\xfc","a":1}\n'
    assert response.mimetype == "application/vnd.api+json"


async def test_functions_are_called_once_before_the_first_request() -> None:
    app = Quart(__name__)
    blueprint = Blueprint("part", __name__)
    called: list[str] = []

    @app.before_first_request
    async def waits() -> None:
        await asyncio.sleep(0)
        called.append(f"app {request.path}")

    @before_app_first_request(blueprint)
    def plain() -> None:
        called.append("blueprint")

    app.register_blueprint(blueprint)
    app.add_url_rule("/", view_func=lambda: str(len(called)))
    client = app.test_client()
    answers = await asyncio.gather(*(client.get("/") for _ in range(5)))
    assert [answer.text for answer in answers] == ["2"] * 5
    assert called == ["app /", "blueprint"]


async def test_what_fails_before_the_first_request_is_called_again() -> None:
    app = Quart(__name__)
    called: list[int] = []

    @app.before_first_request
    def fails_once() -> None:
        called.append(1)
        if len(called) == 1:
            raise LookupError

    app.add_url_rule("/", view_func=lambda: "ok")
    client = app.test_client()
    assert [(await client.get("/")).status_code for _ in range(3)] == [500, 200, 200]
    assert len(called) == 2


# -- python2


def test_the_words_for_two_pythons_are_those_of_one() -> None:
    assert isinstance("a", python2.string_types)
    assert python2.text_type is str
    assert dict(python2.iteritems({"a": 1})) == {"a": 1}
    assert [*python2.iterkeys({"a": 1}), *python2.itervalues({"a": 1})] == ["a", 1]


def test_a_class_has_its_metaclass_and_bases() -> None:
    class Meta(type):
        pass

    class Base:
        pass

    class Made(python2.with_metaclass(Meta, Base)):  # type: ignore[misc]
        pass

    assert type(Made) is Meta
    assert Made.__mro__ == (Made, Base, object)


def test_an_error_is_raised_again() -> None:
    with pytest.raises(KeyError, match="lost"):
        python2.reraise(KeyError, KeyError("lost"))


# -- debugtoolbar


async def test_the_toolbar_that_is_switched_on_leaves_views_alone() -> None:
    app = Quart(__name__)
    app.config.update(DEBUG_TB_ENABLED=True, SECRET_KEY="x")
    DebugToolbarExtension().init_app(app)

    @app.get("/")
    async def page() -> str:
        return "<body>page</body>"

    assert (await app.test_client().get("/")).text == "<body>page</body>"
    assert app.config["DEBUG_TB_ENABLED"] is True
