"""Commands that start the application or run its commands, wherever they are written."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from migrate_tool.catalog.distributions import SUCCESSIONS
from migrate_tool.catalog.servers import OPTIONS
from migrate_tool.files.requirement import parse
from migrate_tool.files.server_commands import translate
from migrate_tool.files.server_configs import ServerConfig, is_gunicorn, is_uwsgi, read_gunicorn, read_uwsgi
from migrate_tool.files.shell import Command, Word, replace_commands, written
from migrate_tool.project import kinds

from .project_files import ProjectFiles, line_at
from .rule import Example, Rule, Safety

RULE = Rule(
    code="FQ703",
    name="server-commands",
    summary="gunicorn, waitress and uwsgi become hypercorn, and the flask command becomes quart.",
    why=(
        "A WSGI server cannot serve an ASGI application. Options are translated; those without use for asynchronous "
        "workers go, those that need a human are reported. The application's name stays: hypercorn serves wsgi:app "
        'and "app:create_app()" as well. A Procfile says what gunicorn took from PORT and WEB_CONCURRENCY. '
        "Settings of gunicorn.conf.py and uwsgi.ini are written to hypercorn.toml."
    ),
    safety=Safety.REVIEW,
    examples=(
        Example(
            before="release: flask db upgrade\nweb: gunicorn app:app --log-file -\n",
            after=(
                "release: quart db upgrade\n"
                "web: hypercorn -b 0.0.0.0:${PORT:-8000} -w ${WEB_CONCURRENCY:-1} app:app --error-logfile -\n"
            ),
            path="Procfile",
        ),
        Example(
            before=(
                "FROM python:3.12-slim\nRUN pip install gunicorn flask\n"
                'CMD ["gunicorn", "-w", "4", "-k", "gevent", "--bind=0.0.0.0:8000", "app:create_app()"]\n'
            ),
            after=(
                "FROM python:3.12-slim\nRUN pip install hypercorn quart flask-to-quart\n"
                'CMD ["hypercorn", "-w", "4", "--bind=0.0.0.0:8000", "app:create_app()"]\n'
            ),
            path="Dockerfile",
        ),
        Example(
            before="#!/bin/sh\nexec waitress-serve --port=5000 --threads 8 --call app:create_app\n",
            after='#!/bin/sh\nexec hypercorn -b 0.0.0.0:5000 "app:create_app()"\n',
            path="boot.sh",
        ),
        Example(
            before="[Service]\nExecStart=/srv/venv/bin/uwsgi --ini uwsgi.ini\n",
            after="[Service]\nExecStart=/srv/venv/bin/hypercorn -c hypercorn.toml app:app\n",
            path="web.service",
            others={
                "uwsgi.ini": (
                    "[uwsgi]\nmodule = app:app\nmaster = true\nprocesses = 4\nsocket = /run/web.sock\n",
                    "[uwsgi]\nmodule = app:app\nmaster = true\nprocesses = 4\nsocket = /run/web.sock\n",
                ),
                "hypercorn.toml": (None, 'workers = 4\nbind = "unix:/run/web.sock"\n'),
            },
        ),
    ),
    left_alone=(
        "# start it with gunicorn app:app\nDescription=gunicorn\necho 'run gunicorn'\npip install flaskish\n",
    ),
    left_alone_path="notes.sh",
    references=("https://hypercorn.readthedocs.io/en/latest/how_to_guides/configuring.html",),
)

_WEB_DEFAULTS = ("-b 0.0.0.0:${PORT:-8000}", "-w ${WEB_CONCURRENCY:-1}")
#: Files of platforms that say in PORT where to listen, which gunicorn reads by itself.
_PLATFORMS = {"Procfile", "render.yaml", "heroku.yml", "app.yaml"}
#: Images that start a WSGI server of their own.
_IMAGES = re.compile(r"(?m)^FROM\s+(\S*(?:uwsgi|gunicorn|meinheld|mod_wsgi)\S*)")
_INSTALLERS = ("pip", "pip3", "pipenv", "poetry")


def project(files: ProjectFiles) -> None:
    """Translate the commands in every file that is not Python, a template or a list of requirements."""
    if not files.is_migrated:
        return
    configs = _configs(files)
    for text in list(files.texts()):
        if kinds.is_requirements(text.path) or text.path in files.template_paths:
            continue
        _translate(files, text.path, configs)


def _translate(files: ProjectFiles, path: PurePosixPath, configs: dict[str, tuple[str, str]]) -> None:
    text = files.text(path).text

    def change(command: Command) -> str:
        line = line_at(text, command.start)
        result = translate(command, lambda name: configs.get(name.removeprefix("./")))
        words = result.words
        if (
            command.program == "gunicorn"
            and not any(word.text == "-c" for word in words)
            and _DEFAULT in configs
        ):
            words = [Word(" ", "-c"), Word(" ", configs[_DEFAULT][0]), *words]
        elif command.program == "gunicorn" and path.name in _PLATFORMS:
            words = _with_web_defaults(words)
        for option in result.left:
            files.report(path, line, RULE.code, f"{command.program} {option}", "left")
        message = f"{command.program} becomes {result.program}"
        files.report(path, line, RULE.code, "; ".join([message, *result.dropped]))
        environment = "" if command.listed else "".join(f"{item} " for item in result.environment)
        return environment + written(command, result.program, words)

    new = replace_commands(text, OPTIONS, change)
    new = replace_commands(new, _INSTALLERS, lambda command: _installed(files, command))
    if new != text:
        files.change(path, new)
    for image in _IMAGES.finditer(text):
        hint = "start from a plain Python image and run hypercorn"
        files.report(
            path, line_at(text, image.start()), RULE.code, f"{image[1]} starts a WSGI server", "left", hint
        )


def _with_web_defaults(words: list[Word]) -> list[Word]:
    """What gunicorn reads from the environment of a Procfile."""
    given = {word.text.partition("=")[0][:6] for word in words} | {word.text[:2] for word in words}
    missing = []
    if not given & {"-b", "--bind"}:
        missing.append(_WEB_DEFAULTS[0])
    if not given & {"-w", "--work"}:
        missing.append(_WEB_DEFAULTS[1])
    return [*(Word(" ", item) for item in missing), *words]


def _installed(files: ProjectFiles, command: Command) -> str | None:
    """``pip install gunicorn``."""
    plain = [word.plain for word in command.words]
    if not {"install", "add"} & set(plain[:1]):
        return None
    result: list[Word] = []
    for word in command.words:
        found = parse(word.plain) if not word.plain.startswith("-") else None
        succession = SUCCESSIONS.get(found.name) if found is not None else None
        if succession is None or files.after.imports.intersection(succession.modules):
            result.append(word)
            continue
        for name in succession.by:
            if name not in plain and all(name != known.plain for known in result):
                result.append(Word(word.before, name))
    return None if result == list(command.words) else written(command, command.program, result)


# -- configuration files ---------------------------------------------------------------------------------------------

#: gunicorn reads this file without being told.
_DEFAULT = "gunicorn.conf.py"


def _configs(files: ProjectFiles) -> dict[str, tuple[str, str]]:
    """For each old configuration file, by its path: its successor's path, and the application it names."""
    found: dict[str, tuple[str, str]] = {}
    for text in list(files.configuration_texts()):
        if is_gunicorn(text.path):
            config = read_gunicorn(text.text)
        elif is_uwsgi(text.path, text.text):
            config = read_uwsgi(text.text)
        else:
            continue
        successor = text.path.with_name("hypercorn.toml")
        if not files.has(successor):
            _create(files, text.path, successor, config)
        found[str(text.path)] = (str(successor), config.app)
        found.setdefault(text.path.name, (str(successor), config.app))
    return found


def _create(files: ProjectFiles, path: PurePosixPath, successor: PurePosixPath, config: ServerConfig) -> None:
    files.create(successor, config.toml())
    files.report(successor, 1, RULE.code, f"takes the place of {path}, which nothing reads any more")
    for setting in config.left:
        files.report(path, 1, RULE.code, setting, "left")
