"""What ``werkzeug.urls`` had until 3.0. New code uses :mod:`urllib.parse`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple
from urllib.parse import (
    SplitResult,
    quote,
    quote_plus,
    unquote,
    unquote_plus,
    urlencode,
    urljoin,
    urlsplit,
    urlunsplit,
)

from werkzeug.datastructures import MultiDict, iter_multi_items
from werkzeug.urls import iri_to_uri, uri_to_iri

__all__ = [
    "URL",
    "iri_to_uri",
    "uri_to_iri",
    "url_decode",
    "url_encode",
    "url_fix",
    "url_join",
    "url_parse",
    "url_quote",
    "url_quote_plus",
    "url_unparse",
    "url_unquote",
    "url_unquote_plus",
]


class _Parts(NamedTuple):
    scheme: str
    netloc: str
    path: str
    query: str
    fragment: str


class URL(_Parts):
    """A parsed URL."""

    __slots__ = ()

    @property
    def _split(self) -> SplitResult:
        return SplitResult(*self)

    @property
    def host(self) -> str | None:
        """The host, without user and port."""
        return self._split.hostname

    @property
    def ascii_host(self) -> str | None:
        """The host as the network knows it."""
        return None if self.host is None else self.host.encode("idna").decode("ascii")

    @property
    def port(self) -> int | None:
        """The port, if there is one that is valid."""
        try:
            return self._split.port
        except ValueError:
            return None

    @property
    def auth(self) -> str | None:
        """User and password, as they stand there."""
        return self.netloc.rpartition("@")[0] or None

    @property
    def raw_username(self) -> str | None:
        """The user as it stands there."""
        return self._split.username

    @property
    def username(self) -> str | None:
        """The user."""
        return None if self.raw_username is None else unquote(self.raw_username)

    @property
    def raw_password(self) -> str | None:
        """The password as it stands there."""
        return self._split.password

    @property
    def password(self) -> str | None:
        """The password."""
        return None if self.raw_password is None else unquote(self.raw_password)

    def decode_query(self, *args: Any, **options: Any) -> Any:
        """The query as a dictionary; the arguments are those of :func:`url_decode`."""
        return url_decode(self.query, *args, **options)

    def replace(self, **parts: str) -> URL:
        """The same URL with some parts changed."""
        return self._replace(**parts)

    def join(self, other: str | URL) -> URL:
        """The URL that a link on this page leads to."""
        return url_parse(url_join(self.to_url(), other))

    def to_url(self) -> str:
        """The URL as text."""
        return url_unparse(self)

    def __str__(self) -> str:
        return self.to_url()


def _text(value: Any, charset: str = "utf-8") -> str:
    if isinstance(value, bytes):
        return value.decode(charset)
    return value.to_url() if isinstance(value, URL) else str(value)


def url_parse(url: Any, scheme: str | None = None, allow_fragments: bool = True) -> URL:
    """Take a URL apart; see :func:`urllib.parse.urlsplit`."""
    return URL(*urlsplit(_text(url), scheme or "", allow_fragments))


def url_unparse(components: Iterable[str]) -> str:
    """Put a URL together."""
    return urlunsplit(tuple(components))


def url_join(base: Any, url: Any, allow_fragments: bool = True) -> str:
    """The URL that ``url`` on the page ``base`` leads to."""
    return urljoin(_text(base), _text(url), allow_fragments)


def url_quote(
    string: Any, charset: str = "utf-8", errors: str = "strict", safe: str = "/:", unsafe: str = ""
) -> str:
    """Quote what may not stand in a URL's path."""
    kept = "".join(letter for letter in _text(safe) if letter not in unsafe)
    return quote(string if isinstance(string, bytes) else str(string).encode(charset, errors), kept)


def url_quote_plus(string: Any, charset: str = "utf-8", errors: str = "strict", safe: str = "") -> str:
    """Quote for a query: a space is a plus."""
    return quote_plus(string if isinstance(string, bytes) else str(string).encode(charset, errors), safe)


def url_unquote(s: Any, charset: str = "utf-8", errors: str = "replace", unsafe: str = "") -> str:  # noqa: ARG001
    """Undo :func:`url_quote`."""
    return unquote(_text(s), charset, errors)


def url_unquote_plus(s: Any, charset: str = "utf-8", errors: str = "replace") -> str:
    """Undo :func:`url_quote_plus`."""
    return unquote_plus(_text(s), charset, errors)


def url_encode(
    obj: Mapping[Any, Any] | Iterable[tuple[Any, Any]],
    charset: str = "utf-8",
    sort: bool = False,
    key: Any = None,
    separator: str = "&",
) -> str:
    """Make a query of a dictionary; lists are several values, ``None`` is left out."""
    items = [(name, value) for name, value in iter_multi_items(obj) if value is not None]
    if sort:
        items.sort(key=key)
    return separator.join(urlencode([item], encoding=charset) for item in items)


def url_decode(
    s: Any,
    charset: str = "utf-8",
    include_empty: bool = True,
    errors: str = "replace",
    separator: str = "&",
    cls: Any = None,
) -> Any:
    """Make a dictionary of a query."""
    pairs = []
    for part in _text(s, charset).split(separator):
        name, equals, value = part.partition("=")
        if part and (equals or include_empty):
            pairs.append((unquote_plus(name, charset, errors), unquote_plus(value, charset, errors)))
    return (cls or MultiDict)(pairs)


def url_fix(s: Any, charset: str = "utf-8") -> str:
    """Quote a URL that somebody typed."""
    parts = urlsplit(_text(s, charset).replace("\\", "/"))
    path = quote(parts.path, safe="/%+$!*'(),")
    query = quote_plus(parts.query, safe=":&%=+$!*'(),")
    return urlunsplit(
        (parts.scheme, parts.netloc, path, query, quote_plus(parts.fragment, safe=":&%=+$!*'(),"))
    )
