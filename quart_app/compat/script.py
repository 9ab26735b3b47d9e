"""Flask-Script's managers and commands, which run on no Flask since 2.0: ``python manage.py create_db`` goes on working.

Commands, synchronous or not, run inside the application's context. New code registers them with ``@app.cli.command()`` and runs them
with ``quart create-db``.
"""

from __future__ import annotations

import argparse
import code
import getpass
import inspect
import sys
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import click

from ..bridge import run as run_coroutine

__all__ = [
    "Command",
    "Manager",
    "MigrateCommand",  # noqa: F822 - see __getattr__
    "Option",
    "Server",
    "Shell",
    "prompt",
    "prompt_bool",
    "prompt_choices",
    "prompt_pass",
]

_YES = ("y", "yes", "1", "on", "true", "t")


def __getattr__(name: str) -> Any:
    if name == "MigrateCommand":  # what needs Alembic
        from ..db.migrate.cli import group

        return group
    raise AttributeError(name)


class Option:
    """The arguments of one ``add_argument`` of :mod:`argparse`."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.args = args
        self.kwargs = kwargs


class Command:
    """A command: a subclass with ``run``, or a function."""

    option_list: Sequence[Option] = ()
    #: Also give ``run`` a list of the arguments that no option takes.
    capture_all_args = False

    def __init__(self, func: Callable[..., Any] | None = None) -> None:
        self.option_list = list(self.option_list)
        if func is not None:
            self.run = func  # type: ignore[method-assign]
            self.option_list = list(_options_of(func))
            self.__doc__ = func.__doc__

    def get_options(self) -> Sequence[Option]:
        """The options, which a subclass may work out."""
        return self.option_list

    def add_option(self, option: Option) -> None:
        """Add an option."""
        self.option_list = [*self.option_list, option]

    def run(self, *args: Any, **kwargs: Any) -> Any:
        """Do what the command is for; may be a coroutine function."""
        raise NotImplementedError

    def __call__(self, app: Any = None, *args: Any, **kwargs: Any) -> Any:
        """Run the command inside the context of ``app``."""
        with app.app_context():
            result = self.run(*args, **kwargs)
            return run_coroutine(result) if inspect.isawaitable(result) else result

    def handle(self, app: Any, prog: str, arguments: Sequence[str]) -> Any:
        """Parse the arguments and run."""
        parser = argparse.ArgumentParser(prog=prog, description=self.__doc__, conflict_handler="resolve")
        for option in self.get_options():
            parser.add_argument(*option.args, **option.kwargs)
        if self.capture_all_args:
            known, rest = parser.parse_known_args(arguments)
            return self(app, rest, **vars(known))
        return self(app, **vars(parser.parse_args(arguments)))


class Server(Command):
    """Runs the development server."""

    def __init__(self, host: str = "127.0.0.1", port: int = 5000, **options: Any) -> None:
        super().__init__()
        self._debug = options.get("use_debugger")
        self.option_list = [
            Option("-h", "--host", dest="host", default=host),
            Option("-p", "--port", dest="port", type=int, default=port),
        ]

    def __call__(self, app: Any = None, *_: Any, **kwargs: Any) -> None:
        """Serve ``app``."""
        app.run(kwargs["host"], kwargs["port"], debug=self._debug)


class Shell(Command):
    """Runs a Python shell inside the application's context."""

    def __init__(
        self, banner: str = "", make_context: Callable[[], dict[str, Any]] | None = None, **_: Any
    ) -> None:
        super().__init__()
        self._banner = banner
        self._make_context = make_context

    def __call__(self, app: Any = None, *_: Any, **__: Any) -> None:
        """Start the shell."""
        with app.app_context():
            names = self._make_context() if self._make_context is not None else {"app": app}
            code.interact(self._banner, local=names)


class Manager:
    """The commands of an application, or of a factory that is given the manager's own options."""

    def __init__(self, app: Any = None, with_default_commands: bool | None = None, **texts: Any) -> None:
        self._app = app
        self._texts = texts
        self._options: list[Option] = []
        self._commands: dict[str, Any] = {}
        if with_default_commands or (app is not None and with_default_commands is None):
            self._commands = {"runserver": Server(), "shell": Shell()}

    @property
    def app(self) -> Any:
        """The application."""
        return self._app

    def add_option(self, *args: Any, **kwargs: Any) -> None:
        """Add an option of the factory, before the command's name."""
        self._options.append(Option(*args, **kwargs))

    def add_command(self, *args: Any, **kwargs: Any) -> None:
        """Add a command, a class of one, or another manager: ``add_command("db", MigrateCommand)``."""
        *named, command = args or (None,)
        command = kwargs.get("command", command)
        if inspect.isclass(command):
            command = command(**{name: value for name, value in kwargs.items() if name != "command"})
        self._commands[named[0] if named else _name_of(command)] = command

    def command(self, func: Any) -> Any:
        """Make a function a command: arguments without a default are positional, the others options."""
        self.add_command(func.__name__, Command(func))
        return func

    def option(self, *args: Any, **kwargs: Any) -> Callable[[Any], Any]:
        """Make a function a command, and add an option to it."""

        def decorate(func: Any) -> Any:
            command: Any = self._commands.get(func.__name__)
            if command is None or command.run is not func:
                command = Command(func)
                command.option_list = []
                self.add_command(func.__name__, command)
            command.option_list.append(Option(*args, **kwargs))
            return func

        return decorate

    def shell(self, func: Any) -> Any:
        """Give the shell the names that a function makes."""
        self.add_command("shell", Shell(make_context=func))
        return func

    def run(self, commands: dict[str, Any] | None = None, default_command: str | None = None) -> None:
        """Run the command that the command line names, and end the process with what it gives."""
        self._commands.update(commands or {})
        arguments = sys.argv[1:] or [name for name in (default_command,) if name]
        result = self.handle(sys.argv[0], arguments)
        sys.exit(result if isinstance(result, int) else 0)

    def handle(self, prog: str, arguments: Sequence[str], app: Any = None) -> Any:
        """Run the command that the first argument names."""
        parser = argparse.ArgumentParser(prog=prog, description=self._texts.get("description"))
        for option in self._options:
            parser.add_argument(*option.args, **option.kwargs)
        parser.add_argument("command", choices=sorted(self._commands))
        parser.add_argument("arguments", nargs=argparse.REMAINDER)
        given = vars(parser.parse_args(arguments))
        name, rest = given.pop("command"), given.pop("arguments")
        app = app if self._app is None else self._app
        if app is not None and not hasattr(app, "app_context"):
            app = app(**given)
        return _run(self._commands[name], app, f"{prog} {name}", rest)


def _run(command: Any, app: Any, prog: str, arguments: Sequence[str]) -> Any:
    if isinstance(command, Manager):
        return command.handle(prog, arguments, app)
    if isinstance(command, click.Command):
        with app.app_context():
            return command.main(list(arguments), prog_name=prog, standalone_mode=False)
    return command.handle(app, prog, arguments)


def _name_of(command: Any) -> str:
    return str(
        getattr(command, "name", None) or getattr(command, "namespace", type(command).__name__.lower())
    )


def _options_of(func: Callable[..., Any]) -> Iterable[Option]:
    for name, parameter in inspect.signature(func).parameters.items():
        if parameter.default is parameter.empty:
            yield Option(name)
        elif isinstance(parameter.default, bool):
            yield Option(
                f"-{name[0]}", f"--{name}", dest=name, action="store_true", default=parameter.default
            )
        else:
            yield Option(f"-{name[0]}", f"--{name}", dest=name, default=parameter.default)


def prompt(name: str, default: str | None = None) -> str | None:
    """Ask for a line of text."""
    shown = f"{name} [{default}]" if default else name
    while not (answer := input(f"{shown}: ") or default):
        if default is not None:
            return default
    return answer


def prompt_pass(name: str, default: str | None = None) -> str | None:
    """Ask for a password, which is not shown."""
    while not (answer := getpass.getpass(f"{name}: ") or default):
        if default is not None:
            return default
    return answer


def prompt_bool(name: str, default: bool = False, **_: Any) -> bool:
    """Ask a question that is answered with yes or no."""
    answer = input(f"{name} [{'Y' if default else 'y'}/{'n' if default else 'N'}]: ").strip().lower()
    return answer in _YES if answer else default


def prompt_choices(name: str, choices: Sequence[str], default: str | None = None, **_: Any) -> str | None:
    """Ask for one of several words."""
    while (answer := prompt(f"{name} - ({', '.join(choices)})", default)) not in choices:
        if answer == default:
            break
    return answer
