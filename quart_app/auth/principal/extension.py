"""``Principal``: where an application's identities come from and where they are kept."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Any, TypeVar

from jinja2 import Template
from quart import Quart, current_app, g, session
from quart.signals import before_render_template

from ..cookies import AnyResponse
from ..state import UNSET, call, required_connection
from ..templates import names_used
from .identity import CurrentIdentity, Identity, IdentityCell, current_identity, loaded_identity, put_cell
from .signals import identity_changed, identity_loaded

F = TypeVar("F", bound=Callable[..., Any])


async def session_identity_loader() -> Identity | None:
    """Return the identity that the session keeps."""
    if "identity.id" in session and "identity.auth_type" in session:
        return Identity(session["identity.id"], session["identity.auth_type"])
    return None


async def session_identity_saver(identity: Identity) -> None:
    """Keep ``identity`` in the session; a session that has it already is left as it is."""
    for key, value in (("identity.id", identity.id), ("identity.auth_type", identity.auth_type)):
        if key not in session or session[key] != value:
            session[key] = value


class Principal:
    """Gives every request its identity, ``g.identity``.

    Args:
        app: The application; or call :meth:`init_app` later.
        use_sessions: Whether identities are kept in the session.
        skip_static: Whether static files have no identity at all.
        lazy: Load the identity when it is first asked for; ``False`` loads it with every request, as Flask-Principal does.
    """

    def __init__(
        self,
        app: Quart | None = None,
        use_sessions: bool = True,
        skip_static: bool = False,
        *,
        lazy: bool = True,
    ) -> None:
        self.identity_loaders: deque[Callable[[], Any]] = deque()
        self.identity_savers: deque[Callable[[Identity], Any]] = deque()
        self.use_sessions = use_sessions
        self.skip_static = skip_static
        self.lazy = lazy
        if app is not None:
            self.init_app(app)

    def init_app(self, app: Quart) -> None:
        """Serve ``app``."""
        app.before_request(self._on_before_request)
        app.before_websocket(self._on_before_request)
        app.after_request(self._say_vary)
        identity_changed.connect(self._on_identity_changed, app)
        before_render_template.connect(_load_for_template, app)
        # Receivers are held weakly; a Principal that nobody else keeps has to live as long as its application.
        app.extensions.setdefault("principal", []).append(self)
        if self.use_sessions:
            self.identity_loader(session_identity_loader)
            self.identity_saver(session_identity_saver)

    def identity_loader(self, function: F) -> F:
        """Register a function that returns the identity of the request, or ``None``. It may be async; the last one is asked first."""
        self.identity_loaders.appendleft(function)
        return function

    def identity_saver(self, function: F) -> F:
        """Register a function that takes an identity and keeps it for the next request. It may be async."""
        self.identity_savers.appendleft(function)
        return function

    async def set_identity(self, identity: Identity) -> None:
        """Make ``identity`` that of the running request, fill it, and keep it."""
        put_cell(IdentityCell(None, identity))
        await self._fill_and_keep(identity)

    async def _fill_and_keep(self, identity: Identity) -> None:
        await identity_loaded.send_async(current_app, identity=identity)
        for saver in self.identity_savers:
            await call(saver, identity)

    async def _on_identity_changed(self, _app: Quart, identity: Identity) -> None:
        if not self._is_static_route():
            await self.set_identity(identity)

    async def _on_before_request(self) -> None:
        if self._is_static_route():
            return
        cell = IdentityCell(self._load)
        put_cell(cell)
        if not self.lazy:
            await cell.get()

    async def _load(self, cell: IdentityCell) -> Identity:
        for loader in self.identity_loaders:
            identity: Identity | None = await call(loader)
            if identity is not None:
                cell.building = identity
                await self._fill_and_keep(identity)
                return identity
        return cell.building

    async def _say_vary(self, response: AnyResponse) -> AnyResponse:
        if (
            self.use_sessions
            and type(g.get("identity")) is CurrentIdentity
            and loaded_identity() is not UNSET
        ):
            response.vary.add("Cookie")
        return response

    def _is_static_route(self) -> bool:
        if not self.skip_static:
            return False
        endpoint = required_connection().request_websocket.endpoint or ""
        return endpoint.rpartition(".")[2] == "static"


async def _load_for_template(_app: Quart, template: Template, **_: Any) -> None:
    if type(g.get("identity")) is CurrentIdentity and "identity" in names_used(template):
        await current_identity()
