"""Id by id: which of the frozen tests still pass, and why each of the others is lost."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from . import assertions
from .baseline import Baseline
from .running import Outcome, SuiteRun

_LOSING = ("unawaited", "flask")


def judge(baseline: Baseline, run: SuiteRun, original: Path, migrated: Path) -> dict[str, str]:
    """Return the losses: id -> reason."""
    losses = {}
    for id_, requests in baseline.ids.items():
        reason = _missing(id_, run) or _fault(run.outcomes.get(id_)) or _silent(id_, requests, run)
        reason = reason or assertions.loss(id_, original, migrated)
        if reason:
            losses[id_] = reason
    ownerless = [text for kind, text in run.faults if kind in _LOSING]
    kept = sorted(set(baseline.ids) - set(losses))
    # A coroutine dropped while modules are imported belongs to no test; each still costs one.
    losses |= {id_: f"outside of any test: {text}" for id_, text in zip(kept, ownerless, strict=False)}
    return losses


def suspects(baseline: Baseline, sabotaged: SuiteRun, kept: set[str]) -> tuple[list[str], list[str]]:
    """Return the kept ids that send requests and pass although each response was 599.

    First those that fail so on Flask: the migration took their eyes. Then those that never looked.
    """
    blind = {id_ for id_ in kept & sabotaged.passing() if sabotaged.outcomes[id_].requests}
    born_blind = set(baseline.insensitive)
    return sorted(blind - born_blind), sorted(blind & born_blind)


def apply_looked_at(found: list[str], looked_at: Mapping[str, str]) -> dict[str, str]:
    """Turn suspects into losses, but for those that somebody has looked at."""
    reason = "it passes although every response is 599, and did not on Flask"
    return {id_: reason for id_ in found if id_ not in looked_at}


def _missing(id_: str, run: SuiteRun) -> str:
    outcome = run.outcomes.get(id_)
    if outcome is not None:
        return "" if outcome.passed else f"{outcome.kind}: {outcome.text}"
    if run.broken:
        return run.broken
    for module, text in run.uncollected.items():
        if not module or id_ == module or id_.startswith((f"{module}::", f"{module}/")):
            return f"not collected: {text}"
    return "vanished: no test of this id was collected"


def _fault(outcome: Outcome | None) -> str:
    return next((text for kind, text in outcome.faults if kind in _LOSING), "") if outcome else ""


def _silent(id_: str, requests: int, run: SuiteRun) -> str:
    return (
        f"it sends no request any more ({requests} on Flask)"
        if requests and not run.outcomes[id_].requests
        else ""
    )
