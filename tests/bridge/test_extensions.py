"""Extensions of Flask that stay: set up with our application, they work as they are, around coroutine functions too."""

# mypy: disable-error-code="untyped-decorator, no-untyped-call, misc, attr-defined"

from __future__ import annotations

import asyncio
import base64
import functools
import io
import warnings
from pathlib import Path
from typing import Any

import flask
import flask_avatars
import flask_babel
import flask_bootstrap
import flask_caching
import flask_ckeditor
import flask_cors
import flask_debugtoolbar
import flask_httpauth
import flask_jwt_extended
import flask_limiter
import flask_mail
import flask_moment
import flask_pagedown
import flask_talisman
import pytest
import quart
from flask_limiter.util import get_remote_address

from quart_app import Quart
from quart_app.bridge import sync_decorator


@pytest.fixture
def app() -> Any:
    app = Quart(__name__)
    app.config.update(TESTING=True, SECRET_KEY="a key that is long enough for HS256 to be content")
    return app


async def page(app: Any, source: str) -> str:
    """What a template answers that a coroutine renders."""

    @app.route("/page")
    async def view() -> str:
        return await quart.render_template_string(source)

    response = await app.test_client().get("/page")
    assert response.status_code == 200
    return str(response.text)


async def test_bootstrap_flask(app: Any) -> None:
    flask_bootstrap.Bootstrap5(app)
    app.config["BOOTSTRAP_SERVE_LOCAL"] = True
    text = await page(
        app,
        "{% from 'bootstrap5/nav.html' import render_nav_item %}"
        "{{ bootstrap.load_css() }}{{ render_nav_item('view', 'Here') }}",
    )
    assert "/bootstrap/static/css/bootstrap.min.css" in text
    assert 'href="/page"' in text
    static = await app.test_client().get("/bootstrap/static/css/bootstrap.min.css")
    assert static.status_code == 200
    assert static.mimetype == "text/css"
    assert len(static.data) > 10_000


async def test_moment(app: Any) -> None:
    flask_moment.Moment(app)
    text = await page(app, "{{ moment.include_moment() }}{{ moment().format('L') }}")
    assert "moment.js" in text
    assert "data-format" in text


async def test_pagedown(app: Any) -> None:
    flask_pagedown.PageDown(app)
    assert "<script" in await page(app, "{{ pagedown.html_head() }}")


async def test_ckeditor(app: Any) -> None:
    flask_ckeditor.CKEditor(app)
    text = await page(app, "{{ ckeditor.load() }}{{ ckeditor.config(name='body') }}")
    assert "ckeditor.js" in text
    assert "'body'" in text or '"body"' in text

    @app.post("/upload")
    async def upload() -> Any:
        return flask_ckeditor.upload_success("/there", "a.png")

    assert (await app.test_client().post("/upload")).json["url"] == "/there"


async def test_avatars(app: Any) -> None:
    flask_avatars.Avatars(app)
    text = await page(app, "{{ avatars.gravatar('0' * 32) }} {{ avatars.default() }}")
    assert "gravatar.com/avatar/0000" in text
    assert "/avatars/static/default/" in text


async def test_a_picture_is_saved_by_the_library(tmp_path: Path) -> None:
    app = Quart(__name__)
    app.config["AVATARS_SAVE_PATH"] = str(tmp_path)
    avatars = flask_avatars.Avatars(app)

    @app.post("/")
    async def upload() -> Any:
        return avatars.save_avatar((await quart.request.files)["f"])

    answer = await app.test_client().post("/", data={"f": (io.BytesIO(b"picture"), "a.png")})
    assert (tmp_path / answer.text).read_bytes() == b"picture"


@pytest.mark.parametrize("kind", ["sync", "async"])
async def test_mail(app: Any, kind: str) -> None:
    mail = flask_mail.Mail(app)

    def send() -> None:
        mail.send(
            flask_mail.Message("Hello", sender="a@example.com", recipients=["b@example.com"], body="text")
        )

    async def send_async() -> str:
        await asyncio.sleep(0)
        send()
        return "sent"

    def send_sync() -> str:
        send()
        return "sent"

    app.add_url_rule("/", "view", send_async if kind == "async" else send_sync)
    with mail.record_messages() as outbox:
        assert (await app.test_client().get("/")).text == "sent"
    assert [message.subject for message in outbox] == ["Hello"]


async def test_mail_in_a_thread(app: Any) -> None:
    mail = flask_mail.Mail(app)

    def send() -> None:
        with app.app_context():
            mail.send(flask_mail.Message("Hello", sender="a@example.com", recipients=["b@example.com"]))

    with mail.record_messages() as outbox:
        await asyncio.to_thread(send)
    assert len(outbox) == 1


async def test_caching_values(app: Any) -> None:
    app.config["CACHE_TYPE"] = "SimpleCache"
    cache = flask_caching.Cache(app)

    @app.route("/")
    async def view() -> str:
        count = (cache.get("count") or 0) + 1
        cache.set("count", count)
        return str(count)

    client = app.test_client()
    assert [(await client.get("/")).text for _ in range(3)] == ["1", "2", "3"]


@pytest.mark.parametrize("kind", ["sync", "async", "sync_decorator"])
async def test_caching_views(app: Any, kind: str) -> None:
    app.config["CACHE_TYPE"] = "SimpleCache"
    cache = flask_caching.Cache(app)
    calls: list[str] = []

    async def asynchronous() -> str:
        await asyncio.sleep(0)
        calls.append(quart.request.path)
        return str(len(calls))

    def synchronous() -> str:
        calls.append(flask.request.path)
        return str(len(calls))

    decorator = cache.cached(timeout=60)
    view: Any = {
        "sync": lambda: decorator(synchronous),
        "async": lambda: decorator(asynchronous),
        "sync_decorator": lambda: sync_decorator(decorator)(asynchronous),
    }[kind]()
    app.add_url_rule("/", "view", view)
    app.add_url_rule("/other", "other", view)
    client = app.test_client()
    assert [(await client.get("/")).text for _ in range(3)] == ["1", "1", "1"]
    assert (await client.get("/other")).text == "2"


async def test_memoizing_a_coroutine_function(app: Any) -> None:
    app.config["CACHE_TYPE"] = "SimpleCache"
    cache = flask_caching.Cache(app)
    calls: list[int] = []

    @sync_decorator(cache.memoize(60))
    async def double(number: int) -> int:
        await asyncio.sleep(0)
        calls.append(number)
        return 2 * number

    @app.route("/<int:number>")
    async def view(number: int) -> str:
        return str(await double(number))

    client = app.test_client()
    assert [(await client.get(f"/{n}")).text for n in (1, 1, 2)] == ["2", "2", "4"]
    assert calls == [1, 2]
    async with app.app_context():
        cache.delete_memoized(double, 1)
    assert (await client.get("/1")).text == "2"
    assert calls == [1, 2, 1]


@pytest.mark.parametrize("kind", ["sync", "async"])
async def test_limiter(app: Any, kind: str) -> None:
    limiter = flask_limiter.Limiter(
        get_remote_address, app=app, default_limits=["3/hour"], storage_uri="memory://", headers_enabled=True
    )

    async def asynchronous() -> str:
        await asyncio.sleep(0)
        return "ok"

    def synchronous() -> str:
        return "ok"

    given: Any = asynchronous if kind == "async" else synchronous
    app.add_url_rule("/limited", "limited", limiter.limit("2/hour")(given))

    @app.route("/default")
    async def default() -> str:
        return "ok"

    client = app.test_client()
    responses = [await client.get("/limited") for _ in range(3)]
    assert [r.status_code for r in responses] == [200, 200, 429]
    assert responses[0].headers["X-RateLimit-Remaining"] == "1"
    assert [(await client.get("/default")).status_code for _ in range(4)] == [200, 200, 200, 429]


async def test_limits_of_a_blueprint(app: Any) -> None:
    limiter = flask_limiter.Limiter(
        get_remote_address, app=app, default_limits=["3/hour"], storage_uri="memory://"
    )
    limited, free = quart.Blueprint("limited", __name__), quart.Blueprint("free", __name__)
    assert sync_decorator(limiter.limit("1/hour"))(limited) is limited
    assert sync_decorator(limiter.exempt)(free) is free

    @limited.route("/limited")
    async def one() -> str:
        return "ok"

    @free.route("/free")
    async def two() -> str:
        return "ok"

    app.register_blueprint(limited)
    app.register_blueprint(free)
    client = app.test_client()
    assert [(await client.get("/limited")).status_code for _ in range(2)] == [200, 429]
    assert {(await client.get("/free")).status_code for _ in range(5)} == {200}


async def test_what_a_blueprint_is_exempt_from(app: Any) -> None:
    limiter = flask_limiter.Limiter(
        get_remote_address,
        app=app,
        default_limits=["1/hour"],
        application_limits=["2/hour"],
        storage_uri="memory://",
    )
    free = quart.Blueprint("free", __name__)
    flags = flask_limiter.ExemptionScope.DEFAULT
    assert sync_decorator(limiter.exempt)(free, flags=flags) is free

    @free.route("/free")
    async def view() -> str:
        return "ok"

    app.register_blueprint(free)
    client = app.test_client()
    assert [(await client.get("/free")).status_code for _ in range(3)] == [200, 200, 429]


async def test_jwt_extended(app: Any) -> None:
    jwt = flask_jwt_extended.JWTManager(app)
    app.config["JWT_SECRET_KEY"] = app.secret_key

    @jwt.user_lookup_loader
    def load(_header: Any, data: dict[str, Any]) -> str:
        return "user " + str(data["sub"])

    @app.post("/login")
    async def login() -> Any:
        name = (await quart.request.get_json())["name"]
        return quart.jsonify(token=flask_jwt_extended.create_access_token(identity=name))

    @app.get("/me")
    @flask_jwt_extended.jwt_required()
    async def me() -> str:
        await asyncio.sleep(0)
        return f"{flask_jwt_extended.get_jwt_identity()} {flask_jwt_extended.current_user}"

    client = app.test_client()
    token = (await client.post("/login", json={"name": "ann"})).json["token"]
    response = await client.get("/me", headers={"Authorization": f"Bearer {token}"})
    assert (response.status_code, response.text) == (200, "ann user ann")
    app.testing = False
    missing = await client.get("/me")
    assert (missing.status_code, missing.json) == (401, {"msg": "Missing Authorization Header"})
    assert (await client.get("/me", headers={"Authorization": "Bearer x.y.z"})).status_code == 422


@pytest.mark.parametrize("kind", ["sync", "async"])
async def test_httpauth(app: Any, kind: str) -> None:
    auth = flask_httpauth.HTTPBasicAuth()

    def known(name: str, password: str) -> str | None:
        return name if password == "right" else None

    async def known_async(name: str, password: str) -> str | None:
        await asyncio.sleep(0)
        return known(name, password)

    auth.verify_password(known_async if kind == "async" else known)

    @auth.error_handler
    async def refused(status: int) -> Any:
        await asyncio.sleep(0)
        return quart.jsonify(error="no"), status

    @app.route("/")
    @auth.login_required
    async def view() -> str:
        await asyncio.sleep(0)
        return f"{auth.current_user()} {flask.g.flask_httpauth_user}"

    def header(password: str) -> dict[str, str]:
        return {"Authorization": "Basic " + base64.b64encode(f"ann:{password}".encode()).decode()}

    client = app.test_client()
    response = await client.get("/", headers=header("right"))
    assert (response.status_code, response.text) == (200, "ann ann")
    response = await client.get("/", headers=header("wrong"))
    assert (response.status_code, response.json) == (401, {"error": "no"})
    assert response.headers["WWW-Authenticate"].startswith("Basic")
    assert (await client.get("/")).status_code == 401


async def test_httpauth_with_its_own_answer(app: Any) -> None:
    auth = flask_httpauth.HTTPTokenAuth()
    auth.verify_token(lambda token: token == "t")
    app.add_url_rule("/", "view", auth.login_required(lambda: "ok"))
    client = app.test_client()
    assert (await client.get("/", headers={"Authorization": "Bearer t"})).text == "ok"
    response = await client.get("/")
    assert (response.status_code, response.text) == (401, "Unauthorized Access")


async def test_babel(app: Any) -> None:
    flask_babel.Babel(app, locale_selector=lambda: flask.request.args.get("lang", "en"))

    @app.route("/")
    async def view() -> str:
        await asyncio.sleep(0)
        return str(flask_babel.format_decimal(1234.5)) + await quart.render_template_string(
            " {{ 0.5|percentformat }} {{ _('Hello') }}"
        )

    client = app.test_client()
    english, german = await asyncio.gather(client.get("/"), client.get("/?lang=de"))
    assert english.text == "1,234.5 50% Hello"
    assert german.text == "1.234,5 50\N{NO-BREAK SPACE}% Hello"


async def test_talisman(app: Any) -> None:
    flask_talisman.Talisman(app)
    app.add_url_rule("/", "view", lambda: "ok")
    client = app.test_client()
    response = await client.get("/")
    assert (response.status_code, response.headers["Location"]) == (302, "https://localhost/")
    response = await client.get("/", base_url="https://localhost")
    assert response.text == "ok"
    assert "default-src 'self'" in response.headers["Content-Security-Policy"]


async def test_marshmallow(app: Any) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter(
            "ignore"
        )  # it misses marshmallow-sqlalchemy where Flask-SQLAlchemy is installed
        import flask_marshmallow
    ma: Any = flask_marshmallow.Marshmallow(app)

    class BookSchema(ma.Schema):
        class Meta:
            fields = ("id", "links")

        id = ma.Int()
        links = ma.Hyperlinks({"self": ma.URLFor("book", values={"id": "<id>"})})

    @app.route("/<int:id>")
    async def book(id: int) -> Any:
        return BookSchema().jsonify({"id": id})

    assert (await app.test_client().get("/3")).json == {"id": 3, "links": {"self": "/3"}}


async def test_a_flask_blueprint_of_an_extension(app: Any, tmp_path: Path) -> None:
    (tmp_path / "static").mkdir()
    (tmp_path / "static" / "a.css").write_text("a {}")
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "own.html").write_text("{{ request.path }} {{ url_for('.page') }} {{ more }}")
    blueprint = flask.Blueprint(
        "own", "own", root_path=str(tmp_path), static_folder="static", template_folder="templates"
    )

    @blueprint.route("/page")
    def page() -> str:
        return flask.render_template("own.html")

    @blueprint.app_context_processor
    def more() -> dict[str, str]:
        return {"more": flask.request.endpoint or ""}

    @blueprint.errorhandler(LookupError)
    def lost(error: Exception) -> Any:
        return flask.jsonify(error=str(error)), 404

    @blueprint.route("/lost")
    def raising() -> Any:
        raise LookupError("gone")

    app.register_blueprint(blueprint, url_prefix="/own")
    client = app.test_client()
    assert (await client.get("/own/page")).text == "/own/page /own/page own.page"
    assert (await client.get("/own/static/a.css")).text == "a {}"
    assert (await client.get("/own/lost")).json == {"error": "gone"}


async def test_cors(app: Any) -> None:
    flask_cors.CORS(app, resources={r"/api/*": {"origins": "https://one.example"}})
    app.testing = False

    @app.route("/api/a")
    async def everywhere() -> str:
        return "a"

    @app.route("/api/error")
    async def failing() -> str:
        raise ValueError

    @app.route("/b")
    @sync_decorator(flask_cors.cross_origin())
    async def one() -> str:
        await asyncio.sleep(0)
        return "b"

    client = app.test_client()
    allowed = {}
    for path in ("/api/a", "/api/missing", "/api/error", "/b"):
        response = await client.get(path, headers={"Origin": "https://one.example"})
        allowed[path] = (response.status_code, response.headers.get("Access-Control-Allow-Origin"))
    assert allowed == {
        "/api/a": (200, "https://one.example"),
        "/api/missing": (404, "https://one.example"),
        "/api/error": (500, "https://one.example"),
        "/b": (200, "https://one.example"),
    }
    asked = {"Origin": "https://one.example", "Access-Control-Request-Method": "GET"}
    assert (await client.options("/api/a", headers=asked)).headers["Access-Control-Allow-Methods"]


async def test_the_debug_toolbar_stays_away(app: Any) -> None:
    app.debug = True
    flask_debugtoolbar.DebugToolbarExtension(app)
    assert await page(app, "<body>page</body>") == "<body>page</body>"


@pytest.mark.parametrize("debug", [False, True])
async def test_assets_are_named_in_templates(app: Any, tmp_path: Path, debug: bool) -> None:
    flask_assets = pytest.importorskip("flask_assets")
    (tmp_path / "a.css").write_text("a {}", encoding="utf-8")
    (tmp_path / "b.css").write_text("b {}", encoding="utf-8")
    app.static_folder = str(tmp_path)
    app.config["ASSETS_DEBUG"] = debug
    flask_assets.Environment(app).register("all", "a.css", "b.css", output="all.css")
    names = await page(app, "{% assets 'all' %}[{{ ASSET_URL.partition('?')[0] }}]{% endassets %}")
    assert names == ("[/static/a.css][/static/b.css]" if debug else "[/static/all.css]")
    assert debug or (tmp_path / "all.css").read_text(encoding="utf-8").split() == ["a", "{}", "b", "{}"]


async def test_memoizing_a_wrapper_that_hands_on_a_coroutine(app: Any) -> None:
    app.config["CACHE_TYPE"] = "SimpleCache"
    cache = flask_caching.Cache(app)
    calls: list[int] = []

    async def double(number: int) -> int:
        calls.append(number)
        return 2 * number

    @functools.wraps(double)
    def handing(number: int) -> Any:
        return double(number)

    kept = sync_decorator(cache.memoize(60))(handing)

    @app.route("/<int:number>")
    async def view(number: int) -> str:
        return str(await kept(number))

    client = app.test_client()
    assert [(await client.get(f"/{n}")).text for n in (1, 1, 2)] == ["2", "2", "4"]
    assert calls == [1, 2]
