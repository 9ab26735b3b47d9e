"""asyncio: what must be awaited, what takes a coroutine and runs it, what ``async with`` enters.

``asyncio.create_task`` and its kin start what they are given: their result may be awaited or left alone.
"""

from __future__ import annotations

from .api import Api, Consumer, cls, fn, members, module, waits

_LOOP = "asyncio.AbstractEventLoop"
_TASK = "asyncio.Task[Arg0]"
_STREAMS = "tuple[asyncio.StreamReader, asyncio.StreamWriter]"
_LOCKS = ("Lock", "Semaphore", "BoundedSemaphore", "Condition")

APIS: dict[str, Api] = {
    "asyncio": module(),
    "asyncio.run": fn("Arg0", runs=True),
    "asyncio.gather": waits("tuple[*Args]", runs=True),
    "asyncio.wait_for": waits("Arg0", runs=True),
    "asyncio.wait": waits("", runs=True),
    "asyncio.shield": waits("Arg0", runs=True),
    "asyncio.create_task": fn(_TASK, runs=True),
    "asyncio.ensure_future": fn(_TASK, runs=True),
    "asyncio.as_completed": fn("list[Item0]", runs=True),
    "asyncio.run_coroutine_threadsafe": fn("concurrent.futures.Future", runs=True),
    "asyncio.wrap_future": fn("asyncio.Task", runs=True),
    "asyncio.iscoroutine": fn("bool", runs=True),
    "inspect.isawaitable": fn("bool", runs=True),
    "inspect.iscoroutine": fn("bool", runs=True),
    "asyncio.iscoroutinefunction": fn("bool", takes={0: Consumer.PASSES}),
    "inspect.iscoroutinefunction": fn("bool", takes={0: Consumer.PASSES}),
    "asyncio.sleep": waits(),
    "asyncio.to_thread": waits("Return0", takes={0: Consumer.SPAWNS}),
    "asyncio.open_connection": waits(_STREAMS),
    "asyncio.open_unix_connection": waits(_STREAMS),
    "asyncio.start_server": waits("asyncio.Server"),
    "asyncio.start_unix_server": waits("asyncio.Server"),
    "asyncio.create_subprocess_exec": waits("asyncio.subprocess.Process"),
    "asyncio.create_subprocess_shell": waits("asyncio.subprocess.Process"),
    "asyncio.timeout": fn("asyncio.Timeout"),
    "asyncio.timeout_at": fn("asyncio.Timeout"),
    "asyncio.Timeout": cls(entered="async"),
    "asyncio.Task": cls(awaitable="T"),
    "asyncio.Future": cls(awaitable="T"),
    "typing.Awaitable": cls(awaitable="T"),
    "typing.Coroutine": cls(awaitable="T"),
    "asyncio.current_task": fn("asyncio.Task"),
    "asyncio.all_tasks": fn("list[asyncio.Task]"),
    "asyncio.TaskGroup": cls(entered="async"),
    "asyncio.TaskGroup.create_task": fn(_TASK, runs=True),
    "asyncio.Runner": cls(),
    "asyncio.Runner.run": fn("Arg0", runs=True),
    "asyncio.Runner.get_loop": fn(_LOOP),
    "asyncio.get_event_loop": fn(_LOOP),
    "asyncio.get_running_loop": fn(_LOOP),
    "asyncio.new_event_loop": fn(_LOOP),
    "asyncio.set_event_loop": fn(""),
    _LOOP: cls(),
    **members(
        _LOOP,
        create_task=fn(_TASK, runs=True),
        run_until_complete=fn("Arg0", runs=True),
        run_in_executor=fn("asyncio.Future[Return1]", takes={1: Consumer.SPAWNS}),
        create_future=fn("asyncio.Future"),
        call_soon=fn("", takes={0: Consumer.CALLS}),
        call_soon_threadsafe=fn("", takes={0: Consumer.CALLS}),
        call_later=fn("", takes={1: Consumer.CALLS}),
        shutdown_asyncgens=waits(),
        shutdown_default_executor=waits(),
    ),
    **{f"asyncio.{name}": cls(entered="async") for name in _LOCKS},
    **{f"asyncio.{name}.acquire": waits("bool") for name in _LOCKS},
    "asyncio.Condition.wait": waits("bool"),
    "asyncio.Condition.wait_for": waits("bool"),
    "asyncio.Event": cls(),
    "asyncio.Event.wait": waits("bool"),
    "asyncio.Barrier": cls(entered="async"),
    "asyncio.Barrier.wait": waits("int"),
    "asyncio.Queue": cls(),
    "asyncio.PriorityQueue": cls(bases=("asyncio.Queue",)),
    "asyncio.LifoQueue": cls(bases=("asyncio.Queue",)),
    **members(
        "asyncio.Queue",
        get=waits("T"),
        put=waits(),
        join=waits(),
        get_nowait=fn("T"),
        put_nowait=fn(),
    ),
    "asyncio.StreamReader": cls(iterated=True, element="bytes"),
    **{
        f"asyncio.StreamReader.{name}": waits("bytes")
        for name in ("read", "readline", "readexactly", "readuntil")
    },
    "asyncio.StreamWriter": cls(),
    **members("asyncio.StreamWriter", drain=waits(), wait_closed=waits(), start_tls=waits()),
    "asyncio.Server": cls(entered="async"),
    **members("asyncio.Server", serve_forever=waits(), start_serving=waits(), wait_closed=waits()),
    "asyncio.subprocess.Process": cls(),
    **members(
        "asyncio.subprocess.Process",
        communicate=waits("tuple[bytes, bytes]"),
        wait=waits("int"),
    ),
    "contextlib.AsyncExitStack": cls(entered="async"),
    **members(
        "contextlib.AsyncExitStack",
        enter_async_context=waits("Entered0", runs=True),
        aclose=waits(),
        push_async_callback=fn("", takes={0: Consumer.AWAITS}),
        enter_context=fn("Entered0"),
    ),
    "contextlib.aclosing": fn("contextlib._Closing[Arg0]", runs=True),
    "contextlib._Closing": cls(entered="async", enters="T"),
    "contextlib._AsyncGeneratorContextManager": cls(entered="async", enters="T"),
    "collections.abc.AsyncGenerator": cls(iterated=True, element="T"),
    **members(
        "collections.abc.AsyncGenerator",
        __anext__=waits("T"),
        asend=waits("T"),
        athrow=waits("T"),
        aclose=waits(),
    ),
    "collections.abc.AsyncIterator": cls(
        bases=("collections.abc.AsyncGenerator",), iterated=True, element="T"
    ),
    "collections.abc.AsyncIterable": cls(iterated=True, element="T"),
    "builtins.anext": waits("Elem0"),
    "builtins.aiter": fn("Arg0"),
    "unittest.IsolatedAsyncioTestCase.enterAsyncContext": waits("Entered0", runs=True),
    "unittest.IsolatedAsyncioTestCase.addAsyncCleanup": fn("", takes={0: Consumer.AWAITS}),
    "asgiref.sync.sync_to_async": fn("asgiref.sync.SyncToAsync", takes={0: Consumer.SPAWNS}),
    "asgiref.sync.SyncToAsync": cls(),
    "asgiref.sync.SyncToAsync.__call__": waits(),
    "asgiref.sync.async_to_sync": fn("", takes={0: Consumer.PASSES}),
    "anyio.run": fn("", takes={0: Consumer.AWAITS}),
    "anyio.sleep": waits(),
    "anyio.to_thread.run_sync": waits("Return0", takes={0: Consumer.SPAWNS}),
    "anyio.create_task_group": fn("anyio.TaskGroup"),
    "anyio.TaskGroup": cls(entered="async"),
    "anyio.open_file": waits("aiofiles.File"),
}

ALIASES = {
    "asyncio.locks": "asyncio",
    "asyncio.tasks": "asyncio",
    "asyncio.queues": "asyncio",
    "asyncio.streams": "asyncio",
    "asyncio.events": "asyncio",
    "asyncio.futures": "asyncio",
    **{
        f"{module}.{name}": f"collections.abc.{name}"
        for module in ("typing",)
        for name in ("AsyncGenerator", "AsyncIterator", "AsyncIterable")
    },
    "collections.abc.Awaitable": "typing.Awaitable",
    "collections.abc.Coroutine": "typing.Coroutine",
}
