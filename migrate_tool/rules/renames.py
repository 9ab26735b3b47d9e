"""Names that become other names: imports, and every place that uses what they bind."""

from __future__ import annotations

import ast

from migrate_tool.catalog import Api, spelled_out
from migrate_tool.model.symbols import Imported
from migrate_tool.model.types import External

from .python_file import PythonFile


def rename(file: PythonFile) -> None:
    """Point the file's imports at the new names, and rename what used the old ones."""
    for statement in file.nodes(ast.ImportFrom):
        _from_import(file, statement)
    for plain in file.nodes(ast.Import):
        _respell(file, plain, {alias: spelled_out(alias.name) for alias in plain.names if alias.asname})
    _module_members(file)
    _members_of_submodules(file)
    _members_of_moved_modules(file)


def _from_import(file: PythonFile, statement: ast.ImportFrom) -> None:
    if statement.level or statement.module is None or file.project.is_own(statement.module):
        return
    if statement.module.partition(".")[0] == "quart":
        return  # Quart's own names are where they belong
    catalog = file.project.catalog
    moved: dict[ast.alias, Api] = {}
    respelled: dict[ast.alias, str] = {}
    for alias in statement.names:
        full = statement.module if alias.name == "*" else f"{statement.module}.{alias.name}"
        api = catalog.api(full)
        if api is not None and api.becomes and api.becomes != full:
            moved[alias] = api
        elif (goes_on := catalog.continued(full)) is not None:
            moved[alias] = Api("value", becomes=goes_on, rule="FQ110")
        elif spelled_out(full) != full:
            respelled[alias] = spelled_out(full)
        elif api is None:
            _unknown(file, statement, full)
    _respell(file, statement, respelled)
    if not moved:
        return
    exported = any(_is_exported(file, alias.asname or alias.name) for alias in moved)
    mapping = []
    for alias, api in moved.items():
        module, _, name = api.becomes.rpartition(".")
        mapping.append((alias, api.becomes, "*") if alias.name == "*" else (alias, module, name))
    for alias, local in file.imports.replace(statement, mapping, keep_local=exported).items():
        if local != (alias.asname or alias.name):
            _rename_uses(file, alias, local, moved[alias])
    file.report(
        statement,
        _rule_of(file, statement),
        f"names of {statement.module} come from their awaited successors",
    )


def _respell(file: PythonFile, statement: ast.Import | ast.ImportFrom, names: dict[ast.alias, str]) -> None:
    """``from flask.ext.script import Manager`` comes from ``flask_script``, whatever that is."""
    for alias, full in names.items():
        if full == alias.name:
            continue
        module, _, name = full.rpartition(".")
        if isinstance(statement, ast.ImportFrom) and not module:
            file.imports.remove(statement, [alias])
            file.imports.need(full, local=alias.asname or alias.name)
        else:
            origin = full if isinstance(statement, ast.Import) else module
            file.imports.replace(statement, [(alias, origin, name)], keep_local=True)
        file.report(statement, "FQ110", f"{full} is what its extension is called since")


def _is_exported(file: PythonFile, name: str) -> bool:
    """Whether another file imports ``name`` from this one, so that it must stay."""
    return (file.module, name) in file.project.exports


def _rule_of(file: PythonFile, statement: ast.ImportFrom) -> str:
    for alias in statement.names:
        api = file.project.catalog.api(f"{statement.module}.{alias.name}")
        if api is not None and api.becomes and api.rule:
            return api.rule
    return "FQ101"


def _unknown(file: PythonFile, statement: ast.ImportFrom, full: str) -> None:
    """A name of a library that moves as a whole, for which the catalogue knows no successor."""
    root = file.project.catalog.api(full.partition(".")[0])
    if root is not None and root.becomes:
        file.mark(statement, "FQ190", f"{full} has no known successor on Quart: replace what uses it")


def _rename_uses(file: PythonFile, alias: ast.alias, name: str, api: Api) -> None:
    for node in file.named(alias.asname or alias.name):
        for bindings in file.project.types.bindings(node.id, file.scope(node)):
            if any(isinstance(item, Imported) and item.alias is alias for item in bindings):
                file.replace(node, name, origin=api.rule or "FQ101")


def _module_members(file: PythonFile) -> None:
    """``import flask`` and ``flask.request``: each use gets its own successor; an import nobody needs goes."""
    kept: set[int] = set()
    rewritten: dict[int, int] = {}
    imported = {
        (alias.asname or alias.name).partition(".")[0]
        for statement in file.nodes(ast.Import)
        for alias in statement.names
    }
    starred = any(alias.name == "*" for statement in file.nodes(ast.ImportFrom) for alias in statement.names)
    for node in file.nodes(ast.Name):
        if node.id not in imported and not starred:
            continue
        statement = _plain_import(file, node)
        if statement is None or any(alias.name.partition(".")[0] == "quart" for alias in statement.names):
            continue  # Quart's own names are where they belong
        outer: ast.AST = node
        target: ast.Attribute | None = None
        api: Api | None = None
        # The longest dotted name that the catalogue moves: flask.testing.FlaskClient before flask.testing.
        while isinstance(parent := file.parent(outer), ast.Attribute) and parent.value is outer:
            outer = parent
            found = _moved(file, parent)
            if found is not None:
                target, api = parent, found
        if target is None or api is None:
            kept.add(id(statement))
            continue
        file.replace(target, _spelled(file, api), origin=api.rule or "FQ101")
        rewritten[id(statement)] = rewritten.get(id(statement), 0) + 1
        file.report(target, api.rule or "FQ101", f"{ast.unparse(target)} becomes {api.becomes}")
    for statement in file.nodes(ast.Import):
        if id(statement) in rewritten and id(statement) not in kept and len(statement.names) == 1:
            alias = statement.names[0]
            if not _is_exported(file, alias.asname or alias.name.partition(".")[0]):
                file.imports.remove(statement, statement.names)
                continue
        _continued(file, statement)


def _members_of_submodules(file: PythonFile) -> None:
    """``from sqlalchemy import orm`` and ``orm.attributes.AttributeImpl``: likewise, where the module itself stays."""
    kept: set[ast.alias] = set()
    rewritten: dict[ast.alias, ast.ImportFrom] = {}
    for node in file.nodes(ast.Name):
        found = _submodule(file, node)
        if found is None:
            continue
        alias, statement, full = found
        outer: ast.AST = node
        target: ast.Attribute | None = None
        api: Api | None = None
        while isinstance(parent := file.parent(outer), ast.Attribute) and parent.value is outer:
            outer, full = parent, f"{full}.{parent.attr}"
            one = file.project.catalog.api(full)
            if one is not None and one.becomes and one.becomes != full:
                target, api = parent, one
        if target is None or api is None:
            kept.add(alias)
            continue
        file.replace(target, _spelled(file, api), origin=api.rule or "FQ110")
        rewritten[alias] = statement
        file.report(target, api.rule or "FQ110", f"{ast.unparse(target)} becomes {api.becomes}")
    for alias, statement in rewritten.items():
        if alias not in kept and not _is_exported(file, alias.asname or alias.name):
            file.imports.remove(statement, [alias])


def _members_of_moved_modules(file: PythonFile) -> None:
    """``from flask import testing`` and ``testing.FlaskClient``: the module goes on as another, which names its member otherwise."""
    catalog = file.project.catalog
    for node in file.nodes(ast.Attribute):
        if not isinstance(node.value, ast.Name):
            continue
        for bindings in file.project.types.bindings(node.value.id, file.scope(node)):
            for item in bindings:
                if not isinstance(item, Imported) or not isinstance(item.statement, ast.ImportFrom):
                    continue
                full = f"{item.module}.{item.name}"
                module, member = catalog.api(full), catalog.api(f"{full}.{node.attr}")
                if module is None or module.kind != "module" or not module.becomes or member is None:
                    continue
                where, _, name = member.becomes.rpartition(".")
                if where == module.becomes and name != node.attr:
                    file.replace(node, f"{node.value.id}.{name}", origin=member.rule or "FQ101")
                    file.report(node, member.rule or "FQ101", f"{node.attr} goes on as {name}")


def _submodule(file: PythonFile, node: ast.Name) -> tuple[ast.alias, ast.ImportFrom, str] | None:
    """The import of a library's module that ``node`` reads, if it stays under its name, and the module's full name."""
    for bindings in file.project.types.bindings(node.id, file.scope(node)):
        for item in bindings:
            statement = item.statement if isinstance(item, Imported) else None
            if not isinstance(statement, ast.ImportFrom) or statement.level or not statement.module:
                continue
            if file.project.is_own(statement.module) or statement.module.partition(".")[0] == "quart":
                continue
            assert isinstance(item, Imported)
            full = f"{statement.module}.{item.alias.name}"
            api = file.project.catalog.api(full)
            if item.alias.name.islower() and (api is None or (api.kind == "module" and not api.becomes)):
                return item.alias, statement, full
    return None


def _continued(file: PythonFile, statement: ast.Import) -> None:
    """A package that goes on under another name keeps the old one in this file."""
    for alias in statement.names:
        goes_on = file.project.catalog.continued(alias.name)
        if goes_on is not None and "." not in alias.name and not file.project.is_own(alias.name):
            file.imports.replace(statement, [(alias, goes_on, "")], keep_local=True)
            file.report(statement, "FQ110", f"{alias.name} goes on as {goes_on}")


def _plain_import(file: PythonFile, node: ast.Name) -> ast.Import | None:
    for bindings in file.project.types.bindings(node.id, file.scope(node)):
        for item in bindings:
            if isinstance(item, Imported) and isinstance(item.statement, ast.Import):
                if file.project.is_own(item.module):
                    return None
                return item.statement
    return None


def _moved(file: PythonFile, node: ast.Attribute) -> Api | None:
    for item in file.types(node):
        if isinstance(item, External) and (api := file.project.catalog.api(item.name)) and api.becomes:
            return api
    return None


def _spelled(file: PythonFile, api: Api) -> str:
    """How the successor is written where a qualified name stood."""
    module, _, name = api.becomes.rpartition(".")
    if api.kind == "module":
        parent, _, last = api.becomes.rpartition(".")
        if not parent:
            file.imports.need(api.becomes)
            return api.becomes
        return file.need(parent, last)
    if "." not in module and module != "quart_app":
        file.imports.need(module)
        return f"{module}.{name}"
    if name[:1].isupper() or "." not in module:
        return file.need(module, name)
    package, _, last = module.rpartition(".")
    return f"{file.need(package, last)}.{name}"
