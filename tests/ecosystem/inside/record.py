"""The plugin's one way out: events as lines of JSON, each written at once, so that a killed run has said what it did."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from typing import Any

ENVIRONMENT = "FQ_INSIDE"


@dataclass
class Run:
    """The state of one test run: what was asked for, and whose turn it is."""

    record: str
    tree: str
    stage: str
    sabotage: bool = False
    done: frozenset[str] = frozenset()
    dump: str = ""
    current: str = ""
    last: str = ""
    counts: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def from_environment(cls) -> Run:
        """Read what the supervisor asked for."""
        asked = json.loads(os.environ[ENVIRONMENT])
        return cls(
            record=asked["record"],
            tree=os.path.realpath(asked["tree"]),
            stage=asked["stage"],
            sabotage=asked["sabotage"],
            done=frozenset(asked["done"]),
            dump=asked["dump"],
        )

    def write(self, event: str, **fields: Any) -> None:
        """Append one event."""
        line = json.dumps({"event": event, **fields}) + "\n"
        with open(self.record, "a", encoding="utf-8") as file:
            file.write(line)

    def fault(self, kind: str, text: str) -> None:
        """Record something that happened during a test and that no assertion saw."""
        self.write("fault", kind=kind, test=self.current or self.last, text=text[:500])

    def inside_tree(self, filename: str) -> str | None:
        """Return the path relative to the measured tree, or None for everything that is not the application's own."""
        if not filename.startswith("/"):
            return None
        path = filename if filename.startswith(self.tree + os.sep) else os.path.realpath(filename)
        if not path.startswith(self.tree + os.sep):
            return None
        relative = path[len(self.tree) + 1 :]
        return None if "site-packages" in relative else relative
