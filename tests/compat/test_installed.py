"""Old names for installed packages, and for nobody else: each package here is written down and installed for one test."""

from __future__ import annotations

import importlib
import logging
import sys
import textwrap
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
import quart

from migrate_tool.catalog import catalog
from quart_app import Quart
from quart_app.compat.installed import asking, names

Install = Callable[..., Any]


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Install]:
    """Write a package's source where packages are installed, or beside it, and import it."""
    before = set(sys.modules)
    monkeypatch.setattr(asking, "_told", set())

    def write(source: str, *, installed: bool = True) -> Any:
        folder = tmp_path / ("installed" if installed else "own")
        folder.mkdir()
        (folder / "flask_written.py").write_text(textwrap.dedent(source), encoding="utf-8")
        if installed:
            description = folder / "Flask_Written-1.0.dist-info"
            description.mkdir()
            (description / "RECORD").write_text("flask_written.py,sha256=x,1\n", encoding="utf-8")
        monkeypatch.syspath_prepend(str(folder))
        return importlib.import_module("flask_written")

    yield write
    for name in set(sys.modules) - before:
        if name.startswith(("flask_written", "flask.ext", "werkzeug.contrib", "flask._compat", "wtforms")):
            del sys.modules[name]


NAMES = """
import collections
from collections import Mapping
from flask import Markup, _app_ctx_stack, _request_ctx_stack, json
from flask._compat import string_types
from flask.globals import _lookup_req_object
from flask.json import JSONEncoder
from itsdangerous import json as their_json
from jinja2 import contextfunction
from markupsafe import soft_unicode
from werkzeug import cached_property, url_quote
from werkzeug.contrib.cache import SimpleCache
from werkzeug.routing import parse_rule
from werkzeug.security import safe_str_cmp
from werkzeug.wrappers import BaseResponse
from wtforms.fields.html5 import EmailField
from wtforms.compat import iteritems

class Response(BaseResponse):
    pass

class Items(collections.MutableMapping):
    pass

encoder = json.JSONEncoder
"""


def test_an_installed_package_gets_the_names_and_the_log_says_so_once(
    install: Install, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        module = install(NAMES)
    assert module.url_quote("a b") == "a%20b"
    assert module.safe_str_cmp("a", "a")
    assert list(module.parse_rule("/a/<int(min=1):b>")) == [(None, None, "/a/"), ("int", "min=1", "b")]
    assert module._request_ctx_stack.top is None
    told = [record.getMessage() for record in caplog.records]
    assert len(told) == 1
    assert told[0].startswith("Flask_Written was written for older versions: it asks for collections.Mapping")


@pytest.mark.parametrize(
    "line",
    [
        "from flask import Markup",
        "from flask import _request_ctx_stack",
        "import flask; flask.escape",
        "import collections; collections.Mapping",
        "from werkzeug.contrib.cache import SimpleCache",
        "import flask.ext.login",
    ],
)
def test_the_applications_own_code_meets_the_error_it_always_met(install: Install, line: str) -> None:
    with pytest.raises((ImportError, AttributeError)):
        install(line, installed=False)


def test_a_name_that_never_was_is_missing(install: Install) -> None:
    with pytest.raises(ImportError):
        install("from flask import Flusk")


def test_who_can_do_without_does(install: Install, caplog: pytest.LogCaptureFixture) -> None:
    module = install(
        """
        import flask, werkzeug
        try:
            from flask import _app_ctx_stack as stack
        except ImportError:
            stack = None
        try:
            from werkzeug.contrib.cache import SimpleCache
        except (ImportError, AttributeError):
            SimpleCache = None
        asked = hasattr(flask, "Markup"), getattr(werkzeug, "url_quote", None)
        """
    )
    assert (module.stack, module.SimpleCache, module.asked) == (None, None, (False, None))
    assert caplog.records == []


def test_whose_other_way_is_gone_too_does_not(install: Install) -> None:
    module = install(
        """
        try:
            from flask import _app_ctx_stack as stack
        except ImportError:
            from flask import _request_ctx_stack as stack
        """
    )
    assert module.stack.top is None


async def test_contexts_attributes_and_the_request_are_those_of_flask(install: Install) -> None:
    module = install(
        """
        from flask import _app_ctx_stack, _request_ctx_stack, current_app, request

        def init_app(app):
            return app.session_cookie_name, app.env, app.json_encoder.__name__

        def first(blueprint):
            blueprint.before_app_first_request(lambda: None)

        def ask():
            top = _request_ctx_stack.top
            top.kept = "kept"
            body = top.request.get_json()
            name = current_app.session_cookie_name
            return [body, top.kept, name, request.is_xhr, _app_ctx_stack.top.app.name]
        """
    )
    app = Quart("one")
    assert module.init_app(app) == ("session", "production", "JSONEncoder")
    blueprint = quart.Blueprint("part", __name__)
    module.first(blueprint)
    app.register_blueprint(blueprint)
    app.add_url_rule("/", "ask", module.ask, methods=["POST"])
    answer = await app.test_client().post("/", json=1, headers={"X-Requested-With": "XMLHttpRequest"})
    assert answer.json == [1, "kept", "session", True, "one"]


async def test_attributes_are_not_the_applications(install: Install) -> None:
    app = Quart("one")
    with pytest.raises(AttributeError, match="session_cookie_name"):
        _ = app.session_cookie_name  # type: ignore[attr-defined]
    assert not hasattr(app, "env")
    app.env = "mine"  # type: ignore[attr-defined]
    assert app.env == "mine"  # type: ignore[attr-defined]


def test_the_packages_that_are_watched_are_those_of_which_names_are_gone() -> None:
    ours = {name for name, api in catalog().apis.items() if api.rule == "FQ110" and api.becomes}
    ours |= set(names._OWN)
    known = {name.partition(".")[0] for name in ours} | set(names._VERSIONS)
    of_packages_that_keep_theirs = {"flask_jwt_extended", "flask_restplus", "sentry_sdk"}
    assert known - of_packages_that_keep_theirs == names.PACKAGES


@pytest.mark.parametrize("name", [name for name in sorted(names._OWN) if find_spec(name.partition(".")[0])])
def test_what_stands_in_exists(name: str) -> None:
    assert names.stand_in(name) is not None
