"""The sample that is read by hand: what is drawn, and what is not asked."""

from __future__ import annotations

from pathlib import Path

from .sample import drawn, places

TEXT = """
from quart_app.bridge import wait

async def find(name):
    return await db.session.get(User, name)

async def show(name):
    return find(name), await find(name), wait(find(name)), render(name)
"""


def test_awaits_and_calls_that_could_wait_are_places(tmp_path: Path) -> None:
    (tmp_path / "code.py").write_text(TEXT, encoding="utf-8")
    awaits, calls = places(tmp_path)
    assert [(place.node.lineno, place.name) for place in awaits] == [(5, "get"), (8, "find")]
    assert [(place.node.lineno, place.name) for place in calls] == [(8, "find")]


def test_a_seed_draws_the_same_places_again_and_one_name_only_some_times(tmp_path: Path) -> None:
    (tmp_path / "code.py").write_text(TEXT + "\nfind(1)" * 9, encoding="utf-8")
    first, second = drawn(tmp_path, 3), drawn(tmp_path, 3)
    assert [place.node.lineno for found in first for place in found] == [
        place.node.lineno for found in second for place in found
    ]
    assert len(first[1]) == 3
    assert "> find(1)" in first[1][0].shown(tmp_path) + first[1][1].shown(tmp_path)
