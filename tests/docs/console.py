"""Runs the ``console`` blocks of a page as a reader would: one shell, one command after the other."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
_BLOCK = re.compile(r"^```console\n(.*?)^```", re.MULTILINE | re.DOTALL)
_MARK = "@@@ end of command"


@dataclass(frozen=True)
class Command:
    """One command of a page, with what the page says that it prints (``...`` stands for anything)."""

    text: str
    expected: str

    def accepts(self, output: str) -> bool:
        """Whether ``output`` is what the page says."""
        pattern = ".*".join(re.escape(part.strip("\n")) for part in self.expected.split("..."))
        return re.fullmatch(rf"\s*{pattern}\s*", output, re.DOTALL) is not None


def commands(page: Path) -> list[Command]:
    """The commands of a page, in order."""
    found = []
    for block in _BLOCK.findall(page.read_text(encoding="utf-8")):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            text, _, expected = part.partition("\n")
            here = re.search(r"<<'(\w+)'$", text)
            if here:
                document, end, expected = expected.partition(f"{here[1]}\n")
                text = f"{text}\n{document}{end}"
            found.append(Command(text, expected))
    return found


def run(page: Path, work: Path, timeout: float) -> list[tuple[Command, str, int]]:
    """Run a page's commands in one shell.

    Args:
        page: the page.
        work: the folder that the page calls ``$WORK``.
        timeout: seconds for all of them.

    Returns:
        Each command with its output and exit code; fewer than the page has if the shell ended early.
    """
    found = commands(page)
    script = work / "page.sh"
    script.write_text("".join(f'{command.text}\necho "{_MARK} $?"\n' for command in found), encoding="utf-8")
    dropped = ("FLASK_", "QUART_", "DATABASE_URL", "PYTEST_", "PYTHONPATH", "GIT_")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(dropped)}
    environment |= {
        "WORK": str(work),
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "COLUMNS": "120",
        "PYTHONDONTWRITEBYTECODE": "1",
        "GIT_AUTHOR_NAME": "Reader",
        "GIT_AUTHOR_EMAIL": "reader@example.com",
        "GIT_COMMITTER_NAME": "Reader",
        "GIT_COMMITTER_EMAIL": "reader@example.com",
    }
    done = subprocess.run(
        ["bash", str(script)],
        cwd=REPOSITORY,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=timeout,
        check=False,
    )
    results = []
    rest = done.stdout
    for command in found:
        output, mark, rest = rest.partition(_MARK)
        if not mark:
            break
        code, _, rest = rest.strip(" ").partition("\n")
        results.append((command, output, int(code)))
    return results
