"""Coroutines that are not awaited where they are made: which of them somebody takes care of, and which are missed."""

from __future__ import annotations

import textwrap

import pytest

from tests.migrate_tool.programs import migrated

HEAD = """
import asyncio
from quart import Quart, request, render_template
app = Quart(__name__)

async def fetch(n=0):
    return [n]

async def rows():
    yield 1
"""

TAKEN = {
    "a loop nobody described": "class A:\n    async def f(self):\n        self._loop.create_task(fetch())",
    "a group nobody described": "async def f(tg):\n    tg.create_task(fetch())",
    "a loop of another package": "import uvloop\n\nasync def f():\n    uvloop.new_event_loop().run_until_complete(fetch())",
    "gathered": "async def f():\n    return await asyncio.gather(*[fetch(n) for n in range(3)])",
    "kept under a name": "async def f():\n    waiting = fetch()\n    return await waiting",
    "in a list of tasks": (
        "async def f():\n    jobs = []\n    for n in range(3):\n        jobs.append(fetch(n))\n"
        "    return await asyncio.gather(*jobs)"
    ),
    "by key": "async def f():\n    jobs = {}\n    jobs[1] = fetch()\n    return await asyncio.gather(*jobs.values())",
    "one of two": "async def f(a):\n    waiting = fetch(1) if a else fetch(2)\n    return await waiting",
    "handed to who awaits it": (
        "async def within(work):\n    return await asyncio.wait_for(work, 1)\n\n"
        "async def f():\n    return await within(fetch())"
    ),
    "returned by a plain function": "def g():\n    return fetch()\n\nasync def f():\n    return await g()",
    "returned twice": (
        "def g():\n    return fetch()\n\ndef h():\n    return g()\n\nasync def f():\n    return await h()"
    ),
    "a lambda": "async def f():\n    g = lambda: fetch()\n    return await g()",
    "started": "async def f():\n    asyncio.create_task(fetch())",
    "an unknown loop": "def f(loop):\n    return loop.run_until_complete(fetch())",
    "kept on an object": (
        "class A:\n    def start(self):\n        self.work = fetch()\n\n"
        "    async def end(self):\n        return await self.work"
    ),
    "a method of an unknown object": (
        "class Jobs:\n    def spawn(self, work):\n        return asyncio.create_task(self.run(work))\n\n"
        "    async def run(self, work):\n        await work\n\nasync def f():\n    app.jobs.spawn(fetch())"
    ),
    "a list that is returned": (
        "def g():\n    jobs = []\n    jobs.append(fetch())\n    return jobs\n\n"
        "async def f():\n    return await asyncio.gather(*g())"
    ),
    "a list that a coroutine gives": (
        "async def g():\n    return [fetch()]\n\nasync def f():\n    return await asyncio.gather(*(await g()))"
    ),
    "a task that is cancelled": "async def f():\n    task = asyncio.create_task(fetch())\n    task.cancel()",
    "a task in a set": "jobs = set()\n\nasync def f():\n    task = asyncio.create_task(fetch())\n    jobs.add(task)",
}

MISSED = {
    "a value": ("async def f():\n    return fetch()[0]", "(await fetch())[0]"),
    "a name that is used": (
        "async def f():\n    found = fetch()\n    for item in found:\n        print(item)",
        "found = await fetch()",
    ),
    "returned by a coroutine": ("async def f():\n    return fetch()", "return await fetch()"),
    "a condition": ("async def f():\n    if fetch():\n        return 1", "if await fetch():"),
    "given to who does not await": (
        "def first(found):\n    return found[0]\n\nasync def f():\n    return first(fetch())",
        "first(await fetch())",
    ),
    "through a plain function": (
        "def g():\n    return fetch()\n\nasync def f():\n    return g()[0]",
        "(await g())[0]",
    ),
    "in a list that is not awaited": (
        "async def f():\n    found = []\n    found.append(fetch())\n    return found[0][0]",
        "found.append(await fetch())",
    ),
    "a session is no list": (
        "from sqlalchemy.ext.asyncio import AsyncSession\n\n"
        "async def f(s: AsyncSession):\n    one = fetch()\n    s.add(one)\n    return await s.get(int, 1)",
        "one = await fetch()",
    ),
    "a method of an unknown object": (
        "class Jobs:\n    def keep(self, work):\n        self.work = len(work)\n\n"
        "async def f():\n    app.jobs.keep(fetch())",
        "keep(await fetch())",
    ),
    "a create_task() of the project's own": (
        "class Jobs:\n    def create_task(self, row):\n        return len(row)\n\n"
        "async def f():\n    row = fetch()\n    return Jobs().create_task(row)",
        "row = await fetch()",
    ),
    "a create_task() of a library's": (
        "import tracker\n\nasync def f():\n    row = fetch()\n    return tracker.create_task(row)",
        "row = await fetch()",
    ),
    "a gather() of a library's": (
        "import collector\n\nasync def f():\n    return collector.gather(fetch())",
        "collector.gather(await fetch())",
    ),
    "a method of a library's object": (
        "import browser\n\nasync def f():\n    page = browser.Page()\n    return page.wait_for(fetch())",
        "page.wait_for(await fetch())",
    ),
    "a method of that name of an unknown object": (
        "async def f(tracker):\n    return tracker.create_task(fetch())",
        "tracker.create_task(await fetch())",
    ),
    "a function of that name of an unknown object": (
        "async def f(page):\n    return page.wait_for(fetch())",
        "page.wait_for(await fetch())",
    ),
    "a task": ("async def f():\n    task = asyncio.create_task(fetch())\n    task", "    await task"),
    "what a task gives": (
        "async def f():\n    task = asyncio.create_task(fetch())\n    found = task\n    return len(found)",
        "found = await task",
    ),
    "a task that is compared": (
        "async def f():\n    task = asyncio.create_task(fetch())\n    found = task\n    assert found == 'x'",
        "found = await task",
    ),
    "gather": ("async def f():\n    a, b = asyncio.gather(fetch(), fetch())", "await asyncio.gather("),
    "sleep": ("async def f():\n    asyncio.sleep(1)", "await asyncio.sleep(1)"),
    "a thread": ("async def f():\n    return asyncio.to_thread(len, [])", "await asyncio.to_thread("),
    "a loop": ("async def f():\n    for row in rows():\n        print(row)", "async for row in rows()"),
    "a comprehension": ("async def f():\n    return [row for row in rows()]", "async for row in rows()"),
    "a lock": ("lock = asyncio.Lock()\n\nasync def f():\n    with lock:\n        pass", "async with lock"),
    "a property": (
        "class A:\n    @property\n    async def b(self):\n        return [1]\n\n"
        "async def f():\n    return A().b[0]",
        "(await A().b)[0]",
    ),
    "a property of the signed-in user": (
        "from quart_auth import AuthUser, current_user\n\nclass User(AuthUser):\n    @property\n"
        "    async def roles(self):\n        return []\n\nasync def f():\n    return current_user.roles[0]",
        "(await current_user.roles)[0]",
    ),
    "an annotated function": (
        "from collections.abc import Awaitable, Callable\n\n"
        "async def f(g: Callable[[int], Awaitable[list]]):\n    return g(1)[0]",
        "(await g(1))[0]",
    ),
    "a class of the project": (
        "class Box:\n    async def __aenter__(self):\n        return self\n\n"
        "    async def __aexit__(self, *args):\n        pass\n\n"
        "async def f():\n    with Box():\n        pass",
        "async with Box():",
    ),
    "an iterator of the project": (
        "class Box:\n    def __aiter__(self):\n        return self\n\n"
        "    async def __anext__(self):\n        return 1\n\n"
        "async def f():\n    for item in Box():\n        pass",
        "async for item in Box():",
    ),
    "a context manager of the project": (
        "from contextlib import asynccontextmanager\n\n@asynccontextmanager\nasync def box():\n    yield 1\n\n"
        "async def f():\n    with box() as b:\n        pass",
        "async with box() as b:",
    ),
    "a connection": (
        "import aiosqlite\n\nasync def f():\n    async with aiosqlite.connect('x') as db:\n"
        "        cursor = db.execute('select 1')\n        return await cursor.fetchone()",
        "cursor = await db.execute",
    ),
    "a pool": (
        "import asyncpg\n\nasync def f(pool: asyncpg.Pool):\n    with pool.acquire() as c:\n        pass",
        "async with pool.acquire() as c:",
    ),
    "the body of a response": (
        "async def f():\n    answer = await app.test_client().get('/')\n    return answer.get_json()",
        "return await answer.get_json()",
    ),
    "a websocket": (
        "from quart import websocket\n\nasync def f():\n    websocket.send('x')",
        "await websocket.send",
    ),
}


def after(code: str) -> str:
    text = textwrap.dedent(HEAD) + "\n" + code + "\n"
    return migrated({"app.py": text})[0]["app.py"]


@pytest.mark.parametrize("code", TAKEN.values(), ids=TAKEN.keys())
def test_what_somebody_takes_care_of_is_left_alone(code: str) -> None:
    assert after(code).rstrip().endswith(code)


@pytest.mark.parametrize(("code", "wanted"), MISSED.values(), ids=MISSED.keys())
def test_what_nobody_takes_care_of_is_awaited(code: str, wanted: str) -> None:
    assert wanted in after(code)


def test_the_bases_that_an_author_of_quart_chose_are_left_alone() -> None:
    code = "import sqlite3\n\ndef f():\n    return sqlite3.connect('x').execute('select 1').fetchall()"
    assert after(code).rstrip().endswith(code)
