"""Signed JSON tokens of itsdangerous keep their format."""

from __future__ import annotations

from .rule import Example, Rule, Safety

RULE = Rule(
    code="FQ151",
    name="signed-json",
    summary="JSONWebSignatureSerializer and its timed kin come from quart_app.auth.signed_json.",
    why=(
        "itsdangerous 2.1 removed them, and what it offers instead writes another format: links and API tokens that "
        "were sent out before the move would all be refused. Ours read and write the same tokens, those of versions "
        "before 1.0 included."
    ),
    safety=Safety.SAFE,
    examples=(
        Example(
            before=(
                "from flask import Flask\n"
                "from itsdangerous import TimedJSONWebSignatureSerializer as Serializer, BadSignature\n\n"
                "app = Flask(__name__)\n\n\n"
                "def check(token):\n"
                "    try:\n"
                '        return Serializer(app.config["SECRET_KEY"]).loads(token)\n'
                "    except BadSignature:\n"
                "        return None\n"
            ),
            after=(
                "from quart_app import Quart\n"
                "from itsdangerous import BadSignature\n"
                "from quart_app.auth.signed_json import TimedJSONWebSignatureSerializer as Serializer\n\n"
                "app = Quart(__name__)\n\n\n"
                "def check(token):\n"
                "    try:\n"
                '        return Serializer(app.config["SECRET_KEY"]).loads(token)\n'
                "    except BadSignature:\n"
                "        return None\n"
            ),
        ),
    ),
    left_alone=(
        "from itsdangerous import URLSafeTimedSerializer\n\n\n"
        "def check(token):\n"
        '    return URLSafeTimedSerializer("key").loads(token)\n',
    ),
    references=("https://itsdangerous.palletsprojects.com/en/stable/changes/#version-2-1-0",),
)
