"""``python -m tests.planted``: take every ``await`` away, one at a time, and count what ``check`` sees."""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from migrate_tool import pipeline

from . import trees
from .chains import chains
from .hunt import Hunt
from .removals import Removal
from .truth import Score, compare, strip


def main(arguments: list[str] | None = None) -> int:
    """Run the hunt.

    Returns:
        0: every removal was found and no tree made noise; 1: not so; 2: wrong usage.
    """
    options = _parser().parse_args(arguments)
    if options.explain:
        return max([_explain(folder) for folder in _sources(options)], default=2)
    if options.stripped or options.pair:
        with tempfile.TemporaryDirectory(prefix="planted-") as scratch:
            _truths(options, Path(scratch))
        return 0
    failed = False
    document = []
    with tempfile.TemporaryDirectory(prefix="planted-") as scratch:
        for name, tree in _trees(options, Path(scratch)):
            result = _hunt(name, tree, options)
            failed = failed or bool(result["missed"] or result["noise"])
            document.append(result)
    if len(document) > 1:
        print(
            f"all: {_share(document, 'found')} found, {_share(document, 'restored')} given back as they were"
        )
    if options.json:
        options.json.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")
    return int(failed)


def _share(document: list[dict[str, object]], key: str) -> str:
    total = sum(int(str(item["planted"])) for item in document)
    return f"{sum(int(str(item[key])) for item in document)} of {total}"


def _hunt(name: str, tree: Path, options: argparse.Namespace) -> dict[str, object]:
    hunt = Hunt(tree)
    everything = hunt.removals()
    chosen = everything
    if options.sample and options.sample < len(everything):
        chosen = random.Random(options.seed).sample(everything, options.sample)
    began = time.monotonic()
    verdicts = list(hunt.run(chosen, options.together))
    unseen = [verdict for verdict in verdicts if not (verdict.found or verdict.elsewhere)]
    missed = [verdict for verdict in unseen if not verdict.removal.optional]
    optional = [verdict for verdict in unseen if verdict.removal.optional]
    verdicts = [verdict for verdict in verdicts if verdict not in optional]
    elsewhere = [verdict for verdict in verdicts if verdict.elsewhere]
    by_command = _by_command(tree, hunt, chosen, options)
    restored = sum(verdict.restored for verdict in verdicts)
    print(
        f"{name}: {len(verdicts) - len(missed)} of {len(verdicts)} found, {restored} given back as they were, "
        f"{len(elsewhere)} of them at another line, {len(optional)} optional, {len(hunt.noise)} false findings, {time.monotonic() - began:.0f} s",
        flush=True,
    )
    for finding in hunt.noise:
        print(f"  false: {finding.path}:{finding.line} {finding.code} {finding.message} ({finding.action})")
    for problem in hunt.problems:
        print(f"  problem: {problem}")
    for verdict in optional:
        print(f"  optional: {verdict.removal.where} {verdict.removal.what[:100]}")
    for verdict in elsewhere:
        print(f"  elsewhere: {verdict.removal.where} {verdict.removal.kind} {verdict.removal.what[:100]}")
    for verdict in missed:
        print(f"  missed: {verdict.removal.where} {verdict.removal.kind} {verdict.removal.what[:100]}")
    if options.all:
        for verdict in verdicts:
            if verdict.found and not verdict.restored:
                print(f"  found, other code: {verdict.removal.where} {verdict.removal.what[:100]}")
    for removal in by_command:
        print(f"  the command line says otherwise: {removal.where}")
    kinds = Counter(verdict.removal.kind for verdict in verdicts)
    return {
        "tree": name,
        "planted": len(verdicts),
        "kinds": dict(kinds),
        "found": len(verdicts) - len(missed),
        "elsewhere": [f"{item.removal.where} {item.removal.kind} {item.removal.what}" for item in elsewhere],
        "optional": [f"{item.removal.where} {item.removal.what}" for item in optional],
        "restored": restored,
        "noise": [f"{item.path}:{item.line} {item.code} {item.message}" for item in hunt.noise],
        "missed": [f"{item.removal.where} {item.removal.kind} {item.removal.what}" for item in missed],
        "command": len(by_command),
    }


def _explain(folder: Path) -> int:
    """Say which functions of an application would turn async without a chain of reasons."""
    found = list(chains(folder))
    faulty = [chain for chain in found if chain.fault]
    print(
        f"{folder.name}: {len(found) - len(faulty)} of {len(found)} functions that turn async have a chain",
        flush=True,
    )
    for chain in faulty:
        print(f"  {chain.function}: {chain.fault}")
        for line in chain.lines:
            print(f"    {line}")
    return int(bool(faulty))


def _truths(options: argparse.Namespace, scratch: Path) -> None:
    """Precision and recall: of applications without their awaits, and of what people migrated themselves."""
    for number, folder in enumerate(options.stripped):
        hand = scratch / f"hand-{number}"
        if str(folder) in trees.OWN:
            trees.OWN[str(folder)](hand)
        else:
            trees.copied(folder, hand)
        tool = trees.copied(hand, scratch / f"tool-{number}")
        strip(tool)
        pipeline.migrate(tool, write_files=True, allow_dirty=True)
        _score(folder.name, compare(hand, tool))
    for number, (flask, quart) in enumerate(options.pair):
        _score(quart.name, compare(quart, trees.migrated(flask, scratch / f"pair-{number}"), flask))


def _score(name: str, score: Score) -> None:
    print(
        f"{name}: precision {score.precision:.1%}, recall {score.recall:.1%}; both {dict(score.both)}, "
        f"only by hand {dict(score.only_hand)}, only by the tool {dict(score.only_tool)}; of the framework's own names "
        f"{score.framework['both']} of {score.framework.total()}; not comparable: "
        f"{score.hand_elsewhere} by hand, {score.tool_elsewhere} by the tool",
        flush=True,
    )
    for line in score.missed:
        print(f"  missed: {line}")
    for line in score.extra:
        print(f"  extra: {line}")


def _sources(options: argparse.Namespace) -> list[Path]:
    """The applications before their migration."""
    named = [trees.source_of(file) for file in options.manifest]
    return [*named, *options.flask] or [trees.REPOSITORY / "tests" / "legacy" / "bookshelf"]


def _by_command(tree: Path, hunt: Hunt, chosen: list[Removal], options: argparse.Namespace) -> list[Removal]:
    """Removals of a sample on which ``flask-to-quart check``, as a process of its own, says something else."""
    different = []
    for removal in random.Random(options.seed).sample(chosen, min(options.command, len(chosen))):
        (verdict,) = hunt.run([removal])
        place = tree / removal.path
        try:
            place.write_bytes(removal.apply(hunt.texts[removal.path].decode()).encode())
            command = [sys.executable, "-m", "migrate_tool", "check", "--format", "json", str(tree)]
            ran = subprocess.run(command, capture_output=True, text=True, check=False, cwd=trees.REPOSITORY)
        finally:
            place.write_bytes(hunt.texts[removal.path])
        said = json.loads(ran.stdout)
        seen = any(
            item["path"] == removal.path and removal.first <= item["line"] <= removal.last
            for item in said["findings"]
        )
        if verdict.found and not (seen and ran.returncode == 1):
            different.append(removal)
    return different


def _trees(options: argparse.Namespace, scratch: Path) -> Iterator[tuple[str, Path]]:
    names = options.names or ([] if options.manifest or options.quart or options.flask else list(trees.OWN))
    for name in names:
        yield name, trees.OWN[name](scratch / f"own-{name}")
    for file in options.manifest:
        yield file.stem, trees.of_manifest(file, scratch / f"manifest-{file.stem}")
    for folder in options.flask:
        yield folder.name, trees.migrated(folder, scratch / f"flask-{folder.name}")
    for folder in options.quart:
        yield folder.name, trees.copied(folder, scratch / f"quart-{folder.name}")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.planted", description=__doc__)
    parser.add_argument("names", nargs="*", choices=[[], *trees.OWN], help="trees of this repository (all)")
    add = parser.add_argument
    add("--manifest", type=Path, action="append", default=[], help="an application of the ecosystem measure")
    add("--flask", type=Path, action="append", default=[], help="a folder with a Flask application")
    add(
        "--quart",
        type=Path,
        action="append",
        default=[],
        help="a folder with a Quart application, left as it is",
    )
    add("--sample", type=int, default=0, help="take only so many places, chosen by chance")
    add("--seed", type=int, default=1, help="the chance (1)")
    add("--together", type=int, default=1, help="take so many away at once: a quick first look")
    add("--command", type=int, default=0, help="ask the command line itself about so many of them as well")
    add("--all", action="store_true", help="list also what was found but written differently")
    add(
        "--stripped",
        type=Path,
        action="append",
        default=[],
        help="instead: take all awaits out of a Quart application (a folder, or a tree of this repository), migrate, compare",
    )
    add(
        "--pair",
        type=Path,
        nargs=2,
        action="append",
        default=[],
        metavar=("FLASK", "QUART"),
        help="instead: compare the migration of FLASK with QUART, what somebody made of it by hand",
    )
    add(
        "--explain",
        action="store_true",
        help="instead: look whether every function that turns async has a reason",
    )
    add("--json", type=Path, help="write the result to this file")
    return parser


if __name__ == "__main__":
    sys.exit(main())
