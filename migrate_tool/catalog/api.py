"""How the catalogue describes what a library offers: its type, what must be awaited, and its name after the migration.

Every file of this package that defines ``APIS`` is one library's description, found by its file name. Types are
written as Python expressions: ``"flask.Request"`` an instance, ``"type[flask.Flask]"`` the class itself,
``"list[T]"`` a container, ``"Self"`` the receiver, ``"T"`` the receiver's first type argument, ``"Arg0"`` the first
argument, ``"New0"`` an instance of the class given as first argument, ``"Item0"`` the first argument's type argument,
``"Return0"`` what the function given as first argument returns (``"Return1"`` the second), ``"Entered0"`` what ``with`` over the
first argument binds, ``"TokenUser"`` what the project's loader of a token's user gives, ``"tuple[*Args]"`` what all arguments are, ``"A | B"`` either.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Literal

Kind = Literal["module", "class", "function", "value"]


class Consumer(Enum):
    """What a library does with a function that it is handed, as argument or by decoration."""

    #: Calls it and awaits what comes back (a view, a hook, a signal receiver, a test).
    AWAITS = "awaits"
    #: Calls it and uses the result at once: a coroutine would be wrong.
    CALLS = "calls"
    #: Hands it back unchanged or wrapped in the same colour.
    PASSES = "passes"
    #: Puts a plain function around it; around a coroutine function it does so through ``sync_decorator``.
    WRAPS = "wraps"
    #: Starts it elsewhere: a thread, an executor, a queue.
    SPAWNS = "spawns"
    #: A command line: runs it outside of any loop.
    COMMAND = "command"
    #: Makes its result an attribute: property and its kin.
    ATTRIBUTE = "attribute"
    #: Turns a generator into a context manager.
    CONTEXT = "context"
    #: Provides its result to tests by name.
    FIXTURE = "fixture"
    #: Runs it in another process that stays synchronous (a Celery worker).
    WORKER = "worker"


@dataclass(frozen=True, slots=True)
class Api:
    """One name of a library."""

    kind: Kind
    #: What a value is, what a call of a function gives, what a class is made of (``""``: not known).
    type: str = ""
    #: A call of it (a read, for a value) must be awaited after the migration.
    awaited: bool = False
    #: ``with`` over it becomes ``async with``; "soft": only in a function that is async anyway.
    entered: Literal["", "async", "soft"] = ""
    #: Iterating over it becomes ``async for``.
    iterated: bool = False
    #: ``x[1]`` becomes ``await x.item(1)`` and ``x[1:3]`` becomes ``await x[1:3].all()``.
    indexed: bool = False
    #: A call of it is awaited where nothing enters what it gives (``connection = engine.connect()``).
    starts: bool = False
    #: What ``with`` binds, an element of iteration.
    enters: str = "Self"
    element: str = ""
    #: Its qualified name after the migration; "" if it keeps the one it has.
    becomes: str = ""
    #: Takes awaitables as arguments and awaits or runs them itself (``asyncio.gather``).
    runs: bool = False
    #: For a class: what awaiting an object of it gives (``asyncio.Task``).
    awaitable: str = ""
    #: Base classes, by qualified name.
    bases: tuple[str, ...] = ()
    #: What becomes of functions given as arguments, by position or keyword.
    takes: Mapping[int | str, Consumer] = field(default_factory=dict)
    #: What becomes of a function it decorates.
    decorates: Consumer | None = None
    #: What the name of a function that it decorates stands for afterwards; "" for the function, wrapped or not.
    makes: str = ""
    #: For a class: what calls the methods that subclasses define; ``"*"`` stands for those not named.
    hooks: Mapping[str, Consumer] = field(default_factory=dict)
    #: The rule under which changes to it are reported.
    rule: str = ""

    def renamed(self, becomes: str) -> Api:
        """The same, known under another name afterwards."""
        return replace(self, becomes=becomes)


@dataclass(frozen=True, slots=True)
class Generation:
    """A version of a library whose names mean something else than the same names of other versions."""

    #: Names that only this generation has: a project that imports one of them runs on it.
    told_by: frozenset[str]
    #: What names become instead.
    becomes: Mapping[str, str]
    #: What names are instead, where more than what they become differs.
    apis: Mapping[str, Api] = field(default_factory=dict)
    #: Names that are decorators in this generation, and make decorators in others: one stands bare above a function.
    told_by_bare: frozenset[str] = frozenset()
    #: Attributes that only this generation has, asked of in projects that import the library.
    told_by_attributes: frozenset[str] = frozenset()


def cls(becomes: str = "", *, bases: tuple[str, ...] = (), rule: str = "", **more: object) -> Api:
    """A class."""
    return Api("class", becomes=becomes, bases=bases, rule=rule, **more)  # type: ignore[arg-type]


def fn(type: str = "", becomes: str = "", **more: object) -> Api:
    """A function or method that stays synchronous."""
    return Api("function", type=type, becomes=becomes, **more)  # type: ignore[arg-type]


def waits(type: str = "", becomes: str = "", **more: object) -> Api:
    """A function or method that must be awaited."""
    return Api("function", type=type, becomes=becomes, awaited=True, **more)  # type: ignore[arg-type]


def value(type: str = "", becomes: str = "", **more: object) -> Api:
    """A value or attribute."""
    return Api("value", type=type, becomes=becomes, **more)  # type: ignore[arg-type]


def module(becomes: str = "", **more: object) -> Api:
    """A module."""
    return Api("module", becomes=becomes, **more)  # type: ignore[arg-type]


def decorator(consumer: Consumer, becomes: str = "", **more: object) -> Api:
    """A function used as decorator, with or without arguments."""
    return Api("function", becomes=becomes, decorates=consumer, **more)  # type: ignore[arg-type]


def members(prefix: str, **apis: Api) -> dict[str, Api]:
    """``prefix.name`` for each keyword."""
    return {f"{prefix}.{name}": api for name, api in apis.items()}
