"""Names that older versions had elsewhere, or had at all."""

from __future__ import annotations

from .rule import Example, Rule, Safety

RULE = Rule(
    code="FQ110",
    name="moved-names",
    summary="Names that newer versions of Flask, Werkzeug, Jinja, WTForms and SQLAlchemy no longer have become what they are now.",
    why=(
        "Quart 0.22 brings Werkzeug 3.1 and Jinja 3.1, and the database layer SQLAlchemy 2.1. What moved is imported from "
        "where it is; what is gone without an equal is in quart_app.compat, where each module says what new code uses."
    ),
    safety=Safety.SAFE,
    examples=(
        Example(
            before=(
                "from flask import Flask, Markup, request\n"
                "from jinja2 import contextfilter\n"
                "from werkzeug.urls import url_parse\n"
                "from wtforms.fields.html5 import EmailField\n\n"
                "app = Flask(__name__)\n\n\n"
                '@app.template_filter("greeting")\n'
                "@contextfilter\n"
                "def greeting(context, name):\n"
                '    return Markup("<b>Hello</b> ") + name\n\n\n'
                "def is_local(target):\n"
                "    return url_parse(target).netloc in {'', request.host}\n"
            ),
            after=(
                "from markupsafe import Markup\n"
                "from quart import request\n"
                "from quart_app import Quart\n"
                "from jinja2 import pass_context\n"
                "from quart_app.compat.urls import url_parse\n"
                "from wtforms.fields import EmailField\n\n"
                "app = Quart(__name__)\n\n\n"
                '@app.template_filter("greeting")\n'
                "@pass_context\n"
                "def greeting(context, name):\n"
                '    return Markup("<b>Hello</b> ") + name\n\n\n'
                "def is_local(target):\n"
                "    return url_parse(target).netloc in {'', request.host}\n"
            ),
        ),
        Example(
            before=(
                "import flask_restplus\n"
                "from flask_restplus import Api, Resource, fields, reqparse\n"
                "from flask_restplus.inputs import positive\n\n"
                "api = Api()\n"
                'book = api.model("Book", {"id": fields.Integer, "title": flask_restplus.fields.String})\n'
                "parser = reqparse.RequestParser()\n"
                'parser.add_argument("page", type=positive)\n\n\n'
                '@api.route("/books")\n'
                "class Books(Resource):\n"
                "    @api.marshal_list_with(book)\n"
                "    def get(self):\n"
                "        return []\n"
            ),
            after=(
                "import flask_restx as flask_restplus\n"
                "from flask_restx import fields, reqparse\n"
                "from quart_app.rest.restx import Api, Resource\n"
                "from flask_restx.inputs import positive\n\n"
                "api = Api()\n"
                'book = api.model("Book", {"id": fields.Integer, "title": flask_restplus.fields.String})\n'
                "parser = reqparse.RequestParser()\n"
                'parser.add_argument("page", type=positive)\n\n\n'
                '@api.route("/books")\n'
                "class Books(Resource):\n"
                "    @api.marshal_list_with(book)\n"
                "    async def get(self):\n"
                "        return []\n"
            ),
        ),
    ),
    left_alone=(
        "from collections import OrderedDict\n"
        "from collections.abc import Mapping\n"
        "from markupsafe import Markup\n"
        "from werkzeug.utils import secure_filename\n",
    ),
    references=("https://werkzeug.palletsprojects.com/en/stable/changes/",),
)
