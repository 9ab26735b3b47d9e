"""What every answer tells the browser to refuse."""

from __future__ import annotations

from quart.wrappers import Response

from quart_app import Quart

#: All a page may use comes from this site, as a file: no script, style or handler inside of a page, nothing from elsewhere.
CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
}


async def add_headers(response: Response) -> Response:
    """Add the headers to an answer, whatever it is."""
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    return response


def init_app(app: Quart) -> None:
    """Add the headers to all answers."""
    app.after_request(add_headers)
