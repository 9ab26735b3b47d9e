"""Extensions of Flask that stay, through the Flask context of the bridge (``quart_app.bridge.flask_context``).

Only what they do with the application's functions is described. Their decorators get a plain function that waits
(``sync_decorator``), so what they decorate can be awaited by the project as well.
"""

from __future__ import annotations

from .api import Api, Consumer, cls, decorator, fn, members

_CALLED: dict[int | str, Consumer] = {0: Consumer.CALLS}
_LIMIT: dict[int | str, Consumer] = dict.fromkeys(
    ("key_func", "exempt_when", "on_breach", "deduct_when", "cost", "override_defaults"), Consumer.CALLS
)
_HTTP_AUTH = ("HTTPBasicAuth", "HTTPDigestAuth", "HTTPTokenAuth", "MultiAuth")
_JWT_HANDLERS = (
    "auth_response_handler",
    "authentication_handler",
    "identity_handler",
    "jwt_decode_handler",
    "jwt_encode_handler",
    "jwt_error_handler",
    "jwt_headers_handler",
    "jwt_payload_handler",
    "request_handler",
)
_CACHE_VALUES = "add clear delete delete_many get get_dict get_many has inc init_app set set_many unlink"

APIS: dict[str, Api] = {
    # -- Flask-DebugToolbar: an empty place, so that DEBUG_TB_ENABLED = True breaks nothing -----------------------
    "flask_debugtoolbar.DebugToolbarExtension": cls(
        "quart_app.compat.debugtoolbar.DebugToolbarExtension", rule="FQ191"
    ),
    # -- Flask-Uploads: its save() is given Quart's files, whose own must be awaited -------------------------------
    "flask_uploads.UploadSet": cls("quart_app.compat.uploads.UploadSet", rule="FQ104"),
    "flask_uploads.UploadSet.save": fn("str"),
    # -- Flask-HTTPAuth: callbacks go through the application's ensure_sync ------------------------------------
    "flask_httpauth.HTTPAuth": cls(),
    **{f"flask_httpauth.{name}": cls(bases=("flask_httpauth.HTTPAuth",)) for name in _HTTP_AUTH},
    **{
        f"flask_httpauth.HTTPAuth.{name}": decorator(Consumer.AWAITS, takes={0: Consumer.AWAITS})
        for name in (
            "verify_password",
            "verify_token",
            "get_password",
            "hash_password",
            "get_user_roles",
            "error_handler",
        )
    },
    **members(
        "flask_httpauth.HTTPAuth",
        login_required=decorator(Consumer.WRAPS),
        current_user=fn("TokenUser"),
        username=fn("str"),
    ),
    # -- Flask-JWT: what it is handed waits in the bridge ----------------------------------------------------------
    "flask_jwt.JWT": cls(
        takes=dict.fromkeys((1, 2, "authentication_handler", "identity_handler"), Consumer.CALLS)
    ),
    **members("flask_jwt.JWT", **{name: decorator(Consumer.CALLS, takes=_CALLED) for name in _JWT_HANDLERS}),
    "flask_jwt.jwt_required": decorator(Consumer.PASSES),
    # -- classes of views whose methods the extension calls itself --------------------------------------------------
    "flask_classful.FlaskView": cls(hooks={"*": Consumer.CALLS}),
    "flask_classy.FlaskView": cls(hooks={"*": Consumer.CALLS}),
    # -- Flask-Limiter -------------------------------------------------------------------------------------------
    "flask_limiter.Limiter": cls(takes={**_CALLED, **_LIMIT}),
    **members(
        "flask_limiter.Limiter",
        init_app=fn(),
        limit=decorator(
            Consumer.WRAPS,
            takes={**_CALLED, **_LIMIT},
        ),
        shared_limit=decorator(
            Consumer.WRAPS,
            takes={**_CALLED, **_LIMIT},
        ),
        exempt=decorator(Consumer.WRAPS),
        request_filter=decorator(Consumer.CALLS, takes=_CALLED),
    ),
    "flask_limiter.util.get_remote_address": fn("str"),
    # -- Flask-Caching -------------------------------------------------------------------------------------------
    "flask_caching.Cache": cls(),
    **members("flask_caching.Cache", **{name: fn() for name in _CACHE_VALUES.split()}),
    **members(
        "flask_caching.Cache",
        cached=decorator(
            Consumer.WRAPS,
            takes={
                "unless": Consumer.CALLS,
                "key_prefix": Consumer.CALLS,
                "make_cache_key": Consumer.CALLS,
                "response_filter": Consumer.CALLS,
                "forced_update": Consumer.CALLS,
            },
        ),
        memoize=decorator(
            Consumer.WRAPS,
            takes={
                "unless": Consumer.CALLS,
                "make_name": Consumer.CALLS,
                "response_filter": Consumer.CALLS,
                "forced_update": Consumer.CALLS,
            },
        ),
        delete_memoized=fn(takes={0: Consumer.PASSES}),
        delete_memoized_verhash=fn(takes={0: Consumer.PASSES}),
    ),
    # -- Flask-Mail ----------------------------------------------------------------------------------------------
    "flask_mail.Mail": cls(),
    "flask_mail.Message": cls(),
    **members(
        "flask_mail.Mail", init_app=fn(), send=fn(), send_message=fn(), connect=fn(), record_messages=fn()
    ),
    **members("flask_mail.Message", attach=fn(), add_recipient=fn(), send=fn()),
    # -- Flask-CORS, Flask-Talisman -------------------------------------------------------------------------------
    "flask_cors.CORS": cls(),
    "flask_cors.CORS.init_app": fn(),
    "flask_cors.cross_origin": decorator(Consumer.WRAPS),
    "flask_talisman.Talisman": cls(),
    # -- Flasgger: keeps on the function where its description lies -------------------------------------------------
    "flasgger.swag_from": decorator(Consumer.WRAPS),
    # -- apispec: documents views by what stands in their docstrings ------------------------------------------------
    "apispec.APISpec": cls(),
    "apispec.APISpec.path": fn(takes={"view": Consumer.PASSES}),
}

ALIASES = {
    "flasgger.utils.swag_from": "flasgger.swag_from",
    "flask_cors.decorator.cross_origin": "flask_cors.cross_origin",
    "apispec.core.APISpec": "apispec.APISpec",
}
