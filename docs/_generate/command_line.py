"""The reference of the command line, as the parser itself tells it."""

from __future__ import annotations

import argparse
import os

from migrate_tool.cli import _parser

from .markdown import block


def page() -> str:
    """``--help`` of the tool and of each command."""
    os.environ["COLUMNS"] = "100"
    parser = _parser()
    parts = ["# The command line", block(parser.format_help(), "text")]
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for name, command in action.choices.items():
                parts += [f"## flask-to-quart {name}", block(command.format_help(), "text")]
    return "\n\n".join(parts) + "\n"
