"""Stages whose rewriting a test gives as pairs of old and new text."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from migrate_tool.edits.spans import Edit, EditSet
from migrate_tool.pipeline import Stages
from migrate_tool.project.discovery import Repository
from migrate_tool.report.findings import Action, Finding


@dataclass
class FakeRewrite:
    edits: dict[PurePosixPath, EditSet] = field(default_factory=dict)
    created: dict[PurePosixPath, str] = field(default_factory=dict)
    renamed: dict[PurePosixPath, PurePosixPath] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)


def finding(path: str, line: int = 1, action: Action = "rewritten", code: str = "FQ101") -> Finding:
    return Finding(code, "flask-names", "safe", path, line, 0, "a message", action)


def replacing(*pairs: tuple[str, str], **more: Any) -> Stages:
    """Replace each old text by the new one wherever it stands; ``more`` goes into the result as it is."""

    def rewrite(project: object, colouring: object, repository: Repository) -> FakeRewrite:
        result = FakeRewrite(**more)
        result.findings = list(result.findings)
        for path, file in repository.files.items():
            edits = EditSet(file.text)
            for number, (old, new) in enumerate(pairs):
                start = file.text.find(old)
                while start >= 0:
                    edits.add(Edit(start, start + len(old), (new,), origin="FQ101", group=("pair", number)))
                    result.findings.append(finding(str(path), file.text.count("\n", 0, start) + 1))
                    start = file.text.find(old, start + len(old))
            if edits:
                result.edits[path] = edits
        return result

    return Stages(lambda repository: repository, lambda project: None, rewrite)


def write_tree(root: Path, files: dict[str, str | bytes]) -> Path:
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return root


def read_tree(root: Path) -> dict[str, bytes]:
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in root.rglob("*")
        if path.is_file() and ".git" not in path.parts
    }
