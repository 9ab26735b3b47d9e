"""The test client of Flask and Werkzeug, and what it becomes (``quart_app.testing.QuartClient``)."""

from __future__ import annotations

from .api import Api, cls, fn, members, value, waits

_METHODS = ["get", "post", "put", "patch", "delete", "head", "options", "trace", "open"]

APIS: dict[str, Api] = {
    **{
        f"flask.testing.FlaskClient.{name}": waits("werkzeug.test.TestResponse", rule="FQ502")
        for name in _METHODS
    },
    **members(
        "flask.testing.FlaskClient",
        session_transaction=fn("flask.testing.SessionTransaction"),
        application=value("flask.Flask"),
        app=value("flask.Flask"),  # what Quart calls it
    ),
    "flask.testing.SessionTransaction": cls(
        entered="async", enters="flask.sessions.SecureCookieSession", rule="FQ502"
    ),
    # The body of a test's response has arrived, so our client's response answers without waiting.
    "werkzeug.test.TestResponse": cls("quart_app.testing.TestResponse", bases=(), rule="FQ501"),
    **members(
        "werkzeug.test.TestResponse",
        data=value("bytes"),
        text=value("str"),
        json=value(""),
        get_data=fn("bytes"),
        get_json=fn(""),
        headers=value("werkzeug.datastructures.Headers"),
        status_code=value("int"),
        history=value("tuple[werkzeug.test.TestResponse]"),
    ),
}

ALIASES = {
    "werkzeug.test.Client": "flask.testing.FlaskClient",
    "werkzeug.Client": "flask.testing.FlaskClient",  # until Werkzeug 0.16
    "quart_app.testing.TestResponse": "werkzeug.test.TestResponse",
}
