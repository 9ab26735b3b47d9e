from flask import current_app, jsonify, render_template, request
from flask_login import current_user
from flask_wtf.csrf import CSRFError

from .extensions import db


def whose_request():
    try:
        from flask import current_user

        return current_user.email
    except Exception:
        return "somebody"


def wants_json():
    return request.path.startswith("/api/")


def page(code, message):
    if wants_json():
        return jsonify(error=message), code
    return render_template("errors/error.html", code=code, message=message), code


def init_app(app):
    @app.errorhandler(CSRFError)
    def csrf_error(error):
        return page(400, error.description)

    @app.errorhandler(403)
    def forbidden(error):
        if current_user.is_authenticated:
            message = f"Sorry, {current_user.name}, this is not for you."
        else:
            message = "This is not for you."
        return page(403, message)

    @app.errorhandler(404)
    def not_found(error):
        return page(404, "There is nothing here.")

    @app.errorhandler(413)
    def too_large(error):
        return page(413, "The file is too large.")

    @app.errorhandler(500)
    def broken(error):
        db.session.rollback()
        current_app.logger.error("error in a request of %s", whose_request())
        return page(500, "Something went wrong.")
