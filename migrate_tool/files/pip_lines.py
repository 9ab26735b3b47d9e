"""Requirement files of pip, and blocks of such lines in ini files."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import PurePosixPath

from packaging.utils import canonicalize_name

from .requirement import Requirement, parse
from .requirement_plan import Decide, Listed, Outcome, kind_of

_HASH = re.compile(r"\s*(?:\\\n\s*)?--hash[= ]\S+")
_COMMENT = re.compile(r"(?:^|\s+)#.*$")
#: What asked for the line: behind it, or on the lines of comment that follow it.
_VIA = re.compile(r"#\s*via\b(.*)")
#: ``py36: name`` of tox.
_FACTOR = re.compile(r"^\s*[\w{},.!-]+:(?=\s)")

#: The name of a distribution, and more behind it: what else a line may be, a path, a URL or an option, does not begin so.
_NAMED = re.compile(r"[A-Za-z0-9][\w.-]*(?:\s*\[[^\]]*\])?(?:\s*[<>=!~]|\s+[^@;\s])[^/\\${}]*")
#: Options for one requirement, which pip reads off its line.
_OPTIONS = re.compile(r"\s+--\w.*$")


@dataclass(slots=True)
class Line:
    """One logical line: its physical lines, and the requirement it names."""

    text: str
    requirement: Requirement | None = None
    start: int = 0
    end: int = 0
    comment: str = ""
    indent: str = ""
    #: How many of the lines that follow say what asked for it.
    notes: int = 0


def read_lines(text: str) -> list[Line]:
    """The logical lines of a requirements file, each with its newline."""
    lines: list[Line] = []
    pending = ""
    for physical in text.splitlines(keepends=True):
        pending += physical
        if physical.rstrip("\r\n").endswith("\\"):
            continue
        lines.append(_line(pending))
        pending = ""
    if pending:
        lines.append(_line(pending))
    _annotate(lines)
    return lines


def refused(text: str) -> list[tuple[int, str]]:
    """The lines of a requirements file that name a distribution, and that pip cannot read: their numbers, and what they say."""
    found: list[tuple[int, str]] = []
    number = 1
    for line in read_lines(text):
        body = _OPTIONS.sub("", _COMMENT.sub("", line.text.rstrip("\r\n"))).strip()
        if line.requirement is None and _NAMED.fullmatch(body) and parse(body) is None:
            found.append((number, body))
        number += line.text.count("\n")
    return found


def _annotate(lines: list[Line]) -> None:
    """Tell each requirement what asked for it, where pip-compile wrote that down."""
    for index, line in enumerate(lines):
        if line.requirement is None:
            continue
        notes = [line.comment.strip()]
        for following in lines[index + 1 :]:
            text = following.text.strip()
            if not (text.startswith("#") and following.text.startswith((" ", "\t"))):
                break
            notes.append(text)
        start = next((place for place, note in enumerate(notes) if _VIA.match(note)), None)
        if start is None:
            continue
        first = _VIA.match(notes[start])
        assert first is not None
        written = ",".join([first[1], *(note.lstrip("# ") for note in notes[start + 1 :])])
        names = tuple(canonicalize_name(name) for part in written.split(",") if (name := part.strip()))
        line.requirement = replace(line.requirement, via=names)
        line.notes = len(notes) - 1


def _line(text: str) -> Line:
    joined = _HASH.sub("", text.rstrip("\r\n")).replace("\\\n", " ").replace("\\\r\n", " ")
    comment = _COMMENT.search(joined)
    body = _COMMENT.sub("", joined)
    indent = body[: len(body) - len(body.lstrip())]
    factor = _FACTOR.match(body)
    if factor and not body.lstrip().startswith("-"):
        indent, body = factor[0] + " ", body[factor.end() :]
    found = None if body.lstrip().startswith("-") else parse(body)
    return Line(text, found, comment=comment[0] if comment else "", indent=indent)


def rewrite_block(text: str, listed: tuple[PurePosixPath, str, Sequence[str]], decide: Decide) -> str:
    """Change the requirements in a block of lines; ``listed`` says where the block stands and what for."""
    path, key, words = listed
    lines = read_lines(text)
    named = [line for line in lines if line.requirement is not None]
    requirements = tuple(line.requirement for line in named if line.requirement is not None)
    outcome = decide(Listed(path, key, kind_of(words), requirements))
    if not outcome:
        return text
    return _apply(lines, named, outcome)


def _apply(lines: list[Line], named: list[Line], outcome: Outcome) -> str:
    replaced = {id(named[index]): items for index, items in outcome.replaced.items()}
    hashed = any("--hash" in line.text for line in lines)
    indent = next((line.indent for line in named if not line.indent.rstrip().endswith(":")), "")
    out: list[str] = []
    rest = iter(lines)
    for line in rest:
        if id(line) not in replaced:
            out.append(_HASH.sub("", line.text) if hashed else line.text)
            continue
        texts = [f"{line.indent}{item}" for item in replaced[id(line)]]
        newline = _newline(line.text)
        # What is said of the requirement stays with the first that takes its place, and goes with one that nothing replaces.
        notes = [following.text for following in islice(rest, line.notes)]
        for position, text in enumerate(texts):
            out.append(f"{text}{line.comment if position == 0 else ''}{newline}")
            out += notes if position == 0 else ()
    text = "".join(out)
    for item in outcome.added:
        if text and not text.endswith("\n"):
            text += "\n"
        text += f"{indent}{item}\n"
    return text


def _newline(text: str) -> str:
    stripped = text.rstrip("\r\n")
    return text[len(stripped) :] or "\n"


def rewrite_file(path: PurePosixPath, text: str, decide: Decide) -> str:
    """Change a requirements file."""
    words = re.split(r"[-_. /]", f"{path.parent.name}/{path.stem}".lower())
    return rewrite_block(text, (path, "", words), decide)


def is_hashed(text: str) -> bool:
    """Whether the file pins its distributions by hash, so that pip refuses any without."""
    return "--hash" in text
