"""Socket.IO with Flask-SocketIO's words, on python-socketio's asynchronous server.

``SocketIO``, ``emit``, ``join_room`` and the rest do what they did, without eventlet or gevent: what sends is awaited, and the
websockets are served by the application's own ASGI server. Install ``flask-to-quart[socketio]``.
"""

from __future__ import annotations

try:
    from socketio.exceptions import ConnectionRefusedError
except ModuleNotFoundError as missing:  # pragma: no cover
    raise ModuleNotFoundError(
        "quart_app.socketio needs python-socketio: pip install 'flask-to-quart[socketio]'"
    ) from missing

from .namespace import Namespace
from .server import SocketIO
from .testing import SocketIOTestClient
from .words import call, close_room, disconnect, emit, join_room, leave_room, rooms, send

__all__ = [
    "ConnectionRefusedError",
    "Namespace",
    "SocketIO",
    "SocketIOTestClient",
    "call",
    "close_room",
    "disconnect",
    "emit",
    "join_room",
    "leave_room",
    "rooms",
    "send",
]
