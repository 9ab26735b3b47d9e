"""One form in Flask with Flask-WTF and in Quart with ours, asked by the same request."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import flask
import flask_wtf
import flask_wtf.csrf
import flask_wtf.file
import quart

import quart_app
import quart_app.forms
import quart_app.forms.csrf
import quart_app.forms.file
from quart_app.testing import QuartClient

MakeForm = Callable[[Any, Any], type[Any]]


class Twin:
    """An application with a view that validates a form and says how it went."""

    def __init__(self, which: str, **config: Any) -> None:
        self.which = which
        self.flask = which == "flask"
        factories: dict[str, Any] = {"flask": flask.Flask, "quart": quart.Quart, "ours": quart_app.Quart}
        self.app: Any = factories[which](__name__)
        if which == "quart":
            self.app.test_client_class = QuartClient
        self.app.config.update({"TESTING": True, "SECRET_KEY": "key", "WTF_CSRF_ENABLED": False, **config})
        self.wtf: Any = flask_wtf if self.flask else quart_app.forms
        self.framework: Any = flask if self.flask else quart

    def add_form(self, make: MakeForm, *args: Any, **kwargs: Any) -> None:
        """Serve the form at ``/``; ``args`` and ``kwargs`` are the form's."""
        form_class = make(self.wtf, self.wtf.file)

        def report(form: Any, valid: bool) -> dict[str, Any]:
            return {
                "submitted": form.is_submitted(),
                "valid": valid,
                "errors": form.errors,
                "data": {name: _plain(value) for name, value in form.data.items()},
                "html": [str(field) for field in form if field.short_name != "csrf_token"],
            }

        if self.flask:

            def with_flask_wtf() -> Any:
                form = form_class(*args, **kwargs)
                return report(form, form.validate_on_submit())

            view: Any = with_flask_wtf
        else:

            async def with_ours() -> Any:
                form = await form_class.create_form(*args, **kwargs)
                return report(form, await form.validate_on_submit())

            view = with_ours
        self.app.add_url_rule("/", view_func=view, methods=["GET", "POST", "PUT", "PATCH", "DELETE"])

    async def ask(self, method: str = "post", path: str = "/", **kwargs: Any) -> Any:
        client = self.app.test_client()
        response = getattr(client, method)(path, **kwargs)
        return response if self.flask else await response


def _plain(value: Any) -> Any:
    if hasattr(value, "filename"):
        return [value.filename, value.read().decode()]
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value


async def compare(
    make: MakeForm, *args: Any, which: str = "ours", request: Callable[[], dict[str, Any]], **kwargs: Any
) -> Any:
    """Ask Flask-WTF and ours; give the one answer, or fail."""
    answers = []
    for one in ("flask", which):
        twin = Twin(one)
        twin.add_form(make, *args, **kwargs)
        answers.append((await twin.ask(**request())).get_json())
    assert answers[1] == answers[0]
    return answers[1]
