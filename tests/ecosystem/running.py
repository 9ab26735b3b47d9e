"""One run of a suite, watched from outside: what hangs or dies is one loss, and the rest is run again without it."""

from __future__ import annotations

import configparser
import contextlib
import json
import os
import re
import shutil
import signal
import subprocess
import time
import tomllib
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .environments import plain_environment

INSIDE = Path(__file__).parent / "inside"

#: Seconds for what is not a test: start and collection, and the process's end after its last test.
STARTING = 120.0
ENDING = 30.0
#: The share of the processor below which a test waits for something, and how much longer one may take that is given little of it.
WAITING = 0.02
STARVED = 10


@dataclass
class Outcome:
    """What one test id did."""

    passed: bool = False
    #: "passed", "failed", "skipped", "xfail", "hung", "died".
    kind: str = "failed"
    text: str = ""
    requests: int = 0
    #: Faults of the guards during this test: (kind, text).
    faults: list[tuple[str, str]] = field(default_factory=list)


@dataclass
class SuiteRun:
    """Everything one run of a suite recorded."""

    outcomes: dict[str, Outcome] = field(default_factory=dict)
    collected: list[str] = field(default_factory=list)
    #: Modules that could not be collected, and why.
    uncollected: dict[str, str] = field(default_factory=dict)
    #: Faults outside any test.
    faults: list[tuple[str, str]] = field(default_factory=list)
    views: list[dict[str, Any]] = field(default_factory=list)
    #: (kind, "file:line") -> statements.
    statements: Counter[tuple[str, str]] = field(default_factory=Counter)
    #: Why the suite as a whole came to nothing, if so.
    broken: str = ""

    def passing(self) -> set[str]:
        """The ids that passed."""
        return {id_ for id_, outcome in self.outcomes.items() if outcome.passed}


@dataclass(frozen=True)
class Suite:
    """How the tests of one tree are run."""

    python: Path
    tree: Path
    work: Path
    arguments: tuple[str, ...]
    environment: dict[str, str]
    timeout: float
    #: "flask" before, "quart" after: there Flask refuses to work.
    stage: str
    sabotage: bool = False
    #: Ids not to run at all.
    leave_out: frozenset[str] = frozenset()


def run_suite(suite: Suite) -> SuiteRun:
    """Run a suite to its end, however often it has to be started for that."""
    result = SuiteRun()
    while True:
        before = len(result.outcomes)
        stopped = _run_once(suite, result)
        if not stopped or len(result.outcomes) == before:
            return result


def _run_once(suite: Suite, result: SuiteRun) -> bool:
    """Run what is left; return whether the run was cut short by one of its tests."""
    suite.work.mkdir(parents=True, exist_ok=True)
    record, dump, log = (suite.work / f"{suite.stage}.{name}" for name in ("record", "dump", "log"))
    record.write_text("")
    _bring_plugin(suite.work)
    asked = {
        "record": str(record),
        "dump": str(dump),
        "tree": str(suite.tree),
        "stage": suite.stage,
        "sabotage": suite.sabotage,
        "done": sorted({*result.outcomes, *suite.leave_out}),
    }
    environment = {
        **plain_environment(),
        **suite.environment,
        "PYTHONPATH": str(suite.work / "plugin"),
        "FQ_INSIDE": json.dumps(asked),
    }
    with log.open("wb") as output:
        process = subprocess.Popen(
            _command(suite),
            cwd=suite.tree,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            hung = _watch(process, record, suite.timeout)
            if hung:
                process.send_signal(signal.SIGUSR2)
                time.sleep(0.3)
        finally:
            _end(process)
    return _read(record, dump if hung else None, log, suite, result)


def _command(suite: Suite) -> list[str]:
    command = [str(suite.python), "-m", "pytest", "-p", "fq_inside.plugin", "-p", "no:cacheprovider", "-q"]
    command += [f"--rootdir={suite.tree}", f"--confcutdir={suite.tree}", "--continue-on-collection-errors"]
    if not _has_configuration(suite.tree):
        empty = suite.work / "none.ini"
        empty.write_text("[pytest]\n")
        command += ["-c", str(empty)]
    return [*command, *suite.arguments]


def _has_configuration(tree: Path) -> bool:
    """Whether pytest finds its configuration in the tree itself; else it would look for one above it."""
    if any((tree / name).is_file() for name in ("pytest.ini", ".pytest.ini", "pytest.toml", ".pytest.toml")):
        return True
    try:
        table = tomllib.loads((tree / "pyproject.toml").read_text(encoding="utf-8"))
        if "pytest" in table.get("tool", {}):
            return True
    except (OSError, tomllib.TOMLDecodeError):
        pass
    for name, section in (("tox.ini", "pytest"), ("setup.cfg", "tool:pytest")):
        parser = configparser.ConfigParser(interpolation=None)
        try:
            parser.read(tree / name, encoding="utf-8")
        except configparser.Error:
            continue
        if parser.has_section(section):
            return True
    return False


def _bring_plugin(work: Path) -> None:
    target = work / "plugin" / "fq_inside"
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(INSIDE, target, ignore=shutil.ignore_patterns("__pycache__"))


def _watch(process: subprocess.Popen[bytes], record: Path, timeout: float) -> bool:
    """Wait for the process; return True when it made no progress for longer than its present step may take.

    A step that computes counts by the processor it was given, up to ``STARVED`` times as long by the clock: a machine that does
    other things makes it slow, and is no reason to call it hung. One that waits counts by the clock.
    """
    size, since, allowed = -1, time.monotonic(), STARTING
    used = looked = _processor(process.pid)
    look = since
    while process.poll() is None:
        time.sleep(0.05)
        now = record.stat().st_size
        if now != size:
            size, since = now, time.monotonic()
            used, look = _processor(process.pid), since
            looked = used
            last = _last_event(record)
            if last == "finished":
                allowed = ENDING
            elif last in ("start", "outcome", "fault", "end"):
                allowed = timeout
        elif time.monotonic() - max(since, look) > allowed:
            spent = _processor(process.pid)
            waits = spent - looked < allowed * WAITING
            if waits or spent - used > allowed or time.monotonic() - since > STARVED * allowed:
                return True
            # It still computes: look again after the same time by the clock.
            looked, look = spent, time.monotonic()
    return False


def _processor(pid: int) -> float:
    """Seconds of processor time that a process has used; 0 where that cannot be read."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _last_event(record: Path) -> str:
    with record.open("rb") as file:
        file.seek(max(0, record.stat().st_size - 65536))
        lines = file.read().splitlines()
    found = re.match(rb'\{"event": "(\w+)"', lines[-1]) if lines else None
    return found[1].decode() if found else ""


def _end(process: subprocess.Popen[bytes]) -> None:
    """End the run and everything it started: it leads a process group of its own."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _read(record: Path, dump: Path | None, log: Path, suite: Suite, result: SuiteRun) -> bool:
    running, failed, configured, finished = "", set[str](), False, False
    for line in record.read_text(encoding="utf-8").splitlines():
        event = json.loads(line)
        match event.pop("event"):
            case "configured":
                configured = True
            case "collected":
                result.collected = event["ids"]
            case "uncollected":
                result.uncollected[event["id"]] = event["text"]
            case "start":
                running = event["id"]
                result.outcomes[running] = Outcome()
            case "outcome":
                _phase(result.outcomes.setdefault(event["id"], Outcome()), event, failed)
            case "fault":
                outcome = result.outcomes.get(event["test"])
                (outcome.faults if outcome else result.faults).append((event["kind"], event["text"]))
            case "end":
                result.outcomes[event["id"]].requests = event["requests"]
                result.views += event["views"]
                for kind, site, number in event["statements"]:
                    result.statements[kind, site] += number
                running = ""
            case "finished":
                finished = True
    if running:
        where = _hung_at(dump, suite.tree) if dump else ""
        outcome = result.outcomes[running]
        outcome.passed, outcome.kind = False, "hung" if dump else "died"
        outcome.text = (
            f"timed out after {suite.timeout:g} s{where}" if dump else "the test process died in it"
        )
        return True
    if finished and dump:
        result.faults.append(("process", f"did not end within {ENDING:g} s after its last test"))
    if not configured or not finished:
        result.broken = f"the test run {'broke off' if configured else 'did not start'}: {_tail(log)}"
    return False


def _phase(outcome: Outcome, event: dict[str, Any], failed: set[str]) -> None:
    if event["outcome"] == "passed":
        if event["phase"] == "call" and event["id"] not in failed:
            outcome.passed, outcome.kind = True, "passed"
        return
    if event["id"] not in failed:
        outcome.passed, outcome.kind, outcome.text = False, event["outcome"], event["text"]
    failed.add(event["id"])


def _hung_at(dump: Path, tree: Path) -> str:
    """Return the innermost frame of the tree that the dump of the stacks names."""
    root = f"{os.path.realpath(tree)}{os.sep}"
    for line in dump.read_text(encoding="utf-8", errors="replace").splitlines():
        found = re.match(r'\s*File "(.+)", line (\d+)', line)
        if found and os.path.realpath(found[1]).startswith(root):
            return f" at {os.path.realpath(found[1])[len(root) :]}:{found[2]}"
    return ""


def _tail(log: Path) -> str:
    lines = [line for line in log.read_text(encoding="utf-8", errors="replace").splitlines() if line.strip()]
    return " | ".join(lines[-3:])[:500]
