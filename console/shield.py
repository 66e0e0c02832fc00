"""What stands before every request and after every response: limits, request ids, and headers."""

from __future__ import annotations

import secrets

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MOST_BODY_BYTES = 256 * 1024
POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # Not "no-referrer": browsers then send "Origin: null" with forms.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


class TooLarge(Exception):  # noqa: N818 - an answer, not a fault
    """The body of a request passes the limit."""


class Shield:
    """ASGI middleware, the outermost one, so that error pages carry the headers too."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes a request on with an id and a bounded body; adds headers to its response."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request_id = secrets.token_hex(6)
        scope.setdefault("state", {})["request_id"] = request_id

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                _complete(MutableHeaders(scope=message), request_id)
            await send(message)

        await self.app(scope, _bounded(scope, receive), send_with_headers)


def _complete(headers: MutableHeaders, request_id: str) -> None:
    for name, value in HEADERS.items():
        headers[name] = value
    headers["X-Request-Id"] = request_id
    # Pages show what a session may see: no cache keeps them. Static files bring their own.
    headers.setdefault("Cache-Control", "no-store")


def _bounded(scope: Scope, receive: Receive) -> Receive:
    declared = Headers(scope=scope).get("content-length", "0")
    seen = int(declared) if declared.isdecimal() else 0

    async def receive_bounded() -> Message:
        nonlocal seen
        if seen > MOST_BODY_BYTES:
            raise TooLarge
        message = await receive()
        if not declared.isdecimal() or declared == "0":
            seen += len(message.get("body", b""))
            if seen > MOST_BODY_BYTES:
                raise TooLarge
        return message

    return receive_bounded
