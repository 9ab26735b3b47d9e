"""Settings, from the environment."""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

logger = logging.getLogger(__name__)

#: What signs the cookies while nobody has said with what.
NO_SECRET = "not-a-secret"  # noqa: S105


def from_environment(environ: Mapping[str, str] = os.environ) -> dict[str, Any]:
    """Read the settings.

    ``SECRET_KEY``, ``DATABASE_URL`` (a SQLite file in the working directory when left out), ``VISITS_DATABASE``, ``BOOKS_PER_PAGE``,
    ``LOAN_SECONDS``, ``DEBUG_ROUTES``, ``METRICS_TOKEN`` (who asks for ``/metrics`` must have it; without one, only this machine may ask); ``TASKS_QUEUE`` (``postgresql``: imports run in ``quart tasks worker``); ``IMPORT_BYTES``, the largest file of books; and ``PASSWORD_METHOD``: ``argon2``, or one of Werkzeug's while a Flask process serves the
    same database.
    """
    here = Path.cwd()
    return {
        "SECRET_KEY": environ.get("SECRET_KEY") or NO_SECRET,
        "SQLALCHEMY_DATABASE_URI": environ.get("DATABASE_URL") or f"sqlite:///{here / 'bookshelf.db'}",
        "VISITS_DATABASE": environ.get("VISITS_DATABASE") or str(here / "visits.db"),
        "IMPLICIT_LOADING": "raise",
        "MAX_CONTENT_LENGTH": 512 * 1024,
        "IMPORT_BYTES": int(environ.get("IMPORT_BYTES", 16 * 1024 * 1024)),
        "TASKS_QUEUE": environ.get("TASKS_QUEUE"),
        "REMEMBER_COOKIE_DURATION": timedelta(days=30),
        "BOOKS_PER_PAGE": int(environ.get("BOOKS_PER_PAGE", 5)),
        "PASSWORD_METHOD": environ.get("PASSWORD_METHOD", "argon2"),
        "LOAN_SECONDS": int(environ.get("LOAN_SECONDS", 14 * 24 * 3600)),
        "METRICS_TOKEN": environ.get("METRICS_TOKEN", ""),
        "DEBUG_ROUTES": environ.get("DEBUG_ROUTES") == "1",
    }


def warn_of_no_secret(config: Mapping[str, Any]) -> None:
    """Say so if the cookies are signed with what everybody can read here."""
    if config["SECRET_KEY"] == NO_SECRET:
        logger.warning("SECRET_KEY is not set: anybody can sign in as anybody. Good enough for a first look.")
