"""Flask-SocketIO's words come from the runtime, which awaits what sends."""

from __future__ import annotations

from .rule import Example, Rule, Safety

RULE = Rule(
    code="FQ109",
    name="socketio",
    summary="Flask-SocketIO becomes quart_app.socketio: what sends is awaited, handlers may be coroutine functions.",
    why=(
        "Flask-SocketIO answers a WSGI server, with threads or greenlets. quart_app.socketio has its words on python-socketio's "
        "asynchronous server, beside the application on the same ASGI server: eventlet, gevent and monkey patching go."
    ),
    safety=Safety.SAFE,
    examples=(
        Example(
            before=(
                "from flask import Flask, request, session\n"
                "from flask_socketio import SocketIO, emit, join_room\n\n"
                "app = Flask(__name__)\n"
                'socketio = SocketIO(app, cors_allowed_origins="*")\n\n\n'
                '@socketio.on("join", namespace="/chat")\n'
                "def join(room):\n"
                "    join_room(room)\n"
                '    emit("joined", session.get("name"), to=room)\n\n\n'
                '@app.post("/news")\n'
                "def news():\n"
                '    socketio.emit("news", request.get_json(), namespace="/chat")\n'
                '    return "told"\n\n\n'
                "def tick():\n"
                "    while True:\n"
                "        socketio.sleep(1)\n"
                '        socketio.emit("tick")\n\n\n'
                'if __name__ == "__main__":\n'
                "    socketio.start_background_task(tick)\n"
                "    socketio.run(app)\n"
            ),
            after=(
                "from quart import request, session\n"
                "from quart_app import Quart\n"
                "from quart_app.socketio import SocketIO, emit, join_room\n\n"
                "app = Quart(__name__)\n"
                'socketio = SocketIO(app, cors_allowed_origins="*")\n\n\n'
                '@socketio.on("join", namespace="/chat")\n'
                "async def join(room):\n"
                "    await join_room(room)\n"
                '    await emit("joined", session.get("name"), to=room)\n\n\n'
                '@app.post("/news")\n'
                "async def news():\n"
                '    await socketio.emit("news", await request.get_json(), namespace="/chat")\n'
                '    return "told"\n\n\n'
                "async def tick():\n"
                "    while True:\n"
                "        await socketio.sleep(1)\n"
                '        await socketio.emit("tick")\n\n\n'
                'if __name__ == "__main__":\n'
                "    socketio.start_background_task(tick)\n"
                "    socketio.run(app)\n"
            ),
        ),
    ),
)
