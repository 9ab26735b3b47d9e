"""The response of the test client: all there, so nothing of it is awaited."""

from __future__ import annotations

import flask
import werkzeug.test

from quart_app.manners.asked import also
from quart_app.manners.responses import Response


class TestResponse(werkzeug.test.TestResponse):
    """Flask's test response: ``data``, ``get_data()``, ``json``, ``get_json()``, ``text``, ``request``, ``history``.

    The body has been received when the client returns, so its readers need no ``await``. ``request`` is the request as it
    was sent, a Werkzeug request and not the Quart request that the application saw.
    """

    __test__ = False  # no test class, whatever its name

    @property
    def __class__(self) -> type:  # Flask's test response is an object of the application's class of responses
        cls: type = type(self)
        return also(also(cls, Response), flask.Response)

    @__class__.setter
    def __class__(self, cls: type) -> None:
        object.__dict__["__class__"].__set__(self, cls)
