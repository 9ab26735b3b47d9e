"""Templates use `current_user` with no ceremony, also under `raise`, and cost nothing when they do not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import quart
from quart import render_template, render_template_string, stream_template_string, template_rendered

from quart_app.auth import LoginManager, current_user

from .people import Site, User

TEMPLATES = {
    "plain.html": "nothing here",
    "names.html": "{{ current_user.name }}",
    "condition.html": "{% if current_user.is_authenticated %}in{% else %}out{% endif %}",
    "child.html": "{% extends 'parent.html' %}{% block body %}child{% endblock %}",
    "parent.html": "{% block body %}{% endblock %} of {{ current_user.name }}",
    "block.html": "{% extends 'plain.html' %}{% block body %}{{ current_user.name }}{% endblock %}",
    "include.html": "{% include 'names.html' %}",
    "include_list.html": "{% include ['missing.html', 'names.html'] %}",
    "include_missing.html": "{% include 'missing.html' ignore missing %}nothing",
    "macros.html": "{% macro hello() %}hello {{ current_user.name }}{% endmacro %}",
    "import.html": "{% from 'macros.html' import hello with context %}{{ hello() }}",
    "import_all.html": "{% import 'macros.html' as m with context %}{{ m.hello() }}",
    "dynamic.html": "{% include which %}",
    "loop.html": "{% for x in [1, 2] %}{{ current_user.name }} {% endfor %}",
    "set.html": "{% set user = current_user %}{{ user.name }}",
    "test.html": "{{ 'same' if current_user == current_user else 'other' }}",
    "cycle_a.html": "{% if undefined_here %}{% include 'cycle_b.html' %}{% endif %}a",
    "cycle_b.html": "{% include 'cycle_a.html' %}b",
    "broken.html": "{% if %}",
    "includes_broken.html": "{% if undefined_here %}{% include 'broken.html' %}{% endif %}fine",
}
USING = {
    "names.html": "ann",
    "condition.html": "in",
    "child.html": "child of ann",
    "include.html": "ann",
    "include_list.html": "ann",
    "import.html": "hello ann",
    "import_all.html": "hello ann",
    "dynamic.html": "ann",
    "loop.html": "ann ann ",
    "set.html": "ann",
    "test.html": "same",
}
NOT_USING = {
    "plain.html": "nothing here",
    "include_missing.html": "nothing",
    "cycle_a.html": "a",
    "includes_broken.html": "fine",
}


class Pages:
    """A site that renders, under the policy `raise`."""

    def __init__(self, quart_class: type[quart.Quart], folder: Path) -> None:
        for name, source in TEMPLATES.items():
            (folder / name).write_text(source)
        self.app = quart_class(__name__, template_folder=str(folder))
        self.app.config["IMPLICIT_LOADING"] = "raise"
        self.app.config["PROPAGATE_EXCEPTIONS"] = True
        self.loads: list[str] = []
        self.ann = User("1", "ann")
        self.manager = LoginManager(self.app)
        self.manager.request_loader(self.load)

    async def load(self, request: Any) -> User:
        self.loads.append(request.path)
        return self.ann

    async def render(self, name: str, **context: Any) -> str:
        async with self.app.test_request_context("/"):
            return await render_template(name, which="names.html", **context)

    async def render_string(self, source: str, **context: Any) -> str:
        async with self.app.test_request_context("/"):
            return await render_template_string(source, which="names.html", **context)


@pytest.fixture
def pages(quart_class: type[quart.Quart], tmp_path: Path) -> Pages:
    return Pages(quart_class, tmp_path)


@pytest.mark.parametrize("name", USING)
async def test_a_template_that_uses_the_user_has_it(pages: Pages, name: str) -> None:
    for _ in range(2):
        assert await pages.render(name) == USING[name]
    assert len(pages.loads) == 2


@pytest.mark.parametrize("name", USING)
async def test_so_has_a_template_made_from_a_string(pages: Pages, name: str) -> None:
    assert await pages.render_string(TEMPLATES[name]) == USING[name]
    assert len(pages.loads) == 1


@pytest.mark.parametrize("name", NOT_USING)
async def test_a_template_that_does_not_use_the_user_loads_nobody(pages: Pages, name: str) -> None:
    assert await pages.render(name) == NOT_USING[name]
    assert pages.loads == []


@pytest.mark.parametrize("name", sorted(NOT_USING.keys() - {"include_missing.html"}))
async def test_nor_does_a_template_made_from_a_string(pages: Pages, name: str) -> None:
    assert await pages.render_string(TEMPLATES[name]) == NOT_USING[name]
    assert pages.loads == []


async def test_a_string_that_includes_something_unknown_has_the_user_to_be_safe(pages: Pages) -> None:
    assert await pages.render_string(TEMPLATES["include_missing.html"]) == "nothing"
    assert len(pages.loads) == 1


async def test_text_that_is_not_a_template_name_is_no_reason_to_load(pages: Pages) -> None:
    assert await pages.render_string("{{ 'names.html' }} and {{ 1 + 1 }}") == "names.html and 2"
    assert pages.loads == []


@pytest.mark.parametrize("reload", [True, False])
async def test_a_changed_template_is_read_again_only_when_templates_are_reloaded(
    pages: Pages, tmp_path: Path, reload: bool
) -> None:
    pages.app.config["TEMPLATES_AUTO_RELOAD"] = reload
    pages.app.jinja_env.auto_reload = reload
    assert await pages.render("include.html") == "ann"
    (tmp_path / "parent.html").write_text("{% block body %}{% endblock %} of nobody ")
    assert (await pages.render("child.html")).startswith("child of nobody")
    assert len(pages.loads) == 1


async def test_streams_have_the_user_too(pages: Pages) -> None:
    async with pages.app.test_request_context("/"):
        chunks = await stream_template_string("{% for x in [1, 2] %}{{ current_user.name }}{% endfor %}")
        assert "".join([chunk async for chunk in chunks]) == "annann"


async def test_what_the_view_passes_stays(pages: Pages) -> None:
    assert await pages.render("names.html", current_user=User("2", "bob")) == "bob"
    assert pages.loads == []


async def test_receivers_of_template_rendered_see_the_user_itself(pages: Pages) -> None:
    seen: list[Any] = []

    async def look(_app: Any, template: Any, context: dict[str, Any], **_: Any) -> None:
        seen.append(context["current_user"])

    with template_rendered.connected_to(look, pages.app):
        await pages.render("names.html")
    assert type(seen[0]) is User


async def test_outside_of_a_request_current_user_is_none(pages: Pages) -> None:
    async with pages.app.app_context():
        assert await render_template_string("{{ current_user is none }}") == "True"


async def test_a_global_current_user_serves_macros_without_context(pages: Pages, tmp_path: Path) -> None:
    (tmp_path / "no_context.html").write_text("{% from 'macros.html' import hello %}{{ hello() }}")
    pages.app.jinja_env.globals["current_user"] = current_user
    assert await pages.render("no_context.html") == "hello ann"


async def test_without_the_context_processor_templates_know_nobody(quart_class: type[quart.Quart]) -> None:
    app = quart_class(__name__)
    LoginManager(app, add_context_processor=False).request_loader(lambda request: None)
    async with app.test_request_context("/"):
        assert await render_template_string("{{ current_user is defined }}") == "False"


async def test_the_anonymous_user_is_in_templates_too(site: Site) -> None:
    async with site.app.test_request_context("/"):
        assert await render_template_string("{{ current_user.is_anonymous }}") == "True"
