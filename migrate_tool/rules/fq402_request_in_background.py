"""Background work gets what it reads of the request from who starts it."""

from __future__ import annotations

from .rule import Example, Rule, Safety

RULE = Rule(
    code="FQ402",
    name="request-in-background",
    summary="What background work reads of the request is taken where it is started, and passed along.",
    why=(
        "A thread, a timer, a pool or a queue has no request: current_user, request, session and g raise there, or a caught error "
        "silently leaves a line without its user. From what is started the tool follows the calls to the places that read them, "
        "takes the value (the user's id; None for who is not signed in) where the work is started, and adds a parameter along the "
        "chain. A function that is also called in requests keeps asking there (FROM_REQUEST). A chain that cannot be closed is "
        "marked as far as it was found; explain shows each."
    ),
    safety=Safety.REVIEW,
    examples=(
        Example(
            before=(
                "from threading import Thread\n\n"
                "from flask import Flask\n"
                "from flask_login import current_user\n\n"
                "app = Flask(__name__)\n\n\n"
                "def record(action):\n"
                "    app.logger.info('%s by %s', action, current_user.id)\n\n\n"
                "def export(name):\n"
                "    record('export ' + name)\n\n\n"
                '@app.route("/export/<name>")\n'
                "def start(name):\n"
                "    Thread(target=export, args=(name,)).start()\n"
                '    return "started"\n'
            ),
            after=(
                "from threading import Thread\n\n"
                "from quart_app import Quart\n"
                "from quart_app.auth import current_user\n\n"
                "app = Quart(__name__)\n\n\n"
                "def record(action, *, user_id):\n"
                "    app.logger.info('%s by %s', action, user_id)\n\n\n"
                "def export(name, *, user_id):\n"
                "    record('export ' + name, user_id=user_id)\n\n\n"
                '@app.route("/export/<name>")\n'
                "async def start(name):\n"
                '    Thread(target=export, args=(name,), kwargs={"user_id": getattr(await current_user, "id", None)}).start()\n'
                '    return "started"\n'
            ),
        ),
    ),
)
