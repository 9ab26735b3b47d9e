"""Views of models in the manner of Flask-Admin's: synchronous functions that ask the session they were made with."""

from __future__ import annotations

import sys
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

import pytest
from sqlalchemy.orm import Session

from quart_app.bridge import drive
from quart_app.db.admin_views import adapt_admin_views

from .library import Library


class BaseView:
    """What asks a guard, and awaits nothing."""

    __module__ = "flask_admin.base"

    def __init__(self) -> None:
        self.made = True

    def is_accessible(self) -> bool:
        return True

    def answer(self) -> str:
        return "open" if self.is_accessible() else "closed"


class ModelView(BaseView):
    """What a view does with the session it is given."""

    session: Any

    def __init__(self, model: Any, session: Any) -> None:
        super().__init__()
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
    base = type("BaseView", (BaseView,), {"__module__": "flask_admin.base"})
    view = type("View", (ModelView, base), {})
    for name in (
        "flask_admin",
        "flask_admin.base",
        "flask_admin.contrib",
        "flask_admin.contrib.sqla",
        "flask_admin.contrib.sqla.view",
    ):
        module = ModuleType(name)
        module.__spec__ = ModuleSpec(name, None, is_package=True)
        module.__path__ = []
        monkeypatch.setitem(sys.modules, name, module)
    sys.modules["flask_admin.base"].BaseView = base  # type: ignore[attr-defined]
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


@pytest.mark.parametrize("allowed", [True, False])
async def test_a_guard_that_is_a_coroutine_function_is_waited_for(
    installed: type[ModelView], stored_library: Library, allowed: bool
) -> None:
    library = stored_library
    adapt_admin_views()

    class Mixed:
        async def is_accessible(self) -> bool:
            authors: int = await library.Author.query.count()
            return allowed and authors > 0

        async def of_our_own(self) -> str:
            return "awaited"

    class View(Mixed, installed):  # type: ignore[misc, valid-type]
        """Somebody's view."""

    view = View(library.Author, library.db.session)
    assert view.made

    async def ask() -> str:
        answer: str = view.answer()
        return answer

    async with library.app.app_context():
        assert await drive(ask()) == ("open" if allowed else "closed")
    assert await view.of_our_own() == "awaited"
