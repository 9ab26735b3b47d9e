"""The nginx file of the deployment page, with nginx in front of the bookshelf on hypercorn."""

from __future__ import annotations

import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from tests.blackbox.applications import Database, prepare, serve
from tests.blackbox.visitor import ADMIN, READER, Visitor
from tests.servers import free_port

from .console import REPOSITORY

PAGE = (REPOSITORY / "docs" / "path" / "deployment.md").read_text(encoding="utf-8")
STATIC = REPOSITORY / "quart_app" / "bookshelf" / "static"
NGINX = shutil.which("nginx") or shutil.which("/usr/sbin/nginx")

MAIN = """
daemon off; pid {folder}/pid; error_log stderr; worker_processes 1; {user}
events {{}}
http {{
    types {{ text/css css; image/svg+xml svg; }}
    access_log off;
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
    include {folder}/site.conf;
}}
"""


def site_file(port: int, application: int) -> str:
    """The file on the page, with the three things that the page says must be changed."""
    text: str
    (text,) = re.findall(r"^```nginx\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    for there, here in (
        ("listen 80;", f"listen 127.0.0.1:{port};"),
        ("server 127.0.0.1:8000;", f"server 127.0.0.1:{application};"),
        ("alias /srv/bookshelf/static/;", f'alias "{STATIC}/";'),
    ):
        assert text.count(there) == 1, there
        text = text.replace(there, here)
    return text


@pytest.fixture(scope="module")
def proxied(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of nginx in front of a filled bookshelf."""
    if NGINX is None:
        pytest.skip("nginx is not installed: apt-get install nginx")
    folder = tmp_path_factory.mktemp("nginx")
    database = Database(f"sqlite:///{folder / 'shelf.db'}", folder / "visits.db")
    prepare("quart_app", REPOSITORY, database)
    with serve("quart_app", REPOSITORY, database, folder / "log") as site:
        port = free_port()
        (folder / "site.conf").write_text(site_file(port, urlsplit(site.url).port or 0))
        user = "user root;" if Path("/proc/self").owner() == "root" else ""
        (folder / "nginx.conf").write_text(MAIN.format(folder=folder, user=user))
        with (folder / "nginx.log").open("wb") as log:
            process = subprocess.Popen([NGINX, "-c", str(folder / "nginx.conf")], stderr=log)
        try:
            address = f"http://127.0.0.1:{port}"
            _wait(address, process, folder / "nginx.log")
            yield address
        finally:
            process.terminate()
            process.wait(10)


def _wait(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 30
    while True:
        try:
            httpx.get(f"{address}/health", timeout=10)
        except httpx.TransportError:
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.1)
        else:
            return


def test_redirects_lead_to_where_the_visitor_is(proxied: str) -> None:
    answer = httpx.get(f"{proxied}/books", headers={"Host": "books.example"})
    assert answer.headers["Location"] == "http://books.example/books/"
    # A port that the visitor has typed is part of the address.
    assert httpx.get(f"{proxied}/books").headers["Location"] == f"{proxied}/books/"


def test_a_visitor_signs_in_and_cannot_say_where_from(proxied: str) -> None:
    with Visitor(proxied) as forger:
        forger.http.headers.update({"X-Forwarded-For": "192.0.2.1", "X-Real-IP": "192.0.2.1"})
        assert forger.sign_in(READER).status_code == 302
    with Visitor(proxied) as admin:
        admin.sign_in(ADMIN)
        page = admin.page("/admin/audit?action=user.login")
    assert "<td>127.0.0.1</td><td>reader@example.com</td>" in page
    assert "192.0.2.1" not in page


def test_files_come_from_nginx(proxied: str) -> None:
    answer = httpx.get(f"{proxied}/static/style.css")
    assert answer.content == (STATIC / "style.css").read_bytes()
    assert answer.headers["Content-Type"] == "text/css"
    # The application would have added it.
    assert "Content-Security-Policy" not in answer.headers
    assert "Content-Security-Policy" in httpx.get(f"{proxied}/health").headers


@pytest.mark.parametrize(("size", "told_by"), [(600 * 1024, "The file is too large."), (3 * 2**20, "nginx")])
def test_an_upload_that_is_too_large_is_refused(proxied: str, size: int, told_by: str) -> None:
    with Visitor(proxied) as librarian:
        librarian.sign_in("librarian@example.com")
        answer = librarian.submit("/books/import", files={"file": ("b.csv", b"x" * size, "text/csv")})
    assert answer.status_code == 413
    assert told_by in answer.text
