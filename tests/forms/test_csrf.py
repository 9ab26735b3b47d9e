"""CSRF protection: the same verdicts as Flask-WTF's, and tokens that both accept."""

from __future__ import annotations

import re
from typing import Any

import pytest
import quart
import wtforms

import quart_app
from quart_app.forms import CSRFError, CSRFProtect, FlaskForm
from quart_app.forms.csrf import csrf_meta_tag, generate_csrf, same_origin, validate_csrf

from .twins import Twin

ALL = pytest.mark.parametrize("which", ["flask", "quart", "ours"])


def protected(which: str, **config: Any) -> Twin:
    """An application whose every view is protected."""
    twin = Twin(which, WTF_CSRF_ENABLED=True, **config)
    csrf = twin.wtf.CSRFProtect()
    csrf.init_app(twin.app)
    framework = twin.framework

    def view(path: str, name: str, *, of: Any = None, exempt: bool = False) -> None:
        if twin.flask:

            def answer() -> Any:
                return {"valid": bool(framework.g.get("csrf_valid")), "view": name}
        else:

            async def answer() -> Any:  # type: ignore[misc]
                return {"valid": bool(framework.g.get("csrf_valid")), "view": name}

        answer.__name__ = name
        (of or twin.app).add_url_rule(
            path, view_func=csrf.exempt(answer) if exempt else answer, methods=["GET", "POST", "PUT", "TRACE"]
        )

    view("/", "index")
    view("/free", "free", exempt=True)
    blueprint = framework.Blueprint("free_bp", __name__, url_prefix="/bp")
    view("/", "inside", of=blueprint)
    csrf.exempt(blueprint)
    twin.app.register_blueprint(blueprint)
    guarded = framework.Blueprint("guarded", __name__, url_prefix="/guarded")
    view("/", "inside", of=guarded)
    view("/named", "by_name", of=guarded)
    csrf.exempt(f"{__name__}.by_name")
    twin.app.register_blueprint(guarded)

    template = "{{ csrf_token() }} {{ csrf_meta_tag() }}"
    if twin.flask:
        twin.app.add_url_rule(
            "/token", view_func=lambda: framework.render_template_string(template), endpoint="token"
        )
    else:

        async def token() -> str:
            return str(await framework.render_template_string(template))

        twin.app.add_url_rule("/token", view_func=token)
    return twin


class Visitor:
    """One browser: a client that keeps its cookies, and the token it was given."""

    def __init__(self, twin: Twin) -> None:
        self.twin = twin
        self.client: Any = twin.app.test_client()

    async def ask(self, method: str, path: str = "/", **kwargs: Any) -> Any:
        response = getattr(self.client, method)(path, **kwargs)
        return response if self.twin.flask else await response

    async def token(self) -> str:
        return str((await self.ask("get", "/token")).text).split()[0]

    async def post(self, path: str = "/", **kwargs: Any) -> Any:
        response = await self.ask("post", path, **kwargs)
        found = re.search(r"<p>(.*)</p>", response.text)
        return (
            response.get_json() if response.status_code == 200 else (response.status_code, found and found[1])
        )


GOOD = {"valid": True, "view": "index"}


@ALL
async def test_a_post_needs_the_token(which: str) -> None:
    visitor = Visitor(protected(which))
    assert await visitor.post() == (400, "The CSRF token is missing.")
    assert await visitor.post(data={"csrf_token": "x"}) == (400, "The CSRF session token is missing.")
    token = await visitor.token()
    assert await visitor.post(data={"csrf_token": "x"}) == (400, "The CSRF token is invalid.")
    assert await visitor.post(data={"csrf_token": token + "x"}) == (400, "The CSRF token is invalid.")
    assert await visitor.post(data={"csrf_token": token}) == GOOD
    assert await visitor.post(data={"prefix-csrf_token": token}) == GOOD
    assert await visitor.post(data={"csrf_token": token}, content_type="multipart/form-data") == GOOD
    assert (await visitor.ask("get")).get_json() == {"valid": False, "view": "index"}


@ALL
@pytest.mark.parametrize("header", ["X-CSRFToken", "X-CSRF-Token", "x-csrftoken"])
async def test_the_token_may_come_in_a_header(which: str, header: str) -> None:
    visitor = Visitor(protected(which))
    token = await visitor.token()
    assert await visitor.post(json={"a": 1}, headers={header: token}) == GOOD
    assert (await visitor.post(json={"a": 1}, headers={"X-Other": token}))[0] == 400


@ALL
async def test_another_visitors_token_is_refused(which: str) -> None:
    twin = protected(which)
    one, other = Visitor(twin), Visitor(twin)
    await other.token()
    assert await other.post(data={"csrf_token": await one.token()}) == (400, "The CSRF tokens do not match.")


@ALL
async def test_exempted_views_and_blueprints_are_let_through(which: str) -> None:
    visitor = Visitor(protected(which))
    assert await visitor.post("/free") == {"valid": False, "view": "free"}
    assert await visitor.post("/bp/") == {"valid": False, "view": "inside"}
    assert (await visitor.post("/guarded/"))[0] == 400
    assert await visitor.post("/guarded/named") == {"valid": False, "view": "by_name"}
    assert (await visitor.ask("post", "/nowhere")).status_code == 404


@ALL
@pytest.mark.parametrize(
    ("config", "kwargs", "expected"),
    [
        ({"WTF_CSRF_CHECK_DEFAULT": False}, {}, 200),
        ({"WTF_CSRF_METHODS": ["PUT"]}, {}, 200),
        ({"WTF_CSRF_HEADERS": ["X-Mine"]}, {"headers": {"X-Mine": "TOKEN"}}, 200),
        ({"WTF_CSRF_HEADERS": ["X-Mine"]}, {"headers": {"X-CSRFToken": "TOKEN"}}, 400),
        ({"WTF_CSRF_FIELD_NAME": "mine"}, {"data": {"mine": "TOKEN"}}, 200),
        ({"WTF_CSRF_FIELD_NAME": "mine"}, {"data": {"csrf_token": "TOKEN"}}, 400),
        ({"WTF_CSRF_SECRET_KEY": "other"}, {"data": {"csrf_token": "TOKEN"}}, 200),
        ({"WTF_CSRF_TIME_LIMIT": -1}, {"data": {"csrf_token": "TOKEN"}}, 400),
        ({"WTF_CSRF_TIME_LIMIT": None}, {"data": {"csrf_token": "TOKEN"}}, 200),
    ],
    ids=str,
)
async def test_the_configuration_is_heeded(
    which: str, config: dict[str, Any], kwargs: dict[str, dict[str, str]], expected: int
) -> None:
    visitor = Visitor(protected(which, **config))
    token = await visitor.token()
    filled: dict[str, Any] = {
        name: {k: v.replace("TOKEN", token) for k, v in value.items()} for name, value in kwargs.items()
    }
    response = await visitor.ask("post", **filled)
    assert response.status_code == expected


@ALL
@pytest.mark.parametrize(
    ("referrer", "strict", "expected"),
    [
        (None, True, "The referrer header is missing."),
        ("https://localhost/page", True, None),
        ("http://localhost/page", True, "The referrer does not match the host."),
        ("https://evil.example/", True, "The referrer does not match the host."),
        ("https://localhost:444/", True, "The referrer does not match the host."),
        ("https://evil.example/", False, None),
    ],
)
async def test_under_https_the_referrer_counts(
    which: str, referrer: str | None, strict: bool, expected: str | None
) -> None:
    visitor = Visitor(protected(which, WTF_CSRF_SSL_STRICT=strict))
    token = await visitor.token()
    headers = {"Referer": referrer} if referrer else {}
    answer = await visitor.post(data={"csrf_token": token}, headers=headers, base_url="https://localhost")
    assert answer == ((400, expected) if expected else GOOD)


@ALL
async def test_the_reason_reaches_the_error_handler(which: str) -> None:
    twin = protected(which)
    error_class: Any = twin.wtf.csrf.CSRFError
    twin.app.register_error_handler(error_class, lambda error: (f"refused: {error.description}", 403))
    response = await Visitor(twin).ask("post")
    assert (response.status_code, response.text) == (403, "refused: The CSRF token is missing.")


@pytest.mark.parametrize(("giver", "taker"), [("flask", "ours"), ("ours", "flask"), ("quart", "ours")])
async def test_a_token_of_the_one_is_accepted_by_the_other(giver: str, taker: str) -> None:
    before, after = Visitor(protected(giver)), Visitor(protected(taker))
    token = await before.token()
    after.client.set_cookie("session", before.client.get_cookie("session").value)
    assert await after.post(data={"csrf_token": token}) == GOOD
    forged = re.sub("^.", lambda first: "A" if first[0] != "A" else "B", token)
    assert await after.post(data={"csrf_token": forged}) != GOOD


def with_csrf(wtf: Any, file: Any) -> type[Any]:
    class Note(wtf.FlaskForm):  # type: ignore[misc]
        text = wtforms.StringField()

    return Note


@ALL
async def test_a_form_checks_its_own_token(which: str) -> None:
    twin = protected(which, WTF_CSRF_CHECK_DEFAULT=False)
    twin.app.view_functions.pop("index")
    twin.app.url_map = type(twin.app.url_map)()
    twin.add_form(with_csrf)
    protected_token = protected(which)
    visitor, giver = Visitor(twin), Visitor(protected_token)
    token = await giver.token()
    visitor.client.set_cookie("session", giver.client.get_cookie("session").value)
    refused = (await visitor.ask("post", data={"text": "a"})).get_json()
    invalid = (await visitor.ask("post", data={"csrf_token": "x"})).get_json()
    assert invalid["errors"] == {"csrf_token": ["The CSRF token is invalid."]}
    assert (refused["valid"], refused["errors"]) == (False, {"csrf_token": ["The CSRF token is missing."]})
    assert (await visitor.ask("post", data={"text": "a", "csrf_token": token})).get_json()["valid"] is True


async def test_a_page_with_a_form_can_be_sent_back() -> None:
    app = quart_app.Quart("app")
    app.config.update(TESTING=True, SECRET_KEY="key")
    CSRFProtect(app)

    class Note(FlaskForm):
        hidden = wtforms.HiddenField(default="h")
        text = wtforms.StringField("Text")

    @app.route("/", methods=["GET", "POST"])
    async def index() -> Any:
        form = await Note.create_form()
        if await form.validate_on_submit():
            return {"text": form.text.data, "hidden": form.hidden.data}
        return await quart.render_template_string(
            "{{ form.hidden_tag() }}{{ form.text.label }}{{ form.text(class_='wide') }}|{{ form.hidden_tag('hidden', 'text') }}"
            "|{{ form.csrf_token.current_token == csrf_token() }}|{{ form.errors }}",
            form=form,
        )

    client = app.test_client()
    page = (await client.get("/")).text
    token = re.search(r'name="csrf_token" type="hidden" value="([^"]+)"', page)
    assert token is not None
    assert (
        '<label for="text">Text</label><input class="wide" id="text" name="text" type="text" value="">'
        in page
    )
    assert page.endswith('|<input id="hidden" name="hidden" type="hidden" value="h">|True|{}')
    answer = await client.post("/", data={"csrf_token": token[1], "text": "t", "hidden": "x"})
    assert answer.json == {"text": "t", "hidden": "x"}
    assert (await client.post("/", data={"text": "t"})).status_code == 400


async def test_the_helpers_mean_what_they_mean_in_flask_wtf() -> None:
    app = quart_app.Quart("app")
    app.secret_key = "key"
    async with app.test_request_context("/"):
        token = generate_csrf()
        assert generate_csrf() == quart.g.csrf_token == token
        validate_csrf(token)
        with pytest.raises(wtforms.ValidationError, match="missing"):
            validate_csrf("")
        assert csrf_meta_tag(name='a"b') == f'<meta name="a&#34;b" content="{token}">'
    assert same_origin("https://a/x", "https://a/y")
    assert not same_origin("https://a/x", "http://a/x")
    assert CSRFError("why").description == "why"
