"""Flask-API's application: what views return, what the body holds, and errors that are answers."""

from __future__ import annotations

from typing import Any

import pytest
from quart import request

from quart_app.compat.flask_api import FlaskAPI, status
from quart_app.compat.flask_api.exceptions import NotFound, PermissionDenied


@pytest.fixture
def app() -> FlaskAPI:
    app = FlaskAPI(__name__)

    @app.route("/echo", methods=["POST"])
    async def echo() -> Any:
        data: Any = await request.data
        return {"kind": type(data).__name__, "name": data.get("name", "")}, status.HTTP_201_CREATED

    @app.get("/list")
    async def listed() -> Any:
        return [{"b": 1, "a": "\xe4"}]

    @app.delete("/list")
    async def emptied() -> Any:
        return None, status.HTTP_204_NO_CONTENT

    @app.get("/text")
    async def text() -> Any:
        return "text", 202, {"X-Kind": "text"}

    @app.get("/none")
    async def none() -> Any:
        raise NotFound

    @app.get("/refused")
    async def refused() -> Any:
        raise PermissionDenied("Not you.")

    return app


@pytest.mark.parametrize(
    ("sent", "kind", "name"),
    [
        ({"json": {"name": "a"}}, "dict", "a"),
        ({"data": {"name": "b"}}, "MultiDict", "b"),
        ({"data": {"name": "c"}, "content_type": "multipart/form-data"}, "MultiDict", "c"),
        ({}, "MultiDict", ""),
    ],
)
async def test_the_body_is_read_by_its_content_type(
    app: FlaskAPI, sent: dict[str, Any], kind: str, name: str
) -> None:
    answer = await app.test_client().post("/echo", **sent)
    assert (answer.status_code, answer.json) == (201, {"kind": kind, "name": name})


@pytest.mark.parametrize(
    ("content_type", "code", "says"),
    [("application/json", 400, "JSON parse error"), ("text/csv", 415, "Unsupported media type")],
)
async def test_a_body_that_cannot_be_read_is_an_answer(
    app: FlaskAPI, content_type: str, code: int, says: str
) -> None:
    answer = await app.test_client().post("/echo", data="a;b", content_type=content_type)
    assert answer.status_code == code
    assert answer.json["message"].startswith(says)


async def test_lists_and_dictionaries_are_json_in_their_own_order(app: FlaskAPI) -> None:
    answer = await app.test_client().get("/list")
    assert answer.mimetype == "application/json"
    text = answer.get_data(as_text=True)
    assert text.index('"b"') < text.index('"a"')
    assert "\xe4" in text


async def test_nothing_and_text_are_answers(app: FlaskAPI) -> None:
    client = app.test_client()
    nothing = await client.delete("/list")
    assert (nothing.status_code, nothing.data) == (204, b"")
    text = await client.get("/text")
    assert (text.status_code, text.data, text.headers["X-Kind"]) == (202, b"text", "text")


async def test_errors_are_answers(app: FlaskAPI) -> None:
    client = app.test_client()
    none = await client.get("/none")
    assert (none.status_code, none.json) == (404, {"message": "This resource does not exist."})
    refused = await client.get("/refused")
    assert (refused.status_code, refused.json) == (403, {"message": "Not you."})
    assert (await client.get("/nowhere")).status_code == 404


def test_the_codes_have_flask_api_s_names() -> None:
    assert status.HTTP_415_UNSUPPORTED_MEDIA_TYPE == 415
    assert status.HTTP_413_REQUEST_ENTITY_TOO_LARGE == 413
    assert status.is_client_error(404)
    assert not status.is_success(404)
    assert status.is_informational(100)
    assert status.is_redirect(302)
    assert status.is_server_error(503)
