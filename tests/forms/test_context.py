"""Where forms are made: with and without a bridge, a request, a submission; and in which language they speak."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
import quart
import wtforms
from quart_wtf.meta import QuartFormMeta

import quart_app
from quart_app.bridge import drive
from quart_app.forms import CSRFProtect, FlaskForm, NotAwaitedError
from quart_app.testing import QuartClient


class Note(FlaskForm):
    text = wtforms.StringField(validators=[wtforms.validators.DataRequired()])


@pytest.fixture
def app() -> quart_app.Quart:
    app = quart_app.Quart("app")
    app.config.update(TESTING=True, SECRET_KEY="key", WTF_CSRF_ENABLED=False)
    return app


async def test_a_plain_call_waits_for_the_body_inside_the_bridge(app: quart_app.Quart) -> None:
    @app.route("/", methods=["POST"])
    async def native() -> Any:
        form = Note()
        return {"valid": await form.validate(), "text": form.text.data}

    def plain() -> Any:
        form = Note()
        return {"valid": bool(form.validate_on_submit()), "text": form.text.data}

    app.add_url_rule("/plain", view_func=plain, methods=["POST"])
    for path in ("/", "/plain"):
        assert (await app.test_client().post(path, data={"text": "t"})).json == {"valid": True, "text": "t"}


async def test_outside_the_bridge_a_submitted_form_says_what_to_write() -> None:
    app = quart.Quart("app")
    app.test_client_class = QuartClient  # type: ignore[assignment]
    app.config.update(TESTING=True, SECRET_KEY="key", WTF_CSRF_ENABLED=False)

    @app.route("/", methods=["GET", "POST"])
    async def index() -> Any:
        form = Note()
        return {"text": form.text.data}

    client: Any = app.test_client()
    with pytest.raises(NotAwaitedError, match=r"form = await Note\.create_form\(\.\.\.\)"):
        await client.post("/", data={"text": "t"})
    assert (await client.get("/")).json == {"text": None}


async def test_data_that_was_not_awaited_is_waited_for(app: quart_app.Quart) -> None:
    async with app.test_request_context("/", method="POST", form={"text": "t"}):
        form = await Note.create_form(quart.request.form)
        assert form.text.data == "t"


async def test_in_a_test_without_a_submission_a_form_is_made_anywhere(app: quart_app.Quart) -> None:
    async with app.app_context():
        form = Note(data={"text": "t"})
        assert (form.is_submitted(), form.text.data) == (False, "t")
        assert await form.validate_on_submit() is False
        target = SimpleNamespace()
        form.populate_obj(target)
        assert target.text == "t"


async def test_the_constructor_runs_in_the_bridge(app: quart_app.Quart) -> None:
    from quart_app.bridge import wait

    async def options() -> list[str]:
        return ["a", "b"]

    class Choice(FlaskForm):
        one = wtforms.SelectField()

        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            self.one.choices = wait(options())  # type: ignore[assignment]

    async with app.test_request_context("/", method="POST", form={"one": "b"}):
        assert await (await Choice.create_form()).validate() is True

        async def driven() -> bool:
            return bool(Choice().validate())

        assert await drive(driven()) is True


async def test_the_body_is_still_there_after_the_protection_has_read_it(app: quart_app.Quart) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    csrf = CSRFProtect(app)
    assert app.extensions["csrf"] is csrf

    @app.route("/", methods=["GET", "POST"])
    async def index() -> Any:
        if quart.request.method == "GET":
            return await quart.render_template_string("{{ csrf_token() }}")
        return {"form": dict(await quart.request.form), "json": await quart.request.get_json(silent=True)}

    client = app.test_client()
    token = (await client.get("/")).text
    assert (await client.post("/", data={"csrf_token": token, "a": "1"})).json["form"]["a"] == "1"
    sent = await client.post("/", json={"a": 1}, headers={"X-CSRFToken": token})
    assert sent.json["json"] == {"a": 1}


async def test_messages_are_translated_by_the_configured_translations(
    app: quart_app.Quart, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Shouting:
        def gettext(self, string: str) -> str:
            return string.upper()

        def ngettext(self, singular: str, plural: str, n: int) -> str:
            return (singular if n == 1 else plural).upper()

    monkeypatch.setattr("quart_wtf.meta.translations", Shouting())
    async with app.test_request_context("/", method="POST"):
        form = await Note.create_form()
        assert not await form.validate()
        assert form.errors == {"text": ["THIS FIELD IS REQUIRED."]}
        app.config["WTF_I18N_ENABLED"] = False
        form = await Note.create_form(meta={"locales": ["de"]})
        assert not await form.validate()
        assert form.errors == {"text": ["Dieses Feld wird benötigt."]}
    assert issubclass(Note.Meta, QuartFormMeta)
