"""What an application does on Flask: its tests, twice, and once under sabotage; frozen for the comparison."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from .running import INSIDE, Suite, run_suite
from .staging import copy, fingerprint


@dataclass
class Baseline:
    """The frozen side."""

    #: Ids that passed both times, with the number of requests each sent.
    ids: dict[str, int] = field(default_factory=dict)
    #: Ids that passed once of twice.
    flaky: list[str] = field(default_factory=list)
    #: Ids that never passed, and why.
    failing: dict[str, str] = field(default_factory=dict)
    #: Ids that pass whatever the server answers.
    insensitive: list[str] = field(default_factory=list)
    #: Exceptions of threads on Flask, for comparison.
    faults: list[str] = field(default_factory=list)
    views: int = 0
    statements: int = 0
    broken: str = ""


def freeze(original: Path, suite: Suite, *, fresh: bool = False) -> Baseline:
    """Run the original tests; what was frozen of the same tree, environment and measure is taken as it is."""
    kept = suite.work / "frozen.json"
    described = [
        fingerprint(original),
        str(suite.python),
        *suite.arguments,
        sorted(suite.environment.items()),
    ]
    key = hashlib.sha256(json.dumps([*described, suite.timeout, fingerprint(INSIDE)]).encode()).hexdigest()
    if kept.is_file() and not fresh:
        stored = json.loads(kept.read_text(encoding="utf-8"))
        if stored["key"] == key:
            return Baseline(**stored["baseline"])
    baseline = _run(original, suite)
    if not baseline.broken:
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_text(json.dumps({"key": key, "baseline": asdict(baseline)}), encoding="utf-8")
    return baseline


def _run(original: Path, suite: Suite) -> Baseline:
    runs = []
    for sabotage in (False, False, True):
        copy(original, suite.tree)
        runs.append(run_suite(replace(suite, sabotage=sabotage)))
    first, second, sabotaged = runs
    both = first.passing() & second.passing()
    once = first.passing() ^ second.passing()
    return Baseline(
        ids={id_: outcome.requests for id_, outcome in first.outcomes.items() if id_ in both},
        flaky=sorted(once),
        failing={id_: outcome.text for id_, outcome in first.outcomes.items() if id_ not in both | once},
        insensitive=sorted(both & sabotaged.passing()),
        faults=[f"{id_}: {text}" for id_, outcome in first.outcomes.items() for kind, text in outcome.faults],
        views=len(first.views),
        statements=sum(first.statements.values()),
        broken=first.broken or second.broken or next(iter(first.uncollected.values()), "") * (not both),
    )
