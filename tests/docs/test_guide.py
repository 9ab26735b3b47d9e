"""The pages of the guide do what they say."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from .console import REPOSITORY, Command, commands, run

PAGES = sorted(
    page for page in (REPOSITORY / "docs").glob("*.md") if "```console" in page.read_text(encoding="utf-8")
)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_command_prints_what_the_page_says(page: Path, tmp_path: Path) -> None:
    results = run(page, tmp_path, timeout=600)
    wrong = [
        f"$ {command.text}\nexit code {code}, printed:\n{output}\nthe page says:\n{command.expected}"
        for command, output, code in results
        if code != 0 or not command.accepts(output)
    ]
    assert not wrong, "\n\n".join(wrong)
    assert len(results) == len(commands(page))


def test_a_wrong_output_is_seen() -> None:
    command = Command("true", "... passed\n")
    assert command.accepts("12 passed\n")
    assert not command.accepts("12 failed\n")
    assert not command.accepts("")


@pytest.mark.parametrize(
    "page", [*sorted((REPOSITORY / "docs").glob("**/*.md")), REPOSITORY / "README.md"], ids=str
)
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
        if target.startswith(("http://", "https://", "mailto:")):
            continue
        path = (page.parent / target).resolve().relative_to(REPOSITORY)
        # Generated pages are there in a built site, whose links have a test of their own (test_site.py).
        if path.parts[:2] not in {("docs", "rules"), ("docs", "reference")}:
            assert (page.parent / target).exists(), target
