"""The page on background work: its application on a real queue, with the commands that the page shows."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from .console import REPOSITORY
from .test_programs import blocks

PAGE = REPOSITORY / "docs" / "path" / "background.md"


def test_the_application_runs_with_the_commands_of_the_page(
    make_postgres_database: Callable[[], str], tmp_path: Path
) -> None:
    [program] = [block for block in blocks(PAGE) if "TASKS_QUEUE" in block]
    (tmp_path / "shop.py").write_text(program, encoding="utf-8")
    [shown] = re.findall(r"^```sh\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    setting, *commands = shown.splitlines()
    name, _, value = setting.removeprefix("export ").partition("=")
    environment = {
        **os.environ,
        "DATABASE_URL": make_postgres_database(),
        "PYTHONPATH": os.pathsep.join([str(tmp_path), str(REPOSITORY)]),
        name: value,
    }

    def command(line: str) -> list[str]:
        first, *rest = line.split()
        assert first == "quart"
        return [sys.executable, "-m", "quart", *rest]

    init, worker = (command(line) for line in commands)
    made = subprocess.run(init, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert made.returncode == 0, made.stderr
    log = tmp_path / "worker.log"
    with log.open("wb") as output:
        running = subprocess.Popen(worker, cwd=tmp_path, env=environment, stdout=output, stderr=output)
    try:
        deadline = time.monotonic() + 40
        while "The worker is ready." not in log.read_text():
            assert running.poll() is None, log.read_text()
            assert time.monotonic() < deadline
            time.sleep(0.1)
        program = "import asyncio, shop; asyncio.run(shop.main())"
        done = subprocess.run(
            [sys.executable, "-W", "error", "-c", program],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stderr + log.read_text()
    finally:
        running.terminate()
        try:
            running.wait(20)
        finally:
            running.kill()
