"""What this worker process counts, in the text format that Prometheus reads."""

from __future__ import annotations

import hmac
import time
from collections import Counter
from collections.abc import Iterator

from quart import Blueprint, abort, current_app, g, request
from quart.typing import ResponseReturnValue
from quart.wrappers import Response
from sqlalchemy.pool import QueuePool

from quart_app import Quart

from .extensions import db

metrics = Blueprint("metrics", __name__)

#: What this process has answered: method, endpoint, status.
Answer = tuple[str, str, int]


class Figures:
    """The counters of an application in this process."""

    def __init__(self) -> None:
        self.answers: Counter[Answer] = Counter()
        self.seconds: Counter[str] = Counter()
        self.running = 0

    def lines(self, app: Quart) -> Iterator[str]:
        """Write them down."""
        yield "# TYPE bookshelf_requests_total counter"
        for (method, endpoint, status), count in sorted(self.answers.items()):
            labels = f'method="{method}",endpoint="{endpoint}",status="{status}"'
            yield f"bookshelf_requests_total{{{labels}}} {count}"
        yield "# TYPE bookshelf_request_seconds summary"
        for endpoint in sorted(self.seconds):
            count = sum(n for (_, other, _), n in self.answers.items() if other == endpoint)
            yield f'bookshelf_request_seconds_sum{{endpoint="{endpoint}"}} {self.seconds[endpoint]:.6f}'
            yield f'bookshelf_request_seconds_count{{endpoint="{endpoint}"}} {count}'
        yield "# TYPE bookshelf_requests_running gauge"
        yield f"bookshelf_requests_running {self.running}"
        yield "# TYPE bookshelf_background_tasks gauge"
        yield f"bookshelf_background_tasks {len(app.background_tasks)}"
        pool = db.engine.sync_engine.pool
        if isinstance(pool, QueuePool):
            yield "# TYPE bookshelf_database_connections gauge"
            yield f'bookshelf_database_connections{{state="used"}} {pool.checkedout()}'
            yield f'bookshelf_database_connections{{state="idle"}} {pool.checkedin()}'


async def begin() -> None:
    """Note when a request began."""
    g.began = time.perf_counter()
    figures().running += 1


async def count(response: Response) -> Response:
    """Count an answer. The endpoint is one of ours, whatever was asked for, so that a stranger can't fill the memory."""
    if "began" in g:
        found, endpoint = figures(), request.endpoint or "none"
        found.running -= 1
        # A method of HTTP is a short list too; what is not on it was answered by nobody.
        method = request.method if request.endpoint else "any"
        found.answers[method, endpoint, response.status_code] += 1
        found.seconds[endpoint] += time.perf_counter() - g.began
    return response


def figures() -> Figures:
    """Return the counters of the current application."""
    found: Figures = current_app.extensions["bookshelf_figures"]
    return found


def may_read() -> bool:
    """Whether who asks has ``METRICS_TOKEN``; where there is none, whether it is this machine that asks."""
    token = current_app.config["METRICS_TOKEN"]
    if not token:
        return request.remote_addr in {"127.0.0.1", "::1"}
    return hmac.compare_digest(request.headers.get("Authorization", "").encode(), f"Bearer {token}".encode())


@metrics.route("/metrics")
async def show() -> ResponseReturnValue:
    """Tell the counters of this process to whoever may know them."""
    if not may_read():
        abort(404)
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    text = "\n".join(figures().lines(app)) + "\n"
    return text, {"Content-Type": "text/plain; version=0.0.4; charset=utf-8"}


def init_app(app: Quart) -> None:
    """Count from now on; before anything else looks at a request."""
    app.extensions["bookshelf_figures"] = Figures()
    app.before_request(begin)
    app.after_request(count)
