"""Quart's own names, where they are not simply Flask's, and its extensions: an application that is Quart already.

What Quart has in common with Flask is described in ``flask.py``, under Flask's names.
"""

from __future__ import annotations

from .api import Api, Consumer, cls, decorator, fn, members, module, value, waits

_CLIENT = "quart.testing.QuartClient"
_SOCKET = "quart.Websocket"
_TEST_SOCKET = "quart.testing.TestWebsocketConnection"
_TEST_HTTP = "quart.testing.TestHTTPConnection"
_SCAFFOLD = "flask.sansio.scaffold.Scaffold"
_VERBS = ("get", "post", "put", "patch", "delete", "head", "options", "trace", "open")
#: Decorators for websockets and serving, on applications and blueprints.
_DECORATORS = (
    *("websocket", "before_websocket", "after_websocket", "teardown_websocket", "before_app_websocket"),
    *("before_serving", "after_serving", "while_serving", "before_app_serving", "after_app_serving"),
    *("while_app_serving", "after_app_websocket", "teardown_app_websocket"),
)

APIS: dict[str, Api] = {
    "quart": module(),
    # The client of a plain Quart application gives responses whose bodies are awaited.
    "quart.Quart": cls(bases=("flask.Flask",)),
    "quart.Quart.test_client": fn(_CLIENT),
    **{f"{_SCAFFOLD}.{name}": decorator(Consumer.AWAITS, takes={0: Consumer.AWAITS}) for name in _DECORATORS},
    f"{_SCAFFOLD}.add_websocket": fn(takes={2: Consumer.AWAITS, "view_func": Consumer.AWAITS}),
    **members(
        "flask.Flask",
        startup=waits(),
        shutdown=waits(),
        test_app=fn("quart.testing.TestApp"),
        ensure_async=fn("quart.utils.AsyncCallable", takes={0: Consumer.PASSES}),
        sync_to_async=fn("quart.utils.AsyncCallable", takes={0: Consumer.SPAWNS}),
        add_background_task=fn(takes={0: Consumer.AWAITS}),
        run_task=waits(),
        asgi_app=waits(),
        handle_request=waits("flask.Response"),
        handle_websocket=waits("flask.Response"),
        handle_exception=waits("flask.Response"),
        handle_http_exception=waits("flask.Response"),
        finalize_request=waits("flask.Response"),
        do_teardown_websocket=waits(),
        make_default_options_response=waits("flask.Response"),
    ),
    _CLIENT: cls(entered="async"),
    **{f"{_CLIENT}.{name}": waits("flask.Response") for name in _VERBS},
    **members(
        _CLIENT,
        app=value("flask.Flask"),
        session_transaction=fn("flask.testing.SessionTransaction"),
        websocket=fn(_TEST_SOCKET),
        request=fn(_TEST_HTTP),
    ),
    "flask.testing.FlaskClient.websocket": fn(_TEST_SOCKET),
    "flask.testing.FlaskClient.request": fn(_TEST_HTTP),
    _TEST_SOCKET: cls(entered="async"),
    **members(
        _TEST_SOCKET,
        receive=waits(),
        send=waits(),
        receive_json=waits(),
        send_json=waits(),
        close=waits(),
        disconnect=waits(),
    ),
    _TEST_HTTP: cls(entered="async"),
    **members(
        _TEST_HTTP,
        send=waits(),
        send_complete=waits(),
        receive=waits("bytes"),
        disconnect=waits(),
        as_response=waits("flask.Response"),
    ),
    "quart.testing.TestApp": cls(entered="async"),
    **members("quart.testing.TestApp", startup=waits(), shutdown=waits(), test_client=fn(_CLIENT)),
    "quart.websocket": value(_SOCKET),
    _SOCKET: cls(),
    **members(
        _SOCKET,
        receive=waits("str"),
        send=waits(),
        receive_json=waits(),
        send_json=waits(),
        accept=waits(),
        close=waits(),
        args=value("werkzeug.datastructures.MultiDict"),
        headers=value("werkzeug.datastructures.EnvironHeaders"),
    ),
    "quart.make_push_promise": waits(),
    "flask.Request.body": value("quart.wrappers.request.Body", awaited=True),
    "flask.Request.send_push_promise": waits(),
    "quart.wrappers.request.Body": cls(iterated=True, element="bytes"),
    "quart.copy_current_app_context": decorator(Consumer.PASSES, type="Arg0", takes={0: Consumer.PASSES}),
    "quart.copy_current_websocket_context": decorator(
        Consumer.PASSES, type="Arg0", takes={0: Consumer.PASSES}
    ),
    "quart.utils.run_sync": fn("quart.utils.AsyncCallable", takes={0: Consumer.SPAWNS}),
    "quart.utils.AsyncCallable": cls(),
    "quart.utils.AsyncCallable.__call__": waits(),
    "quart.datastructures.FileStorage.load": waits(),
    # -- quart-auth -------------------------------------------------------------------------------------
    "quart_auth.QuartAuth": cls(),
    "quart_auth.QuartAuth.init_app": fn(),
    "quart_auth.AuthUser": cls(),
    "quart_auth.AuthUser.is_authenticated": value("bool", awaited=True),
    "quart_auth.AuthUser.auth_id": value("str"),
    "quart_auth.current_user": value("quart_auth.AuthUser"),
    "quart_auth.login_required": decorator(Consumer.AWAITS),
    "quart_auth.basic_auth_required": decorator(Consumer.AWAITS),
    "quart_auth.login_user": fn(),
    "quart_auth.logout_user": fn(),
    "quart_auth.renew_login": fn(),
    "quart_auth.authenticated_client": fn("quart_auth._AuthenticatedClient"),
    "quart_auth._AuthenticatedClient": cls(entered="async"),
    # -- further extensions -----------------------------------------------------------------------------
    **{
        f"quart_schema.{name}": decorator(Consumer.AWAITS)
        for name in (
            *(
                "validate",
                "validate_headers",
                "validate_querystring",
                "validate_request",
                "validate_response",
            ),
            *("document_headers", "document_querystring", "document_request", "document_response", "tag"),
            *("hide", "deprecate", "operation_id", "security_scheme"),
        )
    },
    "quart_rate_limiter.rate_limit": decorator(Consumer.AWAITS),
    "quart_rate_limiter.limit_blueprint": fn(),
    "quart_rate_limiter.rate_exempt": decorator(Consumer.AWAITS),
    "quart_cors.cors": fn("Arg0"),
    "quart_cors.route_cors": decorator(Consumer.AWAITS),
    "quart_cors.websocket_cors": decorator(Consumer.AWAITS),
    "quart_wtf.QuartForm": cls(bases=("wtforms.Form",)),
    **members(
        "quart_wtf.QuartForm",
        create_form=waits("Self"),
        validate_on_submit=waits("bool"),
        validate=waits("bool"),
    ),
    "quart_jwt_extended.jwt_required": decorator(Consumer.AWAITS),
    "quart_discord.DiscordOAuth2Session": cls(),
    **{
        f"quart_discord.DiscordOAuth2Session.{name}": waits()
        for name in ("create_session", "callback", "fetch_user", "fetch_guilds", "fetch_connections")
    },
    "quart_discord.DiscordOAuth2Session.authorized": value("bool", awaited=True),
    "quart_discord.requires_authorization": decorator(Consumer.AWAITS),
}

ALIASES = {
    "quart.app.Quart": "quart.Quart",
    "quart.wrappers.Websocket": _SOCKET,
    "quart.typing.TestAppProtocol": "quart.testing.TestApp",
    "quart.typing.TestHTTPConnectionProtocol": _TEST_HTTP,
    "quart.typing.TestWebsocketConnectionProtocol": _TEST_SOCKET,
    "quart.wrappers.Request": "flask.Request",
    "quart.wrappers.Response": "flask.Response",
    "quart.blueprints.Blueprint": "flask.Blueprint",
    "quart.helpers": "quart",
    "quart.templating": "quart",
    "quart.globals": "quart",
    "quart.json.jsonify": "flask.jsonify",
    "quart.wrappers.request.Websocket": _SOCKET,
    "quart.copy_current_request_context": "flask.copy_current_request_context",
    "quart_app.tasks.copy_current_request_context": "flask.copy_current_request_context",
    "quart.stream_with_context": "flask.stream_with_context",
    "quart.get_template_attribute": "flask.get_template_attribute",
    "quart_wtf.form.QuartForm": "quart_wtf.QuartForm",
    "quart_wtforms.QuartForm": "quart_wtf.QuartForm",
    "quart_wtforms.form.QuartForm": "quart_wtf.QuartForm",
}
