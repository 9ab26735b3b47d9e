"""Browsers that load a page and its twelve files, all at once: ``python -m tests.benchmarks.page_loads [browsers]``.

hypercorn runs in a process of its own, one worker, on PostgreSQL and SQLAlchemy's default pool of 5 + 10 connections. Each
round, every browser loads one page and twelve static files on up to six connections. The command ends with 1 if an
answer is not 200, if the log names the pool's limit, if a connection stays out or idle in transaction, or if a kind of
request sends other than its number of statements: a static file 0, an anonymous page 0, a page of somebody who is
signed in 1, roles included, and 0 with a copy.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

from tests import servers

from .browsers import Browser, Connection

FILES = 12
START_SECONDS = 60
_IDLE = (
    "SELECT coalesce(max(extract(epoch FROM clock_timestamp() - state_change)), 0), count(*) FROM pg_stat_activity"
    " WHERE state = 'idle in transaction' AND datname = current_database()"
)


@dataclass
class Round:
    """What one round came to."""

    name: str
    browsers: int
    seconds: float
    statuses: list[int]
    statements: dict[str, int]
    requests: dict[str, int]
    #: How long a connection was idle in a transaction at most, as far as it was seen.
    idle_seconds: float
    idle_after: int
    out_after: int

    def line(self) -> str:
        """Return its line of the table."""
        page, static = self.statements.get("page", 0), self.statements.get("static", 0)
        wrong = sum(status != 200 for status in self.statuses)
        return (
            f"| {self.name} | {len(self.statuses)} | {wrong} | {self.seconds:.1f} | {page} | {static}"
            f" | {self.idle_seconds * 1000:.0f} | {self.idle_after} | {self.out_after} |"
        )


@dataclass
class Result:
    """All rounds on one server, and what its log said."""

    rounds: list[Round] = field(default_factory=list)
    log: str = ""

    def faults(self, expected: dict[str, int]) -> list[str]:
        """Say what is not as it must be; ``expected`` says how many statements a page of a round may send."""
        found = []
        if "QueuePool limit" in self.log:
            found.append("the log names the pool's limit")
        if "Traceback" in self.log:
            found.append("the log has a traceback:\n" + self.log[self.log.index("Traceback") :][:6000])
        for one in self.rounds:
            loads = one.browsers * (1 + FILES)
            if one.statuses.count(200) != loads or len(one.statuses) != loads:
                found.append(f"{one.name}: {one.statuses.count(200)} of {loads} answers are 200")
            if one.requests.get("page") != one.browsers or one.requests.get("static") != one.browsers * FILES:
                found.append(f"{one.name}: the server has counted {one.requests}")
            others = {kind: count for kind, count in one.statements.items() if kind != "page" and count}
            if others or one.statements.get("page", 0) != expected[one.name] * one.browsers:
                found.append(f"{one.name}: statements {one.statements}")
            if one.idle_after or one.out_after:
                found.append(f"{one.name}: {one.idle_after} idle in transaction, {one.out_after} out")
        return found


@contextmanager
def hypercorn(target: str, environment: dict[str, str], log: Path) -> Iterator[int]:
    """Serve an application; give the port."""
    port = servers.free_port()
    command = [sys.executable, "-m", "hypercorn", "-w", "1", "-b", f"127.0.0.1:{port}", target]
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            env={**os.environ, **environment},
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        _wait(port, process, log)
        yield port
    finally:
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _wait(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            asyncio.run(_ask(port, "/counts"))
        except OSError:
            if process.poll() is not None or time.monotonic() > deadline:
                raise AssertionError(f"the server does not answer:\n{log.read_text()}") from None
            time.sleep(0.1)
        else:
            return


async def _ask(port: int, path: str) -> Any:
    connection = Connection(port, "")
    try:
        return await connection.get(path)
    finally:
        connection.close()


@asynccontextmanager
async def _watching(database: str) -> AsyncIterator[list[float]]:
    """Look again and again for how long connections have been idle in a transaction."""
    seen = [0.0]
    async with await psycopg.AsyncConnection.connect(database, autocommit=True) as connection:

        async def watch() -> None:
            while True:
                row = await (await connection.execute(_IDLE)).fetchone()
                assert row is not None
                seen.append(float(row[0]))
                await asyncio.sleep(0.1)

        task = asyncio.create_task(watch())
        try:
            yield seen
        finally:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task


async def one_round(name: str, port: int, database: str, cookies: list[str]) -> Round:
    """Let a browser with each of the cookies load the page, all at once."""
    files = [f"/static/{number}.txt" for number in range(FILES)]
    browsers = [Browser(port, cookie) for cookie in cookies]
    await _ask(port, "/counts")
    async with _watching(database) as idle:
        start = time.monotonic()
        answers = await asyncio.gather(
            *(browser.load("/page", files) for browser in browsers), return_exceptions=True
        )
        seconds = time.monotonic() - start
    counted = json.loads((await _ask(port, "/counts")).body)
    statuses = [status for browser in browsers for status in browser.statuses]
    for number, (cookie, answer) in enumerate(zip(cookies, answers, strict=True), 1):
        if isinstance(answer, BaseException):
            statuses.append(0)
        elif answer.status == 200:
            expected = f"visitor {number}: reader" if cookie else "anonymous"
            assert answer.body.decode() == expected, (answer.body, expected)
    with psycopg.connect(database, autocommit=True) as connection:
        row = connection.execute(_IDLE).fetchone()
    assert row is not None
    return Round(
        name,
        len(browsers),
        seconds,
        statuses,
        counted["statements"],
        counted["requests"],
        max(idle),
        row[1],
        counted["out"],
    )


async def _rounds(port: int, database: str, browsers: int) -> list[Round]:
    assert (await _ask(port, f"/fill/{browsers}")).status == 200
    cookies = []
    for number in range(1, browsers + 1):
        answer = await _ask(port, f"/login/{number}")
        cookies.append(answer.headers["set-cookie"].partition(";")[0])
    return [
        await one_round("anonymous", port, database, [""] * browsers),
        await one_round("cold", port, database, cookies),
        await one_round("warm", port, database, cookies),
    ]


def measure(factory: str, browsers: int) -> Result:
    """Serve ``rows`` or ``copies`` of :mod:`.page_loads_app` and let the browsers load its pages."""
    # Six connections of each browser, here and in the server.
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    with (
        tempfile.TemporaryDirectory() as folder,
        servers.postgres_server() as server,
        servers.fresh_postgres_database(server) as database,
    ):
        static, log = Path(folder) / "static", Path(folder) / "log"
        static.mkdir()
        for number in range(FILES):
            (static / f"{number}.txt").write_text("x" * 4000)
        environment = {"DATABASE": database, "STATIC": str(static)}
        with hypercorn(f"tests.benchmarks.page_loads_app:{factory}()", environment, log) as port:
            rounds = asyncio.run(_rounds(port, database, browsers))
        return Result(rounds, log.read_text(errors="replace"))


#: How many statements one page may send, by the kind of site and the round.
EXPECTED = {
    "rows": {"anonymous": 0, "cold": 1, "warm": 1},
    # Signing in has not kept a copy: the first page makes it.
    "copies": {"anonymous": 0, "cold": 1, "warm": 0},
}


def main(browsers: int) -> int:
    """Measure both kinds of site and print a table."""
    print(
        "| | answers | not 200 | s | statements of pages | of files | longest idle, ms | idle after | out after |"
    )
    print("|---|---:|---:|---:|---:|---:|---:|---:|---:|")
    faults = []
    for factory, expected in EXPECTED.items():
        result = measure(factory, browsers)
        for one in result.rounds:
            print(one.line().replace("| ", f"| {factory}, ", 1), flush=True)
        faults += [f"{factory}: {fault}" for fault in result.faults(expected)]
    for fault in faults:
        print(f"fault: {fault}")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 300))
