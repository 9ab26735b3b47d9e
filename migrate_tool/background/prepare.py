"""The stage before the others: the program with its background work told what it needs."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath

from migrate_tool.edits.spans import Edit, EditSet
from migrate_tool.model import Project
from migrate_tool.model.symbols import FunctionInfo, ModuleInfo
from migrate_tool.project.discovery import Repository
from migrate_tool.project.source import SourceFile
from migrate_tool.report.findings import Action, Finding
from migrate_tool.rules.registry import rule

from .chains import Plan, plan
from .passing import Writer
from .starts import Start

_PASSED, _COPIED = "FQ402", "FQ403"


@dataclass(slots=True)
class Prepared:
    """The repository as the next stages see it, and what was found on the way."""

    repository: Repository
    project: Project
    findings: list[Finding] = field(default_factory=list)
    changed: dict[PurePosixPath, str] = field(default_factory=dict)


def prepare(project: Project, repository: Repository) -> Prepared:
    """Pass to background work what it reads of the request, and mark what cannot be passed."""
    if repository.config.is_off(_PASSED):
        return Prepared(repository, project)
    found = plan(project)
    if not found:
        return Prepared(repository, project)
    writer = Writer(found)
    writer.write()
    findings = [*_told(found), *_marks(found, writer)]
    texts = {module: edits.render() for module, edits in writer.edits.items()}
    changed = {
        module.path: text
        for module, text in texts.items()
        if text != module.source.text and SourceFile(module.path, module.source.encode(text)).tree is not None
    }
    if len(changed) != sum(text != module.source.text for module, text in texts.items()):
        # A chain is passed on in every file or in none.
        return Prepared(repository, project)
    files = [
        SourceFile(file.path, file.encode(changed[file.path])) if file.path in changed else file
        for file in repository.python
    ]
    if not changed:
        return Prepared(repository, project, findings)
    prepared = replace(repository, python=files)
    project.release(changed)
    return Prepared(prepared, Project(files, like=project), findings, changed)


def explain_background(project: Project, function: FunctionInfo) -> list[str]:
    """The chains on which ``function`` lies, in words."""
    found = plan(project)
    lines: list[str] = []
    for chain in found.chains if found else ():
        if function is not chain.start.owner and function not in chain.functions:
            continue
        lines.append(
            f"Background work: {chain.start.place} starts {chain.start.target.where} in {chain.start.what}."
        )
        lines += [f"  {edge.place} calls {edge.callee.where}" for edge in chain.edges]
        lines.append(f"  {chain.need.place} reads {chain.need.text}, and no request is there")
        reason = next((why for blocked, why in found.blocked if blocked is chain), "") if found else ""
        if reason:
            lines.append(f"  not passed along: {reason}")
        elif found:
            name = found.parameters[chain.start.target][chain.need.value]
            lines.append(f"  passed along as {name}, taken at {chain.start.place}: {chain.need.value}")
    return lines


def _told(found: Plan) -> list[Finding]:
    return [
        _finding(
            start,
            _PASSED,
            f"{chain.words()}; it is passed as {found.parameters[start.target][value]}",
            "rewritten",
        )
        for start, chains in found.passing.items()
        for value, chain in chains.items()
    ]


def _marks(found: Plan, writer: Writer) -> list[Finding]:
    findings = []
    for chain, reason in found.blocked:
        text = f"{chain.words()}, where no request is, and {reason}: pass it, or let it be unknown"
        if _mark(writer, chain.start.module, chain.start, _PASSED, text):
            findings.append(_finding(chain.start, _PASSED, text, "marked"))
    for start, function, _ in found.late_copies:
        text = (
            f"{function.qualname} calls copy_current_request_context in the background, where there is none to copy: "
            "call it where the work is started, or pass what the work needs"
        )
        if _mark(writer, start.module, start, _COPIED, text):
            findings.append(_finding(start, _COPIED, text, "marked"))
    return findings


def _mark(writer: Writer, module: ModuleInfo, start: Start, code: str, text: str) -> bool:
    """Put a comment above the start; whether there was none yet."""
    statement = module.statement_of(start.node)
    source = module.source
    lines = source.text.splitlines()
    above = statement.lineno - 2
    while above >= 0 and lines[above].lstrip().startswith("#"):
        if f"migrate: {code} " in lines[above] or f"migrate: ignore {code}" in lines[above]:
            return False
        above -= 1
    at = source.line_starts[statement.lineno - 1]
    edits = writer.edits.setdefault(module, EditSet(source.text))
    comment = f"{source.indent_at(statement.lineno)}# migrate: {code} {text}{source.newline}"
    edits.add(Edit(at, at, (comment,), 95, code))
    return True


def _finding(start: Start, code: str, message: str, action: Action) -> Finding:
    known = rule(code)
    return Finding(
        code,
        known.name,
        known.safety.value,
        str(start.module.path),
        start.node.lineno,
        start.node.col_offset,
        message,
        action,
        "",
    )
