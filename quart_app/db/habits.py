"""What psycopg2 took and asyncpg does not, for our engines and for those that ``env.py`` makes of Alembic's configuration."""

from __future__ import annotations

from sqlalchemy.dialects import plugins
from sqlalchemy.engine import URL, CreateEnginePlugin, Engine

from .literals import accept_literals
from .several import execute_one_by_one

#: The name under which ``create_engine(plugins=[...])`` finds :class:`KeepHabits`.
PLUGIN = "quart_app.habits"


def keep_habits(engine: Engine) -> None:
    """Have an engine take values and strings of statements as a synchronous driver's did.

    Args:
        engine: The synchronous engine below an ``AsyncEngine``. Those of other drivers than asyncpg are left alone.
    """
    if engine.dialect.driver == "asyncpg":
        accept_literals(engine.dialect)
        execute_one_by_one(engine)


class KeepHabits(CreateEnginePlugin):
    """Does it to an engine that somebody else makes."""

    def update_url(self, url: URL) -> URL:
        """Leave the URL as it is."""
        return url

    def engine_created(self, engine: Engine) -> None:
        """Do it, once the engine is there."""
        keep_habits(engine)


plugins.register(PLUGIN, __name__, KeepHabits.__name__)
