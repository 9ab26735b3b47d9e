"""The command line of the measure: ``python -m tests.ecosystem``."""

from __future__ import annotations

import argparse
import fcntl
import json
import os
import shlex
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .environments import InstallFailed, PipEnvironments
from .manifest import Application, ManifestError, bundled, from_table, load
from .measure import Result, measure
from .report import details, document, pooled, table


def main(arguments: list[str] | None = None) -> int:
    """Measure what was asked for.

    Returns:
        0 when every application reaches the minimum; 1 when one does not, or could not be measured; 2 on wrong usage.
    """
    options = _parser().parse_args(arguments)
    try:
        chosen = _chosen(options)
    except ManifestError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    if options.list:
        for application in chosen:
            note = "  (quick)" if application.quick else "  (by name only)" if application.repository else ""
            print(f"{application.name}{note}")
        return 0
    cache = options.cache.expanduser().resolve()
    cache.mkdir(parents=True, exist_ok=True)
    with alone(cache):
        return _measure(chosen, options, cache)


def _measure(chosen: list[Application], options: argparse.Namespace, cache: Path) -> int:
    command = shlex.split(options.tool) if options.tool else None
    environments = PipEnvironments(cache, fresh=options.fresh, command=command)
    results: list[Result] = []
    try:
        for application in chosen:
            print(f"measuring {application.name} ...", file=sys.stderr, flush=True)
            results.append(measure(application, environments, cache, fresh=options.fresh))
    except InstallFailed as error:
        print(f"error: the tool itself does not install: {error}", file=sys.stderr)
        return 1
    print(table(results))
    print(details(results))
    if options.json:
        options.json.write_text(json.dumps(document(results), indent=2) + "\n", encoding="utf-8")
    return verdict(results, options.min)


@contextmanager
def alone(cache: Path) -> Iterator[None]:
    """Hold the cache alone: two measurements in one folder would migrate and measure each other's trees."""
    with (cache / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print(f"another measurement uses {cache}; waiting for it ...", file=sys.stderr, flush=True)
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def verdict(results: list[Result], minimum: float) -> int:
    """Fail on an application that could not be measured, on one below the minimum, and on a pool below it."""
    failed = [result.name for result in results if result.error or result.score < minimum]
    if failed or pooled(results) < minimum:
        print(f"\necosystem: FAILED below {minimum:.0%}: {', '.join(failed) or 'pooled'}")
        return 1
    print(f"\necosystem: ok {pooled(results):.1%} of {sum(result.total for result in results)}")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.ecosystem", description=__doc__)
    parser.add_argument(
        "names", nargs="*", metavar="NAME", help="applications of the bundled list (default: all)"
    )
    parser.add_argument("--list", action="store_true", help="say what would be measured, and stop")
    parser.add_argument("--quick", action="store_true", help="only the part that CI runs")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write everything that was found to FILE")
    parser.add_argument(
        "--min", type=float, default=0.95, help="the score below which the exit code is 1 (0.95)"
    )
    parser.add_argument(
        "--tool", metavar="CMD", help="the command to measure, instead of a wheel of this checkout"
    )
    parser.add_argument("--fresh", action="store_true", help="make environments and baselines anew")
    parser.add_argument("--cache", type=Path, default=default_cache(), help="where everything is kept")
    local = parser.add_argument_group("an application of your own")
    local.add_argument(
        "--local", type=Path, action="append", default=[], metavar="PATH", help="a manifest, or a folder"
    )
    local.add_argument(
        "--baseline", action="append", default=[], metavar="REQ", help="a requirement of its baseline"
    )
    local.add_argument(
        "--baseline-file", action="append", default=[], metavar="FILE", help="a requirement file of it"
    )
    local.add_argument("--tests", default="", metavar="ARGS", help="arguments for pytest, in one string")
    local.add_argument("--python", default="3.11", metavar="X.Y", help="its interpreter (3.11)")
    local.add_argument(
        "--env", action="append", default=[], metavar="K=V", help="an environment variable of its tests"
    )
    local.add_argument(
        "--after-file", action="append", default=[], metavar="FILE", help="what to install afterwards"
    )
    return parser


def default_cache() -> Path:
    """Where downloads, environments and work folders are kept."""
    return Path(os.environ.get("FQ_ECOSYSTEM_CACHE") or "~/.cache/flask-to-quart/ecosystem")


def _chosen(options: argparse.Namespace) -> list[Application]:
    own = [_local(path, options) for path in options.local]
    if own and not options.names and not options.quick:
        return own
    known = bundled()
    unknown = [name for name in options.names if name not in known]
    if unknown:
        raise ManifestError(f"no application {', '.join(unknown)}; there are {', '.join(known)}")
    if options.list and not options.quick:
        return [*(known[name] for name in options.names or known), *own]
    names = options.names or [
        name
        for name, application in known.items()
        if application.quick or not (options.quick or application.repository)
    ]
    return [*(known[name] for name in names), *own]


def _local(path: Path, options: argparse.Namespace) -> Application:
    if path.is_file():
        return load(path)
    if not path.is_dir():
        raise ManifestError(f"{path} is neither a manifest nor a folder")
    table: dict[str, object] = {
        "name": path.resolve().name,
        "path": str(path.resolve()),
        "baseline": options.baseline,
        "baseline_files": options.baseline_file,
        "tests": shlex.split(options.tests),
        "python": options.python,
        "environment": dict(pair.split("=", 1) for pair in options.env if "=" in pair),
    }
    if options.after_file:
        table["after_files"] = options.after_file
    return from_table(table, Path.cwd())


if __name__ == "__main__":
    sys.exit(main())
