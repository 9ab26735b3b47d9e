"""One bench for all self-tests: the tests of the tiny application run on Flask only once."""

import pytest

from .tiny import Bench


@pytest.fixture(scope="session")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    """A bench below a folder with a space in its name."""
    folder = tmp_path_factory.mktemp("a bench")
    return Bench(folder)
