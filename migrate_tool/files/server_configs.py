"""Configuration files of gunicorn and uwsgi, as hypercorn's TOML."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from migrate_tool.catalog.servers import GUNICORN, SETTINGS, UWSGI

from . import ini
from .server_commands import module_of


@dataclass(slots=True)
class ServerConfig:
    """What a server's configuration says.

    Attributes:
        settings: hypercorn's, as TOML literals.
        app: The application it names, "" if it names none.
        left: What could not be carried over, and why.
    """

    settings: dict[str, str] = field(default_factory=dict)
    app: str = ""
    left: list[str] = field(default_factory=list)

    def toml(self) -> str:
        """The file."""
        return "".join(f"{key} = {value}\n" for key, value in self.settings.items())


def is_gunicorn(path: PurePosixPath) -> bool:
    """Whether gunicorn would read it."""
    return bool(re.fullmatch(r"gunicorn.*\.py", path.name))


def is_uwsgi(path: PurePosixPath, text: str) -> bool:
    """Whether uwsgi would read it."""
    return path.suffix == ".ini" and ini.has_section(text, "uwsgi")


def read_gunicorn(text: str) -> ServerConfig:
    """Read a Python file of settings; what it computes cannot stand in TOML."""
    config = ServerConfig()
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError):
        config.left.append("it can't be parsed")
        return config
    for statement in tree.body:
        if isinstance(statement, ast.FunctionDef):
            config.left.append(
                f"{statement.name}(): hypercorn has no such hook; use before_serving and after_serving"
            )
        if not isinstance(statement, ast.Assign):
            continue
        for target in statement.targets:
            if isinstance(target, ast.Name):
                _gunicorn_setting(config, target.id, statement.value)
    return config


def _gunicorn_setting(config: ServerConfig, name: str, node: ast.expr) -> None:
    try:
        value = ast.literal_eval(node)
    except ValueError:
        value = None
    if name == "wsgi_app" and isinstance(value, str):
        config.app = value
    elif (name in SETTINGS and isinstance(value, bool | int | str)) or (
        name in SETTINGS and isinstance(value, list) and all(isinstance(item, str) for item in value)
    ):
        config.settings[SETTINGS[name]] = json.dumps(value)
    elif name in SETTINGS:
        config.left.append(f"{name} = {ast.unparse(node)}: give it on the command line")
    else:
        option = GUNICORN.get(f"--{name.replace('_', '-')}")
        if option is not None and option.becomes == "!":
            config.left.append(f"{name}: {option.why}")


_UWSGI_SETTINGS: dict[str, Callable[[str], tuple[str, str]]] = {
    **{
        key: lambda value: ("bind", json.dumps(f"unix:{value}" if "/" in value else value))
        for key in ("http", "http-socket", "socket")
    },
    **{key: lambda value: ("workers", value) for key in ("processes", "workers")},
    "pidfile": lambda value: ("pid_path", json.dumps(value)),
    "logto": lambda value: ("errorlog", json.dumps(value)),
    "daemonize": lambda value: ("errorlog", json.dumps(value)),
    "max-requests": lambda value: ("max_requests", value),
    "listen": lambda value: ("backlog", value),
}


def read_uwsgi(text: str) -> ServerConfig:
    """Read the [uwsgi] section of an ini file."""
    config = ServerConfig()
    module, callable_name = "", ""
    for option in ini.values(text):
        if option.section != "uwsgi":
            continue
        key, value = option.key, text[option.start : option.end].strip()
        known = UWSGI.get(f"--{key}")
        if key in {"module", "wsgi"}:
            module = value
        elif key in {"wsgi-file", "file"}:
            module = module_of(value)
        elif key == "mount":
            module = value.rpartition("=")[2].strip()
        elif key == "callable":
            callable_name = value
        elif key in _UWSGI_SETTINGS:
            name, literal = _UWSGI_SETTINGS[key](value)
            if "%(" in literal or "$(" in literal or (not literal.startswith('"') and not literal.isdigit()):
                config.left.append(f"{key} = {value}: give it on the command line")
            else:
                config.settings[name] = literal
        elif key in {"uid", "gid"}:
            config.left.append(
                f"{key} = {value}: run it as {value} from outside (systemd's User=, Docker's USER)"
            )
        elif known is None or known.becomes == "!":
            config.left.append(f"{key} = {value}: {known.why if known else 'hypercorn has no such setting'}")
    if module:
        config.app = module if ":" in module else f"{module}:{callable_name or 'application'}"
    return config
