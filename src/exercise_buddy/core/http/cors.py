"""CORS: the origins that may call the API, the headers they may send and the headers they may read."""

from collections.abc import Collection

from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware

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
    "Idempotency-Replayed",
    "Location",
    "RateLimit",
    "RateLimit-Policy",
    "Retry-After",
    "X-Request-ID",
]


def middleware(origins: Collection[str]) -> Middleware:
    """Return the middleware that allows these origins to call with credentials."""
    return Middleware(
        CORSMiddleware,
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
