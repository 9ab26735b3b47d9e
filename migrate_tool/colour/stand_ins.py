"""Mocks: what a test puts in the place of an object says nothing of what the object is."""

from __future__ import annotations

from collections.abc import Iterable

from migrate_tool.model.symbols import ModuleInfo
from migrate_tool.model.types import External, Instance, Type

#: How the classes of mocks are called, in the standard library and in those that build on it.
_MOCK = "Mock"


def is_known(targets: Iterable[Type], module: ModuleInfo) -> bool:
    """Whether it is known what is called, and not only that tests put a mock there.

    ``self.session.commit()``, where the session came from nowhere that can be followed, and a test says
    ``store.session = MagicMock()``.

    Args:
        targets: Everything that may be called, as far as it is known.
        module: Where the call stands. One that makes mocks knows that they are; what they are given to does not.
    """
    return any(_MOCK in module.source.text or not _is_of_mock(item) for item in targets)


def _is_of_mock(target: Type) -> bool:
    cls = (
        target.receiver.of if isinstance(target, External) and isinstance(target.receiver, Instance) else None
    )
    return isinstance(cls, str) and cls.rpartition(".")[2].endswith(_MOCK)
