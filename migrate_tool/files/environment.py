"""Environment variables that Flask reads, where files set them."""

from __future__ import annotations

import re

#: Flask's own variables; others that start with FLASK_ are the application's.
_NAMES = r"FLASK_(APP|DEBUG|SKIP_DOTENV|RUN_[A-Z_]+)"
VARIABLE = re.compile(rf"(?<![A-Za-z0-9_]){_NAMES}(?![A-Za-z0-9_])")
_MODE = re.compile(
    r"""(?<![A-Za-z0-9_$\{])FLASK_ENV(?P<between>["']?\s*[=:]\s*|[ ]+)(?P<quote>["']?)(?P<value>[A-Za-z]+)(?P=quote)"""
)
_DOTENV = re.compile(r"(?<![\w])\.flaskenv\b")


def rename(text: str, *, keeps_mode: bool = False) -> str:
    """The text with Quart's variables for Flask's.

    Args:
        text: A file that sets environment variables.
        keeps_mode: Whether the application itself reads FLASK_ENV, so that it must stay.
    """
    if not keeps_mode:
        text = _without_mode(text)
    text = VARIABLE.sub(lambda match: f"QUART_{match[1]}", text)
    return _DOTENV.sub(".quartenv", text)


def renamed(name: str) -> str | None:
    """Quart's name for one of Flask's variables; None if it has none."""
    return f"QUART_{match[1]}" if (match := VARIABLE.fullmatch(name)) else None


def _without_mode(text: str) -> str:
    """FLASK_ENV, which Quart does not read: what it meant is whether to debug."""
    if re.search(r"(?:FLASK|QUART)_DEBUG", text):
        # It is said already; a line that only says the mode goes.
        text = re.sub(r"(?m)^(?:export )?FLASK_ENV=\w*\r?(?:\n|\Z)", "", text)

    def change(match: re.Match[str]) -> str:
        debug = "1" if match["value"].lower() == "development" else "0"
        # In YAML a bare number is no text, and some readers refuse it.
        quote = match["quote"] or ('"' if ":" in match["between"] else "")
        return f"QUART_DEBUG{match['between']}{quote}{debug}{quote}"

    return _MODE.sub(change, text)
