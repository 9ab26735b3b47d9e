"""The map of extensions: what the codemod knows of each."""

from __future__ import annotations

from migrate_tool.catalog.extensions import EXTENSIONS, Extension, Verdict

from .markdown import code, table

_PARTS = {
    Verdict.REWRITTEN: (
        "Rewritten",
        "The codemod changes the import and awaits what waits.",
        "what takes its place",
    ),
    Verdict.KEPT: (
        "Kept as they are",
        "They need Flask's application, request and session, which `quart_app`'s bridge gives them; their hooks and views run there."
        " `tests/bridge` and `python -m tests.extensions` try them.",
        "how",
    ),
    Verdict.MARKED: (
        "Marked",
        "No bridge helps them. The import gets a mark, `# migrate: FQ191`, that says what to do instead.",
        "what to do",
    ),
}


def page() -> str:
    """Every extension that is known, by what becomes of it."""
    parts = [
        "# Extensions",
        "What becomes of an extension of Flask. One that is not listed here gets Flask's context through the bridge as well, and the report names"
        " it: most work, but nobody has tried.",
    ]
    for verdict, (title, text, column) in _PARTS.items():
        rows = [
            [extension.title, code(module), extension.advice]
            for module, extension in sorted(EXTENSIONS.items(), key=_by_title)
            if extension.verdict is verdict
        ]
        parts += [f"## {title}", text, table(["extension", "module", column], rows)]
    return "\n\n".join(parts) + "\n"


def _by_title(item: tuple[str, Extension]) -> str:
    return item[1].title.lower()
