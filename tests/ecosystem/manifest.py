"""What is measured: one application per TOML file, declared and not programmed."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

APPLICATIONS = Path(__file__).parent / "applications"
REPOSITORY = Path(__file__).parents[2]

_NEVER_LENT = ("pytest-asyncio", "anyio", "quart", "flask", "werkzeug", "hypercorn")


class ManifestError(Exception):
    """The manifest does not say what is to be measured."""


@dataclass(frozen=True)
class Sdist:
    """A source distribution of the package index, pinned."""

    name: str
    version: str
    sha256: str


@dataclass(frozen=True)
class Repository:
    """A public git repository at one commit; git's own configuration (proxies, ``insteadOf``) applies."""

    url: str
    commit: str

    def __post_init__(self) -> None:
        if not re.fullmatch("[0-9a-f]{40}", self.commit):
            raise ManifestError(f"{self.url}: {self.commit} is no full commit hash")


@dataclass(frozen=True)
class Application:
    """One application: where it is, on what it runs, how its tests are run."""

    #: The name on the command line and in the table.
    name: str
    #: What its tests need to pass on Flask: requirement lines, pinned.
    baseline: tuple[str, ...] = ()
    #: Requirement files of the staged tree that make the baseline, instead of or beside pins.
    baseline_files: tuple[str, ...] = ()
    #: Where the source comes from: a pinned sdist, a pinned commit (only when asked for by name), or a folder.
    sdist: Sdist | None = None
    repository: Repository | None = None
    path: Path | None = None
    #: The part of the source that is staged.
    folder: str = "."
    #: If given, only these of the folder's entries are staged.
    only: tuple[str, ...] = ()
    #: Glob patterns, relative to the staged folder, of what is left out.
    leave_out: tuple[str, ...] = ()
    #: Install the staged project itself (without its dependencies) in the baseline.
    install: bool = False
    #: The interpreter for both sides, as "3.11".
    python: str = "3.11"
    #: Arguments for pytest.
    tests: tuple[str, ...] = ()
    #: Environment variables of both sides.
    environment: dict[str, str] = field(default_factory=dict)
    #: The size the frozen baseline must have.
    expected: int | None = None
    #: Requirement files to install after the migration, where the general rule would take too many.
    after_files: tuple[str, ...] | None = None
    #: Test-only packages that the original tree names nowhere.
    lent: tuple[str, ...] = ()
    #: Seconds for one test.
    timeout: float = 60.0
    #: The application as a server is told it, ``module:app`` or ``module:create_app()``, for the check of concurrency.
    app: str = ""
    #: Belongs to the part that CI runs.
    quick: bool = False
    #: Test id -> why its subject is Flask itself; such a test leaves the denominator.
    reasons: dict[str, str] = field(default_factory=dict)
    #: Test id -> what somebody found who looked at a test that passes under sabotage.
    looked_at: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if sum(source is not None for source in (self.sdist, self.repository, self.path)) != 1:
            raise ManifestError(
                f"{self.name}: exactly one of 'sdist', 'repository' and 'path' must say where the source is"
            )
        if self.repository and self.quick:
            raise ManifestError(f"{self.name}: the quick part needs nothing but the package index")
        for id_, reason in [*self.reasons.items(), *self.looked_at.items()]:
            if not reason.strip():
                raise ManifestError(f"{self.name}: {id_} stands there without a reason")
        for package in self.lent:
            if package.lower().startswith(_NEVER_LENT):
                raise ManifestError(
                    f"{self.name}: {package} must come from the migrated tree, it is never lent"
                )


def load(file: Path) -> Application:
    """Read one manifest; a relative ``path`` in it starts at the manifest's own folder."""
    try:
        return from_table(tomllib.loads(file.read_text(encoding="utf-8")), file.parent)
    except (tomllib.TOMLDecodeError, OSError) as error:
        raise ManifestError(f"{file}: {error}") from error


def from_table(table: dict[str, Any], base: Path) -> Application:
    """Make an application of a manifest's table; an unknown key is an error, because a typing slip must not pass."""
    known = {item.name for item in fields(Application)}
    name = table.get("name", "?")
    unknown = set(table) - known
    if unknown or "name" not in table:
        raise ManifestError(
            f"{name}: unknown keys {sorted(unknown)}" if unknown else f"{base}: a name is missing"
        )
    values: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value for key, value in table.items()
    }
    if "sdist" in values:
        values["sdist"] = Sdist(**values["sdist"])
    if "repository" in values:
        values["repository"] = Repository(**values["repository"])
    if "path" in values:
        values["path"] = (base / values["path"]).resolve()
    return Application(**values)


def bundled() -> dict[str, Application]:
    """All applications of this repository's own list, by name."""
    found = [load(file) for file in sorted(APPLICATIONS.glob("*.toml"))]
    return {application.name: application for application in found}
