"""When a test counts as hung: when it waits for too long, or has had its time of the processor."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.ecosystem import running

STARTED = json.dumps({"event": "start", "id": "x"}) + "\n"


def watched(code: str, tmp_path: Path, timeout: float) -> bool:
    record = tmp_path / "record"
    record.write_text(STARTED)
    process = subprocess.Popen([sys.executable, "-c", code], start_new_session=True)
    try:
        return running._watch(process, record, timeout)
    finally:
        running._end(process)


def test_one_that_waits_is_hung(tmp_path: Path) -> None:
    assert watched("import time; time.sleep(60)", tmp_path, 1.0)


def test_one_that_computes_for_ever_is_hung(tmp_path: Path) -> None:
    assert watched("while True: pass", tmp_path, 1.0)


def test_one_that_is_given_little_of_the_processor_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = iter(number / 10 for number in range(1000))
    monkeypatch.setattr(running, "_processor", lambda pid: next(given))
    assert not watched("import time; time.sleep(2.5)", tmp_path, 1.0)
