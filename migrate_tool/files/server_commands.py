"""Command lines of gunicorn, waitress, uwsgi and flask, as hypercorn's and quart's."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from migrate_tool.catalog.servers import OPTIONS, Option

from .shell import Command, Word

#: Where a configuration file's successor is, and which application it names: by the file's name as it is written.
Configured = Callable[[str], tuple[str, str] | None]


@dataclass(slots=True)
class Translation:
    """The new command, and what has to be said about it."""

    program: str
    words: list[Word] = field(default_factory=list)
    #: Options that a human must look at, and why.
    left: list[str] = field(default_factory=list)
    #: Options without use, and why.
    dropped: list[str] = field(default_factory=list)
    #: Variables that were set by an option.
    environment: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Given:
    """An option as given."""

    name: str
    option: Option | None
    value: str
    #: Its words, to be kept as they are.
    words: list[Word]


def translate(command: Command, configured: Configured) -> Translation:
    """The command as hypercorn or quart understands it."""
    if command.program == "flask":
        return _flask(command)
    return _Server(command, configured).translate()


def _flask(command: Command) -> Translation:
    result = Translation("quart")
    consumed = 0
    running = False
    for given in _read(command.words, OPTIONS["flask"]):
        consumed += len(given.words)
        if given.option is None:
            result.words += given.words
            running = running or given.value == "run"
            if not running and not given.value.startswith("-"):
                # Another command: its options are its own.
                result.words += command.words[consumed:]
                break
        elif given.option.becomes:
            result.words += given.words
        else:
            result.dropped.append(f"{given.name}: {given.option.why}")
    return result


class _Server:
    def __init__(self, command: Command, configured: Configured) -> None:
        self.command = command
        self.configured = configured
        self.result = Translation("hypercorn")
        self.app = ""
        #: The word that named it, as it was written.
        self.written = ""
        self.callable = ""
        self.host, self.port = "", ""
        self.calls = False

    def translate(self) -> Translation:
        for given in _read(self.command.words, OPTIONS[self.command.program]):
            if given.option is None:
                self._word(given)
            elif given.option.becomes.startswith("="):
                getattr(self, f"_{given.option.becomes[1:]}")(given)
            else:
                self._option(given, given.option)
        self._finish()
        return self.result

    def _word(self, given: _Given) -> None:
        if given.value.startswith("-"):
            self.result.left.append(f"{given.value}: hypercorn has no such option")
        elif self.command.program == "uwsgi" and given.value.endswith(
            (".ini", ".yml", ".yaml", ".json", ".xml")
        ):
            self._config(given)
        elif self.app:
            self.result.words += given.words
        else:
            self._set_app(given.value, given.words[0])

    def _set_app(self, app: str, like: Word) -> None:
        """Remember where the application stands among the words; it is completed at the end."""
        self.app, self.written = app, like.text
        self.result.words.append(Word(like.before, "\0"))

    def _option(self, given: _Given, option: Option) -> None:
        if option.becomes == "!":
            self.result.left.append(f"{' '.join(word.text for word in given.words)}: {option.why}")
        elif not option.becomes:
            self.result.dropped.append(f"{given.name}: {option.why}")
        elif option.becomes == given.name:
            self.result.words += given.words
        else:
            self._emit(given, option.becomes, given.value)

    def _emit(self, given: _Given, name: str, value: str) -> None:
        before = given.words[0].before
        self.result.words += [Word(before, name), Word(" ", value)]

    # -- options that are more than renamed ----------------------------------------------------------------------

    def _bind(self, given: _Given) -> None:
        value = given.value
        self._emit(
            given, "-b", f"unix:{value}" if "/" in value and not value.startswith(("unix:", "fd:")) else value
        )

    def _listen(self, given: _Given) -> None:
        self._emit(given, "-b", given.value.replace("*:", "0.0.0.0:"))
        self.host = "given"

    def _host(self, given: _Given) -> None:
        self.host = given.value

    def _port(self, given: _Given) -> None:
        self.port = given.value

    def _unix(self, given: _Given) -> None:
        self._emit(given, "-b", f"unix:{given.value}")
        self.host = "given"

    def _call(self, _given: _Given) -> None:
        self.calls = True

    def _config(self, given: _Given) -> None:
        name = given.value.removeprefix("file:")
        found = self.configured(name)
        if found is None:
            self.result.left.append(
                f"{given.value}: write its settings to a hypercorn.toml and name that with -c"
            )
            return
        self._emit(given, "-c", found[0])
        if found[1] and not self.app:
            self._set_app(found[1], Word(" ", ""))

    def _env(self, given: _Given) -> None:
        self.result.environment.append(given.value)

    def _module(self, given: _Given) -> None:
        self._set_app(given.value.rpartition("=")[2], given.words[0])

    def _file(self, given: _Given) -> None:
        self._set_app(module_of(given.value), given.words[0])

    def _callable(self, given: _Given) -> None:
        self.callable = given.value

    def _daemonize(self, given: _Given) -> None:
        self._emit(given, "--daemon --error-logfile", given.value)

    def _reload(self, given: _Given) -> None:
        self.result.words.append(Word(given.words[0].before, "--reload"))

    def _identity(self, given: _Given) -> None:
        """hypercorn changes the owner of its sockets, not its own user."""
        why = f"run it as {given.value} from outside (systemd's User=, Docker's USER)"
        self.result.left.append(f"{given.name} {given.value}: {why}")

    def _umask(self, given: _Given) -> None:
        """gunicorn reads ``022`` as octal, hypercorn as decimal."""
        value = given.value.strip("\"'")
        octal = re.fullmatch(r"0o?([0-7]+)", value)
        self._emit(given, "-m", str(int(octal[1], 8)) if octal else value)

    def _finish(self) -> None:
        words = self.result.words
        if self.command.program == "waitress-serve" and self.host != "given":
            bind = f"{(self.host or '0.0.0.0').replace('*', '0.0.0.0')}:{self.port or '8080'}"  # noqa: S104 - waitress' own default
            words[:0] = [Word(" ", "-b"), Word(" ", bind)]
        if not self.app:
            self.result.left.append("name the application, as in wsgi:app")
            return
        app = self.app
        if ":" not in app and not app.startswith("$"):
            app += f":{self.callable or 'application'}"
        if self.calls and not app.endswith(")"):
            app += "()"
        quoted = (
            app
            if re.fullmatch(r"[\w.:$/{}-]+", app) or self.command.listed
            else _quoted(app, self.command.quote)
        )
        for index, word in enumerate(words):
            if word.text == "\0":
                words[index] = Word(word.before, self.written if self.written.strip("\"'") == app else quoted)


def _quoted(app: str, outer: str) -> str:
    """The application in quotes that differ from those around the command and inside of it."""
    if app[:1] in {'"', "'"}:
        return app
    quote = next((q for q in ('"', "'") if q != outer and q not in app), None)
    return f"{quote}{app}{quote}" if quote else app


def _read(words: tuple[Word, ...], options: Mapping[str, Option]) -> list[_Given]:
    """The words as options with their values, and others."""
    result: list[_Given] = []
    index = 0
    while index < len(words):
        word = words[index]
        index += 1
        name, equals, value = word.plain.partition("=")
        option = options.get(name) if name.startswith("-") else None
        short = word.text[:2]
        if option is None and short in options and not word.text.startswith("--") and options[short].value:
            result.append(_Given(short, options[short], word.text[2:], [word]))
        elif option is None:
            result.append(_Given("", None, word.text if _is_app(word) else word.plain, [word]))
        elif not option.value or equals or index >= len(words):
            result.append(_Given(name, option, value.strip("\"'"), [word]))
        else:
            result.append(_Given(name, option, words[index].text, [word, words[index]]))
            index += 1
    return result


def _is_app(word: Word) -> bool:
    """Whether a quoted word keeps its quotes: ``"mod:create_app()"``."""
    return not re.fullmatch(r"[\"'][\w.:/-]+[\"']", word.text)


def module_of(path: str) -> str:
    """The module of a Python file, as one names it from the folder where the server is started."""
    return path.removeprefix("./").removesuffix(".py").strip("/").replace("/", ".")
