"""The response of the test client: all there, so nothing of it is awaited."""

from __future__ import annotations

import werkzeug.test


class TestResponse(werkzeug.test.TestResponse):
    """Flask's test response: ``data``, ``get_data()``, ``json``, ``get_json()``, ``text``, ``request``, ``history``.

    The body has been received when the client returns, so its readers need no ``await``. ``request`` is the request as it
    was sent, a Werkzeug request and not the Quart request that the application saw.
    """

    __test__ = False  # no test class, whatever its name
