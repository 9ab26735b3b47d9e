"""Names that moved: where they are now they can be found, and every change has a rule that explains it."""

from __future__ import annotations

import importlib

import pytest

from migrate_tool.catalog import catalog, underscored
from migrate_tool.catalog.moved import APIS
from migrate_tool.rules.registry import rule
from tests.migrate_tool.programs import migrated

#: What the migrated project's requirements bring, and ours do not.
NOT_OURS = ("cachelib.", "wtforms_sqlalchemy.")


@pytest.mark.parametrize("becomes", sorted({api.becomes for api in APIS.values()}))
def test_a_name_is_where_it_is_said_to_be(becomes: str) -> None:
    module, _, name = becomes.rpartition(".")
    if becomes.startswith(NOT_OURS):
        assert name
        return
    assert hasattr(importlib.import_module(module), name)


@pytest.mark.parametrize("code", sorted({api.rule for api in catalog().apis.values() if api.rule}))
def test_a_rule_of_the_catalogue_exists(code: str) -> None:
    assert rule(code).code == code


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("from flask import escape\n", "from markupsafe import escape\n"),
        (
            "from flask.helpers import safe_join as join\n",
            "from quart_app.compat.paths import safe_join as join\n",
        ),
        ("from flask import _app_ctx_stack\n", "from quart_app.compat.stacks import _app_ctx_stack\n"),
        (
            "from wtforms.compat import iteritems, text_type\n",
            "from quart_app.compat.python2 import iteritems, text_type\n",
        ),
        ("from flask.ext.login import UserMixin\n", "from quart_app.auth import UserMixin\n"),
        ("from flaskext.login import UserMixin\n", "from quart_app.auth import UserMixin\n"),
        ("from flask.ext.shapely import Shapely as G\n", "from flask_shapely import Shapely as G\n"),
        ("from flask.ext.shapely.shapes import Round\n", "from flask_shapely.shapes import Round\n"),
        ("from flask.ext.couchdb import Manager\n", "from flaskext.couchdb import Manager\n"),
        ("from flaskext.couchdb import Manager\n", "from flaskext.couchdb import Manager\n"),
        ("from flask.ext import shapely\n", "import flask_shapely as shapely\n"),
        ("import flask.ext.shapely as g\n", "import flask_shapely as g\n"),
        ("from werkzeug import secure_filename\n", "from werkzeug.utils import secure_filename\n"),
        ("from werkzeug import FileStorage as F\n", "from quart_app.uploads import FileStorage as F\n"),
        (
            "from werkzeug.security import safe_str_cmp\n",
            "from quart_app.compat.security import safe_str_cmp\n",
        ),
        ("from werkzeug.urls import url_parse\n", "from quart_app.compat.urls import url_parse\n"),
        ("from werkzeug.contrib.cache import SimpleCache\n", "from cachelib import SimpleCache\n"),
        ("from wtforms.fields.html5 import URLField\n", "from wtforms.fields import URLField\n"),
        ("from wtforms.validators import Length\n", "from wtforms.validators import Length\n"),
        (
            "from collections import Mapping, deque\n",
            "from collections import deque\nfrom collections.abc import Mapping\n",
        ),
        ("from flask.app import Rule\n", "from werkzeug.routing import Rule\n"),
        (
            "from flask.globals import LocalProxy, request\n",
            "from quart import request\nfrom werkzeug.local import LocalProxy\n",
        ),
        ("from flask.helpers import NotFound\n", "from werkzeug.exceptions import NotFound\n"),
        (
            "from flask.sessions import SecureCookieSessionInterface, URLSafeTimedSerializer\n",
            "from itsdangerous import URLSafeTimedSerializer\n"
            "from quart.sessions import SecureCookieSessionInterface\n",
        ),
        ("from time import clock, sleep\n", "from time import perf_counter, sleep\n"),
    ],
)
def test_an_import_follows(before: str, after: str) -> None:
    assert migrated({"code.py": before})[0]["code.py"] == after


def test_uses_follow_a_name_that_changed() -> None:
    before = (
        "import jinja2, werkzeug.urls\n"
        "from wtforms import TextField\n"
        "from wtforms.validators import Required\n\n\n"
        "class F:\n    a = TextField('a', [Required()])\n\n\n"
        "@jinja2.contextfunction\n"
        "def f(context):\n    return werkzeug.urls.url_quote(jinja2.Markup('x'))\n"
    )
    text = migrated({"code.py": before})[0]["code.py"]
    assert "    a = StringField('a', [DataRequired()])\n" in text
    assert "@jinja2.pass_context\n" in text
    assert "    return urls.url_quote(markupsafe.Markup('x'))\n" in text


def test_members_of_a_submodule_that_is_imported_from_its_package() -> None:
    code = (
        "from flask import Flask\nfrom sqlalchemy import orm\nfrom werkzeug import urls, utils\n\n\n"
        "def is_collection(attribute):\n"
        "    return isinstance(attribute.impl, orm.attributes.CollectionAttributeImpl)\n\n\n"
        "def quoted(name, orm=None):\n"
        "    return urls.url_quote(utils.secure_filename(name)), orm.attributes.AttributeImpl\n"
    )
    text = migrated({"app.py": code})[0]["app.py"]
    assert "isinstance(attribute.impl, attributes._CollectionAttributeImpl)" in text
    assert "return compat_urls.url_quote(utils.secure_filename(name)), orm.attributes.AttributeImpl" in text
    assert "import orm\n" not in text
    assert "from werkzeug import utils\n" in text


def test_what_sqlalchemy_put_an_underscore_before_exists() -> None:
    for old, api in underscored.APIS.items():
        module, _, name = old.rpartition(".")
        found = importlib.import_module(module)
        assert not hasattr(found, name)
        now, _, new = api.becomes.rpartition(".")
        assert hasattr(importlib.import_module(now), new)
