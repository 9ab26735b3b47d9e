"""``SQLALCHEMY_*`` configuration: what each key means for an engine."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from quart import Quart
from sqlalchemy.engine import URL, make_url

#: Keys that Flask-SQLAlchemy had before engine options, and the options that they are.
OLD_KEYS: Mapping[str, str] = {
    "SQLALCHEMY_POOL_SIZE": "pool_size",
    "SQLALCHEMY_POOL_TIMEOUT": "pool_timeout",
    "SQLALCHEMY_POOL_RECYCLE": "pool_recycle",
    "SQLALCHEMY_MAX_OVERFLOW": "max_overflow",
}


def engine_options(app: Quart, defaults: Mapping[str, Any]) -> dict[str | None, dict[str, Any]]:
    """Read what ``make_engine`` needs for each bind key from the configuration.

    ``SQLALCHEMY_DATABASE_URI`` and ``SQLALCHEMY_ENGINE_OPTIONS`` are the default bind's (key ``None``),
    ``SQLALCHEMY_BINDS`` holds a URL or a dictionary of options for each other key; ``SQLALCHEMY_ECHO`` is for all.

    Raises:
        RuntimeError: There is no database in the configuration.
    """
    config = app.config
    uri = config.setdefault("SQLALCHEMY_DATABASE_URI", None)
    echo = config.setdefault("SQLALCHEMY_ECHO", False)
    old = {option: config[key] for key, option in OLD_KEYS.items() if config.get(key) is not None}
    result: dict[str | None, dict[str, Any]] = {}
    for key, bind in (config.setdefault("SQLALCHEMY_BINDS", {}) or {}).items():
        own = dict(bind) if isinstance(bind, Mapping) else {"url": bind}
        result[key] = {**old, **defaults, **own}
    default = {**old, **defaults, **(config.setdefault("SQLALCHEMY_ENGINE_OPTIONS", {}) or {})}
    if uri is not None:
        default["url"] = uri
    if "url" in default:
        result[None] = {**result.get(None, {}), **default}
    if not result:
        raise RuntimeError(
            "Set SQLALCHEMY_DATABASE_URI or SQLALCHEMY_BINDS before SQLAlchemy is initialised."
        )
    for key, options in result.items():
        if "url" not in options:
            raise RuntimeError(f"SQLALCHEMY_BINDS[{key!r}] has no 'url'.")
        options["url"] = absolute(app, make_url(options["url"]))
        options.setdefault("echo", echo)
        options.setdefault("echo_pool", echo)
    return result


def absolute(app: Quart, url: URL) -> URL:
    """Return a SQLite URL with its file made absolute.

    A relative file lies in the application's instance folder, which is made if it does not exist, as with
    Flask-SQLAlchemy 3; with ``SQLALCHEMY_SQLITE_IN_ROOT_PATH`` it lies beside the application, as before.
    """
    if url.get_backend_name() != "sqlite" or url.database in (None, "", ":memory:"):
        return url
    assert url.database is not None
    prefix = "file:" if "uri" in url.query and url.database.startswith("file:") else ""
    name = url.database.removeprefix(prefix)
    if os.path.isabs(name) or (prefix and (name == ":memory:" or url.query.get("mode") == "memory")):
        return url
    if app.config.get("SQLALCHEMY_SQLITE_IN_ROOT_PATH"):
        folder = os.fspath(app.root_path)
    else:
        folder = os.fspath(app.instance_path)
        os.makedirs(folder, exist_ok=True)
    return url.set(database=prefix + os.path.join(folder, name))
