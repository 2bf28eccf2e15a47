"""Which pages of other origins may call, what they may send, and what they may read of an answer."""

from collections.abc import Collection

from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware

_METHODS = ["DELETE", "GET", "PATCH", "POST", "PUT"]
_SENT = ["Authorization", "Content-Type", "Idempotency-Key", "If-Match", "If-None-Match", "X-Request-ID"]
_SHOWN = [
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
    """Let the pages of these origins call, with credentials."""
    return Middleware(
        CORSMiddleware,
        allow_origins=origins,
        allow_credentials=True,
        allow_methods=_METHODS,
        allow_headers=_SENT,
        expose_headers=_SHOWN,
    )


def headers(origin: bytes | None, origins: Collection[str]) -> list[tuple[bytes, bytes]]:
    """Give what an answer says that does not come from the app, so that the page which asked may read it."""
    if origin is None or origin.decode("latin-1") not in origins:
        return []
    return [
        (b"access-control-allow-origin", origin),
        (b"access-control-allow-credentials", b"true"),
        (b"access-control-expose-headers", ", ".join(_SHOWN).encode()),
        (b"vary", b"Origin"),
    ]
