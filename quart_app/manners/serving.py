"""Flask's arguments for the development server, put into Quart's."""

from __future__ import annotations

import logging
import os
from typing import Any

from quart.cli import load_dotenv
from quart.helpers import get_debug_flag, get_load_dotenv

logger = logging.getLogger("quart_app")

#: What Flask's server takes and ours has no use for: it serves requests concurrently in one thread.
NOT_NEEDED = frozenset(
    {
        "threaded",
        "processes",
        "use_debugger",
        "use_evalex",
        "reloader_interval",
        "reloader_type",
        "extra_files",
        "exclude_patterns",
        "passthrough_errors",
        "request_handler",
    }
)
_OURS = frozenset({"loop", "ca_certs", "certfile", "keyfile", "use_reloader"})


def server_options(debug: bool | None, options: dict[str, Any]) -> dict[str, Any]:
    """Translate the options of Flask's ``app.run`` to those of Quart's.

    Args:
        debug: Its ``debug`` argument.
        options: The others, but for host and port.

    Returns:
        Options that Quart's ``app.run`` takes.

    Raises:
        TypeError: An option that neither knows, or an ``ssl_context`` that is not a pair of files.
    """
    options = dict(options)
    if options.pop("load_dotenv", True) and get_load_dotenv():
        load_dotenv()
    ignored = sorted(NOT_NEEDED & options.keys())
    for name in ignored:
        del options[name]
    if ignored:
        logger.info(
            "app.run() ignores %s: the server is asynchronous and has no such option.", ", ".join(ignored)
        )
    files = _certificate(options.pop("ssl_context", None))
    unknown = sorted(options.keys() - _OURS)
    if unknown:
        raise TypeError(f"app.run() got unexpected arguments: {', '.join(unknown)}")
    if debug is None:
        debug = get_debug_flag() if "QUART_DEBUG" in os.environ else None
    options.setdefault("use_reloader", bool(debug))
    return {**files, **options}


def _certificate(ssl_context: Any) -> dict[str, str]:
    if ssl_context is None:
        return {}
    if isinstance(ssl_context, tuple) and len(ssl_context) == 2:
        certfile, keyfile = ssl_context
        return {"certfile": os.fspath(certfile), "keyfile": os.fspath(keyfile)}
    raise TypeError(
        f"app.run(ssl_context={ssl_context!r}) is not supported: give the two files, ssl_context=(certfile, keyfile)."
        " A certificate made up on the fly ('adhoc') or an SSLContext object needs a server of your own choice."
    )
