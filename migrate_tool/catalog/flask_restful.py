"""Flask-RESTful, Flask-RESTX and Flask-RESTPlus, which it was: what of them calls the application's methods is awaited (``quart_app.rest``), the rest stays."""

from __future__ import annotations

from .api import Api, Consumer, cls, decorator, fn, members, module, value

_RULE = "FQ108"
_PASSES: dict[int | str, Consumer] = {"type": Consumer.CALLS, "location": Consumer.CALLS}
#: Methods of a field that the libraries call while they marshal.
_FIELD_HOOKS = dict.fromkeys(("format", "output", "format_output"), Consumer.CALLS)
_FIELDS = (
    "Arbitrary",
    "Boolean",
    "ClassName",
    "Date",
    "DateTime",
    "Fixed",
    "Float",
    "FormattedString",
    "Integer",
    "List",
    "Nested",
    "Polymorph",
    "Price",
    "String",
    "StringMixin",
    "Url",
    "Wildcard",
)
#: Decorators of an API or a namespace that only write documentation.
_DOCUMENTING = (
    "deprecated",
    "doc",
    "documentation",
    "expect",
    "header",
    "hide",
    "param",
    "produces",
    "resource",
    "response",
    "route",
    "vendor",
)
_MODELS = ("clone", "extend", "inherit", "model", "schema_model", "add_model")


def _library(name: str, module: str) -> dict[str, Api]:
    """What both libraries have, under the same names."""
    resource, api = f"{name}.Resource", f"{name}.Api"
    return {
        resource: cls(f"{module}.Resource", bases=("flask.views.MethodView",), rule=_RULE),
        api: cls(f"{module}.Api", rule=_RULE),
        **members(
            api,
            init_app=fn(),
            add_resource=fn(takes={0: Consumer.PASSES}),
            url_for=fn("str"),
            representation=decorator(Consumer.AWAITS),
            make_response=fn("flask.Response"),
            abort=fn(),
            handle_error=fn("flask.Response"),
            unauthorized=fn("flask.Response"),
            app=value("flask.Flask"),
        ),
        **{f"{api}.{method}": decorator(Consumer.PASSES) for method in _DOCUMENTING},
        f"{name}.marshal_with": decorator(Consumer.PASSES, f"{module}.marshal_with", rule=_RULE),
        f"{name}.marshal_with_field": decorator(Consumer.PASSES, f"{module}.marshal_with_field", rule=_RULE),
        f"{name}.marshal": fn("dict"),
        f"{name}.abort": fn(),
        f"{name}.reqparse.RequestParser": cls(),
        **members(
            f"{name}.reqparse.RequestParser",
            add_argument=fn("Self", takes=_PASSES),
            replace_argument=fn("Self", takes=_PASSES),
            remove_argument=fn("Self"),
            copy=fn("Self"),
            parse_args=fn("dict"),
        ),
        f"{name}.reqparse.Argument": cls(takes=_PASSES),
        f"{name}.fields.Raw": cls(hooks=_FIELD_HOOKS),
        **{f"{name}.fields.{field}": cls(bases=(f"{name}.fields.Raw",)) for field in _FIELDS},
    }


def _documented(owner: str) -> dict[str, Api]:
    """What an API of Flask-RESTX has of a namespace."""
    return {
        **{f"{owner}.{method}": decorator(Consumer.PASSES) for method in _DOCUMENTING},
        **{f"{owner}.{method}": fn() for method in _MODELS},
        **members(
            owner,
            marshal_with=decorator(Consumer.PASSES),
            marshal_list_with=decorator(Consumer.PASSES),
            marshal=fn("dict"),
            errorhandler=decorator(Consumer.AWAITS),
            add_resource=fn(takes={0: Consumer.PASSES}),
            parser=fn("flask_restx.reqparse.RequestParser"),
            abort=fn(),
            payload=value(),
        ),
    }


APIS: dict[str, Api] = {
    "flask_restx": module(),
    **_library("flask_restful", "quart_app.rest.restful"),
    **_library("flask_restx", "quart_app.rest.restx"),
    "flask_restx.Namespace": cls("quart_app.rest.restx.Namespace", rule=_RULE),
    **_documented("flask_restx.Namespace"),
    **_documented("flask_restx.Api"),
    "flask_restx.Api.namespace": fn("flask_restx.Namespace"),
    "flask_restx.Api.add_namespace": fn(),
}

_OURS = ("Api", "Resource", "marshal_with", "marshal_with_field")

#: Flask-RESTPlus ended with Werkzeug 1.0 and goes on, module by module, as Flask-RESTX.
PACKAGES = {"flask_restplus": "flask_restx"}

ALIASES = {
    **PACKAGES,
    # The migrated program, read again.
    **{f"quart_app.rest.restful.{name}": f"flask_restful.{name}" for name in _OURS},
    **{f"quart_app.rest.restx.{name}": f"flask_restx.{name}" for name in (*_OURS, "Namespace")},
    "flask_restful.reqparse.RequestParser.add": "flask_restful.reqparse.RequestParser.add_argument",
    **{
        f"flask_restx.{module}.{name}": f"flask_restx.{name}"
        for module, names in {
            "api": ("Api",),
            "marshalling": ("marshal", "marshal_with", "marshal_with_field"),
            "namespace": ("Namespace",),
            "resource": ("Resource",),
            "errors": ("abort",),
        }.items()
        for name in names
    },
}
