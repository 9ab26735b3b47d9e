"""The commands of this folder need more than `make test`; they say so, and what is not opened is told."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.browser.__main__ import NO_PAGES, unseen
from tests.browser.needs import missing

from ..docs.console import REPOSITORY


def test_the_command_says_what_is_missing() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.browser"],
        cwd=REPOSITORY,
        env={**os.environ, "CHROMIUM": "/nowhere/chromium"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "apt-get install chromium" in done.stderr


def test_a_package_that_is_not_there_is_named() -> None:
    assert missing(["no_such_package"], browser=False) == ["no_such_package: pip install -e '.[browser]'"]
    assert missing(["pytest"], browser=False) == []


@pytest.mark.parametrize("path", ["/admin/audit", "/books/import"])
def test_a_page_that_nobody_opens_is_told(path: str) -> None:
    assert path in unseen({"/", "/books/1"})
    assert path not in unseen({path})


def test_every_exception_is_a_route() -> None:
    from quart_app import create_app

    assert set(create_app({"SECRET_KEY": "a key"}).view_functions) >= NO_PAGES
