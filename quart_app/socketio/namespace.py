"""Classes of handlers: one method for each event of a namespace."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import socketio

if TYPE_CHECKING:
    from .server import SocketIO


class Namespace(socketio.AsyncNamespace):  # type: ignore[misc]
    """The handlers of a namespace: ``on_connect``, ``on_message`` and so on, with Flask-SocketIO's arguments."""

    def __init__(self, namespace: str | None = None) -> None:
        """Create the handlers of ``namespace``, of the default one if nothing is said."""
        super().__init__(namespace)
        self.socketio: SocketIO | None = None

    def bind(self, to: SocketIO) -> None:
        """Say which extension object the handlers belong to."""
        self.socketio = to

    async def trigger_event(self, event: str, *args: Any) -> Any:
        """Call the method of an event in the context of its connection."""
        handler = getattr(self, f"on_{event or ''}", None)
        if handler is None or self.socketio is None:
            return self.server.not_handled
        return await self.socketio.handle(handler, event, self.namespace, args[0], *args[1:])

    async def emit(self, event: str, *args: Any, **options: Any) -> None:
        """Send an event to the clients of this namespace; see :meth:`SocketIO.emit`."""
        assert self.socketio is not None
        await self.socketio.emit(event, *args, **{"namespace": self.namespace, **options})

    async def send(self, data: Any, **options: Any) -> None:
        """Send a message to the clients of this namespace."""
        assert self.socketio is not None
        await self.socketio.send(data, **{"namespace": self.namespace, **options})

    async def close_room(self, room: str, namespace: str | None = None) -> None:
        """Empty a room of this namespace."""
        assert self.socketio is not None
        await self.socketio.close_room(room, namespace or self.namespace)
