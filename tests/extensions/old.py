"""Extensions that nobody keeps up: they ask for names that are gone, and get what stands in for them."""

from __future__ import annotations

import asyncio
import sys
import tempfile
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from quart import render_template_string

from .probes import ask, main, probe


@probe("Flask-JWT", "flask_jwt")
async def jwt(app: Any, flask_jwt: Any) -> bool:
    flask_jwt.JWT(app, lambda name, password: SimpleNamespace(id=name), lambda payload: payload["identity"])

    async def view() -> str:
        await asyncio.sleep(0)
        return str(flask_jwt.current_identity)

    app.add_url_rule("/", "index", flask_jwt.jwt_required()(view))
    client = app.test_client()
    token = (await client.post("/auth", json={"username": "ann", "password": "x"})).json["access_token"]
    refused = await client.get("/")
    answer = await client.get("/", headers={"Authorization": f"JWT {token}"})
    return (refused.status_code, answer.text) == (401, "ann")


@probe("Flask-MongoEngine", "flask_mongoengine", "mongomock")
async def mongoengine(app: Any, flask_mongoengine: Any) -> bool:
    client = import_module("mongomock").MongoClient
    app.config["MONGODB_SETTINGS"] = {
        "db": "x",
        "mongo_client_class": client,
        "uuidRepresentation": "standard",
    }
    db: Any = flask_mongoengine.MongoEngine(app)
    document: Any = type("Page", (db.Document,), {"title": db.StringField(), "__module__": __name__})
    document(title="first").save()
    form = import_module("flask_mongoengine.wtf").model_form(document)

    async def view() -> Any:
        pages = document.objects.paginate(page=1, per_page=5)
        fields = list(form(meta={"csrf": False})._fields)
        return {"titles": [page.title for page in pages.items], "fields": fields}

    app.add_url_rule("/", "index", view)
    app.add_url_rule("/none", "none", lambda: document.objects.get_or_404(title="second"))
    answer: Any = (await ask(app)).json
    none: Any = await ask(app, "/none")
    return bool(answer == {"titles": ["first"], "fields": ["title"]} and none.status_code == 404)


@probe("Flask-Gravatar", "flask_gravatar")
async def gravatar(app: Any, flask_gravatar: Any) -> bool:
    flask_gravatar.Gravatar(app)
    app.add_url_rule("/", "index", lambda: render_template_string("{{ 'a@example.org' | gravatar }}"))
    return "gravatar.com/avatar/" in (await ask(app)).text


@probe("Flask-Markdown", "flaskext.markdown")
async def markdown(app: Any, flask_markdown: Any) -> bool:
    flask_markdown.Markdown(app)
    app.add_url_rule("/", "index", lambda: render_template_string("{{ '*a*' | markdown }}"))
    return "<em>a</em>" in (await ask(app)).text


@probe("Flask-Bootstrap", "flask_bootstrap")
async def bootstrap(app: Any, flask_bootstrap: Any) -> bool:
    flask_bootstrap.Bootstrap(app)
    app.add_url_rule("/", "index", lambda: render_template_string("{% extends 'bootstrap/base.html' %}"))
    return "bootstrap.min.css" in (await ask(app)).text


@probe("Flask-Nav", "flask_nav")
async def nav(app: Any, flask_nav: Any) -> bool:
    elements = import_module("flask_nav.elements")
    navigation = flask_nav.Nav()
    navigation.register_element("top", elements.Navbar("Site", elements.View("Home", "index")))
    navigation.init_app(app)
    app.add_url_rule("/", "index", lambda: render_template_string("{{ nav.top.render() }}"))
    return 'href="/"' in (await ask(app)).text


@probe("Flask-FlatPages", "flask_flatpages")
async def flatpages(app: Any, flask_flatpages: Any) -> bool:
    with tempfile.TemporaryDirectory() as folder:
        text = "title: Hello\n\n*body*"
        await asyncio.to_thread(Path(folder, "a.md").write_text, text, encoding="utf-8")
        app.config |= {"FLATPAGES_ROOT": folder, "FLATPAGES_EXTENSION": ".md"}
        pages = flask_flatpages.FlatPages(app)
        app.add_url_rule("/", "index", lambda: pages.get_or_404("a").html)
        app.add_url_rule("/none", "none", lambda: pages.get_or_404("b").html)
        return "<em>body</em>" in (await ask(app)).text and (await ask(app, "/none")).status_code == 404


@probe("Flask-Classful", "flask_classful")
async def classful(app: Any, flask_classful: Any) -> bool:
    return await _class_of_views(app, flask_classful.FlaskView)


@probe("Flask-Classy", "flask_classy")
async def classy(app: Any, flask_classy: Any) -> bool:
    return await _class_of_views(app, flask_classy.FlaskView)


async def _class_of_views(app: Any, base: Any) -> bool:
    methods = {"index": lambda self: "all", "get": lambda self, id: f"one {id}", "__module__": __name__}
    views: Any = type("QuotesView", (base,), methods)
    views.register(app)
    answers = [(await ask(app, path, follow_redirects=True)).text for path in ("/quotes/", "/quotes/7")]
    return answers == ["all", "one 7"]


@probe("Flask-Images", "flask_images")
async def images(app: Any, flask_images: Any) -> bool:
    flask_images.Images(app)
    app.add_url_rule("/", "index", lambda: render_template_string("{{ resized_img_src('a.png', width=9) }}"))
    return "/imgsizer/" in (await ask(app)).text


@probe("Flask-Themes2", "flask_themes2")
async def themes(app: Any, flask_themes2: Any) -> bool:
    flask_themes2.Themes(app, app_identifier="x")
    return "_themes" in app.blueprints


@probe("Flask-Mobility", "flask_mobility")
async def mobility(app: Any, flask_mobility: Any) -> bool:
    flask_mobility.Mobility(app)
    g: Any = import_module("quart").g
    app.add_url_rule("/", "index", lambda: str(g.is_mobile))
    return bool((await ask(app, headers={"User-Agent": "iPhone"})).text == "True")


@probe("Flask-Heroku", "flask_heroku")
async def heroku(app: Any, flask_heroku: Any) -> bool:
    flask_heroku.Heroku(app)
    return "SQLALCHEMY_DATABASE_URI" in app.config


@probe("Flask-Sijax", "flask_sijax")
async def sijax(app: Any, flask_sijax: Any) -> bool:
    flask_sijax.Sijax(app)
    flask: Any = import_module("flask")
    app.add_url_rule("/", "index", lambda: str(flask.g.sijax.is_sijax_request))
    return bool((await ask(app)).text == "False")


@probe("Flask-Elasticsearch", "flask_elasticsearch", "elasticsearch<8")
async def elasticsearch(app: Any, flask_elasticsearch: Any) -> bool:
    app.config["ELASTICSEARCH_HOST"] = "localhost:9"
    search = flask_elasticsearch.FlaskElasticsearch(app)
    app.add_url_rule("/", "index", lambda: type(search.indices).__name__)
    return bool((await ask(app)).text == "IndicesClient")


@probe("Flask-Rebar", "flask_rebar", "marshmallow<4")
async def rebar(app: Any, flask_rebar: Any) -> bool:
    rebar = flask_rebar.Rebar()
    registry = rebar.create_handler_registry()
    registry.handles(rule="/a", method="GET")(lambda: {"a": 1})
    rebar.init_app(app)
    return bool((await ask(app, "/a")).json == {"a": 1})


@probe("Flask-JSONRPC", "flask_jsonrpc", "pydantic")
async def jsonrpc(app: Any, flask_jsonrpc: Any) -> bool:
    rpc = flask_jsonrpc.JSONRPC(app, "/api")

    def add(a: int, b: int) -> int:
        return a + b

    add.__annotations__ = {"a": int, "b": int, "return": int}
    rpc.method("add")(add)
    body = {"jsonrpc": "2.0", "id": 1, "method": "add", "params": [1, 2]}
    return bool((await app.test_client().post("/api", json=body)).json["result"] == 3)


@probe("Flask-OAuthlib", "flask_oauthlib.client")
async def oauthlib(app: Any, client: Any) -> bool:
    site = client.OAuth(app).remote_app(
        "site",
        consumer_key="a",
        consumer_secret="b",
        base_url="https://example.org/",
        access_token_url="https://example.org/token",
        authorize_url="https://example.org/authorize",
    )
    app.add_url_rule("/", "index", lambda: site.authorize(callback="http://localhost/back"))
    return bool((await ask(app)).location.startswith("https://example.org/authorize?"))


@probe("Flask-RQ2", "flask_rq2", "setuptools<80")
async def rq(app: Any, flask_rq2: Any) -> bool:
    return bool(flask_rq2.RQ(app).default_timeout)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
