"""The reference of what a migrated application imports, from its docstrings."""

from __future__ import annotations

import importlib
import inspect

MODULES = {
    "quart_app": "the application class and `create_app()`",
    "quart_app.auth": "signing in",
    "quart_app.auth.principal": "roles and permissions",
    "quart_app.db": "the database",
    "quart_app.db.plain": "SQLAlchemy without the extension",
    "quart_app.bridge": "synchronous code that waits",
    "quart_app.tasks": "background work",
    "quart_app.forms": "forms",
    "quart_app.files": "files",
    "quart_app.uploads": "uploaded files",
    "quart_app.streaming": "streams",
    "quart_app.proxy": "proxies in front",
    "quart_app.testing": "tests",
    "quart_app.cli": "commands",
}


def pages() -> dict[str, str]:
    """A page for each public module, and their list."""
    names = "\n".join([*MODULES, "command-line", "extensions", "manners", "requirements"])
    listed = "\n".join(f"- [`{name}`]({name}.md): {what}" for name, what in MODULES.items())
    index = (
        "# Reference\n\n"
        f"{listed}\n- [The command line](command-line.md)\n- [Extensions](extensions.md)\n- [Flask's manners](manners.md)\n- [Requirements](requirements.md)\n\n"
        f"```{{toctree}}\n:hidden:\n\n{names}\n```\n"
    )
    found = {"reference/index.md": index}
    described: set[int] = set()
    for name in MODULES:
        own = {one: value for one, value in members(name).items() if id(value) not in described}
        described |= {id(value) for value in own.values()}
        entries = "\n".join(_entry(one, value) for one, value in own.items())
        found[f"reference/{name}.md"] = (
            f"# {name}\n\n```{{eval-rst}}\n.. automodule:: {name}\n\n.. currentmodule:: {name}\n\n{entries}```\n"
        )
    return found


def _entry(name: str, value: object) -> str:
    if inspect.isclass(value):
        return f".. autoclass:: {name}\n   :members:\n"
    if inspect.isroutine(value):
        return f".. autofunction:: {name}\n"
    # Not autodata: it prints the value, and current_user can't be printed before it is awaited.
    about = (inspect.getdoc(type(value)) or "").partition("\n")[0]
    return f".. py:data:: {name}\n\n   {about}\n"


def members(name: str) -> dict[str, object]:
    """What the module offers of this project's own."""
    module = importlib.import_module(name)
    offered = getattr(module, "__all__", None)
    found = {one: getattr(module, one) for one in (offered or vars(module)) if not one.startswith("_")}
    home = name if offered is None else "quart_app"
    return {
        one: value for one, value in found.items() if str(getattr(value, "__module__", "")).startswith(home)
    }
