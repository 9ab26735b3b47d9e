"""Flask-RESTful and Flask-RESTX on Quart: each test runs with both libraries where both can do it."""

# mypy: disable-error-code="untyped-decorator, misc"
from __future__ import annotations

import asyncio
import functools
from typing import Any

import pytest
from quart import Blueprint, abort, jsonify, make_response, request

from quart_app import Quart
from quart_app.bridge import wait

pytest.importorskip("flask_restful")
pytest.importorskip("flask_restx")

import flask_restful
import flask_restful.fields
import flask_restful.reqparse
import flask_restx

from quart_app.rest import restful, restx

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


async def later(value: Any) -> Any:
    await asyncio.sleep(0)
    return value


@pytest.fixture(params=[restful, restx], ids=["restful", "restx"])
def rest(request: pytest.FixtureRequest) -> Any:
    return request.param


@pytest.fixture(params=["application", "blueprint"])
def made(request: pytest.FixtureRequest, rest: Any) -> tuple[Quart, Any]:
    app = Quart("app")
    app.config["PROPAGATE_EXCEPTIONS"] = False
    if request.param == "application":
        return app, rest.Api(app)
    return app, rest.Api(Blueprint("api", "app"))


def ready(app: Quart, api: Any) -> Any:
    if api.blueprint is not None:
        app.register_blueprint(api.blueprint)
    return app.test_client()


async def test_methods_are_awaited_or_not_and_data_becomes_a_response(made: Any, rest: Any) -> None:
    app, api = made

    class Item(rest.Resource):
        async def get(self, id: int) -> Any:
            return {"id": await later(id)}

        def put(self, id: int) -> Any:
            return {"id": wait(later(id))}, 202, {"X-Kind": "plain"}

        async def post(self, id: int) -> Any:
            return jsonify({"response": id})

        async def delete(self, id: int) -> Any:
            return await make_response("", 204)

    api.add_resource(Item, "/items/<int:id>")
    client = ready(app, api)
    assert (await client.get("/items/3")).json == {"id": 3}
    response = await client.put("/items/4")
    assert (response.status_code, response.json, response.headers["X-Kind"]) == (202, {"id": 4}, "plain")
    assert (await client.post("/items/5")).json == {"response": 5}
    assert (await client.delete("/items/5")).status_code == 204
    assert (await client.head("/items/3")).status_code == 200
    assert (await client.patch("/items/3")).status_code == 405
    assert (await client.patch("/items/3")).json["message"]


async def test_errors_are_the_api_s_in_its_resources_and_the_application_s_elsewhere(
    made: Any, rest: Any
) -> None:
    app, api = made

    @app.route("/page")
    async def page() -> str:
        abort(418)

    @app.errorhandler(418)
    async def teapot(error: Exception) -> Any:
        return "teapot", 418

    class Broken(rest.Resource):
        async def get(self) -> Any:
            await later(None)
            abort(409, "taken")

        async def post(self) -> Any:
            (flask_restful if rest is restful else flask_restx).abort(400, message="bad")

        async def put(self) -> Any:
            raise ZeroDivisionError

    api.add_resource(Broken, "/broken")
    client = ready(app, api)
    response = await client.get("/broken")
    assert (response.status_code, response.json["message"]) == (409, "taken")
    response = await client.post("/broken")
    assert (response.status_code, response.json["message"]) == (400, "bad")
    response = await client.put("/broken")
    assert (response.status_code, response.json["message"]) == (500, "Internal Server Error")
    response = await client.get("/page")
    assert (response.status_code, response.text) == (418, "teapot")


async def test_an_error_propagates_where_the_application_says_so(rest: Any) -> None:
    app = Quart("app")
    app.testing = True

    class Broken(rest.Resource):
        async def get(self) -> Any:
            raise ZeroDivisionError

    rest.Api(app).add_resource(Broken, "/broken")
    app.config["PROPAGATE_EXCEPTIONS"] = True
    with pytest.raises(ZeroDivisionError):
        await app.test_client().get("/broken")


def coroutine_guard(function: Any) -> Any:
    """A decorator of the project, after the migration."""

    @functools.wraps(function)
    async def wrapper(*args: Any, **kwargs: Any) -> Any:
        if not await later(request.args.get("key")):
            return {"message": "coroutine guard"}, 401
        return await function(*args, **kwargs)

    return wrapper


def plain_guard(function: Any) -> Any:
    """A decorator of a library that knows nothing of coroutines, and looks at the result."""

    @functools.wraps(function)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        if not request.args.get("key"):
            return {"message": "plain guard"}, 401
        result = function(*args, **kwargs)
        assert not asyncio.iscoroutine(result)
        return result

    return wrapper


@pytest.mark.parametrize("guard", [coroutine_guard, plain_guard])
@pytest.mark.parametrize("place", ["decorators", "method_decorators", "by_verb", "api", "after"])
async def test_a_guard_in_any_place_decides_before_the_method(rest: Any, guard: Any, place: str) -> None:
    if place == "by_verb" and rest is restx:
        pytest.skip("Flask-RESTX has no decorators by verb")
    called = []

    class Item(rest.Resource):
        async def get(self, id: int) -> Any:
            called.append(id)
            return {"id": await later(id)}

        def post(self, id: int) -> Any:
            called.append(id)
            return {"id": id}

    app = Quart("app")
    if place in ("decorators", "method_decorators"):
        setattr(Item, place, [guard])
    elif place == "by_verb":
        Item.method_decorators = {"get": [guard], "post": (guard,)}
    api = rest.Api(app, decorators=[guard] if place == "api" else None)
    if place == "after":
        api.decorators = [guard]
    app.config["PROPAGATE_EXCEPTIONS"] = True
    api.add_resource(Item, "/items/<int:id>")
    client = app.test_client()
    for verb in ("get", "post"):
        response = await getattr(client, verb)("/items/1")
        assert (response.status_code, response.json["message"].partition(" ")[2]) == (401, "guard")
        assert called == []
        assert (await getattr(client, verb)("/items/1?key=1")).json == {"id": 1}
        assert called.pop() == 1


async def test_marshal_with_takes_coroutine_functions(rest: Any) -> None:
    library = flask_restful if rest is restful else flask_restx
    shape = {"id": library.fields.Integer}
    app = Quart("app")

    class Item(rest.Resource):
        @rest.marshal_with(shape, envelope="item")
        async def get(self) -> Any:
            return await later({"id": "7", "secret": 1})

        @rest.marshal_with(shape)
        async def post(self) -> Any:
            return [{"id": 1}, {"id": 2}], 201, {"X-Kind": "list"}

        @rest.marshal_with_field(library.fields.List(library.fields.Integer))
        async def put(self) -> Any:
            return ["1", 2]

        @rest.marshal_with(shape)
        def delete(self) -> Any:
            return {"id": "8", "secret": 1}

    rest.Api(app).add_resource(Item, "/item")
    client = app.test_client()
    assert (await client.get("/item")).json == {"item": {"id": 7}}
    response = await client.post("/item")
    assert (response.status_code, response.json) == (201, [{"id": 1}, {"id": 2}])
    assert response.headers["X-Kind"] == "list"
    assert (await client.put("/item")).json == [1, 2]
    assert (await client.delete("/item")).json == {"id": 8}


async def test_parsers_read_the_request_in_the_bridge(rest: Any) -> None:
    library = flask_restful if rest is restful else flask_restx
    parser = library.reqparse.RequestParser()
    parser.add_argument("name", type=str, required=True, location="json")
    parser.add_argument("page", type=int, location="args", default=1)
    app = Quart("app")

    class Item(rest.Resource):
        async def post(self) -> Any:
            return dict(parser.parse_args())

    rest.Api(app).add_resource(Item, "/item")
    client = app.test_client()
    assert (await client.post("/item?page=2", json={"name": "x"})).json == {"name": "x", "page": 2}
    response = await client.post("/item", json={})
    assert response.status_code == 400
    assert "name" in str(response.json)


async def test_restx_documents_validates_and_marshals() -> None:
    app = Quart("app")
    app.config["PROPAGATE_EXCEPTIONS"] = False
    api = restx.Api(app, title="Shop")
    space = api.namespace("items", path="/items")
    model = space.model("Item", {"id": flask_restx.fields.Integer(required=True)})

    @space.route("/")
    class Items(restx.Resource):
        @space.doc("all")
        @space.marshal_list_with(model, envelope="items")
        async def get(self) -> Any:
            return await later([{"id": 1, "secret": 2}])

        @space.expect(model, validate=True)
        @space.response(201, "made")
        @space.marshal_with(model, code=201)
        async def post(self) -> Any:
            return api.payload, 201

        async def put(self) -> Any:
            raise KeyError("x")

        async def delete(self) -> Any:
            raise LookupError("y")

    @space.errorhandler(KeyError)
    async def missing(error: Exception) -> Any:
        return {"message": await later("missing")}, 404

    @api.errorhandler
    async def other(error: Exception) -> Any:
        return {"message": await later("other")}, 503

    client = app.test_client()
    assert (await client.get("/items/")).json == {"items": [{"id": 1}]}
    response = await client.post("/items/", json={"id": 3, "more": 4})
    assert (response.status_code, response.json) == (201, {"id": 3})
    response = await client.post("/items/", json={"id": "no"})
    assert (response.status_code, response.json["message"]) == (400, "Input payload validation failed")
    response = await client.put("/items/")
    assert (response.status_code, response.json["message"].partition(".")[0]) == (404, "missing")
    response = await client.delete("/items/")
    assert (response.status_code, response.json) == (503, {"message": "other"})
    documented = (await client.get("/swagger.json")).json
    assert documented["info"]["title"] == "Shop"
    assert documented["paths"]["/items/"]["post"]["responses"]["201"]["description"] == "made"
    assert documented["paths"]["/items/"]["get"]["operationId"] == "all"
    assert "Shop" in (await client.get("/")).text
    assert (await client.get("/swaggerui/swagger-ui.css")).status_code == 200


async def test_a_representation_may_be_a_coroutine_function(rest: Any) -> None:
    app = Quart("app")
    api = rest.Api(app)

    @api.representation("text/csv")
    async def csv(data: Any, code: int, headers: Any = None) -> Any:
        response = await make_response(",".join(data), code)
        response.headers.extend(headers or {})
        return response

    class Item(rest.Resource):
        async def get(self) -> Any:
            return ["a", "b"]

    api.add_resource(Item, "/item")
    response = await app.test_client().get("/item", headers={"Accept": "text/csv"})
    assert (response.text, response.headers["Content-Type"]) == ("a,b", "text/csv")


async def test_requests_of_resources_run_at_the_same_time(rest: Any) -> None:
    app = Quart("app")
    both = asyncio.Barrier(2)

    class Item(rest.Resource):
        method_decorators = [plain_guard]

        async def get(self) -> Any:
            async with asyncio.timeout(5):
                await both.wait()
            return {"met": True}

    rest.Api(app).add_resource(Item, "/item")
    answers = await asyncio.gather(*(app.test_client().get("/item?key=1") for _ in range(2)))
    assert [answer.json for answer in answers] == [{"met": True}] * 2
