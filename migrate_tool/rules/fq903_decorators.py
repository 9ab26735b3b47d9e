"""A library's decorator around a view that became async keeps deciding how the view is called."""

from __future__ import annotations

from .rule import Example, Rule, Safety

RULE = Rule(
    code="FQ903",
    name="synchronous-decorators",
    summary="Decorators of libraries that know nothing of coroutines are put around a function that waits in the bridge.",
    why=(
        "A decorator written for plain functions would get a coroutine where it expects a response. sync_decorator gives it "
        "a plain function and awaits the view behind it, so the view itself can be async."
    ),
    safety=Safety.REVIEW,
    examples=(
        Example(
            before=(
                "from flask import Flask, render_template\n"
                "from somewhere import limit\n\n"
                "app = Flask(__name__)\n\n\n"
                '@app.route("/")\n'
                '@limit("5/hour")\n'
                "def index():\n"
                '    return render_template("index.html")\n'
            ),
            after=(
                "from quart import render_template\n"
                "from quart_app import Quart\n"
                "from somewhere import limit\n"
                "from quart_app.bridge import sync_decorator\n\n"
                "app = Quart(__name__)\n\n\n"
                '@app.route("/")\n'
                '@sync_decorator(limit("5/hour"))\n'
                "async def index():\n"
                '    return await render_template("index.html")\n'
            ),
        ),
    ),
)
