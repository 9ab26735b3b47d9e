"""The guide builds as a site, whole and without asking the network for anything."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from migrate_tool.rules.registry import all_rules

from .console import REPOSITORY


class Page(HTMLParser):
    """What a page points at, and the names it can be pointed at by."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        #: What a browser fetches by itself.
        self.fetched: list[str] = []
        self.anchors: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.anchors |= {name for name in (given.get("id"), given.get("name")) if name}
        if tag == "a" and given.get("href"):
            self.links.append(str(given["href"]))
        elif tag == "link" and given.get("rel") in {"stylesheet", "icon", "preload", "shortcut icon"}:
            self.fetched.append(str(given["href"]))
        elif given.get("src"):
            self.fetched.append(str(given["src"]))


def build(source: Path, target: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "sphinx", "-W", "--keep-going", "-q", "-b", "html", str(source), str(target)],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def copy(target: Path) -> Path:
    left_out = shutil.ignore_patterns("_build", "rules", "reference", "__pycache__")
    return Path(shutil.copytree(REPOSITORY / "docs", target, ignore=left_out))


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Page]:
    folder = tmp_path_factory.mktemp("site")
    done = build(copy(folder / "docs"), folder / "html")
    assert done.returncode == 0, done.stderr
    html = folder / "html"
    return {
        str(file.relative_to(html)): Page(file.read_text(encoding="utf-8")) for file in html.glob("**/*.html")
    }


def test_every_rule_and_every_page_of_the_path_is_there(site: dict[str, Page]) -> None:
    assert {f"rules/{rule.code}.html" for rule in all_rules()} <= set(site)
    assert {
        "index.html",
        "start.html",
        "search.html",
        "path/strict.html",
        "reference/quart_app.auth.html",
    } <= set(site)


def test_links_within_the_site_lead_somewhere(site: dict[str, Page]) -> None:
    broken = []
    for name, page in site.items():
        for link in page.links:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            target = _resolved(name, unquote(parts.path))
            if not target.endswith(".html"):
                continue
            if target not in site or (parts.fragment and parts.fragment not in site[target].anchors):
                broken.append(f"{name}: {link}")
    assert not broken


def test_nothing_is_fetched_from_elsewhere(site: dict[str, Page]) -> None:
    fetched = {address for page in site.values() for address in page.fetched}
    assert fetched
    assert not [address for address in fetched if urlsplit(address).netloc]


def test_a_broken_link_stops_the_build(tmp_path: Path) -> None:
    docs = copy(tmp_path / "docs")
    page = docs / "start.md"
    page.write_text(page.read_text(encoding="utf-8") + "\n[nowhere](no-such-page.md)\n", encoding="utf-8")
    done = build(docs, tmp_path / "html")
    assert done.returncode != 0
    assert "no-such-page.md" in done.stderr


def test_no_page_names_the_machine_it_was_written_on() -> None:
    for page in (REPOSITORY / "docs").glob("**/*.md"):
        assert not re.search(r"(?<![\w$\"/])/(?:work|root|home)/", page.read_text(encoding="utf-8")), page


def _resolved(page: str, path: str) -> str:
    if not path:
        return page
    parts: list[str] = page.split("/")[:-1]
    for part in path.split("/"):
        if part == "..":
            parts.pop()
        elif part not in (".", ""):
            parts.append(part)
    return "/".join(parts)
