"""Mail, of which this application only writes that it would be sent."""

from __future__ import annotations

import logging
from collections import deque

from quart_app.tasks import spawn

logger = logging.getLogger(__name__)

#: What was sent last: address and text.
outbox: deque[tuple[str, str]] = deque(maxlen=100)


def send(address: str, text: str, *, user_id: int | str | None) -> None:
    """Send a mail in the background, because of what a user did."""
    spawn(deliver, address, text, user_id=user_id)


async def deliver(address: str, text: str) -> None:
    """Deliver a mail."""
    outbox.append((address, text))
    logger.info("To %s: %s", address, text)
