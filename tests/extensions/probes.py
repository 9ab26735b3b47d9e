"""One small application for each extension; what it answers shows whether the extension does its work."""

from __future__ import annotations

import asyncio
import io
import logging
import sys
import tempfile
import warnings
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import Any

from quart import render_template_string

import quart_app

Attempt = Callable[[Any, Any], Awaitable[bool]]


@dataclass(frozen=True)
class Probe:
    """An extension and how it is tried."""

    name: str
    module: str
    attempt: Attempt
    requires: tuple[str, ...]


PROBES: dict[str, Probe] = {}


def probe(distribution: str, module: str, *requires: str) -> Callable[[Attempt], Attempt]:
    """Register a function of an application and the extension's module that tells whether the extension works."""

    def register(attempt: Attempt) -> Attempt:
        PROBES[distribution] = Probe(distribution, module, attempt, (distribution, *requires))
        return attempt

    return register


async def ask(app: Any, path: str = "/", **options: Any) -> Any:
    """Return the answer of the application."""
    return await app.test_client().get(path, **options)


@probe("Flask-Compress", "flask_compress")
async def compress(app: Any, flask_compress: Any) -> bool:
    flask_compress.Compress(app)
    app.add_url_rule("/", "index", lambda: "x" * 3000)
    answer = await ask(app, headers={"Accept-Encoding": "gzip"})
    return answer.headers.get("Content-Encoding") == "gzip" and len(answer.data) < 100


@probe("Flask-Session", "flask_session", "cachelib")
async def session(app: Any, flask_session: Any) -> bool:
    from quart import session

    app.config |= {"SESSION_TYPE": "cachelib", "SESSION_CACHELIB": import_module("cachelib").SimpleCache()}
    flask_session.Session(app)

    def put() -> str:
        session["seen"] = "yes"
        return "put"

    app.add_url_rule("/set", "set", put)
    app.add_url_rule("/", "index", lambda: session.get("seen", "no"))
    client = app.test_client()
    await client.get("/set")
    return bool((await client.get("/")).text == "yes")


@probe("Flask-Admin", "flask_admin", "flask-sqlalchemy", "aiosqlite")
async def admin(app: Any, flask_admin: Any) -> bool:
    from quart_app.db import SQLAlchemy

    app.config |= {"SECRET_KEY": "k", "SQLALCHEMY_DATABASE_URI": "sqlite://"}
    db = SQLAlchemy(app)

    class Book(db.Model):  # type: ignore[name-defined,misc]
        id = db.Column(db.Integer, primary_key=True)
        title = db.Column(db.String(20))

    views = import_module("flask_admin.contrib.sqla")

    class Shut(views.ModelView):  # type: ignore[misc,name-defined]
        def is_accessible(self) -> bool:
            return False

    shown = flask_admin.Admin(app)
    shown.add_view(views.ModelView(Book, db.session))
    shown.add_view(Shut(Book, db.session, endpoint="shut"))
    async with app.app_context():
        await db.create_all()
    client = app.test_client()
    made = await client.post("/admin/book/new/", data={"title": "Emma"})
    changed = await client.post("/admin/book/edit/?id=1", data={"title": "Persuasion"})
    listed = (await client.get("/admin/book/")).text
    deleted = await client.post("/admin/book/delete/", data={"id": "1"})
    answers = [made, changed, deleted, await client.get("/admin/shut/")]
    async with app.app_context():
        left = await Book.query.count()
    return [a.status_code for a in answers] == [302, 302, 302, 403] and "Persuasion" in listed and left == 0


@probe("flasgger", "flasgger")
async def flasgger(app: Any, flasgger: Any) -> bool:
    flasgger.Swagger(app)

    async def view() -> str:
        """A page.
        ---
        responses:
          200:
            description: fine
        """
        return "a"

    app.add_url_rule("/a", "a", view)
    described = (await ask(app, "/apispec_1.json")).json
    return "/a" in described["paths"] and (await ask(app, "/apidocs/")).status_code == 200


@probe("flask-smorest", "flask_smorest")
async def smorest(app: Any, flask_smorest: Any) -> bool:
    import marshmallow

    class Item(marshmallow.Schema):
        number = marshmallow.fields.Int(required=True)

    app.config |= {"API_TITLE": "t", "API_VERSION": "1", "OPENAPI_VERSION": "3.0.2"}
    blueprint = flask_smorest.Blueprint("items", "items")

    def post(item: Any) -> Any:
        return item

    described = blueprint.arguments(Item)(blueprint.response(201, Item)(post))
    blueprint.route("/items", methods=["POST"])(described)
    flask_smorest.Api(app).register_blueprint(blueprint)
    client = app.test_client()
    good = await client.post("/items", json={"number": 1})
    bad = await client.post("/items", json={"number": "x"})
    return (good.status_code, good.json, bad.status_code) == (201, {"number": 1}, 422)


@probe("flask-paginate", "flask_paginate")
async def paginate(app: Any, flask_paginate: Any) -> bool:
    app.add_url_rule("/", "index", lambda: flask_paginate.Pagination(page=1, total=30, per_page=10).links)
    return "page=2" in (await ask(app)).text


@probe("Flask-Redis", "flask_redis")
async def redis(app: Any, flask_redis: Any) -> bool:
    client = flask_redis.FlaskRedis(app)
    return bool(client.connection_pool)


@probe("prometheus-flask-exporter", "prometheus_flask_exporter")
async def prometheus(app: Any, exporter: Any) -> bool:
    exporter.PrometheusMetrics(app)
    app.add_url_rule("/", "index", lambda: "x")
    await ask(app)
    return "flask_http_request_total" in (await ask(app, "/metrics")).text


@probe("flask-htmx", "flask_htmx")
async def htmx(app: Any, flask_htmx: Any) -> bool:
    htmx = flask_htmx.HTMX(app)
    app.add_url_rule("/", "index", lambda: str(bool(htmx)))
    return bool((await ask(app, headers={"HX-Request": "true"})).text == "True")


@probe("flask-seasurf", "flask_seasurf")
async def seasurf(app: Any, flask_seasurf: Any) -> bool:
    flask_seasurf.SeaSurf(app)
    app.add_url_rule("/", "index", lambda: "x", methods=["POST"])
    return bool((await app.test_client().post("/")).status_code == 403)


@probe("Flask-Minify", "flask_minify")
async def minify(app: Any, flask_minify: Any) -> bool:
    flask_minify.Minify(app=app)
    app.add_url_rule("/", "index", lambda: "<p>  a   </p>\n\n")
    return bool((await ask(app)).text == "<p> a </p>")


@probe("Flask-Pydantic", "flask_pydantic")
async def pydantic(app: Any, flask_pydantic: Any) -> bool:
    base: Any = import_module("pydantic").BaseModel
    body = type("Body", (base,), {"__annotations__": {"number": int}})

    def view(body: Any) -> Any:
        return {"number": body.number}

    view.__annotations__ = {"body": body}
    app.add_url_rule("/", "index", flask_pydantic.validate()(view), methods=["POST"])
    return bool((await app.test_client().post("/", json={"number": 1})).json == {"number": 1})


@probe("Flask-Injector", "flask_injector")
async def injector(app: Any, flask_injector: Any) -> bool:
    app.add_url_rule("/", "index", lambda: "x")
    flask_injector.FlaskInjector(app=app)
    return bool((await ask(app)).text == "x")


@probe("Flask-Dance", "flask_dance.contrib.github")
async def dance(app: Any, github: Any) -> bool:
    app.register_blueprint(
        github.make_github_blueprint(client_id="a", client_secret="b"), url_prefix="/login"
    )
    location: str = (await ask(app, "/login/github")).location
    return location.startswith("https://github.com/login/oauth/authorize")


@probe("Flask-APScheduler", "flask_apscheduler")
async def apscheduler(app: Any, flask_apscheduler: Any) -> bool:
    scheduler = flask_apscheduler.APScheduler()
    scheduler.api_enabled = True
    scheduler.init_app(app)
    scheduler.start()
    answer = await ask(app, "/scheduler")
    scheduler.shutdown()
    return bool(answer.json["running"])


@probe("Flask-Sitemap", "flask_sitemap")
async def sitemap(app: Any, flask_sitemap: Any) -> bool:
    app.config["SITEMAP_INCLUDE_RULES_WITHOUT_PARAMS"] = True
    flask_sitemap.Sitemap(app)
    app.add_url_rule("/about", "about", lambda: "x")
    return "/about" in (await ask(app, "/sitemap.xml")).text


@probe("Flask-QRcode", "flask_qrcode")
async def qrcode(app: Any, flask_qrcode: Any) -> bool:
    flask_qrcode.QRcode(app)
    app.add_url_rule("/", "index", lambda: render_template_string("{{ qrcode('a') }}"))
    return bool((await ask(app)).text.startswith("data:image/png;base64"))


@probe("Flask-Dropzone", "flask_dropzone")
async def dropzone(app: Any, flask_dropzone: Any) -> bool:
    flask_dropzone.Dropzone(app)
    app.add_url_rule("/", "index", lambda: render_template_string("{{ dropzone.load_css() }}"))
    return "stylesheet" in (await ask(app)).text


@probe("Flask-Bcrypt", "flask_bcrypt")
async def bcrypt(app: Any, flask_bcrypt: Any) -> bool:
    hasher = flask_bcrypt.Bcrypt(app)
    return bool(hasher.check_password_hash(hasher.generate_password_hash("a"), "a"))


@probe("Flask-Mailman", "flask_mailman")
async def mailman(app: Any, flask_mailman: Any) -> bool:
    app.testing = True
    flask_mailman.Mail(app)
    message = flask_mailman.EmailMessage("subject", "body", "a@example.org", ["b@example.org"])
    app.add_url_rule("/", "index", lambda: str(message.send()))
    return bool((await ask(app)).text == "1")


@probe("Flask-SSLify", "flask_sslify")
async def sslify(app: Any, flask_sslify: Any) -> bool:
    flask_sslify.SSLify(app)
    app.add_url_rule("/", "index", lambda: "x")
    return bool((await ask(app)).location.startswith("https://"))


@probe("Flask-Reuploaded", "flask_uploads")
async def uploads(app: Any, flask_uploads: Any) -> bool:
    from quart import request

    from quart_app.compat.uploads import UploadSet

    texts = UploadSet("texts", flask_uploads.TEXT)
    with tempfile.TemporaryDirectory() as folder:
        app.config["UPLOADED_TEXTS_DEST"] = folder
        flask_uploads.configure_uploads(app, texts)

        async def view() -> str:
            return str(texts.save((await request.files)["file"]))

        app.add_url_rule("/", "index", view, methods=["POST"])
        answer = await app.test_client().post("/", data={"file": (io.BytesIO(b"words"), "a.txt")})
        saved = await asyncio.to_thread(Path(folder, "a.txt").read_bytes)
        return bool(answer.text == "a.txt" and saved == b"words")


def works(one: Probe) -> str:
    """Return ``yes``, or what went wrong."""
    app = quart_app.Quart("probe")
    app.secret_key = "a key"
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            done = asyncio.run(asyncio.wait_for(one.attempt(app, import_module(one.module)), 30))
    except Exception as error:
        return f"no: {type(error).__name__}: {error}"
    return "yes" if done else "no: it did not do its work"


def main(names: list[str]) -> int:
    """Print a table."""
    logging.disable()
    print("| extension | version | works as it is |\n|---|---|---|")
    failed = 0
    for name in names:
        result = works(PROBES[name])
        failed += result != "yes"
        print(f"| {name} | {version(name)} | {result} |", flush=True)
    return min(failed, 1)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
