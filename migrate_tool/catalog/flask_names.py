"""Names that Quart 0.22 has in a module of the same name as Flask 3.1, with the same meaning.

Compared by program: every public name of each of Flask's modules that Quart's module of that name offers, less those that
``flask.py`` describes because something about them changes.
"""

from __future__ import annotations

from .api import Api, Consumer, cls, decorator, fn, members, value

_SIGNALS = [
    "appcontext_popped",
    "appcontext_pushed",
    "appcontext_tearing_down",
    "before_render_template",
    "got_request_exception",
    "message_flashed",
    "request_finished",
    "request_started",
    "request_tearing_down",
    "template_rendered",
]
_CLASSES = {
    "json.provider": "DefaultJSONProvider JSONProvider",
    "json.tag": "JSONTag PassDict PassList TagBytes TagDateTime TagDict TagMarkup TagTuple TagUUID TaggedJSONSerializer",
    "sessions": "NullSession SecureCookieSessionInterface SessionInterface SessionMixin",
    "templating": "DispatchingJinjaLoader Environment",
    "blueprints": "BlueprintSetupState",
    "config": "ConfigAttribute",
    "cli": "NoAppException",
}
_FUNCTIONS = {
    "helpers": "get_debug_flag get_load_dotenv get_root_path",
    "cli": "find_app_by_string find_best_app get_version locate_app prepare_import",
    "json": "dump dumps load loads",
    "logging": "create_logger has_level_handler",
}
_VALUES = {
    "globals": "_cv_app _cv_request",
    "sessions": "session_json_serializer",
    "views": "http_method_funcs",
    "logging": "default_handler",
    "typing": (
        "AfterRequestCallable AppOrBlueprintKey BeforeRequestCallable ErrorHandlerCallable HeaderValue HeadersValue "
        "ResponseReturnValue ResponseValue RouteCallable ShellContextProcessorCallable TeardownCallable "
        "TemplateContextProcessorCallable TemplateFilterCallable TemplateGlobalCallable TemplateTestCallable "
        "URLDefaultCallable URLValuePreprocessorCallable"
    ),
}


def _names(table: dict[str, str], api: Api) -> dict[str, Api]:
    return {
        f"flask.{module}.{name}": api.renamed(f"quart.{module}.{name}")
        for module, names in table.items()
        for name in names.split()
    }


APIS: dict[str, Api] = {
    **_names(_CLASSES, cls(rule="FQ101")),
    **_names(_FUNCTIONS, fn(rule="FQ101")),
    **_names(_VALUES, value(rule="FQ101")),
    **{f"flask.{name}": value("flask.Signal", f"quart.signals.{name}", rule="FQ101") for name in _SIGNALS},
    "flask.Signal": cls(bases=("blinker.Signal",)),
    "flask.globals.app_ctx": value("flask.ctx.AppContext", "quart.globals.app_ctx", rule="FQ101"),
    "flask.globals.request_ctx": value("flask.ctx.RequestContext", "quart.globals.request_ctx", rule="FQ101"),
    **members("flask.Signal", connect=decorator(Consumer.AWAITS, takes={0: Consumer.AWAITS})),
}

ALIASES = {f"flask.signals.{name}": f"flask.{name}" for name in _SIGNALS}
