"""What ``flask-to-quart check`` costs beside reading: CPU, memory, growth with size, and LibCST's runner beside it.

Run ``python -m tests.benchmarks.check PATH...``; each path is a repository. Every figure is taken in a process of its own, cold;
of several runs the least CPU counts.

Options:
    --runs N: how often everything is measured (default 2).
    --scaling LINES...: also measure made-up applications of about so many lines (such as 10000 100000 400000).
    --libcst: also measure LibCST's codemod runner on one rename, over the first 1,000 lines, beside the whole check, line
        for line (needs ``libcst``).
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from tests.benchmarks.check_application import write

_MEASURE = """
import json, resource, sys, time
from pathlib import Path
root = Path(sys.argv[1])
{before}
began = time.process_time()
{work}
print(json.dumps({{"cpu": time.process_time() - began,
    "mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, **globals().get("more", {{}})}}))
"""
_FILES = """
import ast, gc, warnings
warnings.simplefilter("ignore")
from migrate_tool.project.discovery import discover
texts = [file.text for file in discover(root).python if file.tree is not None]
more = {"lines": sum(text.count("\\n") for text in texts), "files": len(texts)}
gc.collect()
"""
PARSE = _MEASURE.format(before=_FILES, work="for text in texts:\n    ast.parse(text)")
CHECK = _MEASURE.format(
    before="from migrate_tool import pipeline",
    work='outcome = pipeline.check(root)\nmore = {"async": outcome.async_functions, "findings": len(outcome.findings)}',
)
LIBCST = _MEASURE.format(
    before=_FILES
    + """
import libcst as cst
from libcst.codemod import CodemodContext, SkipFile, transform_module, TransformSuccess
from libcst.codemod.commands.rename import RenameCommand
changed, sample = 0, 0
""",
    work="""
for text in texts:
    if sample > 1000:
        break
    sample += text.count("\\n")
    context = CodemodContext()
    command = RenameCommand(context, "flask.Flask", "quart_app.Quart")
    result = transform_module(command, text)
    changed += isinstance(result, TransformSuccess) and result.code != text
more |= {"changed": changed, "sample": sample}
""",
)


def measured(script: str, root: Path, runs: int) -> dict[str, Any]:
    """The run of ``script`` over ``root`` that took the least CPU."""
    results = []
    for _ in range(runs):
        done = subprocess.run(
            [sys.executable, "-c", script, str(root)], check=True, capture_output=True, text=True
        )
        results.append(json.loads(done.stdout.splitlines()[-1]))
    best: dict[str, Any] = min(results, key=lambda result: result["cpu"])
    return best


def line(name: str, root: Path, options: argparse.Namespace) -> str:
    """One row of the table."""
    parse, check = measured(PARSE, root, options.runs), measured(CHECK, root, options.runs)
    lines = parse["lines"]
    cells = [
        name,
        f"{lines:,}",
        f"{parse['cpu']:.2f}",
        f"{check['cpu']:.2f}",
        f"{check['cpu'] / parse['cpu']:.1f}",
        f"{check['cpu'] / lines * 1e6:.0f}",
        f"{check['mb']:.0f}",
        f"{check['mb'] / lines * 100_000:.0f}",
    ]
    if options.libcst:
        libcst = measured(LIBCST, root, 1)
        each = libcst["cpu"] / libcst["sample"]
        cells += [f"{each * 1e6:.0f}", f"{each / (check['cpu'] / lines):.1f}"]
    return f"| {' | '.join(cells)} |"


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(prog="tests.benchmarks.check")
    parser.add_argument("paths", nargs="*", type=Path, metavar="PATH")
    parser.add_argument("--runs", type=int, default=2)
    parser.add_argument("--scaling", nargs="+", type=int, default=[], metavar="LINES")
    parser.add_argument("--libcst", action="store_true")
    options = parser.parse_args()
    heads = ["", "lines", "ast.parse, s", "check, s", "ratio", "µs a line", "MB", "MB per 100,000 lines"]
    heads += ["LibCST, one rename, µs a line", "beside check"] if options.libcst else []
    print(f"| {' | '.join(heads)} |\n|---{'|---:' * (len(heads) - 1)}|", flush=True)
    for path in options.paths:
        print(line(path.name, path, options), flush=True)
    for size in options.scaling:
        with tempfile.TemporaryDirectory() as folder:
            write(Path(folder), size)
            print(line(f"made up, {size:,}", Path(folder), options), flush=True)


if __name__ == "__main__":
    main()
