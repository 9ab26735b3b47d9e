"""Applications to sign in to, on plain Quart and on ours."""

from __future__ import annotations

import tempfile
from collections.abc import Callable

import pytest
import quart
from hypothesis.configuration import set_hypothesis_home_dir

from quart_app.app import Quart

from .people import Site

# Not in the source tree: pytest would walk into it.
set_hypothesis_home_dir(tempfile.gettempdir() + "/flask-to-quart-hypothesis")


@pytest.fixture(params=[quart.Quart, Quart], ids=["plain", "driven"])
def quart_class(request: pytest.FixtureRequest) -> type[quart.Quart]:
    """Plain Quart, and the project's own."""
    chosen: type[quart.Quart] = request.param
    return chosen


@pytest.fixture
def site(quart_class: type[quart.Quart]) -> Site:
    """A small site whose users can sign in."""
    return Site(quart_class)


@pytest.fixture
def make_site(quart_class: type[quart.Quart]) -> Callable[[], Site]:
    """Makes such sites."""
    return lambda: Site(quart_class)
