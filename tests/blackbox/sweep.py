"""Asks every route of a migrated bookshelf without signing in; run in the application's folder, with its settings."""

from __future__ import annotations

import asyncio
import inspect
import json
import sys
from typing import Any

#: What stands in the place of a converter.
_VALUES = {"int": "1", "default": "1", "string": "1", "path": "1", "uuid": "0" * 32, "float": "1.0"}


async def sweep(app: Any) -> list[dict[str, Any]]:
    """The file and name of every view, and what each of its methods answers a stranger."""
    found = []
    async with app.test_app():
        for rule in sorted(app.url_map.iter_rules(), key=str):
            view = app.view_functions[rule.endpoint]
            for method in sorted((rule.methods or set()) - {"OPTIONS"}):
                response = await app.test_client().open(_path(rule), method=method)
                found.append(
                    {
                        "names": _names(view, method),
                        "rule": str(rule),
                        "method": method,
                        "status": response.status_code,
                        "location": response.headers.get("Location", ""),
                    }
                )
            # A stranger may ask what is allowed.
            found_options = await app.test_client().options(_path(rule))
            assert found_options.status_code == 200, (rule, found_options.status_code)
    return found


def _path(rule: Any) -> str:
    parts = []
    for dynamic, data in rule._trace:
        if data == "|":
            continue
        parts.append("1" if dynamic else data)
    return "".join(parts)


def _names(view: Any, method: str) -> list[str]:
    """``file::name`` of a function; of a class-based view, of its class and of its method."""
    cls = getattr(view, "view_class", None)
    if cls is not None:
        # HEAD is answered by get().
        handler = getattr(cls, method.lower(), None) or getattr(cls, "get", None) or cls.dispatch_request
        return [_place(cls, cls.__qualname__), _place(inspect.unwrap(handler), handler.__qualname__)]
    return [_place(inspect.unwrap(view), view.__qualname__)]


def _place(thing: Any, name: str) -> str:
    return f"{thing.__module__.replace('.', '/')}.py::{name}"


if __name__ == "__main__":
    from bookshelf import create_app  # type: ignore[import-not-found]

    # A server makes the application before its loop runs.
    json.dump(asyncio.run(sweep(create_app({"WTF_CSRF_ENABLED": False}))), sys.stdout)
