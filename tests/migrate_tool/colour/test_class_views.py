"""Class-based views: what decorates them gets a coroutine function."""

from __future__ import annotations

import textwrap

from tests.migrate_tool.programs import after

GUARD = """
    from functools import wraps
    from flask import abort, request
    from flask.views import MethodView

    def guarded(f):
        @wraps(f)
        def wrapper(*args, **kwargs):
            if "token" not in request.args:
                abort(401)
            return f(*args, **kwargs)
        return wrapper
"""


def migrated(code: str) -> str:
    return after(textwrap.dedent(GUARD) + textwrap.dedent(code))


def test_a_decorator_in_the_class_s_list_awaits_the_view() -> None:
    text = migrated(
        """
        class Items(MethodView):
            decorators = [guarded]

            def get(self):
                return "items"
        """
    )
    assert "    async def wrapper(*args, **kwargs):" in text
    assert "        return await f(*args, **kwargs)" in text


def test_a_decorator_with_arguments_in_the_class_s_list_awaits_the_view() -> None:
    text = migrated(
        """
        def allowed(role):
            def decorator(view):
                def call(**kwargs):
                    return view(**kwargs)
                return call
            return decorator

        class Items(MethodView):
            decorators = (allowed("reader"),)

            def get(self):
                return "items"
        """
    )
    assert "        async def call(**kwargs):\n            return await view(**kwargs)" in text


def test_a_decorator_called_with_the_view_awaits_it() -> None:
    text = migrated(
        """
        class Items(MethodView):
            def get(self):
                return "items"

        app.add_url_rule("/items", view_func=guarded(Items.as_view("items")))
        """
    )
    assert "        return await f(*args, **kwargs)" in text


def test_a_list_of_decorators_in_another_class_means_nothing() -> None:
    text = migrated(
        """
        class Tree:
            decorators = [guarded]
        """
    )
    assert "await" not in text
