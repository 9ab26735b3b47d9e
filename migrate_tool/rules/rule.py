"""What a rule is: one file, whose name starts with its code, that says what it does and shows it.

A rule's file defines ``RULE`` and any of the functions ``python(file)``, ``text(file)`` and ``project(repository)``.
A rule without functions describes changes that the colour writer makes (an ``await`` before a call that waits).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum


class Safety(Enum):
    """How far a change can be trusted."""

    #: Same behaviour.
    SAFE = "safe"
    #: Applied; behaviour may differ in the way the rule says.
    REVIEW = "review"
    #: Never applied: a mark in the code says what to do.
    MANUAL = "manual"


@dataclass(frozen=True, slots=True)
class Example:
    """Code before and after the whole migration; the tests run the tool over ``before``."""

    before: str
    after: str
    #: The file's name, where it matters (templates, requirements).
    path: str = "app.py"
    #: Further files of the project, by path: their text before and after (None: no such file).
    others: Mapping[str, tuple[str | None, str | None]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule, as ``flask-to-quart rules`` and the documentation show it."""

    code: str
    name: str
    summary: str
    why: str
    safety: Safety
    examples: tuple[Example, ...] = ()
    #: Code that must stay exactly as it is.
    left_alone: tuple[str, ...] = ()
    #: The name of the file that holds it.
    left_alone_path: str = "app.py"
    references: tuple[str, ...] = ()
