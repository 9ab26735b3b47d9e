"""Ways to the login page and back, that lead nowhere else."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection
from typing import Any
from urllib.parse import parse_qs, quote, urlencode, urlsplit, urlunsplit

from quart import Response, current_app, has_app_context, redirect, request, session, url_for
from quart.ctx import RequestContext
from werkzeug.wrappers import Response as WerkzeugResponse

_LONGEST = 4096


def expand_login_view(login_view: str) -> str:
    """Return the URL of a login view that is given as a URL or as the name of a view."""
    if login_view.startswith(("https://", "http://", "/")):
        return login_view
    return url_for(login_view)


def make_next_param(login_url: str, current_url: str) -> str:
    """Shorten ``current_url`` to its path if it is on the host of ``login_url``.

    The path always starts with exactly one slash: ``//host`` would lead to another site.
    """
    login, current = urlsplit(login_url), urlsplit(current_url)
    same_scheme = not login.scheme or login.scheme == current.scheme
    same_host = not login.netloc or login.netloc == current.netloc
    if not (same_scheme and same_host):
        return current_url
    path = current.path
    if path[:1] in ("/", "\\"):
        path = "/" + path.lstrip("/\\")
    return urlunsplit(("", "", path.replace("\\", "%5C"), current.query, ""))


def login_url(login_view: str, next_url: str | None = None, next_field: str = "next") -> str:
    """Return the URL of the login page, with the way back in its query string.

    ``FORCE_HOST_FOR_REDIRECTS`` in the configuration is the host of the result.

    Args:
        login_view: The name of the view, or its URL.
        next_url: The way back.
        next_field: The name of the field that carries it.
    """
    base = expand_login_view(login_view)
    if next_url is None:
        return base
    parts = urlsplit(base)
    fields: dict[str, Any] = dict(parse_qs(parts.query, keep_blank_values=True))
    fields[next_field] = make_next_param(base, next_url)
    host = current_app.config.get("FORCE_HOST_FOR_REDIRECTS") or parts.netloc
    return urlunsplit(parts._replace(netloc=host, query=urlencode(fields, doseq=True)))


def request_url(context: RequestContext) -> str:
    """Return the URL of the request, on the host that the configuration knows, where it knows one.

    The ``Host`` header is the client's; a login page on another host would send users back to whatever it says.
    """
    host = context.app.config.get("FORCE_HOST_FOR_REDIRECTS") or context.app.config.get("SERVER_NAME")
    url = context.request.url
    return urlunsplit(urlsplit(url)._replace(netloc=host)) if host else url


def is_safe_redirect(target: str | None, *, hosts: Collection[str] = ()) -> bool:
    """Whether ``target`` stays on this site, whatever browser reads it.

    Safe is a path with one leading slash; and an absolute URL whose host and port are in ``hosts`` or are the
    configuration's ``SERVER_NAME``, over https or over the scheme of the request. The ``Host`` header is not asked.

    Args:
        target: The URL as it came, from a form or a query string.
        hosts: Other hosts to trust, with their ports as they stand in URLs.
    """
    if not target or len(target) > _LONGEST or "\\" in target:
        return False
    if target != target.strip() or any(unicodedata.category(char)[0] in "CZ" for char in target):
        return False
    if target.startswith("/"):
        return not target.startswith("//")
    try:
        parts = urlsplit(target)
        _ = parts.port
    except ValueError:
        return False
    if not target.lower().startswith(f"{parts.scheme}://") or parts.scheme not in _schemes():
        return False
    trusted = {host.lower() for host in hosts}
    if has_app_context() and current_app.config.get("SERVER_NAME"):
        trusted.add(current_app.config["SERVER_NAME"].lower())
    return parts.netloc.lower() in trusted


def _schemes() -> set[str]:
    try:
        return {"https", request.scheme}
    except RuntimeError:
        return {"https"}


async def next_url(default: str = "/", *, field: str = "next", hosts: Collection[str] = ()) -> str:
    """Return the way back after sign-in, if it is safe to go, else ``default``.

    Args:
        default: Where to go instead.
        field: The name of the field: in the query string, else in the posted form, else in the session.
        hosts: Other hosts to trust.
    """
    target: str | None = request.args.get(field)
    if target is None and request.method == "POST":
        target = (await request.form).get(field)
    if target is None and field in session:
        target = session.pop(field)
    return target if target is not None and is_safe_redirect(target, hosts=hosts) else default


async def redirect_to_next(
    default: str = "/", *, field: str = "next", hosts: Collection[str] = ()
) -> Response | WerkzeugResponse:
    """Redirect to :func:`next_url`."""
    return redirect(quote(await next_url(default, field=field, hosts=hosts), safe="/:?#[]@!$&'()*+,;=%~-._"))
