"""Where output goes: terminals that lack characters, pipes that close early, files that can't be written."""

from __future__ import annotations

import io
import os
import sys
import tempfile
from pathlib import Path
from typing import TextIO

from migrate_tool.project.problems import ToolError
from migrate_tool.report import diff, html, json, text
from migrate_tool.report.outcome import Outcome


class Terminal:
    """Standard output and error, made safe."""

    def __init__(self) -> None:
        #: Whether files were written already, should something go wrong from here on.
        self.files_written = False
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, io.TextIOWrapper):
                # Names of files and lines of code may hold what the terminal's encoding lacks.
                stream.reconfigure(errors="backslashreplace")

    def say(self, message: str) -> None:
        """Print to standard output."""
        _print(sys.stdout, message)

    def say_error(self, message: str) -> None:
        """Print to standard error."""
        _print(sys.stderr, message)

    def fail(self, message: str, code: int, as_json: bool) -> int:
        """Say what went wrong, in one line; returns the exit code."""
        message = " ".join(message.split())
        self.say_error(f"flask-to-quart: error: {message}\n")
        if as_json:
            self.say(json.error(message, code))
        return code

    def close(self, code: int) -> int:
        """Have everything printed; returns the exit code."""
        for stream in (sys.stdout, sys.stderr):
            _print(stream, "", flush=True)
        return code

    def report_check(self, outcome: Outcome, how: str, listing: Path | None) -> None:
        """What ``check`` prints, and the file with every place if one is wanted."""
        if listing is not None:
            _list(outcome, listing)
        if how == "json":
            self.say(json.report(outcome))
            return
        lines = text.findings(outcome)
        self.say(lines + ("\n" if lines else "") + text.summary(outcome))

    def report_migration(self, outcome: Outcome, how: str, page: Path | None, listing: Path | None) -> None:
        """What ``migrate`` prints, and the page and the file with every place if they are wanted."""
        if listing is not None:
            _list(outcome, listing)
        elif outcome.written and how == "text" and text.is_cut(outcome):
            # Another run finds only what is left in the code: what this one knows is kept, outside of the repository.
            _list(outcome, _kept(outcome.root.name))
        if page is not None:
            _put(outcome, page, html.page(outcome))
            outcome.notes.append(f"the changes can be read in {page}")
        if how == "json":
            self.say(json.report(outcome))
            return
        if not outcome.written and outcome.changes:
            patch = "".join(map(diff.unified, outcome.changes))
            self.say(diff.coloured(patch) if _is_colourful() else patch)
            self.say("\n")
        self.say(text.summary(outcome))


def _list(outcome: Outcome, file: Path) -> None:
    _put(outcome, file, text.summary(outcome, whole=True))
    outcome.listed = file


def _put(outcome: Outcome, file: Path, content: str) -> None:
    try:
        file.write_text(content, encoding="utf-8", errors="backslashreplace")
    except OSError as error:
        done = "the files were written" if outcome.written else "nothing was written"
        raise ToolError(f"{file}: {error.strerror}; {done}") from error


def _kept(name: str) -> Path:
    """A new file for the places of a run, which nobody else can have put there."""
    descriptor, file = tempfile.mkstemp(prefix=f"flask-to-quart-{name}-", suffix=".txt")
    os.close(descriptor)
    return Path(file)


def _is_colourful() -> bool:
    return sys.stdout is not None and sys.stdout.isatty() and not os.environ.get("NO_COLOR")


def _print(stream: TextIO | None, message: str, flush: bool = False) -> None:
    if stream is None:
        return
    try:
        stream.write(message)
        if flush:
            stream.flush()
    except (BrokenPipeError, ValueError):
        # The reader has gone: nothing more to say, and nothing that the interpreter should try to flush at exit.
        _silence(stream)


def _silence(stream: TextIO) -> None:
    try:
        descriptor = stream.fileno()
    except (OSError, ValueError):
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, descriptor)
    os.close(nowhere)
