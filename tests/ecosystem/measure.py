"""One application, from its source to its score."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from . import native, requirements, verdicts
from .baseline import Baseline, freeze
from .environments import RUNNER, Environments, InstallFailed
from .manifest import Application
from .migration import Migration, migrate
from .running import Suite, SuiteRun, run_suite
from .staging import StagingError, copy, stage


@dataclass
class Result:
    """What is known about one application after its measurement."""

    name: str
    total: int = 0
    passed: int = 0
    #: Why every test counts as lost, if so.
    zero: str = ""
    #: Why there is no number at all: the source, the baseline.
    error: str = ""
    losses: dict[str, str] = field(default_factory=dict)
    #: Ids out of the denominator because their subject is Flask itself, with the written reason.
    excused: dict[str, str] = field(default_factory=dict)
    flaky: list[str] = field(default_factory=list)
    failing_on_flask: dict[str, str] = field(default_factory=dict)
    #: Tests that pass under sabotage on Quart and not on Flask.
    suspects: list[str] = field(default_factory=list)
    #: Tests that send requests and pass under sabotage on both sides.
    insensitive: list[str] = field(default_factory=list)
    #: What threads, tasks and the process let slip in the migrated run, and how much of it there was on Flask.
    slips: list[str] = field(default_factory=list)
    slips_on_flask: list[str] = field(default_factory=list)
    migration: Migration | None = None
    native: native.Native | None = None
    expected: int | None = None
    folder: str = ""

    @property
    def score(self) -> float:
        """The share of the frozen tests that still pass."""
        return self.passed / self.total if self.total else 0.0

    def as_json(self) -> dict[str, Any]:
        """Everything, the derived numbers included."""
        table = asdict(self) | {"score": self.score}
        if self.native is not None:
            table["native"]["share_of_views"] = self.native.share_of_views
            table["native"]["share_of_statements"] = self.native.share_of_statements
        return table


def measure(
    application: Application, environments: Environments, cache: Path, *, fresh: bool = False
) -> Result:
    """Measure one application; whatever goes wrong in it is part of the result."""
    folder = cache / "work" / application.name
    result = Result(application.name, expected=application.expected, folder=str(folder))
    try:
        original = folder / "original"
        stage(application, original, cache)
        suite = _baseline_suite(application, environments, folder, original)
        frozen = freeze(original, suite, fresh=fresh)
    except (StagingError, InstallFailed) as error:
        result.error = str(error)
        return result
    _take_baseline(result, application, frozen)
    if not result.error:
        _take_migration(result, application, environments, frozen, folder)
    result.passed = 0 if result.zero or result.error else result.total - len(result.losses)
    return result


def _baseline_suite(
    application: Application, environments: Environments, folder: Path, original: Path
) -> Suite:
    tree = folder / "before"
    copy(original, tree)
    python = environments.baseline(application, tree)
    asked = (application.tests, dict(application.environment), application.timeout)
    return Suite(python, tree, folder / "runs" / "flask", *asked, stage="flask")


def _take_baseline(result: Result, application: Application, frozen: Baseline) -> None:
    result.flaky, result.failing_on_flask, result.slips_on_flask = frozen.flaky, frozen.failing, frozen.faults
    unknown = set(application.reasons) - set(frozen.ids)
    if frozen.broken or not frozen.ids:
        result.error = f"no baseline: {frozen.broken or 'no test passes on Flask'}"
    elif application.expected is not None and len(frozen.ids) != application.expected:
        result.error = f"the baseline is {len(frozen.ids)}, the manifest expects {application.expected}"
    elif unknown:
        result.error = f"reasons for tests that are not in the baseline: {sorted(unknown)}"
    result.excused = dict(application.reasons)
    for id_ in result.excused:
        frozen.ids.pop(id_, None)
    result.total = len(frozen.ids)


def _take_migration(
    result: Result, application: Application, environments: Environments, frozen: Baseline, folder: Path
) -> None:
    original, migrated, after = folder / "original", folder / "migrated", folder / "after"
    result.migration = migrate(
        environments.tool(), original, migrated, folder / "again", folder / "runs" / "tool"
    )
    if result.migration.failed:
        _lose_all(result, frozen, result.migration.failed)
        return
    copy(migrated, after)
    try:
        python = after_environment(application, environments, original, after)
    except InstallFailed as error:
        _lose_all(result, frozen, f"its requirements do not install: {error}")
        return
    asked = (application.tests, dict(application.environment), application.timeout)
    suite = Suite(python, after, folder / "runs" / "quart", *asked, stage="quart")
    run = _run_fresh(suite, migrated)
    result.losses = verdicts.judge(frozen, run, original, migrated)
    result.native = native.count(migrated, run)
    result.slips = [
        *(f"{id_}: {kind}: {text}" for id_, outcome in run.outcomes.items() for kind, text in outcome.faults),
        *(f"{kind}: {text}" for kind, text in run.faults),
    ]
    kept = set(frozen.ids) - set(result.losses)
    if kept:
        # What hung or died has lost already, and would only cost its time again.
        stuck = frozenset(id_ for id_, outcome in run.outcomes.items() if outcome.kind in ("hung", "died"))
        work = folder / "runs" / "sabotage"
        sabotaged = _run_fresh(replace(suite, sabotage=True, work=work, leave_out=stuck), migrated)
        result.suspects, result.insensitive = verdicts.suspects(frozen, sabotaged, kept)
        result.losses |= verdicts.apply_looked_at(result.suspects, application.looked_at)
    if run.broken and not run.outcomes:
        result.zero = run.broken


def _run_fresh(suite: Suite, source: Path) -> SuiteRun:
    copy(source, suite.tree)
    return run_suite(suite)


def after_environment(
    application: Application, environments: Environments, original: Path, after: Path
) -> Path:
    """Build the environment after, and lend it a runner only where the original tree named none.

    Raises:
        InstallFailed: The migrated tree says nothing, has lost its test runner, or does not install.
    """
    was = requirements.needs(original, application.after_files)
    now = requirements.needs(after, application.after_files)
    if now.nothing:
        raise InstallFailed("the migrated tree says nothing about what it needs")
    named = was.names()
    lent = [] if "pytest" in named else [RUNNER]
    lent += application.lent
    if "pytest" in named and "pytest" not in now.names():
        raise InstallFailed("the original tree names pytest in its requirements, the migrated tree does not")
    return environments.after(application, now, lent)


def _lose_all(result: Result, frozen: Baseline, reason: str) -> None:
    result.zero = reason
    result.losses = dict.fromkeys(frozen.ids, reason)
