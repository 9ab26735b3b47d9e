# mypy: disable-error-code="untyped-decorator, type-var, unused-ignore"
"""``url_value_preprocessor``: in Flask's order, awaited where it can be."""

from __future__ import annotations

from typing import Any

import quart
from werkzeug.exceptions import NotFound

import quart_app


def app_that_writes(log: list[str]) -> quart_app.Quart:
    app = quart_app.Quart(__name__)
    team = quart.Blueprint("team", __name__, url_prefix="/<name>")

    @app.url_value_preprocessor
    def plain(endpoint: str | None, values: dict[str, Any] | None) -> None:
        log.append(f"app {endpoint} {values}")

    @team.url_value_preprocessor
    async def awaited(endpoint: str | None, values: dict[str, Any] | None) -> None:
        assert values is not None
        name = values.pop("name")
        if name == "nobody":
            raise NotFound
        quart.g.name = name
        log.append(f"blueprint {endpoint}")

    @team.before_request
    def before() -> str | None:
        log.append(f"before {quart.g.name}")
        return "early" if quart.g.name == "early" else None

    @team.get("/page")
    async def page() -> str:
        return f"page of {quart.g.name}"

    @team.websocket("/ws")
    async def ws() -> None:
        await quart.websocket.send(quart.g.name)

    app.register_blueprint(team)
    return app


async def test_a_coroutine_function_is_awaited_before_the_hooks() -> None:
    log: list[str] = []
    client = app_that_writes(log).test_client()
    response = await client.get("/ada/page")
    assert response.get_data(as_text=True) == "page of ada"
    assert log == ["app team.page {'name': 'ada'}", "blueprint team.page", "before ada"]


async def test_what_it_raises_is_the_answer_and_so_is_what_a_hook_returns() -> None:
    client = app_that_writes([]).test_client()
    assert (await client.get("/nobody/page")).status_code == 404
    assert (await client.get("/early/page")).get_data(as_text=True) == "early"
    log: list[str] = []
    assert (await app_that_writes(log).test_client().get("/x")).status_code == 404
    assert log == ["app None None"]


async def test_a_websocket_has_them_too() -> None:
    log: list[str] = []
    async with app_that_writes(log).test_client().websocket("/ada/ws") as websocket:
        assert await websocket.receive() == "ada"
    assert log == ["app team.ws {'name': 'ada'}", "blueprint team.ws"]
