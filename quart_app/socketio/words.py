"""What handlers say: ``emit``, ``send``, ``join_room`` and the rest, of the client whose event they handle."""

from __future__ import annotations

from typing import Any

from quart import current_app, request


def _socketio() -> Any:
    return current_app.extensions["socketio"]


def _whose(sid: str | None, namespace: str | None) -> tuple[str, str]:
    asked: Any = request
    return sid or asked.sid, namespace or asked.namespace


async def emit(event: str, *args: Any, **options: Any) -> None:
    """Send an event to the client whose event is handled, or to a room, or with ``broadcast=True`` to everybody in the namespace.

    Args:
        event: Its name.
        args: What is sent with it.
        options: ``namespace``, ``to`` (or ``room``), ``broadcast``, ``include_self``, ``skip_sid``, ``callback`` and ``ignore_queue``.
    """
    asked: Any = request
    options.setdefault("namespace", asked.namespace if hasattr(asked, "namespace") else "/")
    to = options.pop("to", None) or options.pop("room", None)
    if not options.pop("broadcast", False) and to is None:
        to = asked.sid
    await _socketio().emit(event, *args, to=to, **options)


async def send(message: Any, **options: Any) -> None:
    """Send a ``message``, or with ``json=True`` a ``json`` event; the options are those of :func:`emit`."""
    await emit("json" if options.pop("json", False) else "message", message, **options)


async def call(event: str, *args: Any, **options: Any) -> Any:
    """Send an event to one client, the one whose event is handled if nothing else is said, and wait for its acknowledgement."""
    to, namespace = _whose(
        options.pop("to", None) or options.pop("room", None), options.pop("namespace", None)
    )
    return await _socketio().call(event, *args, to=to, namespace=namespace, **options)


async def join_room(room: str, sid: str | None = None, namespace: str | None = None) -> None:
    """Put a client into a room."""
    sid, namespace = _whose(sid, namespace)
    await _socketio().server.enter_room(sid, room, namespace=namespace)


async def leave_room(room: str, sid: str | None = None, namespace: str | None = None) -> None:
    """Take a client out of a room."""
    sid, namespace = _whose(sid, namespace)
    await _socketio().server.leave_room(sid, room, namespace=namespace)


async def close_room(room: str, namespace: str | None = None) -> None:
    """Empty a room."""
    asked: Any = request
    await _socketio().server.close_room(room, namespace=namespace or asked.namespace)


def rooms(sid: str | None = None, namespace: str | None = None) -> list[str]:
    """The rooms that a client is in."""
    sid, namespace = _whose(sid, namespace)
    found: list[str] = _socketio().server.rooms(sid, namespace=namespace)
    return found


async def disconnect(sid: str | None = None, namespace: str | None = None, silent: bool = False) -> None:
    """Disconnect a client.

    Args:
        sid: Whose connection ends.
        namespace: Of which namespace.
        silent: Of no effect, as in Flask-SocketIO of today.
    """
    del silent
    sid, namespace = _whose(sid, namespace)
    await _socketio().server.disconnect(sid, namespace=namespace)
