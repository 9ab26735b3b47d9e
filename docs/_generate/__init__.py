"""Pages that are made of the code: the rules, the extension map, Flask's manners, the command line, the reference."""

from __future__ import annotations

from pathlib import Path

from . import command_line, extensions, manners, reference, requirements, rules

GENERATED = ("rules", "reference")


def write_pages(docs: Path) -> None:
    """Write every generated page below ``docs``; a page that has not changed is left alone, so that builds stay quick."""
    pages = {
        **rules.pages(),
        **reference.pages(),
        "reference/command-line.md": command_line.page(),
        "reference/extensions.md": extensions.page(),
        "reference/manners.md": manners.page(),
        "reference/requirements.md": requirements.page(),
    }
    for folder in GENERATED:
        for old in (docs / folder).glob("*.md"):
            if f"{folder}/{old.name}" not in pages:
                old.unlink()
    for name, text in pages.items():
        path = docs / name
        path.parent.mkdir(exist_ok=True)
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
