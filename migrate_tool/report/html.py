"""One page that shows every change: no script, no request, light and dark."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from migrate_tool import __version__

from .diff import counts, unified
from .groups import Group, bridged, left, noted
from .outcome import FileChange, Outcome

_STYLE = """
:root { color-scheme: light dark; --line: #8884; --soft: #8881; --add: #2da44e33; --del: #cf222e2e; --at: #0969da; }
@media (prefers-color-scheme: dark) { :root { --at: #79c0ff; } }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 72rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; margin-top: 2rem; }
table { border-collapse: collapse; } td, th { text-align: left; padding: .15rem .8rem .15rem 0; vertical-align: top; }
code, pre { font: 12.5px/1.45 ui-monospace, monospace; }
details { border: 1px solid var(--line); border-radius: 6px; margin: .6rem 0; overflow: hidden; }
summary { padding: .4rem .7rem; cursor: pointer; background: var(--soft); overflow-wrap: anywhere; }
pre { margin: 0; padding: .5rem 0; overflow-x: auto; tab-size: 4; } pre span { display: block; padding: 0 .7rem; min-width: max-content; }
.add { background: var(--add); } .del { background: var(--del); } .at { color: var(--at); }
.count { float: right; } li { overflow-wrap: anywhere; }
"""

_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
{body}
</body>
</html>
"""


def page(outcome: Outcome) -> str:
    """The page."""
    title = f"flask-to-quart: {outcome.root.name}"
    return _PAGE.format(title=escape(title), style=_STYLE, body="\n".join(_body(outcome, title)))


def _body(outcome: Outcome, title: str) -> Iterator[str]:
    state = "written" if outcome.written else "not written"
    yield f"<h1>{escape(title)}</h1>"
    yield (
        f"<p>{len(outcome.changes)} of {outcome.files_read} files change ({state}); "
        f"{outcome.async_functions} functions become async. flask-to-quart {escape(__version__)}</p>"
    )
    rules = outcome.by_rule()
    if rules:
        yield "<h2>Rules</h2><table>"
        for (code, name), actions in rules.items():
            told = ", ".join(f"{count} {action}" for action, count in sorted(actions.items()))
            yield f"<tr><td><code>{escape(code)}</code></td><td>{escape(name)}</td><td>{escape(told)}</td></tr>"
        yield "</table>"
    yield from _groups("Left for you", left(outcome))
    yield from _groups("Through the bridge instead of await", bridged(outcome))
    notices = [str(problem) for problem in outcome.problems if problem.notice]
    yield from _groups("Good to know", noted(outcome), [*outcome.notes, *notices])
    if outcome.changes:
        yield "<h2>Changes</h2>"
    for change in outcome.changes:
        yield from _change(change)


def _groups(title: str, groups: list[Group], first: list[str] | None = None) -> Iterator[str]:
    lines = first or []
    count = len(lines) + sum(len(group.places) for group in groups)
    if not count:
        return
    yield f"<h2>{escape(title)} ({count})</h2>"
    if lines:
        yield "<ul>"
        yield from (f"<li><code>{escape(line)}</code></li>" for line in lines)
        yield "</ul>"
    for group in groups:
        said = f"{group.code} {group.text}".strip()
        yield f'<details><summary><code>{escape(said)}</code> <span class="count">{len(group.places)}</span></summary><ul>'
        yield from (f"<li><code>{escape(place)}</code></li>" for place in group.places)
        yield "</ul></details>"


def _change(change: FileChange) -> Iterator[str]:
    added, removed = counts(change)
    name = str(change.path) if change.renamed_from is None else f"{change.renamed_from} → {change.path}"
    yield f'<details open><summary><code>{escape(name)}</code> <span class="count">+{added} -{removed}</span></summary><pre>'
    lines = unified(change).split("\n")[:-1]
    start = next((number for number, line in enumerate(lines) if line.startswith("@@")), len(lines))
    for line in lines[start:]:
        kind = {"+": "add", "-": "del", "@": "at"}.get(line[:1], "")
        shown = escape(line.replace("\r", "")) or " "
        yield f'<span class="{kind}">{shown}</span>' if kind else f"<span>{shown}</span>"
    yield "</pre></details>"
