"""What stands in for a name that is gone: the codemod's catalogue says so, and here what only installed packages ask for."""

from __future__ import annotations

import functools
import importlib
import importlib.metadata
from typing import Any

#: Installed packages see Flask's contexts, through the bridge, and not ours; the rest is nobody's concern but theirs.
_OWN = {
    "flask._app_ctx_stack": f"{__package__}.stand_ins._app_ctx_stack",
    "flask._request_ctx_stack": f"{__package__}.stand_ins._request_ctx_stack",
    "flask.globals._lookup_app_object": f"{__package__}.stand_ins.lookup_app_object",
    "flask.globals._lookup_req_object": f"{__package__}.stand_ins.lookup_request_object",
    "flask.globals._find_app": f"{__package__}.stand_ins.find_app",
    "flask.json.JSONEncoder": "quart_app.compat.json.JSONEncoder",
    "flask.json._json": "json",
    "flask.json.json": "json",
    "flask_sqlalchemy.BaseQuery": "flask_sqlalchemy.query.Query",
    "flask_sqlalchemy.Model": "flask_sqlalchemy.model.Model",
    "flask_sqlalchemy.Pagination": "flask_sqlalchemy.pagination.QueryPagination",
    "flask_wtf.Form": "flask_wtf.FlaskForm",
    "flask_wtf.csrf.CsrfProtect": "flask_wtf.csrf.CSRFProtect",
    "inspect.getargspec": f"{__package__}.stand_ins.getargspec",
    "itsdangerous._compat.constant_time_compare": "hmac.compare_digest",
    "itsdangerous._compat.text_type": "builtins.str",
    "itsdangerous.json": "json",
    "markupsafe.soft_unicode": "markupsafe.soft_str",
    "oauthlib.common.PY3": f"{__package__}.stand_ins.TRUE",
    "oauthlib.common.bytes_type": "builtins.bytes",
    "oauthlib.common.unicode_type": "builtins.str",
    "werkzeug.http.parse_authorization_header": f"{__package__}.stand_ins.parse_authorization_header",
    "werkzeug.parse_options_header": "werkzeug.http.parse_options_header",
    "werkzeug.routing.parse_converter_args": "werkzeug.routing.rules.parse_converter_args",
    "werkzeug.routing.parse_rule": f"{__package__}.stand_ins.parse_rule",
    "werkzeug.utils.parse_cookie": "werkzeug.http.parse_cookie",
    "werkzeug.utils.url_quote": "quart_app.compat.urls.url_quote",
    "werkzeug.wsgi.extract_path_info": f"{__package__}.stand_ins.extract_path_info",
    "werkzeug.wsgi.pop_path_info": f"{__package__}.stand_ins.pop_path_info",
    **{
        f"werkzeug.wrappers.{name}": "builtins.object"
        for name in (
            "AcceptMixin",
            "AuthorizationMixin",
            "CORSRequestMixin",
            "CommonRequestDescriptorsMixin",
            "CommonResponseDescriptorsMixin",
            "ETagRequestMixin",
            "ETagResponseMixin",
            "JSONMixin",
            "UserAgentMixin",
            "WWWAuthenticateMixin",
        )
    },
}

#: Modules whose ``__version__`` is gone, by distribution.
_VERSIONS = {"flask": "flask", "jinja2": "jinja2", "werkzeug": "werkzeug", "marshmallow": "marshmallow"}

#: The packages of which names are gone. The catalogue itself is read when one is asked for: that takes time.
PACKAGES = frozenset(
    {
        "base64",
        "cgi",
        "collections",
        "flask",
        "flask_sqlalchemy",
        "flask_wtf",
        "fractions",
        "inspect",
        "itsdangerous",
        "jinja2",
        "markupsafe",
        "marshmallow",
        "oauthlib",
        "sqlalchemy",
        "time",
        "werkzeug",
        "wtforms",
    }
)

#: The rule of the names that moved.
_RULE = "FQ110"


def knows(name: str) -> bool:
    """Whether a qualified name is one that is gone and has something to stand in for it."""
    return _becomes(name) is not None


def stand_in(name: str) -> Any:
    """Return what stands in for a name.

    Args:
        name: The qualified name.

    Raises:
        LookupError: Nothing does.
    """
    module, _, attribute = name.rpartition(".")
    if attribute == "__version__" and module in _VERSIONS:
        return importlib.metadata.version(_VERSIONS[module])
    becomes = _becomes(name)
    if becomes is None:
        raise LookupError(name)
    home, _, attribute = becomes.rpartition(".")
    if not home:
        return importlib.import_module(attribute)
    return getattr(importlib.import_module(home), attribute)


def is_watched(module: str) -> bool:
    """Whether a module belongs to a package of which names are gone."""
    return module.partition(".")[0] in PACKAGES


def knows_module(module: str) -> bool:
    """Whether a module that is gone had names, or modules with names, for which something stands in."""
    return module in _modules()


@functools.cache
def _modules() -> frozenset[str]:
    from migrate_tool.catalog import catalog

    known = catalog()
    owners = {
        name.rpartition(".")[0] for name, api in known.apis.items() if api.rule == _RULE and api.becomes
    }
    owners |= {name.rpartition(".")[0] for name in _OWN}
    return frozenset(
        ".".join(parts[:end])
        for parts in (owner.split(".") for owner in owners)
        for end in range(1, len(parts) + 1)
    )


@functools.cache
def _becomes(name: str) -> str | None:
    if name in _OWN:
        return _OWN[name]
    from migrate_tool.catalog import catalog

    known = catalog()
    name = known.canonical(name)
    if name in _OWN:
        return _OWN[name]
    api = known.apis.get(name)
    return api.becomes if api is not None and api.rule == _RULE and api.becomes else None
