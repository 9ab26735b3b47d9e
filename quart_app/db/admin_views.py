"""Flask-Admin's views of models: they ask their session in the middle of plain functions, and get one that needs no ``await``.

``admin.add_view(ModelView(User, db.session))`` stays as it is written. What a view has as its session is the synchronous session of
the scope it is read in, the same transaction included, which waits in the bridge.
"""

from __future__ import annotations

import importlib
import importlib.util
import logging
from typing import Any

from .schemas import in_bridge

logger = logging.getLogger(__name__)

_MODULE = "flask_admin.contrib.sqla.view"


class SessionOfView:
    """The ``session`` of a view of a model, as :func:`in_bridge` makes it for the request that asks."""

    def __get__(self, view: Any, owner: type | None = None) -> Any:
        """Give the view's session, ready for calls without ``await``."""
        if view is None:
            return self
        try:
            return in_bridge(vars(view)["session"])
        except KeyError:
            raise AttributeError("session") from None

    def __set__(self, view: Any, session: Any) -> None:
        """Keep what the view was given."""
        vars(view)["session"] = session


def adapt_admin_views() -> None:
    """Have Flask-Admin's views of models, if it is installed, work with awaited sessions."""
    if importlib.util.find_spec("flask_admin") is None:
        return
    try:
        view = importlib.import_module(_MODULE).ModelView
    except Exception as error:
        # Whoever uses it meets that error in his own import. Who only has it installed must not meet it here.
        logger.debug("%s can't be imported: %s", _MODULE, error)
        return
    if not isinstance(vars(view).get("session"), SessionOfView):
        view.session = SessionOfView()
