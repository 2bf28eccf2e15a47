"""Responses to requests that reach no endpoint, and to connections without a request."""

from typing import Any

from uvicorn.protocols.http.httptools_impl import STATUS_LINE

from exercise_buddy.core import problems
from exercise_buddy.core.db.tables import new_id
from exercise_buddy.core.http import cors
from exercise_buddy.core.http.middleware import refusal_headers
from exercise_buddy.core.problems import Problem
from exercise_buddy.core.settings import CoreSettings


def write_refusal(problem: Problem, origin: bytes | None, settings: CoreSettings | None, *, is_secure: bool) -> bytes:
    """Return the response with a problem, after which the connection closes.

    Args:
        problem: why.
        origin: that of the request, if it is known.
        settings: whose `cors_origins` may read the response; None without an application.
        is_secure: whether the client is known to use TLS.

    """
    request_id = str(new_id())
    scope: dict[str, Any] = {"state": {"request_id": request_id}, "raw_path": b""}
    content = problems.build_document(problem, scope)
    headers = [
        (b"content-type", problems.MEDIA_TYPE.encode()),
        (b"content-length", str(len(content)).encode()),
        (b"connection", b"close"),
        (b"x-request-id", request_id.encode()),
        *((name.lower().encode(), value.encode()) for name, value in problem.headers.items()),
        *refusal_headers(is_secure=is_secure),
        *cors.headers(origin, [] if settings is None else settings.cors_origins),
    ]
    head = b"".join(b"%s: %s\r\n" % header for header in headers)
    return STATUS_LINE[problem.status] + head + b"\r\n" + content
