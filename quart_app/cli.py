"""Command-line commands as under Flask: with an application context, and asynchronous ones run."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Coroutine
from typing import Any, ParamSpec, TypeVar, overload

import click
import quart.cli
from quart import has_app_context
from quart.cli import ScriptInfo, pass_script_info

from .bridge import run

P = ParamSpec("P")
R = TypeVar("R")

__all__ = ["AppGroup", "QuartGroup", "ScriptInfo", "async_command", "pass_script_info", "with_appcontext"]

_MARK = "_quart_app_has_context"


def async_command(func: Callable[P, Coroutine[Any, Any, R]]) -> Callable[P, R]:
    """Make a coroutine function a function that runs it: put it right above the function, below click's decorators."""

    @functools.wraps(func)
    def command(*args: P.args, **kwargs: P.kwargs) -> R:
        return run(func(*args, **kwargs))

    return command


@overload
def with_appcontext(func: None = None) -> Callable[[Callable[..., Any]], Callable[..., Any]]: ...
@overload
def with_appcontext(func: Callable[..., Any]) -> Callable[..., Any]: ...


def with_appcontext(func: Callable[..., Any] | None = None) -> Any:
    """Run a command's function inside the application's context, which ends with the command.

    A coroutine function is run too; ``run`` calls in one command use one event loop.
    """
    if func is None:
        return with_appcontext
    if getattr(func, _MARK, False):
        return func
    body = async_command(func) if inspect.iscoroutinefunction(func) else func

    @click.pass_context
    def command(context: click.Context, /, *args: Any, **kwargs: Any) -> Any:
        if not has_app_context():
            app = context.ensure_object(ScriptInfo).load_app()
            context.with_resource(_entered(app))
        return context.invoke(body, *args, **kwargs)

    wrapped = functools.update_wrapper(command, func)
    if inspect.iscoroutinefunction(func):
        del wrapped.__wrapped__  # or click and others take it for a coroutine function
    setattr(wrapped, _MARK, True)
    return wrapped


def _entered(app: quart.Quart) -> Any:
    context = app.app_context()
    if not hasattr(context, "__enter__"):
        raise click.UsageError(
            f"{app.name!r} is a quart.Quart; commands need a quart_app.Quart, whose context can be entered here."
        )
    return context


class AppGroup(quart.cli.AppGroup):
    """A group of commands; each runs inside the application's context unless it is told not to."""

    @overload
    def command(self, func: Callable[..., Any], /) -> click.Command: ...
    @overload
    def command(self, *args: Any, **kwargs: Any) -> Callable[[Callable[..., Any]], click.Command]: ...

    def command(self, *args: Any, **kwargs: Any) -> Any:
        """Register a function, synchronous or not, as a command.

        Args:
            args: What click's ``command`` takes.
            kwargs: The same, and ``with_appcontext=False`` for a command without the context.
        """
        in_context = kwargs.pop("with_appcontext", True)

        def decorator(func: Callable[..., Any]) -> click.Command:
            if in_context:
                func = with_appcontext(func)
            elif inspect.iscoroutinefunction(func):
                func = async_command(func)
            registered: click.Command = click.Group.command(self, *args, **kwargs)(func)
            return registered

        if args and callable(args[0]):  # @group.command, without parentheses
            func, args = args[0], args[1:]
            return decorator(func)
        return decorator

    @overload
    def group(self, func: Callable[..., Any], /) -> click.Group: ...
    @overload
    def group(self, *args: Any, **kwargs: Any) -> Callable[[Callable[..., Any]], click.Group]: ...

    def group(self, *args: Any, **kwargs: Any) -> Any:
        """Register a subgroup, whose commands have the context too."""
        kwargs.setdefault("cls", AppGroup)
        return click.Group.group(self, *args, **kwargs)


class QuartGroup(AppGroup, quart.cli.QuartGroup):
    """The group behind a project's own command, with ``run``, ``shell`` and ``routes``; Flask's ``FlaskGroup``."""


def give_context(command: click.Command) -> None:
    """Give a command that Quart's own group has registered, and its subcommands, what ours have."""
    if isinstance(command, click.Group):
        for subcommand in command.commands.values():
            give_context(subcommand)
    elif command.callback is not None:
        command.callback = with_appcontext(command.callback)
