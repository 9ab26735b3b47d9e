"""What a request is inside an ASGI call: errors that reach the test client, responses that know when they are sent."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Coroutine, Mapping
from typing import TYPE_CHECKING, Any

import quart
import quart.asgi
from hypercorn.typing import ASGIReceiveCallable, ASGIReceiveEvent, ASGISendCallable, ASGISendEvent, HTTPScope
from quart.debug import traceback_response
from quart.typing import ResponseTypes

from ..bridge import drive, implicit_loads
from ..bridge.tasks import only_ours
from .contexts import RequestContext
from .responses import Response

if TYPE_CHECKING:
    from ..app import Quart

#: How much of a request's body is still read, and for how long, after the view has answered without it.
REST_BYTES = 4 * 2**20
REST_SECONDS = 2.0

#: In the scopes that test clients make, Quart's and ours, and in no other.
TEST_SCOPES = frozenset({"_quart._preserve_context", "quart_app.testing"})


class HTTPConnection(quart.asgi.ASGIHTTPConnection):
    """One HTTP request."""

    app: Quart

    def __init__(self, app: Quart, scope: HTTPScope) -> None:
        super().__init__(app, scope)
        #: Set when the body has come, or enough of it; None for a request that has none.
        self._heard = asyncio.Event() if _announces_body(scope) else None
        self._received = 0

    async def __call__(self, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
        """Answer the request while listening to the client, who may leave: then what answers is cancelled.

        So it is when the server cancels the call, where Quart's lets it go on unseen.
        """
        request = self._create_request_from_scope(send)
        loop = asyncio.get_running_loop()
        ended = loop.create_future()
        # Through the loop's factory only if it is the application's own: ours has nothing to add to these two.
        create = asyncio.Task if only_ours(loop) else asyncio.ensure_future
        listening = create(self.handle_messages(request, self._hearing(receive)), loop=loop)
        answering = create(self.handle_request(request, send), loop=loop)

        def cancel_other(task: asyncio.Task[None]) -> None:
            other = answering if task is listening else listening
            if other.done():
                if not ended.done():
                    ended.set_result(None)
            else:
                other.cancel()

        listening.add_done_callback(cancel_other)
        answering.add_done_callback(cancel_other)
        try:
            await ended
        except asyncio.CancelledError:
            for task in (listening, answering):
                task.remove_done_callback(
                    cancel_other
                )  # or the view would be cancelled twice, its clean-up too
                task.cancel()
            await asyncio.wait((listening, answering))
            raise
        for task in (answering, listening):
            if not task.cancelled() and (error := task.exception()) is not None:
                raise error

    def _hearing(self, receive: ASGIReceiveCallable) -> ASGIReceiveCallable:
        heard = self._heard
        if heard is None:
            return receive

        async def counted() -> ASGIReceiveEvent:
            message = await receive()
            if message["type"] == "http.request":
                self._received += len(message.get("body", b""))
                if message.get("more_body", False) and self._received < REST_BYTES:
                    return message
            heard.set()
            return message

        return counted

    def _after_the_request(self, send: ASGISendCallable) -> ASGISendCallable:
        """Let the response end when the request has.

        A server closes the connection of a request that it has not read to its end. A proxy or a browser that is still sending then
        shows an error of its own instead of the answer, "too large" or "sign in" mostly (RFC 9112, 9.6: the server has to read on).
        """
        heard = self._heard
        if heard is None:
            return send

        async def later(message: ASGISendEvent) -> None:
            ends = message["type"] == "http.response.body" and not message.get("more_body", False)
            if ends and not heard.is_set():
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(heard.wait(), REST_SECONDS)
            await send(message)

        return later

    def handle_request(self, request: quart.Request, send: ASGISendCallable) -> Coroutine[Any, Any, None]:
        """Answer the request; its implicit loads are counted together."""
        return driven(self.app, self._handle(request, send))

    async def _handle(self, request: quart.Request, send: ASGISendCallable) -> None:
        request.kept_context = None  # type: ignore[attr-defined]
        with implicit_loads():
            try:
                response = await self.app.handle_request(request)
            except Exception as error:
                if not shows_traceback(self.app, self.scope):
                    raise
                response = await traceback_response(error)
            failed: BaseException | None = None
            try:
                await self._send_in_time(request, response, send)
            except BaseException as error:
                failed = error
                raise
            finally:
                context: RequestContext | None = request.kept_context  # type: ignore[attr-defined]
                if context is not None:
                    await context.auto_pop(failed)

    async def _send_in_time(
        self, request: quart.Request, response: ResponseTypes, send: ASGISendCallable
    ) -> None:
        timeout = self._time_limit(response)
        if timeout is None:
            await self._send_response(send, response)
            return
        try:
            await asyncio.wait_for(self._send_response(send, response), timeout)
        except TimeoutError:
            self.app.logger.warning("%s took over %s s and was cut off", request.path, timeout)

    def _time_limit(self, response: ResponseTypes) -> float | None:
        own = getattr(response, "timeout", Ellipsis)
        limit = self.app.config["RESPONSE_TIMEOUT"] if own is Ellipsis else own
        return None if limit is None else float(limit)

    async def _send_response(self, send: ASGISendCallable, response: ResponseTypes) -> None:
        send = self._after_the_request(send)
        if not isinstance(response, Response):
            await super()._send_response(send, response)
            return
        response.on_its_way = True
        try:
            await super()._send_response(send, response)
        finally:
            response.on_its_way = False
            await response.run_on_close()


class WebsocketConnection(quart.asgi.ASGIWebsocketConnection):
    """One websocket."""

    async def handle_websocket(self, websocket: quart.Websocket, send: ASGISendCallable) -> None:
        """Serve the websocket; its implicit loads are counted together."""
        await driven(self.app, self._handle(websocket, send))

    async def _handle(self, websocket: quart.Websocket, send: ASGISendCallable) -> None:
        with implicit_loads():
            await super().handle_websocket(websocket, send)


def driven(app: quart.Quart, coro: Coroutine[Any, Any, None]) -> Coroutine[Any, Any, None]:
    """Drive ``coro`` unless the application has the bridge turned off."""
    return drive(coro) if app.config["QUART_APP_BRIDGE"] else coro


def _announces_body(scope: HTTPScope) -> bool:
    return any(
        name == b"transfer-encoding" or (name == b"content-length" and value != b"0")
        for name, value in scope["headers"]
    )


def shows_traceback(app: quart.Quart, scope: Mapping[str, Any]) -> bool:
    """Whether an error that propagates becomes a page for the developer's browser.

    A test client gets the exception itself, and so does a server that serves the application in production: it logs it.
    """
    return bool(app.debug) and not app.testing and TEST_SCOPES.isdisjoint(scope)
