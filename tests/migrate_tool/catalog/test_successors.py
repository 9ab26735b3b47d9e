"""Every successor that the catalogue names exists in the installed library, and is awaited where it says so."""

from __future__ import annotations

import importlib
import inspect
import types

import pytest

from migrate_tool.catalog import catalog

SUCCESSORS = sorted(
    (name, api.becomes, api.awaited, api.kind)
    for name, api in catalog().apis.items()
    if api.becomes.startswith(("quart.", "quart_app."))
)


#: Successors beside packages that the test environment may lack.
BESIDE = {
    "quart_app.testing.factories.SQLAlchemyModelFactory": "factory",
    "quart_app.rest.restful": "flask_restful",
    "quart_app.rest.restx": "flask_restx",
}


def found(name: str) -> object:
    module, _, attribute = name.rpartition(".")
    beside = BESIDE.get(name) or BESIDE.get(module)
    if beside:
        pytest.importorskip(beside)
    try:
        return getattr(importlib.import_module(module), attribute)
    except (ImportError, AttributeError):
        return importlib.import_module(name)


@pytest.mark.parametrize(("name", "becomes", "awaited", "kind"), SUCCESSORS)
def test_a_successor_exists(name: str, becomes: str, awaited: bool, kind: str) -> None:
    successor = found(becomes)
    assert successor is not None
    assert isinstance(successor, types.ModuleType) == (kind == "module")
    if kind == "function" and not becomes.startswith("quart_app.forms.csrf"):
        assert inspect.iscoroutinefunction(successor) == awaited


def test_aliases_lead_to_something_described() -> None:
    library = catalog()
    lost = {name: target for name, target in library.aliases.items() if library.api(name) is None}
    undescribed = {name: target for name, target in lost.items() if not target.startswith("sqlalchemy.")}
    assert undescribed == {}
