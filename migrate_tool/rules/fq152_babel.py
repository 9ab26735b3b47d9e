"""Flask-Babel's selectors await, and keep the decorators they had."""

from __future__ import annotations

from .rule import Example, Rule, Safety

RULE = Rule(
    code="FQ152",
    name="babel-selectors",
    summary="Babel comes from quart_app.babel, whose selectors may await.",
    why=(
        "The function that says a request's locale often asks who is signed in, which waits. Flask-Babel calls it "
        "synchronously, and since 3.0 has no decorator for it. Ours is Flask-Babel's object with the decorators back, and "
        "awaits what a selector returns; gettext and its kin stay Flask-Babel's."
    ),
    safety=Safety.SAFE,
    examples=(
        Example(
            before=(
                "from flask import Flask\n"
                "from flask_babel import Babel, gettext\n"
                "from flask_login import current_user\n\n"
                "app = Flask(__name__)\n"
                "babel = Babel(app)\n\n\n"
                "@babel.localeselector\n"
                "def get_locale():\n"
                "    return current_user.locale\n"
            ),
            after=(
                "from quart_app import Quart\n"
                "from flask_babel import gettext\n"
                "from quart_app.babel import Babel\n"
                "from quart_app.auth import current_user\n\n"
                "app = Quart(__name__)\n"
                "babel = Babel(app)\n\n\n"
                "@babel.localeselector\n"
                "async def get_locale():\n"
                "    return (await current_user).locale\n"
            ),
        ),
    ),
    left_alone=("from flask_babel import gettext\n\n\ndef greet():\n    return gettext('Hello')\n",),
    references=("https://python-babel.github.io/flask-babel/#flask_babel.Babel",),
)
