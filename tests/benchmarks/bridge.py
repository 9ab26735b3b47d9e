"""What the bridge costs: ``python -m tests.benchmarks.bridge [seconds]``.

CPU time of one request to a handler, without a server, as a multiple of plain Quart's in the same process: each round runs every variant
once, and a variant's figure is the median of its rounds, so that what else the machine does falls on all of them.
"""

from __future__ import annotations

import asyncio
import gc
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from typing import Any

import quart
from sqlalchemy import text

import quart_app
from quart_app.bridge import wait
from quart_app.db import make_engine

REQUESTS = 60

SCOPE = {
    "type": "http",
    "http_version": "1.1",
    "asgi": {"spec_version": "2.3"},
    "method": "GET",
    "scheme": "http",
    "path": "/",
    "raw_path": b"/",
    "query_string": b"",
    "root_path": "",
    "headers": [(b"host", b"localhost")],
    "client": ("127.0.0.1", 1),
    "server": ("localhost", 80),
    "extensions": {},
}


class Variant:
    """An application on a loop of its own, since the bridge is installed on loops."""

    def __init__(self, name: str, app: quart.Quart) -> None:
        self.name = name
        self.app: Any = app
        self.runner = asyncio.Runner()
        self.rounds: list[float] = []

    def round(self) -> None:
        """Measure some requests: CPU time of the whole process, worker threads included."""
        start = time.process_time()
        self.runner.run(self._requests())
        self.rounds.append((time.process_time() - start) / REQUESTS * 1e6)

    async def _requests(self) -> None:
        for _ in range(REQUESTS):
            await asyncio.create_task(self._request())

    async def _request(self) -> None:
        received: list[bool] = []

        async def receive() -> dict[str, Any]:
            if not received:
                received.append(True)
                return {"type": "http.request", "body": b"", "more_body": False}
            await asyncio.get_running_loop().create_future()
            raise AssertionError("unreachable")

        async def send(message: dict[str, Any]) -> None:
            assert message.get("status", 200) == 200

        await self.app(dict(SCOPE), receive, send)


def variants(view: Callable[..., Any], of_thread: Any = None) -> list[Variant]:
    """Plain Quart, ours without the bridge, ours with it; and the same work in a synchronous view on a thread and in the bridge."""
    made = []
    kinds: list[tuple[str, Any, bool, Any]] = [
        ("plain Quart", quart.Quart, False, view),
        ("ours, bridge off", quart_app.Quart, False, view),
        ("ours, bridge on", quart_app.Quart, True, view),
    ]
    if of_thread is not None:
        kinds += [
            ("plain Quart, def on a thread", quart.Quart, False, of_thread),
            ("ours, def in the bridge", quart_app.Quart, True, of_thread),
        ]
    for name, app_class, bridge, function in kinds:
        app = app_class("benchmark")
        app.config["QUART_APP_BRIDGE"] = bridge
        app.get("/")(function)
        made.append(Variant(name, app))
    return made


def compare(title: str, compared: list[Variant], seconds: float) -> None:
    """Run the variants in turn and print their figures."""
    for variant in compared * 3:  # warm
        variant.round()
        variant.rounds.clear()
    gc.collect()
    gc.freeze()
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        for variant in compared:
            variant.round()
    print(f"\n{title} ({len(compared[0].rounds)} rounds of {REQUESTS} requests)")
    for variant in compared:
        median, best = statistics.median(variant.rounds), min(variant.rounds)
        ratio = statistics.median(
            mine / plain for mine, plain in zip(variant.rounds, compared[0].rounds, strict=True)
        )
        print(f"  {variant.name:30} {ratio:5.2f} x   median {median:6.0f} us, best {best:6.0f} us")


async def empty() -> str:
    """An empty view."""
    return "x"


def empty_def() -> str:
    """An empty synchronous view."""
    return "x"


def main(seconds: float = 20) -> None:
    """Compare the variants on an empty handler and on one that queries SQLite."""
    compare("an empty view", variants(empty, empty_def), seconds)
    with tempfile.TemporaryDirectory() as folder:
        engine = make_engine(f"sqlite:///{folder}/x.db")

        async def awaited() -> str:
            async with engine.connect() as connection:
                return str((await connection.execute(text("SELECT 1"))).scalar())

        def waiting() -> str:
            return wait(awaited())

        compared = variants(awaited)
        bridged = quart_app.Quart("benchmark")
        bridged.get("/")(waiting)
        compared.append(Variant("ours, def that waits", bridged))
        compare("a query of SQLite, awaited", compared, seconds)
        for variant in compared:
            variant.runner.run(engine.dispose())


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 20)
