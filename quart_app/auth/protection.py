"""Session protection: a session belongs to one address and one browser."""

from __future__ import annotations

from hashlib import sha512
from typing import TYPE_CHECKING

from quart import current_app
from quart.ctx import RequestContext, WebsocketContext
from quart.wrappers.base import BaseRequestWebsocket

from .config import OWN_SESSION_KEYS, SESSION_KEYS
from .errors import AuthSetupError
from .signals import send, session_protected
from .state import UserState, required_connection, session_of

if TYPE_CHECKING:
    from .login_manager import LoginManager

#: The two forms of ``session["_id"]``: Flask-Login 0.6's, which hashes the repr of bytes, and that of its main branch.
IDENTIFIER_FORMS = ("0.6", "main")


def _get_remote_addr() -> str | None:
    """Return the address that the session is bound to.

    Without ``SESSION_PROTECTION_PROXIES`` it is what Flask-Login takes: the first address of ``X-Forwarded-For``, which
    is whatever the client says. With it, it is the address that the outermost of so many trusted proxies saw; ``0``
    means that the header is not looked at.
    """
    request: BaseRequestWebsocket = required_connection().request_websocket
    proxies: int | None = current_app.config.get("SESSION_PROTECTION_PROXIES")
    if proxies is None:
        forwarded = request.headers.get("X-Forwarded-For")
        return request.remote_addr if forwarded is None else forwarded.split(",")[0].strip()
    if proxies:
        hops = [hop.strip() for hop in ",".join(request.headers.getlist("X-Forwarded-For")).split(",")]
        hops = [hop for hop in hops if hop]
        if len(hops) >= proxies:
            return hops[-proxies]
    return request.remote_addr


def _create_identifier(form: str | None = None) -> str:
    """Return the identifier of the client, in the form that ``SESSION_PROTECTION_FORM`` says (``"0.6"`` or ``"main"``)."""
    if form is None:
        form = current_app.config.get("SESSION_PROTECTION_FORM", IDENTIFIER_FORMS[0])
    if form not in IDENTIFIER_FORMS:
        raise AuthSetupError(f"SESSION_PROTECTION_FORM must be one of {IDENTIFIER_FORMS}, not {form!r}.")
    address = _get_remote_addr()
    agent = required_connection().request_websocket.headers.get("User-Agent")
    if form == "main":
        base = f"{address}|{agent}"
    else:
        base = f"{_as_bytes(address)}|{_as_bytes(agent)}"
    return sha512(base.encode()).hexdigest()


def _as_bytes(text: str | None) -> str:
    # Flask-Login 0.6 formats the bytes themselves into the text: b'...'.
    return repr(None if text is None else text.encode())


def _identifiers(manager: LoginManager) -> set[str]:
    generate = manager._session_identifier_generator
    if generate is not _create_identifier:
        return {generate()}
    return {_create_identifier(form) for form in IDENTIFIER_FORMS}


async def session_protection_failed(
    manager: LoginManager, context: RequestContext | WebsocketContext, state: UserState
) -> bool:
    """Compare the session with the client that sent it.

    Under ``basic``, and for a permanent session, one that does not fit is no longer fresh. Under ``strong`` it is emptied.

    Returns:
        Whether nobody is signed in any more.
    """
    app = context.app
    mode = app.config.get("SESSION_PROTECTION", manager.session_protection)
    session = session_of(context)
    if mode not in ("basic", "strong") or not ("_user_id" in session or "_id" in session):
        return False
    if session.get("_id") in _identifiers(manager):
        return False
    writable = isinstance(context, RequestContext)
    if mode == "basic" or session.permanent:
        state.fresh = False
        if writable and session.get("_fresh") is not False:
            session["_fresh"] = False
        await send(session_protected, app)
        return False
    if writable:
        for key in SESSION_KEYS | OWN_SESSION_KEYS:
            session.pop(key, None)
        session["_remember"] = "clear"
    await send(session_protected, app)
    return True
