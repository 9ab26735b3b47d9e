"""Database URLs and driver options of a synchronous application, translated for the async drivers."""

from __future__ import annotations

import importlib.util
import re
import shlex
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import NoSuchModuleError

from .errors import DatabaseURLError, MissingDriverError

#: The async driver that takes the place of every synchronous one.
ASYNC_DRIVERS: Mapping[str, str] = {
    "postgresql": "postgresql+asyncpg",
    "postgres": "postgresql+asyncpg",
    "postgresql+psycopg2": "postgresql+asyncpg",
    "postgresql+psycopg2cffi": "postgresql+asyncpg",
    "postgresql+pg8000": "postgresql+asyncpg",
    "postgres+psycopg2": "postgresql+asyncpg",
    "sqlite": "sqlite+aiosqlite",
    "sqlite+pysqlite": "sqlite+aiosqlite",
    "mysql": "mysql+asyncmy",
    "mysql+mysqldb": "mysql+asyncmy",
    "mysql+pymysql": "mysql+asyncmy",
    "mysql+mysqlconnector": "mysql+asyncmy",
    "mariadb": "mariadb+asyncmy",
    "mariadb+mysqldb": "mariadb+asyncmy",
    "mariadb+pymysql": "mariadb+asyncmy",
    "mariadb+mariadbconnector": "mariadb+asyncmy",
}

#: Arguments of asyncpg's ``connect`` that may stand in a URL, with the type that the text becomes.
ASYNCPG_OPTIONS: Mapping[str, type] = {
    "timeout": float,
    "command_timeout": float,
    "statement_cache_size": int,
    "max_cached_statement_lifetime": int,
    "max_cacheable_statement_size": int,
    "target_session_attrs": str,
    "passfile": str,
    "krbsrvname": str,
    "gsslib": str,
    "ssl": str,
}

#: What SQLAlchemy's asyncpg dialect reads from the URL itself.
ASYNCPG_URL_OPTIONS = frozenset(
    {"host", "port", "async_fallback", "prepared_statement_cache_size", "prepared_statement_name_func"}
)


@dataclass
class Target:
    """Where to connect: a URL of an async driver and the arguments of its ``connect``."""

    url: URL
    connect_args: dict[str, Any] = field(default_factory=dict)

    @property
    def is_memory(self) -> bool:
        """Whether this is SQLite's nameless in-memory database."""
        return self.url.get_backend_name() == "sqlite" and self.url.database in (None, "", ":memory:")


def translate(url: str | URL, connect_args: Mapping[str, Any] | None = None) -> Target:
    """Translate the URL of a synchronous driver; one of an async driver stays as it is.

    Args:
        url: The database URL.
        connect_args: Arguments for the driver's ``connect``, as the synchronous driver takes them.

    Returns:
        The URL of the async driver, and its arguments.

    Raises:
        DatabaseURLError: No async driver is known for it, or an option has no counterpart.
        MissingDriverError: The async driver is not installed.
    """
    parsed = make_url(url)
    parsed = parsed.set(drivername=ASYNC_DRIVERS.get(parsed.drivername, parsed.drivername))
    check_driver(parsed)
    args = dict(connect_args or {})
    if parsed.drivername == "postgresql+asyncpg":
        return _postgresql(parsed, args)
    return Target(parsed, args)


def check_driver(url: URL) -> None:
    """Raise unless the driver that ``url`` names is an async one and installed."""
    driver = url.drivername.partition("+")[2]
    if driver in ("asyncpg", "aiosqlite", "asyncmy", "aiomysql") and importlib.util.find_spec(driver) is None:
        raise MissingDriverError(
            f"{shown(url)} needs the driver {driver}, which is not installed: pip install {driver}",
            name=driver,
        )
    try:
        dialect = url.get_dialect()
        dialect = dialect.get_async_dialect_cls(url)  # psycopg is one name for both
    except NoSuchModuleError as error:
        raise DatabaseURLError(f"{shown(url)}: SQLAlchemy knows no database {url.drivername!r}.") from error
    if not dialect.is_async:
        raise DatabaseURLError(
            f"{shown(url)}: {url.drivername} waits synchronously and would block the event loop. Name an async driver,"
            f" such as postgresql+asyncpg, sqlite+aiosqlite, mysql+asyncmy, mssql+aioodbc or oracle+oracledb_async."
        )


def shown(url: URL) -> str:
    """Return ``url`` as it may be printed: without its password."""
    return url.render_as_string(hide_password=True)


def _postgresql(url: URL, connect_args: dict[str, Any]) -> Target:
    """Turn what libpq understands into what asyncpg understands."""
    in_url: dict[str, Any] = {name: value for name, value in url.query.items() if name in ASYNCPG_URL_OPTIONS}
    options: dict[str, Any] = {}
    for name, value in url.query.items():
        if name not in in_url:
            options[name] = value if isinstance(value, str) else value[-1]
    translated = _libpq_options(options, strict=True, where=shown(url))
    explicit = _libpq_options(connect_args, strict=False, where="connect_args")
    if "server_settings" in explicit:
        explicit["server_settings"] = {**translated.get("server_settings", {}), **explicit["server_settings"]}
    translated.update(explicit)
    return Target(url.set(query=in_url), translated)


def _libpq_options(options: Mapping[str, Any], *, strict: bool, where: str) -> dict[str, Any]:
    result: dict[str, Any] = {}
    settings: dict[str, str] = {}
    certificates: dict[str, str] = {}
    for name, value in options.items():
        if name in ("sslmode", "sslrootcert", "sslcert", "sslkey"):
            certificates[name] = value
        elif name == "connect_timeout":
            result["timeout"] = float(value) or None
        elif name in ("application_name", "fallback_application_name"):
            settings["application_name"] = value
        elif name == "options":
            settings.update(_server_settings(value, where))
        elif name == "client_encoding":
            if str(value).lower().replace("-", "") not in ("utf8", "auto"):
                raise DatabaseURLError(f"{where}: asyncpg speaks UTF-8 only, not client_encoding={value}.")
        elif name == "server_settings" and isinstance(value, Mapping):
            settings.update(value)
        elif name in ASYNCPG_OPTIONS and isinstance(value, str):
            result[name] = ASYNCPG_OPTIONS[name](value)
        elif strict:
            raise DatabaseURLError(
                f"{where}: asyncpg has no option {name!r}. Remove it, or pass what asyncpg has instead of it in"
                ' SQLALCHEMY_ENGINE_OPTIONS = {"connect_args": {...}}.'
            )
        else:
            result[name] = value
    if certificates:
        result["ssl"] = _ssl(certificates, where)
    if settings:
        result["server_settings"] = settings
    return result


def _server_settings(options: str, where: str) -> dict[str, str]:
    """Read libpq's ``options``: ``-c search_path=app -c timezone=UTC``."""
    settings: dict[str, str] = {}
    words = shlex.split(re.sub(r"(^|\s)-c\s*", r"\1-c", options))
    for word in words:
        name, sign, value = word.removeprefix("--").removeprefix("-c").partition("=")
        if not sign or not word.startswith("-"):
            raise DatabaseURLError(f"{where}: cannot read options={options!r}; expected -c name=value.")
        settings[name.replace("-", "_")] = value
    return settings


def _ssl(certificates: Mapping[str, str], where: str) -> Any:
    """Return asyncpg's ``ssl`` for libpq's ``sslmode`` and the files it may name."""
    mode = certificates.get("sslmode", "prefer")
    if mode not in ("disable", "allow", "prefer", "require", "verify-ca", "verify-full"):
        raise DatabaseURLError(f"{where}: there is no sslmode {mode!r}.")
    root = certificates.get("sslrootcert")
    if root is None and "sslcert" not in certificates:
        return mode
    context = ssl.create_default_context(cafile=None if root == "system" else root)
    context.check_hostname = mode == "verify-full"
    if root is None:
        context.verify_mode = ssl.CERT_NONE
    if "sslcert" in certificates:
        context.load_cert_chain(certificates["sslcert"], certificates.get("sslkey"))
    return context
