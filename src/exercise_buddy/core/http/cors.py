"""CORS: the origins that may call the API, the headers they may send and the headers they may read."""

from collections.abc import Collection

from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.types import Message, Receive, Scope, Send

_METHODS = ["DELETE", "GET", "PATCH", "POST", "PUT"]
_REQUEST_HEADERS = [
    "Authorization",
    "Content-Encoding",
    "Content-Type",
    "Idempotency-Key",
    "If-Match",
    "If-None-Match",
    "Last-Event-ID",
    "X-Request-ID",
]
_EXPOSED_HEADERS = [
    "Content-Disposition",
    "ETag",
    "Ended-At-Source",
    "Idempotency-Replayed",
    "Location",
    "RateLimit",
    "RateLimit-Policy",
    "Retry-After",
    "X-Request-ID",
]


class _CorsMiddleware(CORSMiddleware):
    """Starlette's middleware, which does nothing for requests without an `Origin` but to say that it matters."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or b"origin" in dict(scope["headers"]):
            await super().__call__(scope, receive, send)
            return

        async def send_varying(message: Message) -> None:
            if message["type"] == "http.response.start":
                _add_vary(message["headers"])
            await send(message)

        await self.app(scope, receive, send_varying)


def _add_vary(headers: list[tuple[bytes, bytes]]) -> None:
    for index, (name, value) in enumerate(headers):
        if name == b"vary":
            headers[index] = (name, value + b", Origin")
            return
    headers.append((b"vary", b"Origin"))


def middleware(origins: Collection[str]) -> Middleware:
    """Return the middleware that allows these origins to call with credentials."""
    return Middleware(
        _CorsMiddleware,
        allow_origins=origins,
        allow_credentials=True,
        allow_methods=_METHODS,
        allow_headers=_REQUEST_HEADERS,
        expose_headers=_EXPOSED_HEADERS,
    )


def headers(origin: bytes | None, origins: Collection[str]) -> list[tuple[bytes, bytes]]:
    """Return the CORS headers of a response that the application did not create."""
    if origin is None or origin.decode("latin-1") not in origins:
        return []
    return [
        (b"access-control-allow-origin", origin),
        (b"access-control-allow-credentials", b"true"),
        (b"access-control-expose-headers", ", ".join(_EXPOSED_HEADERS).encode()),
        (b"vary", b"Origin"),
    ]
