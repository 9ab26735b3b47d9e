"""ProxyFix takes from X-Forwarded-* headers what Werkzeug's takes, and nothing more."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from flask import request as flask_request
from quart import Quart, request
from werkzeug.middleware.proxy_fix import ProxyFix as WerkzeugProxyFix

from quart_app.proxy import ProxyFix

CASES: list[tuple[dict[str, int], dict[str, str]]] = [
    ({}, {}),
    ({"x_for": 1}, {"X-Forwarded-For": "1.2.3.4"}),
    ({"x_for": 1}, {"X-Forwarded-For": "6.6.6.6, 1.2.3.4"}),
    ({"x_for": 2}, {"X-Forwarded-For": "6.6.6.6, 1.2.3.4, 10.0.0.1"}),
    ({"x_for": 2}, {"X-Forwarded-For": "1.2.3.4"}),
    ({"x_for": 0}, {"X-Forwarded-For": "1.2.3.4"}),
    ({"x_proto": 1}, {"X-Forwarded-Proto": "https"}),
    ({"x_proto": 0}, {"X-Forwarded-Proto": "https"}),
    ({"x_host": 1}, {"X-Forwarded-Host": "shop.example"}),
    ({"x_host": 0}, {"X-Forwarded-Host": "evil.example"}),
    ({"x_host": 1, "x_port": 1}, {"X-Forwarded-Host": "shop.example:80", "X-Forwarded-Port": "8443"}),
    ({"x_port": 1}, {"X-Forwarded-Port": "8443"}),
    ({"x_host": 1}, {"X-Forwarded-Host": "[::1]:5000"}),
    ({"x_prefix": 1}, {"X-Forwarded-Prefix": "/shop"}),
    ({"x_prefix": 0}, {"X-Forwarded-Prefix": "/shop"}),
]


@pytest.mark.parametrize(("options", "headers"), CASES)
async def test_it_sees_what_werkzeugs_sees(options: dict[str, int], headers: dict[str, str]) -> None:
    flask_app = Flask(__name__)
    flask_app.wsgi_app = WerkzeugProxyFix(flask_app.wsgi_app, **options)  # type: ignore[method-assign]

    @flask_app.route("/seen")
    def flask_seen() -> dict[str, Any]:
        return {"scheme": flask_request.scheme, "host": flask_request.host, "root": flask_request.script_root}

    app = Quart(__name__)
    app.asgi_app = ProxyFix(app.asgi_app, **options)  # type: ignore[method-assign, assignment]

    @app.route("/seen")
    async def seen() -> dict[str, Any]:
        return {"scheme": request.scheme, "host": request.host, "root": request.script_root}

    expected = flask_app.test_client().get("/seen", headers=headers).get_json()
    answer = await (await app.test_client().get("/seen", headers=headers)).get_json()
    assert answer == expected


async def test_the_clients_address_comes_from_the_trusted_hop() -> None:
    app = Quart(__name__)
    app.asgi_app = ProxyFix(app.asgi_app, x_for=1)  # type: ignore[method-assign, assignment]

    @app.route("/who")
    async def who() -> str:
        return str(request.remote_addr)

    response = await app.test_client().get("/who", headers={"X-Forwarded-For": "6.6.6.6, 1.2.3.4"})
    assert await response.get_data(as_text=True) == "1.2.3.4"
