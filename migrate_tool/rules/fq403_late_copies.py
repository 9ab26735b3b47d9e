"""copy_current_request_context inside of the background work copies nothing."""

from __future__ import annotations

from .rule import Example, Rule, Safety

RULE = Rule(
    code="FQ403",
    name="late-context-copies",
    summary="copy_current_request_context that is called in the thread itself is marked.",
    why=(
        "It copies the context of the moment in which it is called. In the thread there is none, so it raises at once. It belongs "
        "where the thread is started; better still, the work gets the values it needs."
    ),
    safety=Safety.MANUAL,
    examples=(
        Example(
            before=(
                "from threading import Thread\n\n"
                "from flask import Flask, copy_current_request_context\n\n"
                "app = Flask(__name__)\n\n\n"
                "def say():\n"
                "    print('said')\n\n\n"
                "def work():\n"
                "    copy_current_request_context(say)()\n\n\n"
                '@app.route("/")\n'
                "def index():\n"
                "    Thread(target=work).start()\n"
                '    return "started"\n'
            ),
            after=(
                "from threading import Thread\n\n"
                "from quart_app import Quart\n"
                "from quart_app.tasks import copy_current_request_context\n\n"
                "app = Quart(__name__)\n\n\n"
                "def say():\n"
                "    print('said')\n\n\n"
                "def work():\n"
                "    copy_current_request_context(say)()\n\n\n"
                '@app.route("/")\n'
                "async def index():\n"
                "    # migrate: FQ403 work calls copy_current_request_context in the background, where there is none to copy: "
                "call it where the work is started, or pass what the work needs\n"
                "    Thread(target=work).start()\n"
                '    return "started"\n'
            ),
        ),
    ),
)
