"""Commands of the command line that wait run in an event loop of their own."""

from __future__ import annotations

from .rule import Example, Rule, Safety

RULE = Rule(
    code="FQ130",
    name="async-commands",
    summary="Commands that wait become async and run under async_command.",
    why=(
        "click calls a command and ignores what it returns: a coroutine would never run, and the command would "
        "still exit with 0. async_command runs it in a loop of its own, or in the one that a test runs in. The managers of "
        "Flask-Script, which runs on no Flask since 2.0, are quart_app.compat.script's, which await their commands."
    ),
    safety=Safety.SAFE,
    examples=(
        Example(
            before=(
                "import click\n"
                "from flask import Flask\n"
                "from flask_sqlalchemy import SQLAlchemy\n\n"
                "app = Flask(__name__)\n"
                "db = SQLAlchemy(app)\n\n\n"
                '@app.cli.command("init-db")\n'
                "def init_db():\n"
                "    db.create_all()\n"
                '    click.echo("done")\n'
            ),
            after=(
                "import click\n"
                "from quart_app import Quart\n"
                "from quart_app.db import SQLAlchemy\n"
                "from quart_app.cli import async_command\n\n"
                "app = Quart(__name__)\n"
                "db = SQLAlchemy(app)\n\n\n"
                '@app.cli.command("init-db")\n'
                "@async_command\n"
                "async def init_db():\n"
                "    await db.create_all()\n"
                '    click.echo("done")\n'
            ),
        ),
        Example(
            before=(
                "from flask import Flask\n"
                "from flask_migrate import Migrate, MigrateCommand\n"
                "from flask_script import Manager\n"
                "from flask_sqlalchemy import SQLAlchemy\n\n"
                "app = Flask(__name__)\n"
                "db = SQLAlchemy(app)\n"
                "migrate = Migrate(app, db)\n"
                "manager = Manager(app)\n"
                'manager.add_command("db", MigrateCommand)\n\n\n'
                "@manager.command\n"
                "def create_db():\n"
                "    db.create_all()\n"
            ),
            after=(
                "from quart_app import Quart\n"
                "from quart_app.compat.script import MigrateCommand\n"
                "from quart_app.db.migrate import Migrate\n"
                "from quart_app.compat.script import Manager\n"
                "from quart_app.db import SQLAlchemy\n\n"
                "app = Quart(__name__)\n"
                "db = SQLAlchemy(app)\n"
                "migrate = Migrate(app, db)\n"
                "manager = Manager(app)\n"
                'manager.add_command("db", MigrateCommand)\n\n\n'
                "@manager.command\n"
                "async def create_db():\n"
                "    await db.create_all()\n"
            ),
        ),
    ),
)
