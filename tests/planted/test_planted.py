"""A quick part of what ``python -m tests.planted`` does over whole trees."""

from __future__ import annotations

import ast
import random
import textwrap
from pathlib import Path

import pytest

from tests.planted import trees
from tests.planted.__main__ import main
from tests.planted.chains import chains
from tests.planted.hunt import Hunt
from tests.planted.removals import removals
from tests.planted.truth import compare, strip

CODE = """\
async def f(a):
    async with a as b:
        x = (await b.c()).d
    async for y in b:
        await(y)
    return [await z async for z in b if await z]
"""


def write(folder: Path, files: dict[str, str]) -> Path:
    """A folder with these files."""
    for name, text in files.items():
        place = folder / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(textwrap.dedent(text).lstrip("\n"), encoding="utf-8")
    return folder


def test_every_word_is_taken_away_once() -> None:
    found = list(removals("a.py", CODE))
    assert [item.kind for item in found] == [
        *("async with", "await", "async for", "await", "await", "async comprehension", "await")
    ]
    for removal in found:
        spoiled = removal.apply(CODE)
        assert len(spoiled) < len(CODE)
        ast.parse(spoiled)


@pytest.mark.parametrize("name", trees.OWN)
def test_a_sample_of_the_trees_of_this_repository(name: str, tmp_path: Path) -> None:
    hunt = Hunt(trees.OWN[name](tmp_path / "tree"))
    assert hunt.noise == []
    chosen = random.Random(0).sample(hunt.removals(), 24)
    assert [verdict for verdict in hunt.run(chosen, together=12) if not verdict.found] == []


QUART = {
    "app.py": """
        import asyncio
        from quart import Quart, render_template
        app = Quart(__name__)

        @app.route("/")
        async def index():
            await asyncio.sleep(1)
            return await render_template("index.html")
    """,
}


def test_a_clean_tree_is_silent_and_each_removal_fails(tmp_path: Path) -> None:
    hunt = Hunt(write(tmp_path, QUART))
    assert hunt.noise == []
    assert len(hunt.removals()) == 2
    for verdict in hunt.run(hunt.removals()):
        assert verdict.found
        assert verdict.restored
        assert not verdict.elsewhere
    assert (tmp_path / "app.py").read_bytes() == hunt.texts["app.py"]


def test_a_miss_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = {"app.py": QUART["app.py"].replace("asyncio.sleep(1)", "app.nobody_knows(1)")}
    assert main(["--quart", str(write(tmp_path / "tree", files))]) == 1
    said = capsys.readouterr().out
    assert "1 of 2 found" in said
    assert "missed: app.py:7 await app.nobody_knows(1)" in said


def test_every_function_of_the_original_that_turns_async_has_a_chain() -> None:
    found = list(chains(trees.REPOSITORY / "tests" / "legacy" / "bookshelf"))
    assert len(found) > 200
    assert [chain for chain in found if chain.fault] == []


def test_places_are_compared_where_both_have_the_same_code(tmp_path: Path) -> None:
    hand = write(tmp_path / "hand", {"a.py": "async def f():\n    (await g()).h\n    await new()\n    i()\n"})
    tool = write(tmp_path / "tool", {"a.py": "async def f():\n    g().h\n    await i()\n"})
    score = compare(hand, tool)
    assert (score.both, score.only_hand, score.only_tool) == ({"async def": 1}, {"await": 1}, {"await": 1})
    assert score.hand_elsewhere == 1
    assert score.recall == score.precision == 0


def test_a_tree_loses_its_awaits(tmp_path: Path) -> None:
    strip(write(tmp_path, {"a.py": "async def f():\n    async with g() as h:\n        return (await h).i\n"}))
    assert (tmp_path / "a.py").read_text() == "def f():\n    with g() as h:\n        return (h).i\n"
