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
    """

    title: str
    verdict: Verdict
    advice: str


def _rewritten(title: str, by: str) -> Extension:
    return Extension(title, Verdict.REWRITTEN, by)


def _kept(title: str, how: str = "through the bridge's Flask context") -> Extension:
    return Extension(title, Verdict.KEPT, how)


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
    "flask_debugtoolbar": _rewritten(
        "Flask-DebugToolbar", "a toolbar that shows nothing, so that nothing breaks"
    ),
    "flask_api": _rewritten(
        "Flask-API", "quart_app.compat.flask_api: its application, errors and codes; answers are JSON"
    ),
    "flask_uploads": _rewritten(
        "Flask-Uploads", "quart_app.compat.uploads: the library, which saves Quart's files"
    ),
    "alchemical": _rewritten("Alchemical", "quart_app.db.alchemical"),
    "apifairy": _kept("APIFairy", "through the bridge; its decorators await the views"),
    "flask_assets": _kept("Flask-Assets"),
    "flask_avatars": _kept("Flask-Avatars"),
    "flask_babel": _kept("Flask-Babel"),
    "flask_bootstrap": _kept("Bootstrap-Flask"),
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
    "flask_admin": _marked("Flask-Admin", f"Flask-Admin does not run on Quart ({_BRANCH})"),
    "flask_appbuilder": _marked("Flask-AppBuilder", f"Flask-AppBuilder does not run on Quart ({_BRANCH})"),
    "flask_security": _marked(
        "Flask-Security", "Flask-Security does not run on Quart: sign users in with quart_app.auth"
    ),
    "flask_user": _marked(
        "Flask-User", "Flask-User does not run on Quart: sign users in with quart_app.auth"
    ),
    "flask_mongoengine": _marked(
        "Flask-MongoEngine",
        "Flask-MongoEngine runs neither on Flask 3 nor on Quart: use mongoengine itself, in a thread",
    ),
    "flask_socketio": _marked(
        "Flask-SocketIO",
        "Flask-SocketIO needs a WSGI server: use socketio.AsyncServer of python-socketio, with socketio.ASGIApp around the application",
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
