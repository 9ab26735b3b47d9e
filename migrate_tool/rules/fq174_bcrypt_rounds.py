"""Fewer rounds than bcrypt has."""

from __future__ import annotations

import ast

from .imported import is_imported
from .python_file import PythonFile, argument
from .rule import Example, Rule, Safety
from .settings import is_value

RULE = Rule(
    code="FQ174",
    name="bcrypt-rounds",
    summary="BCRYPT_LOG_ROUNDS below 4 becomes 4, which is what it was taken for.",
    why=(
        "py-bcrypt took less than four rounds as four, which settings for tests made use of to be quick; the bcrypt that is "
        "installed now raises ValueError. The hashes are as strong as they were."
    ),
    safety=Safety.SAFE,
    examples=(
        Example(
            before=(
                "from flask import Flask\n"
                "from flask_bcrypt import Bcrypt\n\n\n"
                "class TestingConfig:\n"
                "    BCRYPT_LOG_ROUNDS = 1\n\n\n"
                "app = Flask(__name__)\n"
                "app.config.from_object(TestingConfig)\n"
                "bcrypt = Bcrypt(app)\n"
            ),
            after=(
                "from quart_app import Quart\n"
                "from flask_bcrypt import Bcrypt\n\n\n"
                "class TestingConfig:\n"
                "    BCRYPT_LOG_ROUNDS = 4\n\n\n"
                "app = Quart(__name__)\n"
                "app.config.from_object(TestingConfig)\n"
                "bcrypt = Bcrypt(app)\n"
            ),
        ),
    ),
    left_alone=(
        "BCRYPT_LOG_ROUNDS = 1\n",
        "from flask_bcrypt import Bcrypt\n\nBCRYPT_LOG_ROUNDS = 13\nROUNDS = 1\nbcrypt = Bcrypt()\n",
    ),
    references=("https://pypi.org/project/bcrypt/",),
)

_SETTING = "BCRYPT_LOG_ROUNDS"
_LIBRARY = "flask_bcrypt"
_FEWEST = 4
#: Where the rounds stand among the arguments of those that take them.
_TAKES = {
    "bcrypt.gensalt": 0,
    "flask_bcrypt.generate_password_hash": 1,
    "flask_bcrypt.Bcrypt.generate_password_hash": 1,
}


def python(file: PythonFile) -> None:
    """Raise what is below the fewest rounds there are."""
    given = {
        id(rounds)
        for call in file.nodes(ast.Call)
        for name in file.names(call.func) & _TAKES.keys()
        if (rounds := argument(call, "rounds", _TAKES[name])) is not None
    }
    for node in file.nodes(ast.Constant):
        if type(node.value) is not int or not 0 <= node.value < _FEWEST:
            continue
        if id(node) in given or (is_value(file, node, _SETTING) and is_imported(file.project, _LIBRARY)):
            file.replace(node, str(_FEWEST), origin=RULE.code)
            file.report(node, RULE.code, f"bcrypt has no fewer than {_FEWEST} rounds")
