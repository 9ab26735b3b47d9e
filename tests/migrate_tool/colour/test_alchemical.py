"""Alchemical: sessions and statements are awaited, what is awaited already stays."""

from __future__ import annotations

from tests.migrate_tool.programs import migrated

BEFORE = """
from flask import Flask
from alchemical import Model
from alchemical.flask import Alchemical
import sqlalchemy as sa

app = Flask(__name__)
db = Alchemical(app)

class Token(Model):
    @staticmethod
    def clean():
        db.session.execute(Token.delete().where(Token.old))

class User(db.Model):
    def rename(self, name):
        self.name = name
        return self

@app.route('/<name>')
def show(name):
    user = db.session.scalar(User.select().filter_by(name=name))
    Token.clean()
    with db.begin() as session:
        session.add(user)
    with db.Session() as session:
        return str(session.scalar(sa.select(sa.func.count()).select_from(User)))

def make():
    db.create_all()
"""

AFTER = """
from quart_app import Quart
from quart_app.db.alchemical import Model
from quart_app.db.alchemical import Alchemical
import sqlalchemy as sa

app = Quart(__name__)
db = Alchemical(app)

class Token(Model):
    @staticmethod
    async def clean():
        await db.session.execute(Token.delete().where(Token.old))

class User(db.Model):
    def rename(self, name):
        self.name = name
        return self

@app.route('/<name>')
async def show(name):
    user = await db.session.scalar(User.select().filter_by(name=name))
    await Token.clean()
    async with db.begin() as session:
        session.add(user)
    async with db.Session() as session:
        return str(await session.scalar(sa.select(sa.func.count()).select_from(User)))

async def make():
    await db.create_all()
"""


def test_what_waits_is_awaited() -> None:
    text = migrated({"main.py": BEFORE})[0]["main.py"]
    assert text == AFTER.lstrip("\n")
    assert migrated({"main.py": text})[0]["main.py"] == text


def test_the_type_of_what_a_statement_of_a_model_gives_is_known() -> None:
    more = "\n@app.route('/x')\ndef x():\n    return db.session.scalar(User.select()).rename('y').load()\n"
    load = "    def load(self):\n        return db.session.get(User, 1)\n"
    text = migrated(
        {"main.py": BEFORE.replace("        return self\n", f"        return self\n{load}") + more}
    )[0]
    assert "return await (await db.session.scalar(User.select())).rename('y').load()" in text["main.py"]


def test_what_is_awaited_already_stays() -> None:
    text = (
        "from alchemical.aio import Alchemical\n\ndb = Alchemical('sqlite://')\n\n\n"
        "async def count():\n    async with db.Session() as session:\n        return await session.scalar(1)\n"
    )
    assert migrated({"main.py": text})[0]["main.py"] == text
