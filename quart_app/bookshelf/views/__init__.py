"""The pages and the JSON API, one module each blueprint."""

from __future__ import annotations

from quart_app import Quart

from ..extensions import csrf
from ..metrics import metrics
from .admin import admin
from .api import api
from .auth import auth
from .books import books
from .loans import loans
from .main import main
from .notes import notes
from .reports import reports


def register_blueprints(app: Quart) -> None:
    """Put all blueprints where they belong."""
    app.register_blueprint(main)
    app.register_blueprint(metrics)
    app.register_blueprint(auth, url_prefix="/auth")
    app.register_blueprint(books, url_prefix="/books")
    app.register_blueprint(loans, url_prefix="/loans")
    app.register_blueprint(notes, url_prefix="/notes")
    app.register_blueprint(admin, url_prefix="/admin")
    app.register_blueprint(reports, url_prefix="/reports")
    app.register_blueprint(api, url_prefix="/api/v1")
    csrf.exempt(api)
