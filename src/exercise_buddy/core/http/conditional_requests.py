"""Conditional requests: responses with an `ETag`, `If-None-Match` of reads and `If-Match` of writes (RFC 9110)."""

import hashlib
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request
from starlette.responses import Response

from exercise_buddy.core.problems import PreconditionFailed


def etag(content: bytes) -> str:
    """Return the strong entity tag of a document."""
    return f'"{hashlib.blake2b(content, digest_size=12).hexdigest()}"'


def _header(request: Request, name: bytes) -> str | None:
    # A list may be divided into several header lines (RFC 9110, section 5.3).
    lines = [value for key, value in request.scope["headers"] if key == name]
    return b", ".join(lines).decode("latin-1") if lines else None


def _listed(header: str, tag: str, *, weakly: bool) -> bool:
    if header.strip() == "*":
        return True
    candidates = [part.strip() for part in header.split(",")]
    if weakly:
        candidates = [candidate.removeprefix("W/") for candidate in candidates]
    return tag in candidates


def etag_matches(request: Request, tag: str) -> bool:
    """Return whether `If-None-Match` of a read contains the tag, so that the client has this version."""
    header = _header(request, b"if-none-match")
    return header is not None and request.method in {"GET", "HEAD"} and _listed(header, tag, weakly=True)


def not_modified(tag: str, headers: dict[str, str] | None = None) -> Response:
    """Return a 304 response: the client has the current version."""
    return Response(status_code=304, headers=_headers(tag, headers))


def json_response(
    request: Request,
    content: bytes,
    status: int = 200,
    headers: dict[str, str] | None = None,
    *,
    tag: str | None = None,
    media_type: str = "application/json",
) -> Response:
    """Return a response with the content and its `ETag`, or 304 if the client has this version.

    The tag is a hash of the content by default. Another `tag` must change whenever the content does.
    """
    tag = tag or etag(content)
    if etag_matches(request, tag):
        return not_modified(tag, headers)
    return Response(content, status, _headers(tag, headers), media_type=media_type)


def _headers(tag: str, more: dict[str, str] | None) -> dict[str, str]:
    return {"ETag": tag, **(more or {})}


@dataclass(frozen=True, slots=True)
class Precondition:
    """The version that a write expects: its `If-Match` header, if it has one."""

    header: str | None

    def __bool__(self) -> bool:
        return self.header is not None

    def require(self, content: bytes) -> None:
        """Raise if the stored version, whose document is `content`, is not the expected one.

        Call it under the lock of the write, or two writers with the same version both succeed.

        Raises:
            PreconditionFailed: the versions differ.

        """
        if self.header is not None and not _listed(self.header, etag(content), weakly=False):
            raise PreconditionFailed


async def get_precondition(request: Request) -> Precondition:
    """Return the precondition of `If-Match`."""
    return Precondition(_header(request, b"if-match"))


IfMatch = Annotated[Precondition, Depends(get_precondition)]
