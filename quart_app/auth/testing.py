"""A test client that is signed in: ``app.test_client(user=user, fresh_login=False)``."""

from __future__ import annotations

from typing import Any

from quart import Quart
from quart.sessions import SecureCookieSessionInterface

from ..testing import QuartClient


class LoginClientMixin:
    """Signs a test client in, whatever client it is mixed into.

    Args:
        app: The application.
        user: Who is signed in; nobody when left out.
        fresh_login: Whether the session counts as fresh.
    """

    def __init__(
        self, app: Quart, *args: Any, user: Any = None, fresh_login: bool = True, **kwargs: Any
    ) -> None:
        super().__init__(app, *args, **kwargs)  # type: ignore[call-arg]
        self._pending: dict[str, Any] | None = None
        if user is None:
            return
        facts = {"_user_id": user.get_id(), "_fresh": fresh_login}
        interface = app.session_interface
        signer = None
        if isinstance(interface, SecureCookieSessionInterface):
            signer = interface.get_signing_serializer(app)
        if signer is None:  # kept on a server: written with the first request
            self._pending = facts
        else:
            client: Any = self
            host = (app.config["SERVER_NAME"] or "localhost").partition(":")[0]
            client.set_cookie(host, interface.get_cookie_name(app), signer.dumps(facts))

    async def open(self, *args: Any, **kwargs: Any) -> Any:
        """Make a request, signed in."""
        facts, self._pending = self._pending, None
        if facts is not None:
            client: Any = self
            async with client.session_transaction() as session:
                session.update(facts)
        return await super().open(*args, **kwargs)  # type: ignore[misc]


class FlaskLoginClient(LoginClientMixin, QuartClient):
    """The project's test client, signed in: ``app.test_client_class = FlaskLoginClient``."""
