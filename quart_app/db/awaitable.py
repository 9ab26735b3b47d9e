"""``await obj.awaitable_attrs.name``: an attribute of a model that may have to be loaded, or a property that waits."""

from __future__ import annotations

from typing import Any

from sqlalchemy.ext.asyncio import AsyncAttrs

from quart_app.bridge import awaited_property


class AwaitableAttrs(AsyncAttrs):
    """SQLAlchemy's ``AsyncAttrs``, which awaits an :class:`~quart_app.bridge.awaited_property` as well."""

    class _AsyncAttrGetitem(AsyncAttrs._AsyncAttrGetitem):
        def __getattr__(self, name: str) -> Any:
            declared = getattr(type(self._instance), name, None)
            if isinstance(declared, awaited_property):
                return declared.function(self._instance)
            return super().__getattr__(name)

    @property
    def awaitable_attrs(self) -> Any:
        """``await obj.awaitable_attrs.posts`` is ``obj.posts``, loaded if it is not there yet."""
        return self._AsyncAttrGetitem(self)
