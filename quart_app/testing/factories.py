"""factory_boy's factories of SQLAlchemy models, with a session that is awaited.

factory_boy is synchronous: ``UserFactory()`` is called and not awaited. Its base here waits for the session in the bridge where
``sqlalchemy_session_persistence`` or ``sqlalchemy_get_or_create`` has it flush, commit or ask the database.
"""

from __future__ import annotations

import inspect
from typing import Any

from factory import alchemy

from ..bridge import run


class SQLAlchemyModelFactory(alchemy.SQLAlchemyModelFactory):  # type: ignore[misc, unused-ignore]
    """``factory.alchemy.SQLAlchemyModelFactory`` whose ``sqlalchemy_session`` may be a ``db.session`` of ours."""

    class Meta:  # noqa: D106 factory_boy's word
        abstract = True

    @classmethod
    def _get_or_create(cls, model_class: Any, session: Any, *rest: Any, **more: Any) -> Any:
        return super()._get_or_create(model_class, Waited(session), *rest, **more)  # type: ignore[no-untyped-call, unused-ignore]

    @classmethod
    def _save(cls, model_class: Any, session: Any, *rest: Any, **more: Any) -> Any:
        return super()._save(model_class, Waited(session), *rest, **more)  # type: ignore[no-untyped-call, unused-ignore]


class Waited:
    """A session or query whose methods are waited for instead of awaited."""

    def __init__(self, of: Any) -> None:
        self._of = of.of if isinstance(of, Waited) else of

    @property
    def of(self) -> Any:
        """What is waited for."""
        return self._of

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._of, name)
        if not callable(found):
            return found

        def call(*args: Any, **kwargs: Any) -> Any:
            result = found(*args, **kwargs)
            if inspect.isawaitable(result) and not hasattr(result, "filter_by"):
                return run(result)
            return Waited(result) if hasattr(result, "filter_by") else result

        return call
