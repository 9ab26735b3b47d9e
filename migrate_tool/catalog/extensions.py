"""Extensions of Flask: what becomes of each. The codemod acts on it, and the guide's map is made of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum


class Verdict(Enum):
    """What becomes of an extension."""

    REWRITTEN = "rewritten"
    KEPT = "kept"
    MARKED = "marked"


@dataclass(frozen=True, slots=True)
class Extension:
    """An extension and its way to Quart.

    Attributes:
        title: Its name on the package index.
        verdict: What the codemod does.
        advice: What takes its place, or what to do.
        old: Whether it asks for names that are gone, and so for what stands in for them.
    """

    title: str
    verdict: Verdict
    advice: str
    old: bool = False


def _rewritten(title: str, by: str) -> Extension:
    return Extension(title, Verdict.REWRITTEN, by)


def _kept(title: str, how: str = "through the bridge's Flask context") -> Extension:
    return Extension(title, Verdict.KEPT, how)


def _old(title: str, how: str = "through the bridge's Flask context") -> Extension:
    return Extension(title, Verdict.KEPT, f"{how}; the names that are gone have stand-ins", old=True)


def _marked(title: str, advice: str) -> Extension:
    return Extension(title, Verdict.MARKED, advice)


_BRANCH = (
    "it calls itself inside Flask's dispatch; keep it in a Flask application of its own, beside this one"
)

#: By the module one imports. A module in a package stands before the package.
EXTENSIONS: Mapping[str, Extension] = {
    "flask_login": _rewritten("Flask-Login", "quart_app.auth"),
    "flask_sqlalchemy": _rewritten("Flask-SQLAlchemy", "quart_app.db"),
    "flask_migrate": _rewritten("Flask-Migrate", "quart_app.db.migrate, on Alembic"),
    "flask_wtf": _rewritten("Flask-WTF", "quart_app.forms, on quart-wtforms"),
    "flask_principal": _rewritten("Flask-Principal", "quart_app.auth.principal"),
    "flask_restful": _rewritten("Flask-RESTful", "quart_app.rest.restful: the library's classes, awaited"),
    "flask_restx": _rewritten("Flask-RESTX", "quart_app.rest.restx: the library's classes, awaited"),
    "flask_script": _rewritten("Flask-Script", "quart_app.compat.script: its managers, which await commands"),
    "flask_restplus": _rewritten(
        "Flask-RESTPlus", "Flask-RESTX, as which it goes on, through quart_app.rest.restx"
    ),
    "flask_jwt_extended": _rewritten(
        "Flask-JWT-Extended", "quart_app.compat.jwt_extended: the library, awaited"
    ),
    "flask_executor": _rewritten("Flask-Executor", "quart_app.tasks.Executor"),
    "flask_testing": _rewritten("Flask-Testing", "quart_app.testing.ApplicationTestCase"),
    "pytest_flask": _rewritten("pytest-flask", "quart_app.testing.pytest_flask"),
    "flask_debug_api": _old("Flask-Debug-API", "its panel is not shown, as the toolbar is not"),
    "flask_debugtoolbar": _rewritten(
        "Flask-DebugToolbar", "a toolbar that shows nothing, so that nothing breaks"
    ),
    "flask_api": _rewritten(
        "Flask-API", "quart_app.compat.flask_api: its application, errors and codes; answers are JSON"
    ),
    "flask_uploads": _rewritten(
        "Flask-Uploads", "quart_app.compat.uploads: the library, which saves Quart's files"
    ),
    "flask_socketio": _rewritten(
        "Flask-SocketIO", "quart_app.socketio, on python-socketio's asynchronous server"
    ),
    "alchemical": _rewritten("Alchemical", "quart_app.db.alchemical"),
    "apifairy": _kept("APIFairy", "through the bridge; its decorators await the views"),
    "flask_assets": _kept("Flask-Assets"),
    "flask_avatars": _kept("Flask-Avatars"),
    "flask_babel": _kept("Flask-Babel"),
    "flask_bootstrap": _kept("Bootstrap-Flask and Flask-Bootstrap"),
    "flask_caching": _kept("Flask-Caching", "through the bridge; of its values and views"),
    "flask_ckeditor": _kept("Flask-CKEditor"),
    "flask_cors": _kept("Flask-Cors"),
    "flask_httpauth": _kept("Flask-HTTPAuth", "through the bridge; its callbacks are awaited"),
    "flask_limiter": _kept("Flask-Limiter"),
    "flask_mail": _kept("Flask-Mail", "through the bridge; sending goes to a thread"),
    "flask_marshmallow": _kept("Flask-Marshmallow"),
    "flask_moment": _kept("Flask-Moment"),
    "flask_pagedown": _kept("Flask-PageDown"),
    "flask_talisman": _kept("Flask-Talisman"),
    "flask_apscheduler": _kept("Flask-APScheduler"),
    "flask_bcrypt": _kept("Flask-Bcrypt", "hashing goes to a thread"),
    "flask_compress": _kept("Flask-Compress"),
    "flask_dance": _kept("Flask-Dance"),
    "flask_dropzone": _kept("Flask-Dropzone"),
    "flask_htmx": _kept("flask-htmx"),
    "flask_injector": _kept("Flask-Injector"),
    "flask_mailman": _kept("Flask-Mailman", "through the bridge; sending goes to a thread"),
    "flask_minify": _kept("Flask-Minify"),
    "flask_paginate": _kept("flask-paginate"),
    "flask_pydantic": _kept("Flask-Pydantic"),
    "flask_qrcode": _kept("Flask-QRcode"),
    "flask_redis": _kept("Flask-Redis", "its calls go to a thread"),
    "flask_seasurf": _kept("flask-seasurf"),
    "flask_session": _kept("Flask-Session"),
    "flask_sitemap": _kept("Flask-Sitemap"),
    "flask_smorest": _kept("flask-smorest"),
    "flask_sslify": _kept("Flask-SSLify"),
    "flasgger": _kept("flasgger"),
    "prometheus_flask_exporter": _kept("prometheus-flask-exporter"),
    "flask_classful": _kept("Flask-Classful", "through the bridge; its methods wait there"),
    "flask_classy": _old("Flask-Classy", "through the bridge; its methods wait there"),
    "flask_flatpages": _kept("Flask-FlatPages"),
    "flask_gravatar": _old("Flask-Gravatar"),
    "flask_images": _old("Flask-Images"),
    "flask_jsonrpc": _kept("Flask-JSONRPC"),
    "flask_jwt": _old("Flask-JWT", "through the bridge; its callbacks wait there"),
    "flaskext.markdown": _old("Flask-Markdown"),
    "flaskext.mysql": _old(
        "Flask-MySQL", "through the bridge; its queries are synchronous and block the loop"
    ),
    "flask_mobility": _kept("Flask-Mobility"),
    "flask_mongoengine": _old(
        "Flask-MongoEngine", "through the bridge; its queries are synchronous and block the loop"
    ),
    "flask_nav": _old("Flask-Nav"),
    "flask_oauthlib": _old("Flask-OAuthlib", "through the bridge; its requests are synchronous"),
    "flask_rebar": _kept("Flask-Rebar"),
    "flask_sijax": _old("Flask-Sijax"),
    "flask_themes2": _kept("Flask-Themes2"),
    "flask_admin": _kept("Flask-Admin", "through the bridge; its views of models wait there"),
    "flask_appbuilder": _marked("Flask-AppBuilder", f"Flask-AppBuilder does not run on Quart ({_BRANCH})"),
    "flask_security": _marked(
        "Flask-Security", "Flask-Security does not run on Quart: sign users in with quart_app.auth"
    ),
    "flask_user": _marked(
        "Flask-User", "Flask-User does not run on Quart: sign users in with quart_app.auth"
    ),
    "flask_restless": _marked(
        "Flask-Restless", "Flask-Restless asks a synchronous session: write the views with db.session"
    ),
    "flaskext.themes": _marked("Flask-Themes", "Flask-Themes needs flask.Module: use Flask-Themes2"),
    "flaskext.zodb": _marked(
        "Flask-ZODB", "Flask-ZODB does not run on Python 3: use ZODB itself, in a thread"
    ),
    "flask_sock": _marked(
        "Flask-Sock", "Flask-Sock needs a WSGI server: write @app.websocket and await websocket.receive()"
    ),
    "flask_sockets": _marked(
        "Flask-Sockets", "Flask-Sockets needs gevent: write @app.websocket and await websocket.receive()"
    ),
    "flask_sse": _marked(
        "Flask-SSE", "Flask-SSE waits on Redis in the view: stream events from an async generator instead"
    ),
    "flask_graphql": _marked(
        "Flask-GraphQL",
        "Flask-GraphQL runs on no Flask since 2.0: serve the schema with strawberry or ariadne's ASGI application",
    ),
    "apiflask": _marked("APIFlask", "APIFlask is a Flask of its own: quart-schema does the same for Quart"),
    "connexion": _marked(
        "connexion", "use connexion's own AsyncApp, or quart-schema, instead of its Flask application"
    ),
    "elasticapm.contrib.flask": _marked(
        "elastic-apm", "put elasticapm.contrib.asgi.ASGITracingMiddleware around app.asgi_app instead"
    ),
    "opentelemetry.instrumentation.flask": _marked(
        "opentelemetry-instrumentation-flask",
        "put opentelemetry.instrumentation.asgi.OpenTelemetryMiddleware around app.asgi_app instead",
    ),
}


def extension_of(module: str) -> Extension | None:
    """Return what is known of the extension that a module belongs to.

    Args:
        module: The dotted name that is imported.
    """
    while module:
        if module in EXTENSIONS:
            return EXTENSIONS[module]
        module = module.rpartition(".")[0]
    return None
