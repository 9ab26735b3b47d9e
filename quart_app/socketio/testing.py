"""A client for tests: it talks to the server without a network, as Flask-SocketIO's does."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any
from weakref import WeakValueDictionary

from quart import Quart
from socketio import packet
from socketio.async_manager import AsyncManager
from socketio.async_pubsub_manager import AsyncPubSubManager
from werkzeug.datastructures import Headers

if TYPE_CHECKING:
    from .server import SocketIO


class SocketIOTestClient:
    """A client that is connected to a server under test. What the server sends is kept until :meth:`get_received` asks for it."""

    #: The clients of all servers, by the identifier of their connection: their packets come here.
    clients: WeakValueDictionary[str, SocketIOTestClient] = WeakValueDictionary()

    def __init__(self, app: Quart, socketio: SocketIO, flask_test_client: Any = None) -> None:
        """Make a client that is not connected yet; :meth:`SocketIO.test_client` connects it.

        Args:
            app: The application.
            socketio: The extension object.
            flask_test_client: A test client whose cookies are sent with the handshake.
        """
        self.app = app
        self.socketio = socketio
        self.flask_test_client = flask_test_client
        self.eio_sid = uuid.uuid4().hex
        self.callback_counter = 0
        #: Whether it is connected, by namespace.
        self.connections: dict[str, bool] = {}
        self._received: list[dict[str, Any]] = []
        self._acknowledged: dict[str, Any] | None = None
        #: A packet whose binary attachments have not all come yet.
        self._incomplete: packet.Packet | None = None
        self.clients[self.eio_sid] = self
        server = socketio.server
        server._send_packet = _delivered
        server._send_eio_packet = _delivered_below
        server.environ[self.eio_sid] = {}
        server.async_handlers = False  # what an event does is done when emit() returns
        if isinstance(server.manager, AsyncPubSubManager):
            # One process: nobody else is to be told.
            server.manager = AsyncManager()
            server.manager.set_server(server)
            server.manager.initialize()

    @classmethod
    async def connected(
        cls, app: Quart, socketio: SocketIO, *, flask_test_client: Any = None, **handshake: Any
    ) -> SocketIOTestClient:
        """Make a client and connect it; the handshake is that of :meth:`connect`."""
        client = cls(app, socketio, flask_test_client)
        await client.connect(**handshake)
        return client

    def is_connected(self, namespace: str | None = None) -> bool:
        """Whether the server accepted the connection and has not ended it."""
        return self.connections.get(namespace or "/", False)

    async def connect(
        self,
        namespace: str | None = None,
        query_string: str | None = None,
        headers: Any = None,
        auth: Any = None,
    ) -> None:
        """Connect to a namespace.

        Args:
            namespace: The default one if nothing is said.
            query_string: Of the handshake.
            headers: Of the handshake.
            auth: What the client says of itself.
        """
        namespace = namespace or "/"
        environ = {"asgi.scope": self._scope(query_string, headers)}
        self.connections[namespace] = True
        await self.socketio.server._handle_eio_connect(self.eio_sid, environ)
        await self._send(packet.Packet(packet.CONNECT, data=auth, namespace=namespace))

    async def disconnect(self, namespace: str | None = None) -> None:
        """End the connection to a namespace.

        Raises:
            RuntimeError: It is not connected.
        """
        self._require(namespace)
        await self._send(packet.Packet(packet.DISCONNECT, namespace=namespace or "/"))
        self.connections[namespace or "/"] = False

    async def emit(self, event: str, *args: Any, **options: Any) -> Any:
        """Send an event.

        Args:
            event: Its name.
            args: What is sent with it.
            options: ``namespace``; with ``callback=True`` the acknowledgement is returned.

        Returns:
            What the handler returned, if it was asked for: one value, or a list of several.

        Raises:
            RuntimeError: It is not connected.
        """
        namespace = options.pop("namespace", None)
        self._require(namespace)
        number = None
        if options.pop("callback", False):
            self.callback_counter += 1
            number = self.callback_counter
        self._acknowledged = None
        sent = packet.Packet(packet.EVENT, data=[event, *args], namespace=namespace or "/", id=number)
        await self._send(sent)
        if number is None:
            return None
        return self._acknowledgement()

    async def send(
        self, data: Any, json: bool = False, callback: bool = False, namespace: str | None = None
    ) -> Any:
        """Send a ``message``, or with ``json`` a ``json`` event."""
        return await self.emit("json" if json else "message", data, callback=callback, namespace=namespace)

    def get_received(self, namespace: str | None = None) -> list[dict[str, Any]]:
        """What the server has sent to a namespace since this was last asked: dictionaries of ``name``, ``args`` and ``namespace``.

        What came before the connection ended can still be asked for, as until Flask-SocketIO 4.

        Raises:
            RuntimeError: It is not connected, and nothing is left.
        """
        wanted = [item for item in self._received if item["namespace"] == (namespace or "/")]
        if not wanted:
            self._require(namespace)
        self._received = [item for item in self._received if item not in wanted]
        return wanted

    # -- below

    def _acknowledgement(self) -> Any:
        if self._acknowledged is None:
            return None
        given = self._acknowledged["args"]
        return given[0] if len(given) == 1 else given

    def _require(self, namespace: str | None) -> None:
        if not self.is_connected(namespace):
            raise RuntimeError("not connected")

    async def _send(self, sent: packet.Packet) -> None:
        encoded = sent.encode()
        for part in encoded if isinstance(encoded, list) else [encoded]:
            await self.socketio.server._handle_eio_message(self.eio_sid, part)

    def _scope(self, query_string: str | None, headers: Any) -> dict[str, Any]:
        given = Headers(headers or {})
        jar = getattr(self.flask_test_client, "cookie_jar", None)
        cookies = [f"{cookie.name}={cookie.value}" for cookie in jar or ()]
        if cookies:
            given.add("Cookie", "; ".join(cookies))
        given.setdefault("Host", self.app.config.get("SERVER_NAME") or "localhost")
        return {
            "type": "http",
            "method": "GET",
            "scheme": "http",
            "path": "/socket.io/",
            "query_string": (query_string or "").removeprefix("?").encode(),
            "headers": [
                (name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in given.items()
            ],
            "http_version": "1.1",
            "root_path": "",
            "client": ("127.0.0.1", 0),
        }

    def _feed(self, part: Any) -> None:
        if self._incomplete is not None:
            if self._incomplete.add_attachment(part):
                received, self._incomplete = self._incomplete, None
                self._take(received)
            return
        received = packet.Packet(encoded_packet=part)
        if received.attachment_count:
            self._incomplete = received
        else:
            self._take(received)

    def _take(self, received: packet.Packet) -> None:
        namespace = received.namespace or "/"
        if received.packet_type in (packet.EVENT, packet.BINARY_EVENT):
            name, *args = received.data
            plain = name in ("message", "json")
            self._received.append(
                {"name": name, "args": args[0] if plain and args else args, "namespace": namespace}
            )
        elif received.packet_type in (packet.ACK, packet.BINARY_ACK):
            self._acknowledged = {"args": received.data, "namespace": namespace}
        elif received.packet_type in (packet.DISCONNECT, packet.CONNECT_ERROR):
            self.connections[namespace] = False


async def _delivered(eio_sid: str, sent: packet.Packet) -> None:
    """Take the place of what would send a packet: it is encoded and read as if it had come over the network."""
    encoded = sent.encode()
    for part in encoded if isinstance(encoded, list) else [encoded]:
        _feed(eio_sid, part)


async def _delivered_below(eio_sid: str, sent: Any) -> None:
    """The same for packets that were encoded once for many clients."""
    _feed(eio_sid, sent.data)


def _feed(eio_sid: str, part: Any) -> None:
    client = SocketIOTestClient.clients.get(eio_sid)
    if client is not None:
        client._feed(part)
