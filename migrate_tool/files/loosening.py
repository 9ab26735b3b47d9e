"""Exact pins of what a project does not use itself: they followed from other pins, which a migration changes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from packaging.version import InvalidVersion, Version

from migrate_tool.catalog.distributions import SUCCESSIONS
from migrate_tool.catalog.frozen import KEPT

from .locked import ceiling
from .requirement import Requirement

_EXACT = re.compile(r"={2,3}v?([^\s,*+]+)(?:\+[\w.]+)?")


class Loosening:
    """Decides which exact pins become floors, so that who installs the list may choose.

    A pin stays if the project uses what it pins, or if whatever asked for it (the ``# via`` of pip-compile) stays
    exactly as it was.
    """

    def __init__(
        self,
        requirements: Iterable[Requirement],
        used: Callable[[str], bool],
        changes: Callable[[Requirement], bool],
        end: Callable[[str], str],
    ) -> None:
        """``used`` says what the project uses, ``changes`` which requirements become others anyway, ``end`` which version is too new."""
        self._pins: dict[str, Requirement] = {}
        for requirement in requirements:
            known = self._pins.setdefault(requirement.name, requirement)
            if requirement.via and not known.via:
                self._pins[requirement.name] = requirement
        self._used = used
        self._changes = changes
        self._end = end

    def loosened(self, requirement: Requirement) -> Requirement | None:
        """The requirement with a floor for its pin; None if it stays."""
        version = pinned(requirement)
        if version is None or self._stays(requirement, ()):
            return None
        end = ceiling(requirement.name, version, self._end(requirement.name))
        return requirement.with_version(f">={version}" + (f",<{end}" if end else ""))

    def _stays(self, requirement: Requirement, above: tuple[str, ...]) -> bool:
        if requirement.name in KEPT or self._used(requirement.name):
            return True
        return bool(requirement.via) and all(
            asking not in above and self._holds(asking, (*above, requirement.name))
            for asking in requirement.via
        )

    def _holds(self, name: str, above: tuple[str, ...]) -> bool:
        """Whether a distribution stays at exactly the version that it had."""
        pin = self._pins.get(name)
        if pin is None or pinned(pin) is None or name in SUCCESSIONS or self._changes(pin):
            return False
        return self._stays(pin, above)


def pinned(requirement: Requirement) -> str | None:
    """The one version that a requirement allows, without a local part; None if it allows others."""
    found = _EXACT.fullmatch(requirement.specifier)
    if found is None or not requirement.editable:
        return None
    try:
        Version(found[1])
    except InvalidVersion:
        return None
    return found[1]
