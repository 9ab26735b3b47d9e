"""What is sent: which function, for whom, with which plain arguments, under which key."""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable, Coroutine
from dataclasses import asdict, dataclass
from typing import Any, ParamSpec, TypeVar, overload

P = ParamSpec("P")
T = TypeVar("T")
Function = Callable[P, Coroutine[Any, Any, T]]


@dataclass(frozen=True)
class TaskDefinition:
    """A function that may be sent, and how it is run."""

    name: str
    function: Callable[..., Coroutine[Any, Any, Any]]
    retries: int
    wait: float
    deadline: float | None
    once: bool

    def delay(self, failures: int) -> float | None:
        """How long to wait after so many failures, in seconds; None: it is given up."""
        return None if failures > self.retries else self.wait * 2.0 ** (failures - 1)


@dataclass(frozen=True)
class Message:
    """One call of a task, as it travels."""

    task: str
    key: str
    user_id: int | str | None
    args: list[Any]
    kwargs: dict[str, Any]

    def as_json(self) -> str:
        """All but the name of the task, as JSON."""
        values = asdict(self)
        del values["task"]
        return json.dumps(values, allow_nan=False)


_definitions: dict[str, TaskDefinition] = {}


@overload
def task(function: Function[P, T], /) -> Function[P, T]: ...
@overload
def task(
    *, name: str = ..., retries: int = ..., wait: float = ..., deadline: float | None = ..., once: bool = ...
) -> Callable[[Function[P, T]], Function[P, T]]: ...


def task(
    function: Any = None,
    /,
    *,
    name: str = "",
    retries: int = 3,
    wait: float = 1.0,
    deadline: float | None = None,
    once: bool = True,
) -> Any:
    """Let a coroutine function be sent (:func:`send`); it stays the function that it is.

    Args:
        function: The function.
        name: What it is called in messages. Its module and name when left out: give one to a function that may move.
        retries: How often it is run again after an error.
        wait: Seconds before the first of these runs; each further one waits twice as long.
        deadline: Seconds that one run may take; what takes longer has failed.
        once: Its effect on the database is one transaction, which is committed once however often the message is delivered. A task that
            commits in steps, and itself knows how far it is, says ``once=False``.

    Raises:
        TypeError: It is no coroutine function, or not a function of a module.
        ValueError: Another function has this name.
    """

    def define(function: Function[P, T]) -> Function[P, T]:
        if not inspect.iscoroutinefunction(function):
            raise TypeError(f"{function!r} is no coroutine function")
        called = name or f"{function.__module__}.{function.__qualname__}"
        if "<locals>" in called:
            raise TypeError(f"{called}: a worker finds functions of modules; give this one a name=")
        known = _definitions.get(called)
        # From the same place it is a module that was loaded again.
        if known is not None and _place(known.function) != _place(function):
            raise ValueError(f"Two tasks are called {called}.")
        _definitions[called] = TaskDefinition(called, function, retries, wait, deadline, once)
        return function

    return define if function is None else define(function)


def _place(function: Any) -> tuple[str, str]:
    return function.__module__, function.__qualname__


def definitions() -> list[TaskDefinition]:
    """All tasks of this process."""
    return list(_definitions.values())


def definition(name: str) -> TaskDefinition:
    """Find a task by its name.

    Raises:
        LookupError: There is none.
    """
    try:
        return _definitions[name]
    except KeyError:
        raise LookupError(f"There is no task {name} here; does its module get imported?") from None


def definition_of(function: Any) -> TaskDefinition:
    """Find what :func:`task` has made of a function.

    Raises:
        TypeError: It is no task.
    """
    for found in _definitions.values():
        if found.function is function:
            return found
    raise TypeError(f"{function!r} is no task: put @task above it")


def message(
    function: Any, args: tuple[Any, ...], kwargs: dict[str, Any], *, user_id: Any, key: str
) -> Message:
    """Make a message.

    Raises:
        TypeError: The function is no task, does not take these arguments, or one of them cannot travel.
    """
    found = definition_of(function)
    inspect.signature(function).bind(*args, **kwargs)
    if not (user_id is None or isinstance(user_id, int | str)):
        raise TypeError(f"user_id is a {type(user_id).__name__}; say the user's id")
    for where, value in [*enumerate(args, 1), *kwargs.items()]:
        check_plain(value, f"argument {where} of {found.name}")
    return Message(found.name, key, user_id, list(args), kwargs)


def check_plain(value: Any, what: str) -> None:
    """Refuse what does not come out of JSON as it went in.

    Raises:
        TypeError: It is something else than numbers, strings, booleans, None, lists and dictionaries of them.
    """
    if isinstance(value, list):
        for item in value:
            check_plain(item, what)
    elif isinstance(value, dict) and all(type(name) is str for name in value):
        for item in value.values():
            check_plain(item, what)
    elif value is not None and type(value) not in (bool, int, float, str):
        raise TypeError(
            f"{what} holds a {type(value).__name__}. Another process, later, gets it: send ids and plain values"
            " (numbers, strings, lists, dictionaries with string keys)."
        )
