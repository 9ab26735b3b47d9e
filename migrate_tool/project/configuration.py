"""The tool's settings: ``[tool.flask-to-quart]`` in the target's pyproject.toml."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .problems import ToolError
from .source import SIZE_LIMIT

TABLE = "tool.flask-to-quart"


@dataclass(frozen=True)
class Config:
    """What a project may set."""

    #: Paths that are left alone, as patterns relative to the root (``docs``, ``legacy/*.py``).
    exclude: tuple[str, ...] = ()
    #: Codes of rules that are switched off (``FQ301``), or the first letters of several (``FQ7``).
    disable: tuple[str, ...] = ()
    #: Files with more bytes are left alone.
    size_limit: int = SIZE_LIMIT

    def is_off(self, code: str) -> bool:
        """Whether the rule ``code`` is switched off."""
        return any(code.startswith(prefix) for prefix in self.disable)


def read_config(root: Path) -> Config:
    """The settings of the project in ``root``.

    Raises:
        ToolError: the file can't be read, or holds a key or value that makes no sense.
    """
    path = root / "pyproject.toml"
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        return Config()
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ToolError(f"{path}: can't be read: {error}") from error
    table = data.get("tool", {}).get("flask-to-quart", {}) if isinstance(data.get("tool", {}), dict) else {}
    if not isinstance(table, dict):
        raise ToolError(f"{path}: {TABLE} must be a table")
    values: dict[str, Any] = {}
    for key, value in table.items():
        if key not in _KEYS:
            close = difflib.get_close_matches(key, _KEYS, 1)
            meant = f"did you mean {close[0]!r}?" if close else f"known keys: {', '.join(sorted(_KEYS))}"
            raise ToolError(f"{path}: [{TABLE}] has no key {key!r}; {meant}")
        accepts, wanted, convert = _KEYS[key]
        if not accepts(value):
            raise ToolError(f"{path}: [{TABLE}] {key} must be {wanted}, not {value!r}")
        values[key.replace("-", "_")] = convert(value)
    return Config(**values)


def _is_strings(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) and item for item in value)


def _is_size(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value > 0


_KEYS: dict[str, tuple[Callable[[object], bool], str, Callable[[Any], Any]]] = {
    "exclude": (_is_strings, "a list of path patterns", tuple),
    "disable": (_is_strings, "a list of rule codes", tuple),
    "size-limit": (_is_size, "a number of bytes", int),
}
