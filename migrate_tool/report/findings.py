"""What was found or done at one place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Action = Literal["rewritten", "marked", "left", "bridged", "noted"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One place of one rule.

    Attributes:
        path: relative to the repository's root, with forward slashes.
        line: from 1.
        column: from 0, in characters.
        action: "rewritten"; "marked" for a human; "left" as it was; "bridged": synchronous code that waits;
            "noted": right as it is, and worth knowing.
    """

    code: str
    name: str
    safety: str
    path: str
    line: int
    column: int
    message: str
    action: Action = "rewritten"
    hint: str = ""
