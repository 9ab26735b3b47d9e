"""Ini files: finding and changing values where they stand, comments and layout kept."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_SECTION = re.compile(r"\[([^\]]+)\]")
_KEY = re.compile(r"(?P<key>[^\s#;\[=:][^=:]*?)(?P<equals>\s*[=:][ \t]*)(?P<value>.*)")


@dataclass(frozen=True, slots=True)
class Value:
    """One option: where its value stands (continuation lines included)."""

    section: str
    key: str
    #: The text of the value, up to and with the last newline that belongs to it.
    start: int
    end: int


def values(text: str) -> Iterator[Value]:
    """Every option of a file."""
    section = ""
    position = 0
    open_value: tuple[str, int] | None = None
    end = 0
    for line in text.splitlines(keepends=True):
        body = line.rstrip("\r\n")
        start, position = position, position + len(line)
        stripped = body.strip()
        if open_value is not None and (body[:1] in {" ", "\t"} and stripped):
            end = position
            continue
        if not stripped or stripped[0] in "#;":
            continue
        if open_value is not None:
            yield Value(section, open_value[0], open_value[1], end)
            open_value = None
        if found := _SECTION.match(body):
            section = found[1].strip()
        elif entry := _KEY.match(body):
            open_value, end = (entry["key"].strip(), start + entry.start("value")), position
    if open_value is not None:
        yield Value(section, open_value[0], open_value[1], end)


def has_section(text: str, section: str) -> bool:
    """Whether the file has the section."""
    return any(found[1].strip() == section for line in text.splitlines() if (found := _SECTION.match(line)))


def get(text: str, section: str, key: str) -> str | None:
    """The value of an option; None if it is not set."""
    for value in values(text):
        if value.section == section and value.key.lower() == key.lower():
            return text[value.start : value.end].strip()
    return None


def put(text: str, section: str, key: str, new: str) -> str:
    """Set an option: where it stands, else as the section's last."""
    last: int | None = None
    for value in values(text):
        if value.section != section:
            continue
        if value.key.lower() == key.lower():
            return f"{text[: value.start]}{new}\n{text[value.end :]}"
        last = value.end
    if last is None:
        for match in re.finditer(r"(?m)^\[([^\]]+)\][^\n]*(?:\n|\Z)", text):
            if match[1].strip() == section:
                last = match.end()
    if last is None:
        gap = "" if not text else "\n" if text.endswith("\n") else "\n\n"
        return f"{text}{gap}[{section}]\n{key} = {new}\n"
    before = text[:last] if text[:last].endswith("\n") else text[:last] + "\n"
    return f"{before}{key} = {new}\n{text[last:]}"
