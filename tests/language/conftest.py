from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest


@pytest.fixture(scope="package", autouse=True)
def quick_collections() -> Iterator[None]:
    """Every program is followed by a collection, which need not look at what was imported before."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()
