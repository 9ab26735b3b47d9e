from flask import Flask, render_template
from werkzeug.middleware.proxy_fix import ProxyFix

from . import cli, database, errors, filters, permissions, queue, reports, users, visits
from .config import Config
from .extensions import csrf, db, login_manager, principal
from .loans import LoanDesk
from .middleware import UserLogMiddleware


def create_app(config=None):
    app = Flask(__name__)
    app.config.from_object(Config)
    if isinstance(config, dict):
        app.config.update(config)
    elif config is not None:
        app.config.from_object(config)

    app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1, x_host=1)
    if app.config["LOG_USERS"]:
        app.wsgi_app = UserLogMiddleware(app.wsgi_app, app)

    register_extensions(app)
    register_blueprints(app)
    errors.init_app(app)
    filters.init_app(app)
    cli.init_app(app)
    return app


def register_extensions(app):
    db.init_app(app)
    database.init_app(app)
    visits.init_app(app)
    csrf.init_app(app)
    login_manager.init_app(app)
    principal.init_app(app)
    permissions.init_app(app)
    reports.init_app(app)
    queue.init_app(app)
    LoanDesk(app)
    if app.config["ASYNC_LOADER"]:
        users.use_async_loader(login_manager)


def register_blueprints(app):
    from .admin import admin
    from .api import api
    from .auth import auth
    from .books import books
    from .loans import loans
    from .main import main
    from .notes import notes

    app.register_blueprint(main)
    app.register_blueprint(auth, url_prefix="/auth")
    app.register_blueprint(books, url_prefix="/books")
    app.register_blueprint(loans, url_prefix="/loans")
    app.register_blueprint(notes)
    app.register_blueprint(admin, url_prefix="/admin")
    app.register_blueprint(reports.reports, url_prefix="/reports")
    app.register_blueprint(api, url_prefix="/api/v1")
    csrf.exempt(api)

    if app.config["DEBUG_ROUTES"]:

        @app.route("/debug/error")
        def debug_error():
            raise ZeroDivisionError("asked for")

        @app.route("/debug/page")
        def debug_page():
            return render_template("errors/error.html", code=200, message="A page")
