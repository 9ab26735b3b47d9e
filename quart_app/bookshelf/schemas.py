"""What the API takes: one list of fields, for the checks and for the description of the API."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .limits import storable


@dataclass(frozen=True)
class Text:
    """A text of so many characters."""

    longest: int
    shortest: int = 0
    optional: bool = True

    def problem(self, value: object) -> str | None:
        """Say what is wrong with a value."""
        if value is None and self.optional:
            return None
        if isinstance(value, str) and self.shortest <= len(value) <= self.longest and storable(value):
            return None
        return f"a text of {self.shortest} to {self.longest} characters"

    def schema(self) -> dict[str, Any]:
        """Describe it."""
        kinds = ["string", "null"] if self.optional else ["string"]
        return {"type": kinds, "minLength": self.shortest, "maxLength": self.longest}


@dataclass(frozen=True)
class Number:
    """A whole number, or nothing."""

    smallest: int
    largest: int

    def problem(self, value: object) -> str | None:
        """Say what is wrong with a value."""
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int):
            return "a number"
        return (
            None
            if self.smallest <= value <= self.largest
            else f"a number from {self.smallest} to {self.largest}"
        )

    def schema(self) -> dict[str, Any]:
        """Describe it."""
        return {"type": ["integer", "null"], "minimum": self.smallest, "maximum": self.largest}


BOOK: Mapping[str, Text | Number] = {
    "title": Text(200, 1, optional=False),
    "author": Text(120, 1, optional=False),
    "year": Number(0, 2100),
    "isbn": Text(13, 10),
    "summary": Text(100_000),
}
CREDENTIALS: Mapping[str, Text | Number] = {
    "email": Text(120, optional=False),
    "password": Text(1000, optional=False),
}


def problem(fields: Mapping[str, Text | Number], data: Mapping[str, object]) -> str | None:
    """Say what is wrong with the first bad value; what is not there is not bad."""
    for name, field in fields.items():
        if name in data and (wanted := field.problem(data[name])):
            return f"{name} is {wanted}"
    return None


def schema(fields: Mapping[str, Text | Number], required: list[str]) -> dict[str, Any]:
    """Describe an object with these fields."""
    properties = {name: field.schema() for name, field in fields.items()}
    return {"type": "object", "properties": properties, **({"required": required} if required else {})}
