"""The rules, as the terminal shows them."""

from __future__ import annotations

import difflib
import textwrap

from migrate_tool.project.problems import ToolError
from migrate_tool.rules.registry import all_rules
from migrate_tool.rules.rule import Rule, Safety

_PROMISES = {
    Safety.SAFE: "safe: the behaviour stays the same",
    Safety.REVIEW: "review: applied; behaviour may differ in the way described",
    Safety.MANUAL: "manual: never applied; a mark in the code says what to do",
}


def listing() -> str:
    """One line for each rule."""
    rules = all_rules()
    width = max((len(rule.name) for rule in rules), default=0)
    return "".join(
        f"{rule.code}  {rule.name:{width}}  {rule.safety.value:6}  {rule.summary}\n" for rule in rules
    )


def describe(code: str) -> str:
    """Everything about one rule.

    Raises:
        ToolError: there is none with this code.
    """
    rules = {rule.code: rule for rule in all_rules()}
    rule = rules.get(code.upper())
    if rule is None:
        close = difflib.get_close_matches(code.upper(), rules, 1)
        hint = f"did you mean {close[0]}?" if close else "flask-to-quart rules lists all"
        raise ToolError(f"there is no rule {code!r}; {hint}")
    return "\n".join(_sections(rule)) + "\n"


def _sections(rule: Rule) -> list[str]:
    lines = [
        f"{rule.code} {rule.name}",
        "",
        *textwrap.wrap(rule.summary, 100),
        "",
        *textwrap.wrap(rule.why, 100),
    ]
    lines += ["", f"Safety: {_PROMISES[rule.safety]}."]
    for example in rule.examples:
        lines += ["", f"Before ({example.path}):", *_code(example.before), "After:", *_code(example.after)]
    for code in rule.left_alone:
        lines += ["", "Left alone:", *_code(code)]
    if rule.references:
        lines += ["", "See:", *(f"  {reference}" for reference in rule.references)]
    return lines


def _code(code: str) -> list[str]:
    return [f"    {line}".rstrip() for line in textwrap.dedent(code).strip("\n").split("\n")]
