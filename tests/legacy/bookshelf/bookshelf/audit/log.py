"""The audit log is written in the background: nobody waits for it."""

import threading

from flask import current_app

from . import store
from .service import AuditService

_writers = []


def log_event(action, subject="", actor=None):
    app = current_app._get_current_object()
    writer = threading.Thread(target=write_event, args=(app, action, subject), kwargs={"actor": actor})
    writer.daemon = True
    _writers.append(writer)
    writer.start()


def log_api_call(action, subject=""):
    writer = threading.Thread(target=AuditService.record, args=(action, subject), daemon=True)
    _writers.append(writer)
    writer.start()


def write_event(app, action, subject, actor=None):
    with app.app_context():
        store.save(action, subject, actor)


def wait_for_writers(timeout=5):
    while _writers:
        _writers.pop().join(timeout)
