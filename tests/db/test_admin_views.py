"""Views of models in the manner of Flask-Admin's: synchronous functions that ask the session they were made with."""

from __future__ import annotations

import sys
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

import pytest
from sqlalchemy.orm import Session

from quart_app.db.admin_views import adapt_admin_views

from .library import Library


class ModelView:
    """What a view does with the session it is given."""

    session: Any

    def __init__(self, model: Any, session: Any) -> None:
        self.model = model
        self.session = session

    def names(self) -> list[str]:
        return [found.name for found in self.session.query(self.model).order_by("name").all()]

    def delete(self, name: str) -> None:
        self.session.delete(self.session.query(self.model).filter_by(name=name).one())
        self.session.commit()


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> type[ModelView]:
    """A view class of an installed Flask-Admin."""
    view = type("View", (ModelView,), {})
    for name in (
        "flask_admin",
        "flask_admin.contrib",
        "flask_admin.contrib.sqla",
        "flask_admin.contrib.sqla.view",
    ):
        module = ModuleType(name)
        module.__spec__ = ModuleSpec(name, None, is_package=True)
        module.__path__ = []
        monkeypatch.setitem(sys.modules, name, module)
    sys.modules["flask_admin.contrib.sqla.view"].ModelView = view  # type: ignore[attr-defined]
    return view


async def test_a_view_asks_the_session_of_the_scope(
    installed: type[ModelView], stored_library: Library
) -> None:
    library = stored_library
    early = installed(library.Author, library.db.session)
    adapt_admin_views()
    adapt_admin_views()
    late = installed(library.Author, library.db.session)
    async with library.app.app_context():
        before = await library.Author.query.count()
        library.db.session.add(library.Author(name="anew"))
        for view in (early, late):
            assert isinstance(view.session, Session)
            assert "anew" in await library.db.session.run_sync(lambda _, view=view: view.names())
        await library.db.session.run_sync(lambda _: late.delete("anew"))
        assert await library.Author.query.count() == before


def test_a_view_without_a_session_has_none(installed: type[ModelView]) -> None:
    adapt_admin_views()
    with pytest.raises(AttributeError, match="session"):
        _ = installed.__new__(installed).session


def test_one_that_cannot_be_imported_hinders_nobody(
    installed: type[ModelView], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(sys.modules, "flask_admin.contrib.sqla.view")
    adapt_admin_views()
    assert "session" not in vars(installed)
