"""Database URLs in configuration files stay as they are."""

from __future__ import annotations

from .rule import Rule, Safety

RULE = Rule(
    code="FQ704",
    name="database-urls",
    summary="Database URLs stay: the runtime translates them when it connects.",
    why=(
        "postgres://, postgresql://, mysql:// and sqlite:// name the old drivers, also in environments that no file of "
        "the repository shows. quart_app.db translates them, their options included, to asyncpg, asyncmy and aiosqlite; "
        "an option that has no counterpart is an error that says so."
    ),
    safety=Safety.SAFE,
    left_alone=("DATABASE_URL=postgres://user:secret@localhost/db?sslmode=require\n",),
    left_alone_path=".env",
)
