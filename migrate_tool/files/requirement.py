"""One requirement, as files spell it: PEP 508, Poetry's carets, Pipfile's stars."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import unquote, urlsplit

from packaging.requirements import InvalidRequirement
from packaging.requirements import Requirement as Parsed
from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

_CARET = re.compile(r"\s*(\^|~(?!=))\s*v?(\d+(?:\.\d+)*)\s*")
_BARE = re.compile(r"\s*v?\d+(?:\.(?:\d+|\*))*\s*")


@dataclass(frozen=True, slots=True)
class Requirement:
    """A distribution that a project asks for.

    Attributes:
        name: Normalised.
        specifier: PEP 440, "" for any version.
        marker: PEP 508, without the semicolon.
        editable: Whether the version can be changed (not so for a URL or a path).
        spelling: The name as the file writes it.
        via: What asked for it, as pip-compile notes it; empty where nothing says so.
        lost: Whether it stands in a file of a folder that is not here: where conda built it, as ``pip freeze`` notes it.
    """

    name: str
    specifier: str = ""
    extras: tuple[str, ...] = ()
    marker: str = ""
    editable: bool = True
    spelling: str = field(default="", compare=False)
    via: tuple[str, ...] = field(default=(), compare=False)
    lost: bool = False

    def __str__(self) -> str:
        extras = f"[{','.join(self.extras)}]" if self.extras else ""
        marker = f"; {self.marker}" if self.marker else ""
        return f"{self.spelling or self.name}{extras}{self.specifier}{marker}"

    def with_version(self, specifier: str) -> Requirement:
        """The same with another version specifier."""
        return replace(self, specifier=specifier)


def parse(text: str) -> Requirement | None:
    """Read a PEP 508 requirement; None if it is none."""
    try:
        found = Parsed(text.strip())
    except InvalidRequirement:
        return None
    marker = str(found.marker).replace('"', "'") if found.marker else ""
    # As it is written: ``packaging`` would put its parts in another order.
    written = text.partition(";")[0].strip()[len(found.name) :].strip()
    specifier = re.sub(r"\[[^\]]*\]|[\s()]", "", written) if found.url is None else ""
    return Requirement(
        canonicalize_name(found.name),
        specifier,
        tuple(sorted(found.extras)),
        marker,
        editable=found.url is None,
        spelling=found.name,
        lost=found.url is not None and _is_lost(found.url),
    )


def _is_lost(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme == "file" and parts.path.startswith("/") and not Path(unquote(parts.path)).exists()


def specifier_of(text: str) -> str | None:
    """PEP 440 for a version as Poetry and Pipfile write it; None if it is no version."""
    text = text.strip()
    if text in {"*", ""}:
        return ""
    parts = []
    for part in text.split(","):
        caret = _CARET.fullmatch(part)
        if caret:
            parts.append(f">={caret[2]},<{_next(caret[2], caret[1])}")
        elif _BARE.fullmatch(part):
            parts.append(f"=={part.strip()}")
        else:
            parts.append(part.strip())
    joined = ",".join(parts)
    try:
        SpecifierSet(joined)
    except InvalidSpecifier:
        return None
    return joined


def _next(version: str, kind: str) -> str:
    """The first version that ``^version`` or ``~version`` excludes."""
    numbers = [int(part) for part in version.split(".")]
    if kind == "~":
        place = min(1, len(numbers) - 1)
    else:
        place = next((index for index, number in enumerate(numbers) if number), len(numbers) - 1)
    return ".".join(map(str, [*numbers[:place], numbers[place] + 1]))


def allows(specifier: str, oldest: str, below: str = "") -> bool:
    """Whether a specifier allows a version from ``oldest`` on (and older than ``below``)."""
    try:
        wanted = SpecifierSet(specifier)
    except InvalidSpecifier:
        return True
    limits = SpecifierSet(f">={oldest}" + (f",<{below}" if below else ""))
    named = [item.version.removesuffix(".*") for item in wanted]
    candidates = [oldest, f"{oldest}.9999", "9999", *named, *(f"{version}.9999" for version in named)]
    return any(
        candidate in wanted and candidate in limits
        for candidate in filter(_is_version, dict.fromkeys(candidates))
    )


def meets(version: str, specifier: str) -> bool:
    """Whether a version is one of those that ``specifier`` names."""
    return _is_version(version) and SpecifierSet(specifier).contains(version, prereleases=True)


def newest(specifier: str) -> str | None:
    """A version as new as any that a specifier allows, near enough to compare: ``==1.4`` gives 1.4, ``<6`` gives 5.9999.

    Returns:
        None if there is no end to what is allowed, or nothing can be said.
    """
    try:
        wanted = SpecifierSet(specifier)
    except InvalidSpecifier:
        return None
    candidates = ["9999"]
    for item in wanted:
        version = item.version.removesuffix(".*")
        if not _is_version(version):
            return None
        candidates += [version, f"{version}.9999"]
        release = list(Version(version).release)
        if item.operator == "~=":
            candidates.append(_join([*release[:-1], 9999]))
        elif item.operator == "<":
            while release and not release[-1]:
                release.pop()
            if release:
                candidates.append(_join([*release[:-1], release[-1] - 1, 9999]))
    allowed = [candidate for candidate in candidates if candidate in wanted]
    top = max(allowed, key=Version, default=None)
    return None if top == "9999" else top


def _join(release: list[int]) -> str:
    return ".".join(map(str, release))


def _is_version(text: str) -> bool:
    try:
        Version(text)
    except InvalidVersion:
        return False
    return True


def raised(specifier: str, oldest: str) -> str:
    """``requires-python`` and its kin, so that nothing below ``oldest`` is allowed."""
    try:
        parts = [str(item) for item in SpecifierSet(specifier)]
    except InvalidSpecifier:
        return specifier
    kept = [
        part
        for part in (part.strip() for part in specifier.split(",") if part.strip())
        if not _is_lower_bound(part) and not _excludes_older(part, oldest)
    ]
    bounded = [part for part in parts if _is_lower_bound(part)]
    if any(Version(re.sub(r"[^\d.]", "", part).strip(".")) >= Version(oldest) for part in bounded):
        return specifier
    return ",".join([f">={oldest}", *kept])


def _is_lower_bound(part: str) -> bool:
    return part.startswith((">", "~=", "=="))


def _excludes_older(part: str, oldest: str) -> bool:
    """``!=3.1.*``, which a higher lower bound makes pointless; also an upper bound that nothing could meet."""
    number = re.sub(r"[^\d.]", "", part).strip(".")
    if not number:
        return False
    return part.startswith(("!=", "<")) and Version(number) <= Version(oldest)
