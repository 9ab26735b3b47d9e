"""Flask-Testing: its test case makes an application and a client for each test (``quart_app.testing.ApplicationTestCase``)."""

from __future__ import annotations

from .api import Api, Consumer, cls, members, value

_CASE = "flask_testing.TestCase"

APIS: dict[str, Api] = {
    _CASE: cls(
        "quart_app.testing.ApplicationTestCase",
        bases=("unittest.TestCase",),
        rule="FQ503",
        hooks={"create_app": Consumer.AWAITS},
    ),
    **members(
        _CASE,
        app=value("flask.Flask"),
        client=value("flask.testing.FlaskClient"),
        templates=value("list"),
        flashed_messages=value("list"),
    ),
    "flask_testing.ContextVariableDoesNotExist": cls(
        "quart_app.testing.ContextVariableDoesNotExist", rule="FQ503"
    ),
}

ALIASES = {
    "flask_testing.utils.TestCase": _CASE,
    "flask_testing.utils.ContextVariableDoesNotExist": "flask_testing.ContextVariableDoesNotExist",
}
