"""Flask-Babel on ours: selectors that await, by decorator or argument, before and after the application is known."""

from __future__ import annotations

import asyncio
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from flask_babel import format_datetime, get_timezone, gettext
from quart import render_template_string, request

from quart_app import Quart
from quart_app.babel import Babel

WHEN = datetime(2026, 1, 2, 12)


async def german() -> str:
    await asyncio.sleep(0)
    return "de"


@pytest.fixture
def app(tmp_path: Path) -> Quart:
    app = Quart(__name__)
    app.config.update(TESTING=True, BABEL_TRANSLATION_DIRECTORIES=str(tmp_path))
    catalog = Catalog(locale="de")
    catalog.add("Hello", "Hallo")
    target = tmp_path / "de" / "LC_MESSAGES" / "messages.mo"
    target.parent.mkdir(parents=True)
    with target.open("wb") as file:
        write_mo(file, catalog)

    @app.get("/")
    async def index() -> str:
        rendered = await render_template_string("{{ _('Hello') }}")
        return f"{gettext('Hello')} {rendered} {format_datetime(WHEN)} {get_timezone()}"

    return app


async def ask(app: Quart, path: str = "/") -> str:
    return str((await app.test_client().get(path)).text)


async def test_without_selectors_the_defaults_are_used(app: Quart) -> None:
    Babel(app, default_timezone="Europe/Vienna")
    assert (await ask(app)).startswith("Hello Hello Jan 2, 2026, 1:00:00")


@pytest.mark.parametrize("late", [True, False])
async def test_a_decorated_selector_may_come_before_or_after_the_application(app: Quart, late: bool) -> None:
    babel = Babel(app) if late else Babel()
    assert babel.localeselector(german) is german
    babel.timezoneselector(lambda: "Europe/Vienna")
    if not late:
        babel.init_app(app)
    assert await ask(app) == "Hallo Hallo 02.01.2026, 13:00:00 Europe/Vienna"


async def test_selectors_given_as_arguments_may_await(app: Quart) -> None:
    babel = Babel()
    babel.init_app(app, locale_selector=german)
    assert (await ask(app)).startswith("Hallo Hallo 02.01.2026, 12:00:00")


async def test_each_request_has_its_own_locale(app: Quart) -> None:
    async def asked() -> Any:
        await asyncio.sleep(0)
        return request.args.get("lang")

    Babel(app, locale_selector=asked)
    answers = await asyncio.gather(*(ask(app, f"/?lang={lang}") for lang in ("de", "en") * 10))
    assert [answer.partition(" ")[0] for answer in answers] == ["Hallo", "Hello"] * 10


async def test_while_nobody_asks_a_selector_of_requests_says_nothing(app: Quart) -> None:
    """A label that is translated while the application is made is in the default language."""
    Babel(app, default_locale="de", locale_selector=lambda: request.accept_languages.best_match(["en"], "en"))
    async with app.app_context():
        assert gettext("Hello") == "Hallo"
    assert (await ask(app)).startswith("Hello ")


async def test_other_errors_of_a_selector_are_told(app: Quart) -> None:
    def broken() -> str:
        raise RuntimeError("no such language")

    Babel(app, locale_selector=broken)
    async with app.app_context():
        with pytest.raises(RuntimeError, match="no such language"):
            gettext("Hello")


async def test_the_extension_object_is_found_in_the_application_with_what_it_has(app: Quart) -> None:
    class Translations(Babel):
        def add(self, name: str) -> str:
            return f"added {name}"

    Translations(app, default_locale="de")
    kept = app.extensions["babel"]
    assert kept.add("de") == "added de"
    assert kept.default_locale == "de"
    with pytest.raises(AttributeError, match="remove"):
        kept.remove("de")
    assert (await ask(app)).startswith("Hallo")
