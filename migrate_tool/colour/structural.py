"""Classes that stand for a ``typing.Protocol`` without deriving from it: their methods have its colour.

``class Orders(Protocol): def find(self, ident): ...`` is what code is annotated with; ``class SqlOrders`` and, in tests,
``class FakeOrders`` are what it is given.
"""

from __future__ import annotations

from migrate_tool.model import ancestry
from migrate_tool.model.project import Project
from migrate_tool.model.symbols import ClassInfo

from .on_tests import is_test

_PROTOCOLS = frozenset({"typing.Protocol", "typing_extensions.Protocol"})


class Structural:
    """Which classes implement which protocols of the project by their methods alone."""

    def __init__(self, project: Project) -> None:
        self.types = project.types
        self._beside: dict[ClassInfo, list[ClassInfo]] = {}
        classes = list(project.classes())
        protocols = {
            cls: methods for cls in classes if self._is_protocol(cls) and (methods := self._methods(cls))
        }
        for cls in classes if protocols else ():
            own = self._methods(cls)
            if cls in protocols or not own:
                continue
            above = ancestry.lineage(self.types, cls)
            for protocol, wanted in protocols.items():
                # What stands in for it in a test may have no more than the test needs.
                if protocol not in above and (wanted <= own or (own <= wanted and is_test(cls.module))):
                    self._beside.setdefault(cls, []).append(protocol)
                    self._beside.setdefault(protocol, []).append(cls)

    def beside(self, cls: ClassInfo) -> list[ClassInfo]:
        """The protocols that ``cls`` implements, or what implements it."""
        return self._beside.get(cls, [])

    def _is_protocol(self, cls: ClassInfo) -> bool:
        return any(str(getattr(base, "name", "")) in _PROTOCOLS for base in ancestry.bases(self.types, cls))

    def _methods(self, cls: ClassInfo) -> set[str]:
        return {
            name
            for item in ancestry.lineage(self.types, cls)
            if isinstance(item, ClassInfo)
            for name in item.methods
            if not name.startswith("_")
        }
