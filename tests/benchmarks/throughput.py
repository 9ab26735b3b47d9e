"""200 clients on a query of 50 ms: ``python -m tests.benchmarks.throughput [seconds [part of a name]]``.

Each server runs alone, one process of it, with SQLAlchemy's default pool (15 connections, so 300 requests/s at best); the
servers take turns, twice. The server's CPU time per request tells more than the rest where others use the machine too. gunicorn, gevent and asgiref must be installed for the rows that need them.
"""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path

from sqlalchemy import text

from quart_app.db.engine import make_engine
from tests import servers
from tests.benchmarks.apps import VIEW

CLIENTS = 200
GUNICORN = ["gunicorn", "--log-level", "error", "-w", "1", "-b", "127.0.0.1:{port}"]
HYPERCORN = ["hypercorn", "--log-level", "error", "-w", "1", "-b", "127.0.0.1:{port}"]


@dataclass
class Competitor:
    """A server with an application, and what was measured of it."""

    name: str
    command: list[str]
    needs: tuple[str, ...] = ()
    latencies: list[float] = field(default_factory=list)
    failures: int = 0
    seconds: float = 0
    cpu: float = 0

    def figures(self) -> str:
        """Return its line of the table."""
        times = sorted(self.latencies) or [float("nan")]
        rate = len(self.latencies) / (self.seconds or 1)
        cpu = self.cpu / len(times) * 1000
        p50, p99 = (times[int(len(times) * part)] * 1000 for part in (0.5, 0.99))
        return f"| {self.name} | {rate:.0f} | {p50:.0f} | {p99:.0f} | {cpu:.2f} | {self.failures} |"


COMPETITORS = [
    Competitor(
        "Flask, gunicorn gthread, 40 threads",
        [*GUNICORN, "-k", "gthread", "--threads", "40", "tests.benchmarks.apps:flask_app()"],
        ("gunicorn",),
    ),
    Competitor(
        "Flask, gunicorn gevent",
        [*GUNICORN, "-k", "gevent", "tests.benchmarks.apps:flask_app()"],
        ("gunicorn", "gevent"),
    ),
    Competitor(
        "Flask, coroutine views, gunicorn gthread, 40 threads",
        [*GUNICORN, "-k", "gthread", "--threads", "40", "tests.benchmarks.apps:flask_async()"],
        ("gunicorn", "asgiref"),
    ),
    Competitor(
        "Flask, WsgiToAsgi, hypercorn", [*HYPERCORN, "tests.benchmarks.apps:wsgi_to_asgi()"], ("asgiref",)
    ),
    Competitor("plain Quart, hypercorn", [*HYPERCORN, "tests.benchmarks.apps:plain_quart()"]),
    Competitor("ours, hypercorn", [*HYPERCORN, "tests.benchmarks.apps:ours()"]),
    Competitor("ours, bridge off, hypercorn", [*HYPERCORN, "tests.benchmarks.apps:ours(False)"]),
]


async def client(port: int, until: float, of: Competitor) -> None:
    """Ask for the page again and again on one connection; a new one after a failure."""
    reader: asyncio.StreamReader | None = None
    writer: asyncio.StreamWriter | None = None
    while time.monotonic() < until:
        start = time.monotonic()
        try:
            async with asyncio.timeout(40):
                if writer is None or reader is None:
                    reader, writer = await asyncio.open_connection("127.0.0.1", port)
                writer.write(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
                head = (await reader.readuntil(b"\r\n\r\n")).lower()
                length = int(head.partition(b"content-length:")[2].partition(b"\r\n")[0])
                body = await reader.readexactly(length)
            succeeded = body == b"ok" and b" 200 " in head.partition(b"\r\n")[0]
        except (OSError, EOFError, ValueError, TimeoutError, asyncio.IncompleteReadError):
            succeeded = False
        if succeeded:
            of.latencies.append(time.monotonic() - start)
        else:
            of.failures += 1
        if writer is not None and (not succeeded or b"connection: close" in head):
            writer.close()
            reader = writer = None
    if writer is not None:
        writer.close()


def cpu_seconds(group: int) -> float:
    """Return the CPU time that the processes of a group have used."""
    used = 0.0
    for file in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = file.read_text().rpartition(")")[2].split()
        except OSError:  # it has just ended
            continue
        if int(fields[2]) == group:
            used += (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return used


async def measure(competitor: Competitor, port: int, seconds: float, group_id: int) -> None:
    """Measure after a second of warming up."""
    warming = Competitor("", [])
    async with asyncio.TaskGroup() as group:
        for _ in range(CLIENTS // 8):
            group.create_task(client(port, time.monotonic() + 1, warming))
    start, used = time.monotonic(), cpu_seconds(group_id)
    async with asyncio.TaskGroup() as group:
        for _ in range(CLIENTS):
            group.create_task(client(port, start + seconds, competitor))
    competitor.seconds += time.monotonic() - start
    competitor.cpu += cpu_seconds(group_id) - used


def serve_and_measure(competitor: Competitor, database: str, seconds: float) -> None:
    """Start the server, measure, end it."""
    port = servers.free_port()
    program, *arguments = (part.format(port=port) for part in competitor.command)
    process = subprocess.Popen(
        [sys.executable, "-m", program, *arguments],
        env={**os.environ, "DATABASE": database},
        start_new_session=True,
    )
    try:
        deadline = time.monotonic() + 20
        while True:
            try:
                asyncio.run(_greet(port))
                break
            except OSError:
                if process.poll() is not None or time.monotonic() > deadline:
                    raise
                time.sleep(0.1)
        asyncio.run(measure(competitor, port, seconds, process.pid))
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


async def make_view(database: str) -> None:
    """Make the view that the page reads."""
    engine = make_engine(database)
    async with engine.begin() as connection:
        await connection.execute(text(VIEW))
    await engine.dispose()


async def _greet(port: int) -> None:
    _, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.close()


def main(seconds: float = 5, only: str = "") -> None:
    """Measure all, or those whose name contains ``only``, and print a table."""
    present = [one for one in COMPETITORS if all(map(find_spec, one.needs)) and only in one.name]
    with servers.postgres_server() as server, servers.fresh_postgres_database(server) as database:
        asyncio.run(make_view(database))
        for _ in range(2):
            for competitor in present:
                serve_and_measure(competitor, database, seconds)
    print("| | requests/s | p50, ms | p99, ms | CPU ms/request | failed |\n|---|---|---|---|---|---|")
    for competitor in COMPETITORS:
        if only not in competitor.name:
            continue
        missing = f"| {competitor.name} | needs {', '.join(competitor.needs)} |||||"
        print(competitor.figures() if competitor in present else missing)


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 5, *sys.argv[2:3])
