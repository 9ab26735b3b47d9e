"""The two signals. Receivers may be sync or async; the sender is the application."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from blinker import NamedSignal, Namespace
from quart import current_app


class IdentitySignal(NamedSignal):
    """A signal whose synchronous receivers run as the application runs synchronous code.

    So ``await identity_changed.send_async(app, identity=identity)`` is all that the application writes.
    """

    async def send_async(
        self,
        sender: Any = None,
        /,
        *,
        _sync_wrapper: Callable[[Callable[..., Any]], Callable[..., Coroutine[Any, Any, Any]]] | None = None,
        **kwargs: Any,
    ) -> list[tuple[Callable[..., Any], Any]]:
        """Send the signal and wait for all receivers."""
        # A proxy of the application (`current_app`) is no sender that anyone connected to.
        if hasattr(sender, "_get_current_object"):
            sender = sender._get_current_object()
        wrapper: Any = _sync_wrapper or current_app.ensure_async
        return await super().send_async(sender, _sync_wrapper=wrapper, **kwargs)


signals = Namespace()

#: The application has found out who somebody is: ``await identity_changed.send_async(app, identity=Identity(user.id))``.
identity_changed = signals["identity-changed"] = IdentitySignal("identity-changed")

#: The identity of a request was made; receivers add to ``identity.provides`` what it provides.
identity_loaded = signals["identity-loaded"] = IdentitySignal("identity-loaded")
