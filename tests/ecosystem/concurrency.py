"""Do migrated applications answer side by side? ``python -m tests.ecosystem.concurrency [NAME...]``

For each application that was measured (``python -m tests.ecosystem NAME``) and whose manifest says ``app``: 20 requests at once on a
query of 0.2 s, on a SQLite file and on PostgreSQL, in the environment made from its rewritten requirements. With a pool of 15
connections they take the time of two. The command ends with 1 if one takes more than three, answers anything else, loses an
exception in a task or thread, or holds the event loop for as long as a query takes. Of five rounds the best counts: what else
the machine does can only make them slower.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from tests import servers

from .__main__ import alone, default_cache
from .environments import PipEnvironments, plain_environment
from .manifest import Application, bundled
from .measure import after_environment
from .staging import copy

INSIDE = Path(__file__).parent / "inside" / "concurrency.py"
#: Two rounds of the pool, and one more for a machine that does other things.
MOST = 3.0


def main(arguments: list[str] | None = None) -> int:
    """Check what was asked for, or everything that was measured."""
    parser = argparse.ArgumentParser(prog="python -m tests.ecosystem.concurrency", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument(
        "--cache", type=Path, default=default_cache(), help="where the measured applications are"
    )
    options = parser.parse_args(arguments)
    cache: Path = options.cache.expanduser().resolve()
    cache.mkdir(parents=True, exist_ok=True)
    with alone(cache):
        return _check(options, cache)


def _check(options: argparse.Namespace, cache: Path) -> int:
    chosen = [
        one for one in bundled().values() if one.app and (one.name in options.names or not options.names)
    ]
    environments = PipEnvironments(cache, fresh=False, command=None)
    print("| application | database | one, s | 20 at once, s | times one | loop held, s |")
    print("|---|---|---:|---:|---:|---:|", flush=True)
    good = True
    for application in chosen:
        folder = cache / "work" / application.name
        if not (folder / "after").is_dir():
            print(f"| {application.name} | not measured yet | | | | |")
            continue
        python = after_environment(application, environments, folder / "original", folder / "after")
        with tempfile.TemporaryDirectory() as work, servers.postgres_server() as server:
            for number, kind in enumerate(("SQLite", "PostgreSQL")):
                tree = Path(work, str(number))
                copy(folder / "migrated", tree)
                if kind == "SQLite":
                    seen = probe(application, python, tree, f"sqlite:///{tree}/probe.db")
                else:
                    with servers.fresh_postgres_database(server) as url:
                        seen = probe(application, python, tree, url)
                times = seen["together"] / seen["alone"] if seen["alone"] else float("inf")
                print(
                    f"| {application.name} | {kind} | {seen['alone']:.2f} | {seen['together']:.2f} | {times:.1f} "
                    f"| {seen['held']:.2f} |",
                    flush=True,
                )
                faults = [*seen["problems"][:3]]
                if not faults and times > MOST:
                    faults.append("too slow")
                if not faults and seen["held"] >= seen["pause"]:
                    faults.append("the loop was held")
                good = good and not faults
                for fault in faults:
                    print(f"    {fault}", flush=True)
    return 0 if good else 1


def probe(application: Application, python: Path, tree: Path, url: str) -> dict[str, Any]:
    """What the application answers on the database ``url``."""
    environment = {**plain_environment(), **application.environment, "SECRET_KEY": "probe"}
    done = subprocess.run(
        [str(python), str(INSIDE), application.app, url],
        cwd=tree,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    try:
        seen: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    except (IndexError, json.JSONDecodeError):
        nothing = {"alone": 0.0, "together": 0.0, "held": 0.0, "pause": 0.0}
        return {**nothing, "problems": [done.stderr.strip()[-600:] or "nothing was printed"]}
    return seen


if __name__ == "__main__":
    sys.exit(main())
