"""WTForms' messages are in the language of the request, as with Flask-WTF."""

from __future__ import annotations

from typing import Any

import flask
import flask_babel
import flask_wtf
import pytest
import quart
import wtforms
from wtforms import validators as v

import quart_app
from quart_app.babel import Babel
from quart_app.forms import FlaskForm


def named(base: Any) -> Any:
    class Named(base):  # type: ignore[misc]
        name = wtforms.StringField(validators=[v.DataRequired(), v.Length(min=8)])

    return Named


def on_flask(data: dict[str, str], language: str, **config: Any) -> Any:
    app = flask.Flask(__name__)
    app.config.update({"SECRET_KEY": "key", "WTF_CSRF_ENABLED": False, "TESTING": True, **config})
    flask_babel.Babel(app, locale_selector=lambda: flask.request.accept_languages.best_match(["en", "de"]))
    form_class = named(flask_wtf.FlaskForm)

    @app.post("/")
    def index() -> Any:
        form = form_class()
        form.validate()
        return form.errors

    return app.test_client().post("/", data=data, headers={"Accept-Language": language}).get_json()


async def on_ours(data: dict[str, str], language: str, **config: Any) -> Any:
    app = quart_app.Quart(__name__)
    app.config.update({"SECRET_KEY": "key", "WTF_CSRF_ENABLED": False, "TESTING": True, **config})

    async def selected() -> str | None:
        return quart.request.accept_languages.best_match(["en", "de"])

    Babel(app, locale_selector=selected)
    form_class = named(FlaskForm)

    @app.post("/")
    async def index() -> Any:
        form = await form_class.create_form()
        await form.validate()
        return form.errors

    answer = await app.test_client().post("/", data=data, headers={"Accept-Language": language})
    return answer.json


@pytest.mark.parametrize("data", [{}, {"name": "short"}])
@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize("enabled", [True, False])
async def test_the_same_messages(data: dict[str, str], language: str, enabled: bool) -> None:
    expected = on_flask(data, language, WTF_I18N_ENABLED=enabled)
    assert await on_ours(data, language, WTF_I18N_ENABLED=enabled) == expected
    (message,) = expected["name"]
    assert ("Feld" in message) == (language == "de" and enabled)


async def test_without_babel_or_a_request_they_stay_as_they_are() -> None:
    app = quart_app.Quart(__name__)
    app.config.update(SECRET_KEY="key", WTF_CSRF_ENABLED=False)
    form_class = named(FlaskForm)
    async with app.app_context():
        form = form_class(None, data={})
        await form.validate()
        assert form.name.errors == ["This field is required."]
    Babel(app, default_locale="de")
    async with app.app_context():
        form = form_class(None, data={"name": "short"})
        await form.validate()
        assert form.name.errors == ["Field must be at least 8 characters long."]
