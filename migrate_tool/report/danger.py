"""How much depends on what is left for a human: what lets somebody in stands before what any test would show."""

from __future__ import annotations

from enum import Enum


class Danger(Enum):
    """What may happen where nobody looks at it, the worst first; the value stands above such work."""

    OPEN = "Who may do what: look here first"
    SILENT = "May be wrong without an error"
    STOPS = "Fails where it is used"
    AROUND = "Around the code"
    TRY = "Tried by nobody: see whether it works"

    @property
    def rank(self) -> int:
        """0 for the worst."""
        return list(Danger).index(self)


#: By the beginning of a rule's code; the longest that fits decides.
_BY_CODE = {
    "FQ1": Danger.STOPS,
    "FQ140": Danger.SILENT,
    "FQ156": Danger.OPEN,
    "FQ160": Danger.SILENT,
    "FQ2": Danger.OPEN,
    "FQ215": Danger.SILENT,
    "FQ3": Danger.SILENT,
    "FQ307": Danger.STOPS,
    "FQ310": Danger.AROUND,
    "FQ4": Danger.SILENT,
    "FQ7": Danger.AROUND,
    "FQ8": Danger.SILENT,
    "FQ9": Danger.SILENT,
}

#: Of what a rule only names and marks nowhere.
_NAMED = {"FQ191": Danger.TRY}


def danger(code: str, *, marked: bool = True) -> Danger:
    """How dangerous it is to leave what a rule left.

    Args:
        code: the rule's; empty for a file that was left alone as a whole.
        marked: whether there is a mark in the code; else it is only named.

    Returns:
        The danger; a file that was left alone still imports Flask, and so fails.
    """
    if not marked and code in _NAMED:
        return _NAMED[code]
    longest = max((start for start in _BY_CODE if code.startswith(start)), key=len, default="")
    return _BY_CODE.get(longest, Danger.STOPS)
