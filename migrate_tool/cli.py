"""The commands and their options, nothing else."""

from __future__ import annotations

import argparse
import gc
import sys
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path

from migrate_tool import __version__
from migrate_tool.project.problems import ToolError
from migrate_tool.terminal import Terminal

_EXIT_CODES = """\
exit codes:
  0  nothing is left for a human
  1  something is: work to do (check), marks or files that were left alone (migrate)
  2  usage or input error; nothing was written
  3  internal or writing error; nothing was written
"""


def run() -> int:
    """``main`` in a process of its own: what it reads lives as long as the process, so nothing is ever collected."""
    gc.disable()
    code = main()
    # Else the collector walks all of it once more when the process ends.
    gc.freeze()
    return code


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code."""
    terminal = Terminal()
    options = _parser().parse_args(arguments)
    command: Callable[[argparse.Namespace, Terminal], int] = options.run
    as_json = getattr(options, "format", "text") == "json"
    try:
        code = command(options, terminal)
    except ToolError as error:
        code = terminal.fail(str(error), error.exit_code, as_json)
    except ModuleNotFoundError as error:
        if error.name not in {"tomlkit", "packaging"}:
            code = _internal(error, options, terminal, as_json)
        else:
            missing = f"{error.name} is not installed: python -m pip install 'flask-to-quart[migrate]'"
            code = terminal.fail(missing, 2, as_json)
    except KeyboardInterrupt:
        code = terminal.fail("interrupted", 130, as_json)
    except Exception as error:
        code = _internal(error, options, terminal, as_json)
    return terminal.close(code)


def _internal(error: Exception, options: argparse.Namespace, terminal: Terminal, as_json: bool) -> int:
    if options.debug:
        terminal.say_error(traceback.format_exc())
    own = Path(__file__).parent
    frames = [
        frame for frame in traceback.extract_tb(error.__traceback__) if own in Path(frame.filename).parents
    ]
    place = f" in {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    written = "the files were written" if terminal.files_written else "nothing was written"
    hint = "" if options.debug else "; --debug shows more"
    return terminal.fail(
        f"internal error: {type(error).__name__}: {error}{place}; {written}{hint}", 3, as_json
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="flask-to-quart",
        description="Move a Flask repository to Quart.",
        epilog=_EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)

    check = _command(commands, "check", _check, "say what a migration would change; write nothing")
    check.add_argument("path", type=Path, metavar="PATH", help="the folder of the repository")

    migrate = _command(commands, "migrate", _migrate, "show the migration as a diff, or make it with --write")
    migrate.add_argument("path", type=Path, metavar="PATH", help="the folder of the repository")
    migrate.add_argument(
        "--write", action="store_true", help="write all changes, or none if one can't be written"
    )
    migrate.add_argument(
        "--allow-dirty", action="store_true", help="write although changes are not committed"
    )
    migrate.add_argument(
        "--html", type=Path, metavar="FILE", help="also write a page that shows every change"
    )

    for command in (check, migrate):
        command.add_argument(
            "--report", type=Path, metavar="FILE", help="also write the summary with every place it is about"
        )
        command.add_argument(
            "--format", choices=("text", "json"), default="text", help="what to print (default: text)"
        )

    explain = _command(commands, "explain", _explain, "say why a function becomes async, or why it does not")
    explain.add_argument("target", metavar="PATH::QUALNAME", help="a function, as app/views.py::UserView.get")
    explain.add_argument("--root", type=Path, metavar="DIR", help="the repository (default: found from PATH)")

    rules = _command(commands, "rules", _rules, "list the rules, or explain one")
    rules.add_argument("code", nargs="?", metavar="CODE", help="a rule, as FQ101")
    return parser


def _command(
    commands: argparse._SubParsersAction[argparse.ArgumentParser],
    name: str,
    run: Callable[[argparse.Namespace, Terminal], int],
    text: str,
) -> argparse.ArgumentParser:
    command = commands.add_parser(
        name, help=text, description=text[0].upper() + text[1:] + ".", allow_abbrev=False
    )
    command.add_argument("--debug", action="store_true", help="show where an internal error comes from")
    command.set_defaults(run=run)
    return command


def _check(options: argparse.Namespace, terminal: Terminal) -> int:
    from migrate_tool import pipeline

    _must_have_folder(options.report)
    outcome = pipeline.check(options.path)
    terminal.report_check(outcome, options.format, options.report)
    return outcome.exit_code


def _migrate(options: argparse.Namespace, terminal: Terminal) -> int:
    from migrate_tool import pipeline

    _must_have_folder(options.html)
    _must_have_folder(options.report)
    outcome = pipeline.migrate(options.path, write_files=options.write, allow_dirty=options.allow_dirty)
    terminal.files_written = outcome.written
    terminal.report_migration(outcome, options.format, options.html, options.report)
    return outcome.exit_code


def _must_have_folder(file: Path | None) -> None:
    """Else the migration would be made, and what there is to say of it lost."""
    if file is not None and not file.absolute().parent.is_dir():
        raise ToolError(f"{file}: its folder does not exist")


def _explain(options: argparse.Namespace, terminal: Terminal) -> int:
    from migrate_tool.explaining import explain

    terminal.say("".join(f"{line}\n" for line in explain(options.target, options.root)))
    return 0


def _rules(options: argparse.Namespace, terminal: Terminal) -> int:
    from migrate_tool.report.rules import describe, listing

    terminal.say(describe(options.code) if options.code else listing())
    return 0


if __name__ == "__main__":
    sys.exit(main())
