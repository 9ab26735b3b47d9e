"""Commands inside files of many kinds: scripts, Procfiles, Dockerfiles, unit files, YAML.

Nothing here understands these formats as a whole. A program's name counts as a command when what stands before it on
the line is only what may stand before a command: a key, an instruction, ``exec``, variables, an opening quote.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

_PATH = r"(?P<path>(?:[\w.~${}@%-]*/)*)"
_SEPARATORS = re.compile(r"&&|\|\||[;|(`]|\$\(|\b(?:then|do|else)\b")
_LEAD = re.compile(
    r"""
    \s*(?:[-@]+\s*)?
    (?:
        (?:-\s+)?["']?[\w.-]+["']?\s*:\s+[>|]?[+-]?\s*          # YAML, Procfile, JSON
      | (?:CMD|ENTRYPOINT|RUN|ONBUILD\s+\w+|HEALTHCHECK(?:\s+--\S+)*\s+CMD)\s+(?:--mount=\S+\s+)*
      | Exec\w+\s*=\s*[-@:+!|]*
      | (?:command|commands|entrypoint|cmd|start|run|web|app)\s*=\s*
    )*
    """,
    re.X | re.I,
)
_MAY_PRECEDE = re.compile(
    r"exec|sudo|-[EHuT]|nohup|env|time|poetry|pipenv|uv|pdm|rye|hatch|heroku|run|--|python[\d.]*|-m|dumb-init|tini|\S*/python[\d.]*"
    r"|newrelic-admin|run-program|ddtrace-run|[A-Z_][A-Z0-9_]*=(?:\"[^\"]*\"|'[^']*'|\S*)|!|@|-|docker|docker-compose|compose|--rm|-it"
)
#: What stands before a list of words that are no command: ``"keywords": [``.
_NO_COMMAND = re.compile(
    r"[\"']?\b(?:categories|classifiers|dependencies|ignore|keywords|labels|packages|requires|tags|topics)[\"']?\s*[:=]\s*\Z"
)
_CONTAINER = re.compile(r"docker(?:-compose| +compose)?\s+(?:run|exec)(?:\s+-\S+)*\s+[\w.-]+\s*$")
_WORD = re.compile(
    r"""(?:"(?:[^"\\]|\\.)*"|'[^']*'|\$\{[^}]*\}|\$\([^)]*\)|\\(?!\r?\n).|[^\s"'\\;&|()<>`$]|\$)+""", re.S
)
_SPACE = re.compile(r"(?:[ \t]|\\\r?\n)+")


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a command, as it is written, and the space before it."""

    before: str
    text: str

    @property
    def plain(self) -> str:
        """The word without its quotes."""
        text = self.text
        return text[1:-1] if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'" else text


@dataclass(frozen=True, slots=True)
class Command:
    """One command in a text."""

    start: int
    end: int
    program: str
    path: str
    #: The words after the program.
    words: tuple[Word, ...]
    #: ``["program", "word"]``: every word is a string of a list.
    listed: bool = False
    #: The quote around the command's line or around a list's words.
    quote: str = ""


def commands(text: str, programs: Iterable[str]) -> Iterator[Command]:
    """Every use of one of the programs as a command; ``flask = ">=3"`` in a Pipfile is none."""
    names = "|".join(map(re.escape, programs))
    pattern = re.compile(rf"(?<![\w.~${{}}@%/=:-]){_PATH}(?P<program>{names})(?=[\s\"'\\,]|$)", re.M)
    # ``ExecStart=/path/program``: the equals sign is no part of the path.
    after_equals = re.compile(rf"(?<=[=@:+!-]){_PATH}(?P<program>{names})(?=[\s\"'\\]|$)", re.M)
    found = {match.start(): match for regex in (pattern, after_equals) for match in regex.finditer(text)}
    position = -1
    for start in sorted(found):
        match = found[start]
        if start < position or _is_data(text, match):
            continue
        command = _listed(text, match) or _block(text, match) or _plain(text, match)
        if command is not None and not (command.words and command.words[0].text == "="):
            position = command.end
            yield command


def replace_commands(text: str, programs: Iterable[str], change: Callable[[Command], str | None]) -> str:
    """Replace each command by what ``change`` gives (None: it stays)."""
    pieces: list[str] = []
    position = 0
    for command in commands(text, programs):
        new = change(command)
        if new is not None:
            pieces += [text[position : command.start], new]
            position = command.end
    return "".join([*pieces, text[position:]])


def written(command: Command, program: str, words: Iterable[Word]) -> str:
    """A command in the form of ``command``, with another program and other words."""
    if not command.listed:
        return command.path + program + "".join(f"{word.before}{word.text}" for word in words)
    quote = command.quote
    plain = [command.path + program, *(word.plain for word in words)]
    if quote in {'"', "'"}:
        return ", ".join(json.dumps(item) if quote == '"' else f"'{item}'" for item in plain)
    return quote.join(item if re.fullmatch(r"[\w./:=@-]+", item) else json.dumps(item) for item in plain)


# -- the three forms -----------------------------------------------------------------------------------------------


def _line(text: str, position: int) -> int:
    return text.rfind("\n", 0, position) + 1


def _plain(text: str, match: re.Match[str]) -> Command | None:
    start = _line(text, match.start())
    before = text[start : match.start()]
    quote = _open_quote(before)
    if quote is None:
        lead = _LEAD.match(before)
        segment = before[lead.end() :] if lead else before
        if "#" in before and re.search(r"(?:^|\s)#", before):
            return None
    else:
        if re.search(r"\b(?:echo|printf|LABEL|description)\b", before[:quote], re.I):
            return None
        segment = before[quote + 1 :]
    if not _is_lead(segment) or (segment and segment[-1] in "=@:+!-"):
        return None
    folded = bool(re.search(r">[+-]?\s*\n\s*$", text[: match.start()]))
    words, end = _words(text, match.end(), before[quote] if quote is not None else "", folded=folded)
    mark = before[quote] if quote is not None else ""
    return Command(match.start(), end, match["program"], match["path"], words, quote=mark)


def _is_lead(segment: str) -> bool:
    last = _SEPARATORS.split(segment)[-1].strip()
    if _CONTAINER.search(last + " "):
        return True
    return all(_MAY_PRECEDE.fullmatch(word) for word in re.findall(r"""(?:"[^"]*"|'[^']*'|\S)+""", last))


def _open_quote(before: str) -> int | None:
    """Where the quote starts that is still open at the end of ``before``."""
    opened: int | None = None
    for index, character in enumerate(before):
        if opened is None and character in "\"'" and before[index - 1 : index] != "\\":
            opened = index
        elif opened is not None and character == before[opened]:
            opened = None
    return opened


def _words(text: str, position: int, quote: str, *, folded: bool) -> tuple[tuple[Word, ...], int]:
    words: list[Word] = []
    while True:
        space = _SPACE.match(text, position)
        following = space.end() if space else position
        if folded and (line := re.compile(r"[ \t]*\n[ \t]+(?=\S)").match(text, position)):
            space, following = line, line.end()
        if space is None or text[following : following + 1] in {"#", quote or "#"}:
            return tuple(words), position
        word = _WORD.match(text, following)
        if word is not None and quote:
            # Inside ``"..."`` that quote ends the command, not a word.
            limit = text.find(quote, following)
            if 0 <= limit < word.end():
                word = _WORD.fullmatch(text, following, limit)
        redirect = re.compile(r"\d?[<>]").match(text, following)
        if word is None or redirect:
            return tuple(words), position
        words.append(Word(space[0], word[0]))
        position = word.end()


def _is_data(text: str, match: re.Match[str]) -> bool:
    """Whether it is a word of a list that is no command: keywords, names of packages, what ``python`` cannot run."""
    quote = text[match.start() - 1 : match.start()]
    opening = text.rfind("[", 0, match.start())
    if quote not in {'"', "'"} or opening < 0 or "]" in text[opening : match.start()]:
        return False
    before = text[opening + 1 : match.start() - 1].rstrip(", \t\r\n")
    alone = text[match.end() : match.end() + 1] == quote
    if alone and not all(map(_MAY_PRECEDE.fullmatch, re.findall(rf"{quote}([^{quote}]*){quote}", before))):
        return True
    return bool(
        _NO_COMMAND.search(text, _line(text, opening), opening)
        or re.search(r"[\"'/]python[\d.]*[\"']\Z", before)
    )


def _listed(text: str, match: re.Match[str]) -> Command | None:
    """``["program", "word", ...]``."""
    quote = text[match.start() - 1 : match.start()]
    if quote not in {'"', "'"} or text[match.end() : match.end() + 1] != quote:
        return None
    opening = text.rfind("[", 0, match.start())
    closing = text.find("]", match.end())
    if opening < 0 or closing < 0:
        return None
    string = rf"{quote}((?:[^{quote}\\]|\\.)*){quote}"
    earlier = re.compile(rf"\[\s*(?:{string}\s*,\s*)*").fullmatch(text, opening, match.start() - 1)
    items = re.compile(rf"(?:\s*,\s*{string})*\s*,?\s*\]").match(text, match.end() + 1)
    if earlier is None or items is None:
        return None
    if not all(_MAY_PRECEDE.fullmatch(item) for item in re.findall(string, earlier[0])):
        return None
    found = list(re.finditer(string, items[0]))
    words = tuple(Word(" ", json.loads(f'"{item[1]}"') if quote == '"' else item[1]) for item in found)
    end = match.end() + 1 + (found[-1].end() if found else 0)
    return Command(match.start() - 1, end, match["program"], match["path"], words, True, quote)


def _block(text: str, match: re.Match[str]) -> Command | None:
    """A YAML list of words under ``command:``; ``quote`` holds what stands between two of them."""
    start = _line(text, match.start())
    head = re.compile(r"([ \t]*)- ").fullmatch(text, start, match.start())
    above = text[:start].rstrip("\n").rpartition("\n")[2]
    if head is None or not re.search(r"\b(?:command|entrypoint|args)\s*:\s*$", above):
        return None
    lines = re.compile(rf"(?:\n{head[1]}- [^\n]*)*").match(text, match.end())
    assert lines is not None
    words = tuple(Word(" ", _unquoted(line)) for line in re.findall(r"- ([^\n]*)", lines[0]))
    return Command(match.start(), lines.end(), match["program"], match["path"], words, True, f"\n{head[1]}- ")


def _unquoted(text: str) -> str:
    text = text.strip()
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'" else text
