"""What becomes of every requirement of a project, whichever file it stands in."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath
from typing import Literal, TypeAlias

from packaging.version import Version

from migrate_tool.catalog.distributions import (
    FLOORS,
    FLOORS_BESIDE,
    GONE,
    MISTAKEN,
    OURS,
    PROVIDES,
    SUCCESSIONS,
    TAKEN_OUT,
    Floor,
)

from .locked import ceiling
from .loosening import Loosening
from .requirement import Requirement, allows, meets, newest, parse
from .uses import Uses

Kind = Literal["main", "test", "other", "constraints"]

_FOR_TESTS = {"test", "tests", "testing", "dev", "develop", "development", "ci", "dev-packages"}
_FOR_OTHERS = {"doc", "docs", "style", "lint", "typing", "build", "mypy", "pre", "release"}


@dataclass(frozen=True, slots=True)
class Listed:
    """One list of requirements: a file's, an extra's, an environment's."""

    path: PurePosixPath
    #: Where in the file: "" for the whole file, else a section or extra.
    key: str
    kind: Kind
    requirements: tuple[Requirement, ...]


@dataclass(slots=True)
class Outcome:
    """What becomes of a list: replacements by index, and what is added at the end."""

    replaced: dict[int, tuple[Requirement, ...]] = field(default_factory=dict)
    added: tuple[Requirement, ...] = ()
    #: What to say of each replaced one.
    reasons: dict[int, str] = field(default_factory=dict)
    #: Those of the replaced that only lost their pin: said once, not for each.
    loosened: list[int] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.replaced or self.added)


Decide: TypeAlias = Callable[[Listed], Outcome]


def kind_of(words: Iterable[str]) -> Kind:
    """What a list is for, by the words of its name (``requirements``, ``dev``)."""
    parts = {word.lower() for word in words}
    if "constraints" in parts:
        return "constraints"
    if parts & _FOR_TESTS:
        return "test"
    return "other" if parts & _FOR_OTHERS else "main"


def ours(name: str) -> Requirement:
    """The requirement by which a migrated project asks for ``name``."""
    found = parse(f"{name}{OURS.get(name, '')}")
    assert found is not None
    return found


class Plan:
    """Decides for all lists of a project together, so that what one list says need not be said by another."""

    def __init__(
        self,
        lists: list[Listed],
        imports: set[str],
        *,
        awaited_tests: bool,
        named: Iterable[str] = (),
        called: Iterable[str] = (),
        required: Iterable[str] = (),
        locked: Mapping[str, str] | None = None,
    ) -> None:
        """``named`` are distributions and modules that the project uses without importing them, ``called`` names that it calls,
        ``required`` those of the modules in ``TAKEN_OUT`` that it cannot do without, ``locked`` the versions of its lock files.
        """
        self._locked = locked or {}
        self.lists = lists
        self.imports = imports
        self.awaited_tests = awaited_tests
        named = set(named)
        asked = [item for listed in lists for item in listed.requirements]
        self._gone = dict(GONE) | {
            name: mistaken.why
            for name, mistaken in MISTAKEN.items()
            if any(item.name == mistaken.meant for item in asked) and mistaken.calls.isdisjoint(called)
        }
        kept = {item.name for item in asked} - self._gone.keys() - SUCCESSIONS.keys()
        required = set(required)
        #: Distributions of which a module is needed that new versions come without, and that module.
        self._held = {
            item.distribution: module
            for module, item in TAKEN_OUT.items()
            if module in required or not item.readers.isdisjoint(kept)
        }
        uses = Uses(imports, named, {item.name for item in asked} | self._held.keys())
        #: What nobody asks for by name, and another brings in a version that this one cannot use.
        self._beside = [
            name
            for name, besides in FLOORS_BESIDE.items()
            if any(floor.narrow and other in kept for other, floor in besides.items())
        ]
        self._loosening = Loosening(
            asked,
            lambda name: name in named or uses(name),
            lambda item: item.name in self._gone or self._lifted(item) is not None,
            lambda name: floor.below if (floor := self._floor(name)) else "",
        )
        self.outcomes = {id(listed): self._replacements(listed) for listed in lists}
        self._add_missing()

    def __call__(self, listed: Listed) -> Outcome:
        """What becomes of a list, found again by where it stands."""
        for known in self.lists:
            if (known.path, known.key, known.requirements) == (listed.path, listed.key, listed.requirements):
                return self.outcomes[id(known)]
        return Outcome()

    @property
    def unplaced(self) -> list[Requirement]:
        """What is needed although no list is there to name it."""
        return [self._wanted(name) for name in self._missing()]

    # -- what stands there -------------------------------------------------------------------------------------

    def _replacements(self, listed: Listed) -> Outcome:
        outcome = Outcome()
        seen = {requirement.name for requirement in listed.requirements}
        for index, requirement in enumerate(listed.requirements):
            result, reason = self._become(requirement, listed.kind)
            if result is None:
                loosened = self._loosening.loosened(requirement)
                if loosened is not None:
                    outcome.replaced[index] = (loosened,)
                    outcome.loosened.append(index)
                continue
            fresh = []
            for item in result:
                if item.name == requirement.name or item.name not in seen:
                    fresh.append(item)
                    seen.add(item.name)
            if tuple(fresh) != (requirement,):
                outcome.replaced[index] = tuple(fresh)
                outcome.reasons[index] = reason
        return outcome

    def _become(self, requirement: Requirement, kind: Kind) -> tuple[list[Requirement] | None, str]:
        name = requirement.name
        if name in self._gone:
            return [], self._gone[name]
        succession = SUCCESSIONS.get(name)
        if succession is not None and kind != "constraints":
            successors = [self._successor(item, requirement) for item in succession.by]
            if not self.imports.intersection(succession.modules):
                names = " and ".join(succession.by)
                return (
                    successors,
                    f"{names} takes its place" if names else "an async server has no use for it",
                )
            if name == "flask":
                kept = self._lifted(requirement) or requirement
                return [kept, *successors], "files still import flask"
        if requirement.lost:
            found = replace(requirement, lost=False, editable=True)
            return [self._lifted(found) or found], "the file that it names is not here"
        lifted = self._lifted(requirement)
        if name == "pytest" and self.awaited_tests and kind != "constraints":
            return [lifted or requirement, ours("pytest-asyncio")], "the tests are awaited"
        if lifted is not None:
            floor = self._floor(name)
            return [lifted], floor.why if floor else ""
        capped = self._capped(requirement)
        if capped is not None:
            return [
                capped
            ], f"the lock file has {self._locked[name]}, and newer ones break what was written for it"
        return None, ""

    def _capped(self, requirement: Requirement) -> Requirement | None:
        """The requirement without versions that break what the lock file held back; None where it needs no end."""
        name, version = requirement.name, self._locked.get(requirement.name)
        if version is None or not requirement.editable:
            return None
        floor = self._floor(name)
        end = ceiling(name, version, floor.below if floor is not None and floor.only else "")
        if not end or not allows(requirement.specifier, end):
            return None
        capped = requirement.with_version(",".join(filter(None, (requirement.specifier, f"<{end}"))))
        return self._lifted(capped) or capped

    @staticmethod
    def _successor(name: str, of: Requirement) -> Requirement:
        found = ours(name)
        if name in {"quart", "flask-to-quart"} or "python_version" in of.marker or not of.marker:
            return found
        return Requirement(found.name, found.specifier, found.extras, of.marker)

    def _lifted(self, requirement: Requirement) -> Requirement | None:
        """The requirement with a version that can stand beside ours; None if it can stay."""
        floor = self._floor(requirement.name)
        if floor is None or not requirement.editable or _stands(requirement, floor):
            return None
        return requirement.with_version(f">={floor.version}" + (f",<{floor.below}" if floor.below else ""))

    def _floor(self, name: str) -> Floor | None:
        asked = {item.name for listed in self.lists for item in listed.requirements}
        beside = [floor for other, floor in FLOORS_BESIDE.get(name, {}).items() if other in asked]
        if name in self._held:
            module = self._held[name]
            why = f"newer ones come without {module}, which is imported"
            return replace(FLOORS[name], why=why, below=TAKEN_OUT[module].below, narrow=True)
        if not beside:
            return FLOORS.get(name)
        highest = max(beside, key=lambda floor: Version(floor.version))
        narrowing = next((floor for floor in beside if floor.narrow), highest)
        return replace(highest, below=narrowing.below, only=narrowing.only, narrow=narrowing.narrow)

    # -- what is missing -----------------------------------------------------------------------------------------

    def _missing(self) -> list[str]:
        needed = [*(PROVIDES[root] for root in PROVIDES if root in self.imports), *self._held, *self._beside]
        if self.awaited_tests:
            needed += ["pytest", "pytest-asyncio"]
        named = {name for listed in self._counted() for name in self._after(listed)}
        return [name for name in needed if name not in named]

    def _counted(self) -> list[Listed]:
        """The lists that are installed to run the application or its tests by hand."""
        return [item for item in self.lists if item.kind in {"main", "test"} and item.path.name != "tox.ini"]

    def _after(self, listed: Listed) -> Iterator[str]:
        outcome = self.outcomes[id(listed)]
        for index, requirement in enumerate(listed.requirements):
            for item in outcome.replaced.get(index, (requirement,)):
                yield item.name
        yield from (item.name for item in outcome.added)

    def _add_missing(self) -> None:
        for name in self._missing():
            for listed in self._homes(for_tests=name.startswith("pytest")):
                self.outcomes[id(listed)].added += (self._wanted(name),)

    def _wanted(self, name: str) -> Requirement:
        """What is asked for in a list that does not name it yet."""
        floor = self._floor(name) if name in self._beside else None
        return ours(name).with_version(f">={floor.version},<{floor.below}") if floor else ours(name)

    def _homes(self, *, for_tests: bool) -> list[Listed]:
        """The lists that a new requirement belongs to."""
        lists = sorted(self._counted(), key=_rank)
        tests = [item for item in lists if item.kind == "test"]
        if for_tests and tests:
            return tests[:1]
        web = [item for item in lists if {"quart", "flask-to-quart"} & set(self._after(item))]
        if web and not for_tests:
            return web
        return (web or [item for item in lists if item.kind == "main"])[:1]


def _rank(listed: Listed) -> tuple[int, int, str]:
    """Files near the root first, ``requirements.txt`` before all."""
    return (
        len(listed.path.parts),
        listed.path.name not in {"requirements.txt", "requirements.in"},
        str(listed.path),
    )


def _stands(requirement: Requirement, floor: Floor) -> bool:
    version = newest(requirement.specifier)
    if floor.narrow and allows(requirement.specifier, floor.below):
        return False
    if floor.only and not (version is not None and meets(version, floor.only)):
        return True
    return allows(requirement.specifier, floor.version, floor.below)
