"""What pytest-flask gives to tests, for Quart: switched on by the ini option ``quart_app_pytest_flask``.

Every test that uses the fixture ``app`` runs in a request context; ``client``, ``client_class``, ``config`` and the headers of
``accept_json`` and its kin are fixtures; ``@pytest.mark.options(debug=True)`` changes the configuration. The live server is not there.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
import pytest_asyncio

Header = list[tuple[str, str]]


@pytest.fixture(autouse=True)
def _push_request_context(request: pytest.FixtureRequest) -> Iterator[None]:
    """Have ``url_for``, ``session`` and so on in the test itself."""
    if "app" not in request.fixturenames:
        yield
        return
    with request.getfixturevalue("app").test_request_context():
        yield


@pytest.fixture(autouse=True)
def _configure_application(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Change the configuration for one test."""
    if "app" in request.fixturenames:
        app = request.getfixturevalue("app")
        for options in request.node.iter_markers("options"):
            for key, value in options.kwargs.items():
                monkeypatch.setitem(app.config, key.upper(), value)


@pytest_asyncio.fixture
async def client(app: Any) -> AsyncIterator[Any]:
    """A test client that keeps the context of its last request."""
    async with app.test_client() as client:
        yield client


@pytest.fixture
def client_class(request: pytest.FixtureRequest, client: Any) -> None:
    """The client as ``self.client``."""
    if request.cls is not None:
        request.cls.client = client


@pytest.fixture
def config(app: Any) -> Any:
    """The application's configuration."""
    return app.config


@pytest.fixture(params=["application/json", "text/html"])
def mimetype(request: pytest.FixtureRequest) -> str:
    """JSON, then HTML."""
    return str(request.param)


@pytest.fixture
def accept_mimetype(mimetype: str) -> Header:
    """The header that asks for ``mimetype``."""
    return [("Accept", mimetype)]


@pytest.fixture
def accept_json() -> Header:
    """The header that asks for JSON."""
    return [("Accept", "application/json")]


@pytest.fixture
def accept_jsonp() -> Header:
    """The header that asks for JSON with padding."""
    return [("Accept", "application/json-p")]


@pytest.fixture(params=["*", "*/*"])
def accept_any(request: pytest.FixtureRequest) -> Header:
    """The header that takes anything."""
    return [("Accept", str(request.param))]
