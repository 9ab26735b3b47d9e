"""Who somebody is, and what that provides."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Generator
from typing import TYPE_CHECKING, Any

from quart import g

from ..flight import SingleFlight
from ..proxy import Lazy, load_at_touch
from ..state import UNSET, connection, required_connection
from .errors import IdentityNotLoadedError

if TYPE_CHECKING:
    from .permission import CheckedPermission

_KEY = "quart_app.auth.principal"


class Identity:
    """Who somebody is.

    Args:
        id: The user's id.
        auth_type: How that was proved.
    """

    def __init__(self, id: Any, auth_type: Any = None) -> None:
        self.id = id
        self.auth_type = auth_type
        #: The needs that this identity fulfils.
        self.provides: set[Any] = set()

    def can(self, permission: CheckedPermission) -> bool:
        """Whether this identity has ``permission``."""
        return permission.allows(self)

    def __repr__(self) -> str:
        return f'<{type(self).__name__} id="{self.id}" auth_type="{self.auth_type}" provides={self.provides}>'


class AnonymousIdentity(Identity):
    """Nobody."""

    def __init__(self) -> None:
        super().__init__(None)


class IdentityCell:
    """Where one request keeps its identity.

    Args:
        load: Makes the identity; it is given this cell.
        value: The identity, where it is known already.
    """

    __slots__ = ("_load", "building", "flight", "value")

    def __init__(
        self, load: Callable[[IdentityCell], Awaitable[Identity]] | None, value: Any = UNSET
    ) -> None:
        self._load = load
        self.value = value
        #: What loaders and receivers see while it is made; nobody else does, for it does not provide everything yet.
        self.building: Identity = AnonymousIdentity()
        self.flight: SingleFlight[Identity] = SingleFlight("g.identity")

    def peek(self) -> Any:
        """Return the identity as far as the running code may see it, or ``UNSET``."""
        if self.value is UNSET and self.flight.led_here():
            return self.building
        return self.value

    async def get(self) -> Identity:
        """Return the identity, loaded once however many ask."""
        if self.peek() is UNSET:
            await self.flight.run(self._once)
        identity: Identity = self.peek()
        return identity

    async def _once(self) -> Identity:
        if self.value is UNSET and self._load is not None:
            self.value = await self._load(self)
        identity: Identity = self.value
        return identity


class CurrentIdentity(Lazy):
    """``g.identity``: the identity of the running request, whichever request's ``g`` it was found in.

    Loaded, it behaves as the identity. Not loaded, the policy of implicit loading decides, as for ``current_user``.
    """

    __slots__ = ()

    def __await__(self) -> Generator[Any, None, Identity]:
        return _own_cell().get().__await__()

    def _peek(self) -> Any:
        return _own_cell().peek()

    def _touch(self, use: str) -> Any:
        fix = "Write `identity = await current_identity()` first and use `identity`."
        return load_at_touch(f"g.identity{use}", fix, _own_cell().get, IdentityNotLoadedError)


#: What stands in ``g.identity``.
identity_proxy = CurrentIdentity()


def put_cell(cell: IdentityCell) -> None:
    """Make ``cell`` hold the identity of the running request."""
    required_connection().request_websocket.__dict__[_KEY] = cell
    g.identity = identity_proxy


def _own_cell() -> IdentityCell:
    context = connection()
    cell: IdentityCell | None = None if context is None else context.request_websocket.__dict__.get(_KEY)
    if cell is None:
        raise IdentityNotLoadedError(
            "g.identity belongs to a request; there is none here. Pass background work what it needs of the identity."
        )
    return cell


async def current_identity() -> Identity:
    """Return the identity of the running request, loaded if nobody has asked yet.

    Raises:
        AttributeError: No Principal serves this request.
    """
    identity: Any = g.identity
    return await identity if type(identity) is CurrentIdentity else identity


def loaded_identity() -> Any:
    """Return the identity of the running request, or ``UNSET`` if it is not loaded yet."""
    identity = g.identity
    return _own_cell().peek() if type(identity) is CurrentIdentity else identity
