"""WSGI middleware that asks for the user is marked: there it was never known."""

from __future__ import annotations

from migrate_tool.colour.boundaries import is_wsgi
from migrate_tool.model.members import CURRENT_USER

from .python_file import PythonFile
from .rule import Example, Rule, Safety

RULE = Rule(
    code="FQ207",
    name="user-in-wsgi-middleware",
    summary="WSGI middleware that asks for the user is marked.",
    why=(
        "Middleware runs around the application, before there is a request context, so it cannot know who is signed in. "
        "What it does with the user belongs in a before_request or after_request hook, where the user is awaited, after a "
        "cheap decision whether it is needed."
    ),
    safety=Safety.MANUAL,
    examples=(
        Example(
            before=(
                "from flask_login import current_user\n\n\n"
                "class Audit:\n"
                "    def __init__(self, app):\n"
                "        self.app = app\n\n"
                "    def __call__(self, environ, start_response):\n"
                '        environ["user"] = current_user.id\n'
                "        return self.app(environ, start_response)\n"
            ),
            after=(
                "from quart_app.auth import current_user\n"
                "from quart_app.bridge import wait\n\n\n"
                "class Audit:\n"
                "    def __init__(self, app):\n"
                "        self.app = app\n\n"
                "    def __call__(self, environ, start_response):\n"
                "        # migrate: FQ207 ask for the user in a before_request hook: around the application there is no request yet\n"
                '        environ["user"] = wait(current_user).id\n'
                "        return self.app(environ, start_response)\n"
            ),
            path="middleware.py",
        ),
    ),
)


def python(file: PythonFile) -> None:
    """Mark every read of the user in a WSGI function of this file."""
    for decision in file.colouring.decisions_in(file.module):
        site = decision.site
        if site.what == CURRENT_USER and site.owner and is_wsgi(site.owner):
            file.mark(
                site.node,
                RULE.code,
                "ask for the user in a before_request hook: around the application there is no request yet",
            )
