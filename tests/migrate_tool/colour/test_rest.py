"""Resources of Flask-RESTful and Flask-RESTX: their methods are awaited, and so is what decorates them."""

from __future__ import annotations

import textwrap

import pytest

from tests.migrate_tool.programs import after

GUARD = """
    from functools import wraps
    from flask import request
    from {library} import Api, Resource

    def guarded(f):
        @wraps(f)
        def wrapper(*args, **kwargs):
            if not User.query.filter_by(token=request.args.get("token")).first():
                return {{"message": "no"}}, 401
            return f(*args, **kwargs)
        return wrapper
"""


def migrated(code: str, library: str = "flask_restful") -> str:
    return after(textwrap.dedent(GUARD.format(library=library)) + textwrap.dedent(code))


@pytest.mark.parametrize(
    "listed",
    ["method_decorators = [guarded]", 'method_decorators = {"post": [guarded]}', "decorators = (guarded,)"],
)
def test_what_a_resource_is_decorated_with_in_its_class_awaits_the_method(listed: str) -> None:
    text = migrated(
        f"""
        class Items(Resource):
            {listed}

            def post(self):
                return {{"text": request.json["text"]}}
        """
    )
    assert "    async def wrapper(*args, **kwargs):" in text
    assert "        return await f(*args, **kwargs)" in text
    assert '        return {"text": (await request.json)["text"]}' in text


@pytest.mark.parametrize(
    ("library", "given"),
    [
        ("flask_restful", "api = Api(app, decorators=[guarded])"),
        ("flask_restx", "api = Api(app, decorators=[guarded])"),
        ("flask_restx", "from flask_restx import Namespace\nspace = Namespace('x', decorators=[guarded])"),
    ],
)
def test_what_an_api_decorates_every_view_with_awaits_the_view(library: str, given: str) -> None:
    text = migrated(given, library)
    assert "        return await f(*args, **kwargs)" in text


def test_documenting_and_marshalling_decorators_leave_a_method_its_colour() -> None:
    text = migrated(
        """
        from flask_restx import fields
        api = Api(app)
        space = api.namespace("items", path="/items")
        item = space.model("Item", {"id": fields.Integer})

        @space.route("/<int:id>")
        @space.param("id", "which")
        class Item(Resource):
            @space.doc("get")
            @space.response(404, "none")
            @guarded
            @space.marshal_with(item)
            def get(self, id):
                return Post.query.get_or_404(id)

            @api.expect(item, validate=True)
            def put(self, id):
                save(api.payload)
                return {}

        @api.errorhandler(KeyError)
        def missing(error):
            return {"message": Post.query.count()}, 404

        def save(data):
            db.session.add(Post(**data))
            db.session.commit()
        """,
        "flask_restx",
    )
    assert "    async def get(self, id):" in text
    assert "        return await Post.query.get_or_404(id)" in text
    assert "        await save(api.payload)" in text
    assert "async def missing(error):" in text
    assert "wait(" not in text
    assert "sync_decorator" not in text


def test_what_the_libraries_call_at_once_waits_in_the_bridge() -> None:
    text = migrated(
        """
        from flask_restful import fields, reqparse

        def known(name):
            return User.query.filter_by(name=name).first()

        parser = reqparse.RequestParser()
        parser.add_argument("user", type=known, location="json")

        class Count(fields.Raw):
            def format(self, value):
                return User.query.filter_by(name=value).count()

        class Items(Resource):
            def get(self):
                return parser.parse_args()["user"]
        """
    )
    assert "def known(name):\n    return wait(User.query.filter_by(name=name).first())" in text
    assert "    def format(self, value):\n        return wait(" in text
    assert '        return parser.parse_args()["user"]' in text
