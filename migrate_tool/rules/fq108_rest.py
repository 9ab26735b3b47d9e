"""Resources of Flask-RESTful and Flask-RESTX are dispatched with await."""

from __future__ import annotations

from .rule import Example, Rule, Safety

RULE = Rule(
    code="FQ108",
    name="rest-resources",
    summary="Resources of Flask-RESTful and Flask-RESTX are dispatched with await.",
    why=(
        "Both libraries call a resource's method and make a response of what it gives at once, which would be a coroutine. "
        "Api, Resource, Namespace and marshal_with of quart_app.rest are theirs, awaited; fields, parsers, models and "
        "documentation stay as they are."
    ),
    safety=Safety.SAFE,
    examples=(
        Example(
            before=(
                "from flask import Flask, request\n"
                "from flask_restful import Api, Resource, fields, marshal_with\n"
                "from flask_sqlalchemy import SQLAlchemy\n\n"
                "app = Flask(__name__)\n"
                "db = SQLAlchemy(app)\n"
                "api = Api(app)\n\n\n"
                "class Book(db.Model):\n"
                "    id = db.Column(db.Integer, primary_key=True)\n\n\n"
                "class Books(Resource):\n"
                '    @marshal_with({"id": fields.Integer})\n'
                "    def get(self):\n"
                "        return Book.query.all()\n\n"
                "    def post(self):\n"
                "        return request.get_json(), 201\n\n\n"
                'api.add_resource(Books, "/books")\n'
            ),
            after=(
                "from quart import request\n"
                "from quart_app import Quart\n"
                "from flask_restful import fields\n"
                "from quart_app.rest.restful import Api, Resource, marshal_with\n"
                "from quart_app.db import SQLAlchemy\n\n"
                "app = Quart(__name__)\n"
                "db = SQLAlchemy(app)\n"
                "api = Api(app)\n\n\n"
                "class Book(db.Model):\n"
                "    id = db.Column(db.Integer, primary_key=True)\n\n\n"
                "class Books(Resource):\n"
                '    @marshal_with({"id": fields.Integer})\n'
                "    async def get(self):\n"
                "        return await Book.query.all()\n\n"
                "    async def post(self):\n"
                "        return await request.get_json(), 201\n\n\n"
                'api.add_resource(Books, "/books")\n'
            ),
        ),
        Example(
            before=(
                "from flask import Blueprint\n"
                "from flask_restx import Api, Namespace, Resource, fields\n\n"
                'blueprint = Blueprint("api", __name__)\n'
                "api = Api(blueprint)\n"
                'books = Namespace("books")\n'
                'book = books.model("Book", {"id": fields.Integer})\n\n\n'
                '@books.route("/<int:id>")\n'
                "class Book(Resource):\n"
                "    @books.expect(book, validate=True)\n"
                "    @books.marshal_with(book)\n"
                "    def put(self, id):\n"
                "        return books.payload\n\n\n"
                "api.add_namespace(books)\n"
            ),
            after=(
                "from quart import Blueprint\n"
                "from flask_restx import fields\n"
                "from quart_app.rest.restx import Api, Namespace, Resource\n\n"
                'blueprint = Blueprint("api", __name__)\n'
                "api = Api(blueprint)\n"
                'books = Namespace("books")\n'
                'book = books.model("Book", {"id": fields.Integer})\n\n\n'
                '@books.route("/<int:id>")\n'
                "class Book(Resource):\n"
                "    @books.expect(book, validate=True)\n"
                "    @books.marshal_with(book)\n"
                "    async def put(self, id):\n"
                "        return books.payload\n\n\n"
                "api.add_namespace(books)\n"
            ),
        ),
    ),
)
