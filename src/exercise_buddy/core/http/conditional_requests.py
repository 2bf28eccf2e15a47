"""Conditional requests: responses with an `ETag`, `If-None-Match` of reads and `If-Match` of writes (RFC 9110)."""

import hashlib
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request
from starlette.responses import Response

from exercise_buddy.core.problems import PreconditionFailed


def etag(content: bytes) -> str:
    """Give the strong entity tag of a document."""
    return f'"{hashlib.blake2b(content, digest_size=12).hexdigest()}"'


def _header(request: Request, name: str) -> str | None:
    # A list may be spread over several lines (RFC 9110, section 5.3).
    lines = request.headers.getlist(name)
    return ", ".join(lines) if lines else None


def _listed(header: str, tag: str, *, weakly: bool) -> bool:
    if header.strip() == "*":
        return True
    candidates = [part.strip() for part in header.split(",")]
    if weakly:
        candidates = [candidate.removeprefix("W/") for candidate in candidates]
    return tag in candidates


def etag_matches(request: Request, tag: str) -> bool:
    """Say whether the client has the version `tag` of what it reads already (`If-None-Match`)."""
    given = _header(request, "if-none-match")
    return given is not None and request.method in {"GET", "HEAD"} and _listed(given, tag, weakly=True)


def not_modified(tag: str, headers: dict[str, str] | None = None) -> Response:
    """Answer that what the client has is what there is."""
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
    """Answer with a document and its `ETag`, or with 304 if the client has it already.

    The tag is a hash of the content, unless another `tag` is given that changes whenever the content does.
    """
    tag = tag or etag(content)
    if etag_matches(request, tag):
        return not_modified(tag, headers)
    return Response(content, status, _headers(tag, headers), media_type=media_type)


def _headers(tag: str, more: dict[str, str] | None) -> dict[str, str]:
    return {"ETag": tag, "Cache-Control": "private, no-cache", **(more or {})}


@dataclass(frozen=True, slots=True)
class Precondition:
    """The version that a write expects to change: its `If-Match` header, if it has one."""

    header: str | None

    def __bool__(self) -> bool:
        return self.header is not None

    def require(self, content: bytes) -> None:
        """Refuse the write if the stored version, whose document is `content`, is another one.

        Look while you hold the lock that the write takes, or two writers with one version both win.

        Raises:
            PreconditionFailed: the versions differ.

        """
        if self.header is not None and not _listed(self.header, etag(content), weakly=False):
            raise PreconditionFailed


async def get_precondition(request: Request) -> Precondition:
    """Read `If-Match`."""
    return Precondition(_header(request, "if-match"))


IfMatch = Annotated[Precondition, Depends(get_precondition)]
