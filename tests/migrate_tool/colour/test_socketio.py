"""Flask-SocketIO: handlers become coroutine functions, what sends is awaited, and so is the client of the tests."""

from __future__ import annotations

from tests.migrate_tool.programs import migrated

BEFORE = """\
import flask_socketio
from flask import Flask
from flask_login import current_user
from flask_socketio import ConnectionRefusedError, Namespace, SocketIO, disconnect, emit, rooms
from flask_sqlalchemy import SQLAlchemy

app = Flask(__name__)
db = SQLAlchemy(app)
socketio = SocketIO()
socketio.init_app(app)


class Message(db.Model):
    id = db.Column(db.Integer, primary_key=True)


@socketio.on("connect")
def connected():
    if not current_user.is_authenticated:
        raise ConnectionRefusedError("who?")
    flask_socketio.send("hello", broadcast=True)


@socketio.event
def say(text):
    db.session.add(Message())
    db.session.commit()
    emit("said", [text, rooms()], callback=lambda: None)
    return Message.query.count()


@socketio.on_error_default
def failed(error):
    disconnect()


class Chat(Namespace):
    def on_say(self, text):
        self.emit("said", text)
        note(text)


def note(text):
    socketio.emit("note", text)


socketio.on_namespace(Chat("/chat"))
"""
AFTER = """\
from quart_app import Quart, socketio as quart_app_socketio
from quart_app.auth import current_user
from quart_app.socketio import ConnectionRefusedError, Namespace, SocketIO, disconnect, emit, rooms
from quart_app.db import SQLAlchemy

app = Quart(__name__)
db = SQLAlchemy(app)
socketio = SocketIO()
socketio.init_app(app)


class Message(db.Model):
    id = db.Column(db.Integer, primary_key=True)


@socketio.on("connect")
async def connected():
    if not (await current_user).is_authenticated:
        raise ConnectionRefusedError("who?")
    await quart_app_socketio.send("hello", broadcast=True)


@socketio.event
async def say(text):
    db.session.add(Message())
    await db.session.commit()
    await emit("said", [text, rooms()], callback=lambda: None)
    return await Message.query.count()


@socketio.on_error_default
async def failed(error):
    await disconnect()


class Chat(Namespace):
    async def on_say(self, text):
        await self.emit("said", text)
        await note(text)


async def note(text):
    await socketio.emit("note", text)


socketio.on_namespace(Chat("/chat"))
"""
TESTS_BEFORE = """\
from app import app, socketio


def test_it_says_what_was_said():
    client = socketio.test_client(app, flask_test_client=app.test_client())
    assert client.is_connected()
    number = client.emit("say", "hi", callback=True)
    assert client.get_received()[0]["args"] == [["hi", number]]
    client.disconnect()
"""
TESTS_AFTER = """\
from app import app, socketio


async def test_it_says_what_was_said():
    client = await socketio.test_client(app, flask_test_client=app.test_client())
    assert client.is_connected()
    number = await client.emit("say", "hi", callback=True)
    assert client.get_received()[0]["args"] == [["hi", number]]
    await client.disconnect()
"""


def test_handlers_and_what_they_call_are_awaited() -> None:
    texts, findings = migrated({"app.py": BEFORE, "test_app.py": TESTS_BEFORE})
    assert texts["app.py"] == AFTER
    assert texts["test_app.py"] == TESTS_AFTER
    assert not [finding for finding in findings if finding.action in ("left", "marked")]
    again, _ = migrated(texts)
    assert again == texts
