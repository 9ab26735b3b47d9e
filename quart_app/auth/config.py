"""The defaults, under the names that Flask-Login gives them.

An application overrides most of them in ``app.config``; the key is in each comment.
"""

from __future__ import annotations

from datetime import timedelta

#: ``REMEMBER_COOKIE_NAME``: the name of the cookie that outlives the session.
COOKIE_NAME = "remember_token"

#: ``REMEMBER_COOKIE_DURATION``: how long the remember cookie is kept, a timedelta or seconds.
COOKIE_DURATION = timedelta(days=365)

#: ``REMEMBER_COOKIE_SECURE``: whether the cookie is sent over https only. ``None``: when it was set over https.
#: (Flask-Login says ``False``, which sends a year-long credential over http as well.)
COOKIE_SECURE: bool | None = None

#: ``REMEMBER_COOKIE_HTTPONLY``: whether scripts are kept from reading the cookie.
COOKIE_HTTPONLY = True

#: ``REMEMBER_COOKIE_SAMESITE``: with which requests of other sites it is sent. (Flask-Login leaves it to the browser.)
COOKIE_SAMESITE: str | None = "Lax"

#: What is flashed to a visitor who has to sign in: ``LoginManager.login_message``.
LOGIN_MESSAGE = "Please log in to access this page."

#: The category of that message.
LOGIN_MESSAGE_CATEGORY = "message"

#: What is flashed to a user who has to sign in again: ``LoginManager.needs_refresh_message``.
REFRESH_MESSAGE = "Please reauthenticate to access this page."

#: The category of that message.
REFRESH_MESSAGE_CATEGORY = "message"

#: The method of a user that gives the id: ``LoginManager.id_attribute``.
ID_ATTRIBUTE = "get_id"

#: ``AUTH_HEADER_NAME``: the header that the deprecated ``header_loader`` is given.
AUTH_HEADER_NAME = "Authorization"

#: The session keys that Flask-Login writes.
SESSION_KEYS = {"_user_id", "_remember", "_remember_seconds", "_id", "_fresh", "next"}

#: The session keys that only this package writes; a Flask process beside it keeps them.
OWN_SESSION_KEYS = {"_user_version", "_signed_in_at", "_seen_at", "_remembered"}

#: The methods that the guards let through. A CORS preflight carries no cookie.
EXEMPT_METHODS = {"OPTIONS"}

#: ``USE_SESSION_FOR_NEXT``: whether the way back is kept in the session and not in the login page's URL.
USE_SESSION_FOR_NEXT = False

#: The attribute of a user that changes when all its sessions are to end (``LoginManager.session_version_attribute``).
SESSION_VERSION_ATTRIBUTE = "session_version"

#: ``AUTH_WEBSOCKET_RECHECK``: after how many seconds the user of an open, guarded websocket is looked up again.
WEBSOCKET_RECHECK: float | None = 60.0

#: Longer credentials are refused unread.
MAX_TOKEN_LENGTH = 8192
