"""All libraries' descriptions as one table, found by file name, with aliases and inheritance resolved."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from types import MappingProxyType

from .api import Api, Generation

_NOT_LIBRARIES = {"api", "distributions", "frozen", "extensions", "registry", "servers"}

#: The group of the rules that move a database to its awaited twin.
_DATABASE_RULES = "FQ3"


#: The rule under which a name is only found elsewhere, or is called something else: it is what it was.
MOVED = "FQ110"

#: How Flask spelled the packages of extensions until 1.0, and until 0.8.
_SPELLED = ("flask.ext.", "flaskext.")
#: Those that never moved out of the older package.
_STAYED = frozenset({"couchdb", "markdown", "mysql", "themes", "zodb"})


def spelled_out(name: str) -> str:
    """``flask.ext.script.Manager`` as it is written since: ``flask_script.Manager``."""
    for prefix in _SPELLED:
        if name.startswith(prefix):
            rest = name[len(prefix) :]
            return f"flaskext.{rest}" if rest.partition(".")[0] in _STAYED else f"flask_{rest}"
    return name


class Catalog:
    """Looks up what a qualified name of a library means."""

    def __init__(
        self,
        apis: dict[str, Api],
        aliases: dict[str, str],
        generations: tuple[Generation, ...] = (),
        packages: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        self.apis = apis
        self.aliases = aliases
        self.generations = generations
        #: Packages that go on under another name, with everything in them.
        self.packages = packages
        self._canonical: dict[str, str] = {}
        self._found: dict[str, tuple[str, Api] | None] = {}
        self._ancestors: dict[str, tuple[str, ...]] = {}
        #: Top-level packages the catalogue knows anything about.
        self.roots = {name.partition(".")[0] for name in apis}

    def chosen(self, names: set[str]) -> Catalog:
        """This catalogue for a project that imports ``names``: with the generation of each library that has them.

        ``@name`` is a name that stands bare above a function, ``.name`` an attribute.
        """
        moved: dict[str, str] = {}
        other: dict[str, Api] = {}
        for generation in self.generations:
            marks = {f"@{name}" for name in generation.told_by_bare}
            marks |= {f".{name}" for name in generation.told_by_attributes}
            if not (generation.told_by | marks).isdisjoint(names):
                moved.update(generation.becomes)
                other.update(generation.apis)
        if not (moved or other):
            return self
        apis = self.apis | {name: self.apis[name].renamed(becomes) for name, becomes in moved.items()} | other
        return Catalog(apis, self.aliases, packages=self.packages)

    def of_quart(self) -> Catalog:
        """This catalogue for an application that somebody wrote for Quart himself: its databases are as he chose them."""
        apis = {
            name: replace(
                api,
                awaited=False,
                entered="",
                iterated=False,
                indexed=False,
                starts=False,
                becomes="",
                rule="",
            )
            if api.rule.startswith(_DATABASE_RULES)
            else api
            for name, api in self.apis.items()
        }
        return Catalog(apis, self.aliases, self.generations, self.packages)

    def canonical(self, name: str) -> str:
        """The name under which the catalogue keeps ``name`` (libraries export one thing under several)."""
        known = self._canonical.get(name)
        if known is None:
            known = self._canonical[name] = self._follow(name)
        return known

    def _follow(self, name: str) -> str:
        name = spelled_out(name)
        seen = 0
        while seen < 8:
            seen += 1
            if name in self.apis:
                return name
            if name in self.aliases:
                name = self.aliases[name]
                continue
            # An alias of a prefix: a module or class that moved with all its members.
            head = name
            while "." in head:
                head, _, _ = head.rpartition(".")
                if head in self.aliases:
                    name = self.aliases[head] + name[len(head) :]
                    break
            else:
                return name
        return name

    def continued(self, name: str) -> str | None:
        """What ``name`` is called in the package that its package goes on as; None if that kept its name."""
        package, dot, rest = name.partition(".")
        goes_on = self.packages.get(package)
        return None if goes_on is None else f"{goes_on}{dot}{rest}"

    def api(self, name: str) -> Api | None:
        """What ``name`` is, or None if the catalogue does not say; members are found through base classes."""
        found = self.find(name)
        return found[1] if found else None

    def known_as(self, name: str) -> str:
        """The name under which rules know ``name``: the catalogue's own; of a name that only moved, the new one."""
        for _ in range(4):
            found = self.find(name)
            if found is None:
                return name
            name, api = found
            if api.rule != MOVED or not api.becomes:
                return name
            name = api.becomes
        return name

    def find(self, name: str) -> tuple[str, Api] | None:
        """The canonical name of what defines ``name``, and its description."""
        if name not in self._found:
            self._found[name] = self._find(name)
        return self._found[name]

    def _find(self, name: str) -> tuple[str, Api] | None:
        name = self.canonical(name)
        if name in self.apis:
            return name, self.apis[name]
        owner, _, attribute = name.rpartition(".")
        if owner:
            bases = tuple(self.ancestors(owner))
            for candidate in (f"{base}.{attribute}" for base in bases):
                if candidate in self.apis:
                    return candidate, self.apis[candidate]
            if attribute.startswith("__"):
                return None  # what Python asks for itself is no member like the others
            for any_member in (f"{base}.*" for base in (owner, *bases)):
                if any_member in self.apis:
                    return name, self.apis[any_member]
        return None

    def ancestors(self, name: str) -> tuple[str, ...]:
        """The base classes of ``name``, nearest first, without itself."""
        known = self._ancestors.get(name)
        if known is None:
            known = self._ancestors[name] = tuple(self._above(name))
        return known

    def _above(self, name: str) -> Iterator[str]:
        seen = {name}
        queue = [name]
        while queue:
            api = self.apis.get(self.canonical(queue.pop(0)))
            for base in api.bases if api else ():
                base = self.canonical(base)
                if base not in seen:
                    seen.add(base)
                    queue.append(base)
                    yield base

    def is_subclass(self, name: str, base: str) -> bool:
        """Whether the class ``name`` is ``base`` or derives from it, as far as the catalogue says."""
        name = self.canonical(name)
        return name == base or base in self.ancestors(name)


@cache
def catalog() -> Catalog:
    """The catalogue, built once from the files of this package."""
    apis: dict[str, Api] = {}
    aliases: dict[str, str] = {}
    generations: list[Generation] = []
    packages: dict[str, str] = {}
    package = importlib.import_module(__package__)
    for found in sorted(pkgutil.iter_modules(package.__path__), key=lambda item: item.name):
        if found.name in _NOT_LIBRARIES:
            continue
        library = importlib.import_module(f"{__package__}.{found.name}")
        for name, api in library.APIS.items():
            if name in apis:
                raise ValueError(f"{name} is described twice in the catalogue, again in {found.name}")
            apis[name] = api
        aliases.update(getattr(library, "ALIASES", {}))
        generations += getattr(library, "GENERATIONS", ())
        packages.update(getattr(library, "PACKAGES", {}))
    now = Catalog(dict(apis), aliases)
    for name, api in apis.items():
        if api.rule == MOVED and api.becomes:
            apis[name] = _moved(api, now.find(api.becomes))
    return Catalog(apis, aliases, tuple(generations), packages)


def _moved(api: Api, now: tuple[str, Api] | None) -> Api:
    """A name that moved is what it is under its new name, and may have gone on from there."""
    if now is None:
        return api
    name, described = now
    bases = (name,) if described.kind == "class" else ()
    return replace(
        described,
        bases=bases,
        becomes=described.becomes or api.becomes,
        rule=described.rule if described.becomes else api.rule,
    )
