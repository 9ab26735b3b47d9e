"""Somebody in front of a browser: cookies, forms with their CSRF token, flashed messages."""

from __future__ import annotations

import html
import re
import secrets
from http.cookiejar import CookieJar
from types import TracebackType
from typing import Self

import httpx

PASSWORDS = {
    "reader@example.com": "reader-password",
    "librarian@example.com": "librarian-password",
    "admin@example.com": "admin-password",
}
READER, LIBRARIAN, ADMIN = PASSWORDS

TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
FLASH = re.compile(r'<p class="flash ([^"]*)">(.*?)</p>', re.DOTALL)
FIELD = '<(?:input|textarea)[^>]*name="{name}"[^>]*>'


class Visitor:
    """A connection to one site, with a cookie jar that another visitor may share."""

    def __init__(self, url: str, jar: CookieJar | None = None) -> None:
        self.http = httpx.Client(base_url=url, cookies=jar, timeout=30, follow_redirects=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.http.close()

    def get(
        self, path: str, *, follow: bool = False, headers: dict[str, str] | None = None
    ) -> httpx.Response:
        return self.http.get(path, follow_redirects=follow, headers=headers)

    def page(self, path: str) -> str:
        """The text of a page that must be there."""
        answer = self.get(path)
        assert answer.status_code == 200, f"{path}: {answer.status_code}\n{answer.text}"
        return answer.text

    def token(self, path: str) -> str:
        """The CSRF token of the form on a page."""
        found = TOKEN.search(self.page(path))
        assert found, f"no form on {path}"
        return found[1]

    def submit(
        self,
        path: str,
        data: dict[str, str] | None = None,
        *,
        form: str | None = None,
        files: dict[str, tuple[str, bytes, str]] | None = None,
        follow: bool = False,
    ) -> httpx.Response:
        """Post a form, with the token that the page it stands on (``form``, else ``path``) gives."""
        fields = {"csrf_token": self.token(form or path), **(data or {})}
        return self.http.post(path, data=fields, files=files, follow_redirects=follow)

    def sign_in(
        self, email: str, password: str | None = None, *, remember: bool = False, path: str = "/auth/login"
    ) -> httpx.Response:
        data = {"email": email, "password": password or PASSWORDS[email]}
        if remember:
            data["remember"] = "y"
        return self.submit(path, data)

    def sign_out(self) -> httpx.Response:
        return self.get("/auth/logout")

    def cookie(self, name: str) -> str | None:
        return self.http.cookies.get(name)

    def drop_cookie(self, name: str) -> None:
        self.http.cookies.delete(name)

    def signed_in_as(self) -> str | None:
        """The e-mail address on the profile, or nothing for a stranger."""
        answer = self.get("/auth/profile")
        if answer.status_code == 302:
            return None
        assert answer.status_code == 200
        found = re.search(r"<p>(\S+@\S+?),", answer.text)
        assert found
        return found[1]


def unique(word: str) -> str:
    """A name that no other test uses."""
    return f"{word}-{secrets.token_hex(4)}"


def flashes(answer: httpx.Response) -> list[tuple[str, str]]:
    """The flashed messages on a page: category and text."""
    return [(kind, html.unescape(text)) for kind, text in FLASH.findall(answer.text)]


def typed(text: str, name: str) -> str:
    """What stands in a form's field."""
    tag = re.search(FIELD.format(name=name), text)
    assert tag, f"no field {name}"
    if tag[0].startswith("<textarea"):
        rest = text[tag.end() :]
        return html.unescape(rest[: rest.index("</textarea>")].strip())
    value = re.search(r'value="([^"]*)"', tag[0])
    return html.unescape(value[1]) if value else ""


def location(answer: httpx.Response) -> str:
    """Where a redirect leads: path and query on this site, or the whole address elsewhere."""
    assert answer.status_code in (301, 302, 303, 307, 308), answer.status_code
    assert answer.next_request is not None
    target, asked = answer.next_request.url, answer.request.url
    if (target.scheme, target.host, target.port) != (asked.scheme, asked.host, asked.port):
        return str(target)
    return target.raw_path.decode()
