"""What the pages' Python imports from installed packages exists: a block that is only compared as text could name anything."""

from __future__ import annotations

import ast
import importlib
import warnings
from importlib.util import find_spec
from pathlib import Path

import pytest

from .test_programs import PAGES, blocks


def missing(block: str) -> list[str]:
    """Return the imports of a block that an installed package does not have."""
    lacking = []
    for node in ast.walk(ast.parse(block)):
        if not isinstance(node, ast.ImportFrom) or node.level or not node.module:
            continue
        if find_spec(node.module.partition(".")[0]) is None:
            continue  # the reader's own module, or a package that only the old application has
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            module = importlib.import_module(node.module)
            for alias in node.names:
                if not hasattr(module, alias.name) and find_spec(f"{node.module}.{alias.name}") is None:
                    lacking.append(f"{node.module}.{alias.name}")
    return lacking


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_what_is_imported_exists(page: Path) -> None:
    assert [name for block in blocks(page) for name in missing(block)] == []


def test_a_name_that_does_not_exist_is_noticed() -> None:
    assert missing("from sqlalchemy import Column, Strin") == ["sqlalchemy.Strin"]
