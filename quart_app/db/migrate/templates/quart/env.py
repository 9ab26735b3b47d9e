"""How Alembic reaches the database: through the application's own engine."""

import logging
from logging.config import fileConfig
from typing import Any

from alembic import context
from quart import current_app
from sqlalchemy import Connection

from quart_app.bridge import run

config = context.config
fileConfig(str(config.config_file_name), disable_existing_loggers=False)
logger = logging.getLogger("alembic.env")
migrate = current_app.extensions["migrate"]


def leave_out_empty(_context: Any, _revision: Any, directives: list[Any]) -> None:
    """Make no file for a revision without changes."""
    if getattr(config.cmd_opts, "autogenerate", False) and directives[0].upgrade_ops.is_empty():
        directives[:] = []
        logger.info("No changes in schema detected.")


options = {"process_revision_directives": leave_out_empty, **migrate.configure_args}


def run_offline() -> None:
    """Print SQL instead of executing it."""
    dialect = migrate.database.engine.dialect.name
    context.configure(dialect_name=dialect, target_metadata=migrate.metadata, literal_binds=True, **options)
    with context.begin_transaction():
        context.run_migrations()


def run_on(connection: Connection) -> None:
    """Run the migrations on a synchronous connection."""
    context.configure(connection=connection, target_metadata=migrate.metadata, **options)
    with context.begin_transaction():
        context.run_migrations()


async def run_online() -> None:
    """Run them on a connection of the application's engine."""
    async with migrate.database.engine.connect() as connection:
        await connection.run_sync(run_on)


if context.is_offline_mode():
    run_offline()
else:
    run(run_online())
