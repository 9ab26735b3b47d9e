"""Flask-SocketIO, which needs a WSGI server with threads or greenlets: ``quart_app.socketio`` has its words, awaited."""

from __future__ import annotations

from .api import Api, Consumer, cls, decorator, fn, members, value, waits

_OURS = "quart_app.socketio"
_RULE = "FQ109"
_WORDS = ("emit", "send", "call", "join_room", "leave_room", "close_room", "disconnect")
_CALLBACK: dict[int | str, Consumer] = {"callback": Consumer.AWAITS}
_HANDLER: dict[int | str, Consumer] = {0: Consumer.AWAITS, "handler": Consumer.AWAITS}
_CLIENT = "flask_socketio.SocketIOTestClient"

APIS: dict[str, Api] = {
    "flask_socketio.SocketIO": cls(f"{_OURS}.SocketIO", rule=_RULE),
    **members(
        "flask_socketio.SocketIO",
        init_app=fn(),
        on=decorator(Consumer.AWAITS, takes=_HANDLER),
        event=decorator(Consumer.AWAITS, takes=_HANDLER),
        on_event=fn(takes={1: Consumer.AWAITS, "handler": Consumer.AWAITS}),
        on_error=decorator(Consumer.AWAITS, takes=_HANDLER),
        on_error_default=decorator(Consumer.AWAITS, takes=_HANDLER),
        on_namespace=fn(),
        emit=waits(takes=_CALLBACK, rule=_RULE),
        send=waits(takes=_CALLBACK, rule=_RULE),
        call=waits(rule=_RULE),
        close_room=waits(rule=_RULE),
        sleep=waits(rule=_RULE),
        run=fn(),
        stop=fn(),
        start_background_task=fn(takes={0: Consumer.AWAITS, "target": Consumer.AWAITS}),
        test_client=waits(_CLIENT, rule=_RULE),
        server=value(""),
    ),
    "flask_socketio.Namespace": cls(f"{_OURS}.Namespace", rule=_RULE, hooks={"on_*": Consumer.AWAITS}),
    **members(
        "flask_socketio.Namespace",
        emit=waits(takes=_CALLBACK, rule=_RULE),
        send=waits(takes=_CALLBACK, rule=_RULE),
        close_room=waits(rule=_RULE),
        socketio=value("flask_socketio.SocketIO"),
    ),
    **{
        f"flask_socketio.{name}": waits("", f"{_OURS}.{name}", takes=_CALLBACK, rule=_RULE) for name in _WORDS
    },
    "flask_socketio.rooms": fn("list[str]", f"{_OURS}.rooms", rule=_RULE),
    "flask_socketio.ConnectionRefusedError": cls(
        f"{_OURS}.ConnectionRefusedError", bases=("Exception",), rule=_RULE
    ),
    _CLIENT: cls(f"{_OURS}.SocketIOTestClient", rule=_RULE),
    **members(
        _CLIENT,
        connect=waits(rule=_RULE),
        disconnect=waits(rule=_RULE),
        emit=waits(rule=_RULE),
        send=waits(rule=_RULE),
        is_connected=fn("bool"),
        get_received=fn("list[dict]"),
    ),
}

ALIASES = {
    "flask_socketio.test_client.SocketIOTestClient": _CLIENT,
    "flask_socketio.namespace.Namespace": "flask_socketio.Namespace",
    "flask_socketio.exceptions.ConnectionRefusedError": "flask_socketio.ConnectionRefusedError",
    **{
        f"{_OURS}.{name}": f"flask_socketio.{name}"
        for name in (
            "SocketIO",
            "Namespace",
            "SocketIOTestClient",
            "ConnectionRefusedError",
            "rooms",
            *_WORDS,
        )
    },
}
