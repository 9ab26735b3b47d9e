"""Chromium through every page of the bookshelf: ``python -m tests.browser [--pictures FOLDER]``.

At 1280 pixels, light, and at 400, dark: what axe-core calls serious or critical, a page that is wider than the window,
a message of the Content-Security-Policy or of a script, an element that the Tab key does not reach or whose focus is
not seen, a request to another server, and a page that no round visits, are faults; the command ends with 1.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tests.browser.needs import chromium, missing
from tests.browser.site import running_bookshelf

WIDTHS = ((1280, "light"), (400, "dark"))

#: What answers GET and is no page: data, redirects, files.
NO_PAGES = frozenset(
    {
        "static",
        "main.health",
        "main.popular",
        "metrics.show",
        "auth.logout",
        "books.export",
        "books.import_events",
        "reports.member",
        "api.books",
        "api.book",
        "api.me",
        "api.describe",
    }
)


def unseen(seen: set[str]) -> list[str]:
    """Return the routes that were not opened and are no page's exception."""
    from quart_app import create_app

    url_map = create_app({"DEBUG_ROUTES": True, "SECRET_KEY": "a key"}).url_map
    adapter = url_map.bind("localhost")
    endpoints = {adapter.match(path)[0] for path in seen if adapter.test(path)}
    rules = [rule for rule in url_map.iter_rules() if "GET" in (rule.methods or set())]
    return sorted(str(rule) for rule in rules if rule.endpoint not in endpoints | NO_PAGES)


def drive(url: str, pictures: Path | None) -> list[str]:
    """Send everybody on their rounds; return the faults."""
    from axe_playwright_python.sync_playwright import Axe
    from playwright.sync_api import sync_playwright

    from tests.browser import rounds
    from tests.browser.checks import Findings, look, prove, walk

    axe, found, seen = Axe(), Findings(), set[str]()
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium(), args=arguments)
        print(f"Chromium {browser.version}")

        prove(browser.new_page(), axe)

        def person(width: int, scheme: str) -> rounds.Person:
            context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)
            page: Any = context.new_page()

            def check(name: str) -> None:
                where = f"{width}: {name} ({urlsplit(page.url).path})"
                seen.add(urlsplit(page.url).path)
                look(page, axe, where, found)
                walk(page, where, found)

            def said(message: Any) -> None:
                # The browser notes each answer of 4xx and 5xx; those are asked for.
                if message.type in {"error", "warning"} and "Failed to load resource" not in message.text:
                    found.faults.append(f"{width}: {page.url}: the browser says: {message.text}")

            def asked(request: Any) -> None:
                if not request.url.startswith(url):
                    found.faults.append(f"{width}: {page.url}: asks {request.url}")

            page.on("console", said)
            page.on("pageerror", lambda error: found.faults.append(f"{width}: {page.url}: {error}"))
            page.on("request", asked)
            return rounds.Person(page, url, check)

        for width, scheme in WIDTHS:
            email = f"nora{width}@example.com"
            rounds.stranger(person(width, scheme), email)
            rounds.reader(person(width, scheme))
            rounds.librarian(person(width, scheme))
            administrator = person(width, scheme)
            rounds.admin(administrator, email)
            if pictures is not None:
                rounds.pictures(administrator, pictures, width)
        browser.close()
    print(f"axe-core, width, policy: {found.checked} pages; Tab key: {found.reached} elements reached")
    for line in sorted(set(found.minor)):
        print(f"minor: {line}")
    return found.faults + [f"no round opens {rule}" for rule in unseen(seen)]


def main() -> int:
    """Run the rounds."""
    parser = argparse.ArgumentParser(prog="python -m tests.browser", description=__doc__)
    parser.add_argument("--pictures", type=Path, metavar="FOLDER", help="where the guide's pictures go")
    options = parser.parse_args()
    if absent := missing():
        print("This command needs what is not here:", *absent, sep="\n  ", file=sys.stderr)
        return 2
    with running_bookshelf() as (url, _):
        faults = drive(url, options.pictures)
    for fault in faults:
        print(f"fault: {fault}")
    print(f"{len(faults)} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
