"""Flask-Login 0.6: the awaited layer of ``quart_app.auth`` keeps its words."""

from __future__ import annotations

from .api import Api, Consumer, cls, decorator, fn, members, module, value, waits

_AUTH = "quart_app.auth"
_SIGNALS = [
    "user_logged_in",
    "user_logged_out",
    "user_loaded_from_cookie",
    "user_loaded_from_request",
    "user_login_confirmed",
    "user_unauthorized",
    "user_needs_refresh",
    "user_accessed",
    "session_protected",
]

#: Its modules keep their names, for code that imports from them or patches what is in them.
_MODULES = ["__about__", "config", "login_manager", "mixins", "signals", "utils"]
_ABOUT = [
    f"__{name}__"
    for name in (
        *("title", "description", "url", "version_info", "version", "author", "author_email", "maintainer"),
        *("license", "copyright"),
    )
]

APIS: dict[str, Api] = {
    "flask.Flask.login_manager": value("flask_login.LoginManager"),
    "flask_login": module(_AUTH, rule="FQ201"),
    "flask_login.LoginManager": cls(f"{_AUTH}.LoginManager", rule="FQ201"),
    "flask_login.UserMixin": cls(f"{_AUTH}.UserMixin", rule="FQ201"),
    "flask_login.AnonymousUserMixin": cls(f"{_AUTH}.AnonymousUserMixin", rule="FQ201"),
    "flask_login.current_user": value(
        "flask_login.UserMixin", f"{_AUTH}.current_user", awaited=True, rule="FQ203"
    ),
    "flask_login.login_user": waits("bool", f"{_AUTH}.login_user", rule="FQ202"),
    "flask_login.logout_user": waits("bool", f"{_AUTH}.logout_user", rule="FQ202"),
    "flask_login.confirm_login": waits("", f"{_AUTH}.confirm_login", rule="FQ202"),
    "flask_login.login_required": decorator(Consumer.AWAITS, f"{_AUTH}.login_required", rule="FQ201"),
    "flask_login.fresh_login_required": decorator(
        Consumer.AWAITS, f"{_AUTH}.fresh_login_required", rule="FQ201"
    ),
    "flask_login.login_fresh": fn("bool", f"{_AUTH}.login_fresh", rule="FQ201"),
    "flask_login.login_remembered": fn("bool", f"{_AUTH}.login_remembered", rule="FQ201"),
    "flask_login.login_url": fn("str", f"{_AUTH}.login_url", rule="FQ201"),
    "flask_login.make_next_param": fn("str", f"{_AUTH}.make_next_param", rule="FQ201"),
    "flask_login.set_login_view": fn("", f"{_AUTH}.set_login_view", rule="FQ201"),
    "flask_login.encode_cookie": fn("str", f"{_AUTH}.encode_cookie", rule="FQ201"),
    "flask_login.decode_cookie": fn("str", f"{_AUTH}.decode_cookie", rule="FQ201"),
    "flask_login.FlaskLoginClient": cls(
        f"{_AUTH}.testing.FlaskLoginClient", bases=("flask.testing.FlaskClient",), rule="FQ201"
    ),
    "flask_login.COOKIE_NAME": value("str", f"{_AUTH}.config.COOKIE_NAME", rule="FQ201"),
    **{f"flask_login.{name}": value("blinker.Signal", f"{_AUTH}.{name}", rule="FQ201") for name in _SIGNALS},
    **{f"flask_login.{name}": module(f"{_AUTH}.{name}", rule="FQ201") for name in _MODULES},
    "flask_login.test_client": module(f"{_AUTH}.testing", rule="FQ201"),
    **members(
        "flask_login.__about__",
        **{name: value("str", f"{_AUTH}.__about__.{name}", rule="FQ201") for name in _ABOUT},
    ),
    **members(
        "flask_login.utils",
        _secret_key=fn("bytes", f"{_AUTH}.utils._secret_key", rule="FQ201"),
        _cookie_digest=fn("str", f"{_AUTH}.utils._cookie_digest", rule="FQ201"),
        _user_context_processor=fn("dict", f"{_AUTH}.utils._user_context_processor", rule="FQ201"),
    ),
    # Patched by tests to set the clock of the remember cookie.
    "flask_login.login_manager.datetime": value("", f"{_AUTH}.login_manager.datetime", rule="FQ201"),
    "flask_login.utils._get_user": fn("", f"{_AUTH}.utils._get_user", rule="FQ201"),
    "flask_login.utils.expand_login_view": fn("str", f"{_AUTH}.utils.expand_login_view", rule="FQ201"),
    **members(
        "flask_login.LoginManager",
        init_app=fn(),
        user_loader=decorator(Consumer.AWAITS, takes={0: Consumer.AWAITS}),
        request_loader=decorator(Consumer.AWAITS, takes={0: Consumer.AWAITS}),
        header_loader=decorator(Consumer.AWAITS, takes={0: Consumer.AWAITS}),
        unauthorized_handler=decorator(Consumer.AWAITS, takes={0: Consumer.AWAITS}),
        needs_refresh_handler=decorator(Consumer.AWAITS, takes={0: Consumer.AWAITS}),
        unauthorized=waits("", rule="FQ202"),
        needs_refresh=waits("", rule="FQ202"),
        # Private, but tests of applications call it.
        _load_user=waits("", rule="FQ202"),
    ),
}

ALIASES = {
    # An import that never worked, copied from answer to answer.
    "flask.current_user": "flask_login.current_user",
    "flask_login.utils": "flask_login",
    "flask_login.mixins": "flask_login",
    "flask_login.login_manager": "flask_login",
    "flask_login.signals": "flask_login",
    "flask_login.test_client": "flask_login",
    "flask_login.config": "flask_login",
    **{
        f"{_AUTH}.{name}": f"flask_login.{name}"
        for name in [
            "LoginManager",
            "UserMixin",
            "AnonymousUserMixin",
            "current_user",
            "login_user",
            "logout_user",
            "confirm_login",
            "login_required",
            "fresh_login_required",
        ]
    },
}
