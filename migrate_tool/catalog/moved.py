"""Names that Flask, Werkzeug, Jinja, WTForms, SQLAlchemy and Python had in older versions, and what they are now."""

from __future__ import annotations

from collections.abc import Iterable

from .api import Api, Consumer, cls, decorator, fn, value

_RULE = "FQ110"
_COMPAT = "quart_app.compat"


def _to(becomes: str) -> Api:
    """A class where the name starts with a capital, else a function."""
    name = becomes.rpartition(".")[2]
    return cls(becomes, rule=_RULE) if name[:1].isupper() else fn("", becomes, rule=_RULE)


def _all(old: str, new: str, names: Iterable[str]) -> dict[str, Api]:
    """The same names in another module."""
    return {f"{old}.{name}": _to(f"{new}.{name}") for name in names}


_MARKUP = {
    f"{module}.{name}": _to(f"markupsafe.{name}")
    for module in ("jinja2", "jinja2.utils", "werkzeug.utils", "werkzeug")
    for name in ("Markup", "escape")
    if not (module.startswith("werkzeug") and name == "Markup")
}

_JINJA = {
    f"{module}.{old}{what}": decorator(Consumer.PASSES, f"jinja2.{new}", rule=_RULE)
    for module in ("jinja2", "jinja2.utils", "jinja2.filters", "jinja2.runtime")
    for old, new in (
        ("context", "pass_context"),
        ("evalcontext", "pass_eval_context"),
        ("environment", "pass_environment"),
    )
    for what in ("filter", "function")
}

#: What Flask's modules import for themselves, and applications import from them.
_BORROWED = {
    "flask.app": {
        "werkzeug.datastructures": "Headers ImmutableDict",
        "werkzeug.exceptions": "BadRequest BadRequestKeyError HTTPException InternalServerError",
        "werkzeug.routing": "BuildError Map MapAdapter RequestRedirect RoutingException Rule",
    },
    "flask.ctx": {"werkzeug.exceptions": "HTTPException"},
    # ``flask.globals``, ``flask.helpers``, ``flask.templating`` and ``flask.wrappers``.
    "flask": {
        "jinja2": "BaseLoader FileSystemLoader Template TemplateNotFound",
        "werkzeug.exceptions": "BadRequest HTTPException NotFound",
        "werkzeug.local": "LocalProxy LocalStack",
        "werkzeug.routing": "BuildError",
    },
    "flask.json": {"werkzeug.http": "http_date"},
    "flask.sessions": {
        "itsdangerous": "BadSignature URLSafeTimedSerializer",
        "werkzeug.datastructures": "CallbackDict",
    },
    "flask.testing": {"click.testing": "CliRunner", "werkzeug.test": "Client"},
    "flask.cli": {"werkzeug.utils": "import_string"},
    "flask.config": {"werkzeug.utils": "import_string"},
}

#: What ``import werkzeug`` offered until 1.0, by the module that has it.
_WERKZEUG = {
    "datastructures": (
        "Accept",
        "CallbackDict",
        "CombinedMultiDict",
        "EnvironHeaders",
        "FileStorage",
        "Headers",
        "ImmutableDict",
        "ImmutableMultiDict",
        "MultiDict",
    ),
    "local": ("Local", "LocalManager", "LocalProxy", "LocalStack", "release_local"),
    "utils": ("cached_property", "import_string", "redirect", "secure_filename", "find_modules"),
    "http": ("generate_etag", "http_date", "parse_date", "parse_options_header", "quote_etag"),
    "exceptions": ("abort",),
    "serving": ("run_simple",),
    "wrappers": ("Request", "Response"),
    "test": ("EnvironBuilder", "create_environ", "run_wsgi_app"),
    "wsgi": ("FileWrapper", "wrap_file", "get_host", "get_current_url"),
}

_URLS = (
    "url_decode",
    "url_encode",
    "url_fix",
    "url_join",
    "url_parse",
    "url_quote",
    "url_quote_plus",
    "url_unparse",
    "url_unquote",
    "url_unquote_plus",
)

_HTML5_FIELDS = (
    "DateField",
    "DateTimeField",
    "DateTimeLocalField",
    "DecimalField",
    "DecimalRangeField",
    "EmailField",
    "IntegerField",
    "IntegerRangeField",
    "MonthField",
    "SearchField",
    "TelField",
    "TimeField",
    "URLField",
)
_CORE_FIELDS = (
    "BooleanField",
    "DateField",
    "DateTimeField",
    "DecimalField",
    "FieldList",
    "FloatField",
    "FormField",
    "IntegerField",
    "RadioField",
    "SelectField",
    "SelectFieldBase",
    "SelectMultipleField",
    "StringField",
    "TimeField",
)
_HTML5_WIDGETS = (
    "ColorInput",
    "DateInput",
    "DateTimeInput",
    "DateTimeLocalInput",
    "EmailInput",
    "MonthInput",
    "NumberInput",
    "RangeInput",
    "SearchInput",
    "TelInput",
    "TimeInput",
    "URLInput",
    "WeekInput",
)
_SELECTS = ("QuerySelectField", "QuerySelectMultipleField", "QueryRadioField", "QueryCheckboxField")

#: What the private modules for Python 2 offered. ``iteritems`` and its kin took the mapping.
_PYTHON2 = (
    "BytesIO",
    "NativeStringIO",
    "PY2",
    "StringIO",
    "cmp_to_key",
    "imap",
    "implements_to_string",
    "integer_types",
    "iteritems",
    "iterkeys",
    "itervalues",
    "izip",
    "range_type",
    "reraise",
    "string_types",
    "text_type",
    "unichr",
    "with_metaclass",
)

_ABSTRACT = (
    "AsyncIterable",
    "Awaitable",
    "ByteString",
    "Callable",
    "Collection",
    "Container",
    "Coroutine",
    "Generator",
    "Hashable",
    "ItemsView",
    "Iterable",
    "Iterator",
    "KeysView",
    "Mapping",
    "MutableMapping",
    "MutableSequence",
    "MutableSet",
    "Sequence",
    "Set",
    "Sized",
    "ValuesView",
)

APIS: dict[str, Api] = {
    # -- What others have for Flask and for Quart -----------------------------------------------------------------
    "sentry_sdk.integrations.flask.FlaskIntegration": _to("sentry_sdk.integrations.quart.QuartIntegration"),
    # -- Flask ----------------------------------------------------------------------------------------------------
    "flask._app_ctx_stack": value("", f"{_COMPAT}.stacks._app_ctx_stack", rule=_RULE),
    "flask._request_ctx_stack": value("", f"{_COMPAT}.stacks._request_ctx_stack", rule=_RULE),
    "flask.json.JSONDecoder": cls(f"{_COMPAT}.json.JSONDecoder", bases=("json.JSONDecoder",), rule=_RULE),
    "flask.locked_cached_property": decorator(
        Consumer.ATTRIBUTE, "werkzeug.utils.cached_property", rule=_RULE
    ),
    # -- Jinja, MarkupSafe ----------------------------------------------------------------------------------------
    **_MARKUP,
    **_JINJA,
    # -- Werkzeug -------------------------------------------------------------------------------------------------
    **{
        f"werkzeug.{name}": (
            decorator(Consumer.ATTRIBUTE, f"werkzeug.{module}.{name}", rule=_RULE)
            if name == "cached_property"
            else _to(f"werkzeug.{module}.{name}")
        )
        for module, names in _WERKZEUG.items()
        for name in names
    },
    **_all("werkzeug.urls", f"{_COMPAT}.urls", (*_URLS, "URL")),
    **_all("werkzeug", f"{_COMPAT}.urls", _URLS),
    **_all("werkzeug.security", f"{_COMPAT}.security", ("pbkdf2_bin", "pbkdf2_hex", "safe_str_cmp")),
    **_all("werkzeug", f"{_COMPAT}.security", ("check_password_hash", "generate_password_hash")),
    **{
        f"{module}.{name}": _to(f"werkzeug.datastructures.{name.replace('Ordered', '')}")
        for module in ("werkzeug", "werkzeug.datastructures")
        for name in ("OrderedMultiDict", "ImmutableOrderedMultiDict")
    },
    **{
        f"{module}.{name}": _to(f"{home}.{name}")
        for module, homes in _BORROWED.items()
        for home, names in homes.items()
        for name in names.split()
    },
    "werkzeug.wrappers.BaseRequest": _to("werkzeug.wrappers.Request"),
    "werkzeug.wrappers.BaseResponse": _to("werkzeug.wrappers.Response"),
    "werkzeug.contrib.profiler.ProfilerMiddleware": _to("werkzeug.middleware.profiler.ProfilerMiddleware"),
    "werkzeug.wsgi.DispatcherMiddleware": _to("werkzeug.middleware.dispatcher.DispatcherMiddleware"),
    "werkzeug.wsgi.SharedDataMiddleware": _to("werkzeug.middleware.shared_data.SharedDataMiddleware"),
    "werkzeug.useragents.UserAgent": _to("werkzeug.user_agent.UserAgent"),
    **_all(
        "werkzeug.contrib.cache",
        "cachelib",
        ("FileSystemCache", "MemcachedCache", "NullCache", "RedisCache", "SimpleCache", "UWSGICache"),
    ),
    **{
        f"{module}.{name}": value("", f"{_COMPAT}.python2.{name}", rule=_RULE)
        for module in ("flask._compat", "jinja2._compat", "werkzeug._compat", "wtforms.compat")
        for name in _PYTHON2
    },
    # -- WTForms --------------------------------------------------------------------------------------------------
    **_all("wtforms.fields.html5", "wtforms.fields", _HTML5_FIELDS),
    **_all("wtforms.fields.core", "wtforms.fields", _CORE_FIELDS),
    **_all("wtforms.widgets.html5", "wtforms.widgets", _HTML5_WIDGETS),
    **_all("wtforms.ext.sqlalchemy.fields", "wtforms_sqlalchemy.fields", _SELECTS),
    "wtforms.ext.sqlalchemy.orm.model_form": _to("wtforms_sqlalchemy.orm.model_form"),
    **{
        f"{module}.TextField": _to("wtforms.StringField")
        for module in ("wtforms", "wtforms.fields", "wtforms.fields.simple")
    },
    "wtforms.validators.Required": _to("wtforms.validators.DataRequired"),
    "wtforms.validators.required": _to("wtforms.validators.DataRequired"),
    "wtforms.widgets.HTMLString": _to("markupsafe.Markup"),
    "wtforms.widgets.core.HTMLString": _to("markupsafe.Markup"),
    # -- SQLAlchemy -----------------------------------------------------------------------------------------------
    "sqlalchemy.Binary": _to("sqlalchemy.LargeBinary"),
    "sqlalchemy.types.Binary": _to("sqlalchemy.LargeBinary"),
    "sqlalchemy.engine.RowProxy": _to("sqlalchemy.engine.Row"),
    "sqlalchemy.engine.result.RowProxy": _to("sqlalchemy.engine.Row"),
    "sqlalchemy.orm.eagerload": _to("sqlalchemy.orm.joinedload"),
    "sqlalchemy.orm.relation": _to("sqlalchemy.orm.relationship"),
    # -- Python ---------------------------------------------------------------------------------------------------
    **_all("collections", "collections.abc", _ABSTRACT),
    "base64.decodestring": _to("base64.decodebytes"),
    "base64.encodestring": _to("base64.encodebytes"),
    "cgi.escape": _to("html.escape"),
    "fractions.gcd": _to("math.gcd"),
    "inspect.getargspec": _to("inspect.getfullargspec"),
    "time.clock": _to("time.perf_counter"),
}
