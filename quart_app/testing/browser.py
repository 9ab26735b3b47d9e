"""What a browser remembers and how it follows redirects: Werkzeug's own rules, without its way of sending."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from http.cookiejar import Cookie as JarCookie
from typing import Any, cast

from werkzeug.test import Client, Cookie, EnvironBuilder, TestResponse

__all__ = ["Browser", "Cookie", "CookieJarView"]


class Browser(Client):
    """Werkzeug's client as the keeper of cookies and of redirect rules. It sends nothing."""

    def __init__(self, *, use_cookies: bool, allow_subdomain_redirects: bool) -> None:
        super().__init__(
            _nowhere, use_cookies=use_cookies, allow_subdomain_redirects=allow_subdomain_redirects
        )

    def open(self, *args: Any, **kwargs: Any) -> Any:  # noqa: ARG002
        """Give back the request that following a redirect would send."""
        return args[0]

    def next_request(self, response: TestResponse) -> EnvironBuilder:
        """Build the request that a redirect asks for.

        Raises:
            RuntimeError: It leads to another host.
        """
        return cast(EnvironBuilder, self.resolve_redirect(response))

    def require_cookies(self) -> None:
        """Raise TypeError when the client was made without cookies, as Flask's does."""
        if self._cookies is None:
            raise TypeError("Cookies are disabled. Create a client with 'use_cookies=True'.")

    def add_cookies(self, environ: dict[str, Any]) -> None:
        """Put the cookies that belong to the request's host and path into ``environ``."""
        self._add_cookies_to_wsgi(environ)

    def remember(self, host: str, path: str, set_cookie_headers: Iterable[str]) -> None:
        """Take the cookies out of a response to a request for ``host`` and ``path``."""
        self._update_cookies_from_response(host, path, list(set_cookie_headers))

    @property
    def cookies(self) -> dict[tuple[str, str, str], Cookie]:
        """The cookies by domain, path and key; an empty dictionary when cookies are off."""
        return self._cookies if self._cookies is not None else {}


class CookieJarView:
    """The client's cookies as ``http.cookiejar`` shows them: what Quart's and older Flask's clients offer."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser

    def __iter__(self) -> Iterator[JarCookie]:
        return iter([_jar_cookie(cookie) for cookie in self._browser.cookies.values()])

    def __len__(self) -> int:
        return len(self._browser.cookies)

    def clear(self, domain: str | None = None, path: str | None = None, name: str | None = None) -> None:
        """Forget all cookies, or those of a domain, of a path in it, or one."""
        for key in list(self._browser.cookies):
            wanted = (domain, path, name)
            if all(want is None or want == have for want, have in zip(wanted, key, strict=True)):
                del self._browser.cookies[key]

    def clear_session_cookies(self) -> None:
        """Forget the cookies that end with the browser, as closing it does."""
        for key, cookie in list(self._browser.cookies.items()):
            if cookie.expires is None and cookie.max_age is None:
                del self._browser.cookies[key]


def _jar_cookie(cookie: Cookie) -> JarCookie:
    rest: dict[str, str] = {}
    if cookie.http_only:
        rest["HttpOnly"] = ""
    if cookie.same_site:
        rest["SameSite"] = cookie.same_site
    return JarCookie(
        version=0,
        name=cookie.key,
        value=cookie.value,
        port=None,
        port_specified=False,
        domain=cookie.domain,
        domain_specified=not cookie.origin_only,
        domain_initial_dot=cookie.domain.startswith("."),
        path=cookie.path,
        path_specified=True,
        secure=bool(cookie.secure),
        expires=int(cookie.expires.timestamp()) if cookie.expires else None,
        discard=cookie.expires is None and cookie.max_age is None,
        comment=None,
        comment_url=None,
        rest=rest,
    )


def _nowhere(environ: Any, start_response: Any) -> Any:  # noqa: ARG001
    raise AssertionError("the browser sends nothing")  # pragma: no cover
