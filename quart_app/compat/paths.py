"""``flask.safe_join``, which Flask had until 2.1. New code uses :func:`werkzeug.security.safe_join`, which returns ``None``."""

from __future__ import annotations

from werkzeug.exceptions import NotFound
from werkzeug.security import safe_join as join


def safe_join(directory: str, *pathnames: str) -> str:
    """Join paths that must not lead out of ``directory``.

    Raises:
        NotFound: They do (404).
    """
    path = join(directory, *pathnames)
    if path is None:
        raise NotFound
    return path
