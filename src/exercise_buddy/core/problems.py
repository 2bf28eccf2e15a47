"""Every error that a client sees: RFC 9457 problem details.

A slice raises a subclass of `Problem` for each outcome it knows; this module turns it, and everything that FastAPI,
Starlette, SQLAlchemy and asyncpg raise, into one `application/problem+json` document of at most 4 KB that holds no
rejected value, no SQL and no stack trace.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, ClassVar

import orjson
import structlog
from pydantic import BaseModel
from starlette.responses import Response
from starlette.types import Scope

MEDIA_TYPE = "application/problem+json"
MAX_BYTES = 4096
_MAX_POINTER = 200
_MAX_INSTANCE = 500

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class FieldError:
    """One thing that is wrong with the input.

    `pointer` is a JSON pointer (RFC 6901) into the body, or to the parameter when `location` is not `body`; `code` is
    stable and for programs, `message` for people.
    """

    pointer: str
    code: str
    message: str
    location: str = "body"

    def as_json(self) -> dict[str, str]:
        """Give the member of `errors` that a client sees."""
        return {
            "pointer": self.pointer[:_MAX_POINTER],
            "location": self.location,
            "code": self.code,
            "message": self.message,
        }


class Problem(Exception):  # noqa: N818  (the RFC's word)
    """An outcome that is an error to the client. Subclasses say which; handlers raise them.

    `keeps_writes` marks the few outcomes that must leave a trace: the session dependency commits before the problem
    goes on its way, where every other one rolls back.
    """

    status: ClassVar[int] = 500
    slug: ClassVar[str] = "internal-error"
    title: ClassVar[str] = "Something went wrong on our side"
    keeps_writes: ClassVar[bool] = False

    def __init__(
        self,
        detail: str | None = None,
        *,
        errors: Sequence[FieldError] = (),
        headers: Mapping[str, str] | None = None,
        members: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(detail or self.title)
        self.detail = detail
        self.errors = tuple(errors)
        self.headers = dict(headers or {})
        self.members = dict(members or {})
        """What programs may want to know besides (RFC 9457, 3.2): small, and JSON."""


class InvalidInput(Problem):
    """The input breaks a rule; `errors` points to each place."""

    status = 422
    slug = "invalid-input"
    title = "The input is invalid"


class MalformedRequest(Problem):
    """The request cannot even be parsed."""

    status = 400
    slug = "malformed-request"
    title = "The request cannot be understood"


class Unauthenticated(Problem):
    """No valid access token."""

    status = 401
    slug = "unauthenticated"
    title = "Sign in first"


class Forbidden(Problem):
    """Signed in or not, this may not be done."""

    status = 403
    slug = "forbidden"
    title = "This is not allowed"


class NotFound(Problem):
    """There is no such thing, or it is somebody else's: the two look the same."""

    status = 404
    slug = "not-found"
    title = "There is nothing here"


class MethodNotAllowed(Problem):
    """The path exists, the method does not."""

    status = 405
    slug = "method-not-allowed"
    title = "The method is not allowed here"


class Conflict(Problem):
    """The request contradicts what is stored."""

    status = 409
    slug = "conflict"
    title = "The request contradicts what is stored"


class PreconditionFailed(Problem):
    """`If-Match` names another version than the stored one."""

    status = 412
    slug = "precondition-failed"
    title = "The resource has changed since you read it"


class ContentTooLarge(Problem):
    """The body is over the endpoint's limit."""

    status = 413
    slug = "content-too-large"
    title = "The body is too large"


class UnsupportedMediaType(Problem):
    """The body is not of the type that the endpoint reads."""

    status = 415
    slug = "unsupported-media-type"
    title = "The body is of a type that this endpoint does not read"


class TooManyRequests(Problem):
    """A rate limit is used up. Carries `Retry-After`."""

    status = 429
    slug = "too-many-requests"
    title = "Too many requests"


class Unavailable(Problem):
    """Something that the answer depends on is down or busy. Carries `Retry-After`."""

    status = 503
    slug = "unavailable"
    title = "The service is busy or a part of it is down"

    def __init__(self, detail: str | None = None, *, retry_after: int = 1) -> None:
        super().__init__(detail, headers={"Retry-After": str(retry_after)})


class HttpProblem(Problem):
    """An HTTP error of the framework that has no class of its own here."""

    def __init__(self, status: int, detail: str | None, headers: Mapping[str, str] | None) -> None:
        super().__init__(detail, headers=headers)
        phrase = HTTPStatus(status).phrase
        self.status = status  # type: ignore[misc]
        self.slug = phrase.lower().replace(" ", "-")  # type: ignore[misc]
        self.title = phrase  # type: ignore[misc]


_BY_STATUS: dict[int, type[Problem]] = {
    problem.status: problem
    for problem in (
        MalformedRequest,
        Unauthenticated,
        Forbidden,
        NotFound,
        MethodNotAllowed,
        ContentTooLarge,
        UnsupportedMediaType,
        TooManyRequests,
    )
}


def from_status(status: int, detail: str | None = None, headers: Mapping[str, str] | None = None) -> Problem:
    """Give the problem for an HTTP status that somebody else chose."""
    known = _BY_STATUS.get(status)
    if known is None:
        return HttpProblem(status, detail, headers)
    return known(detail if detail != HTTPStatus(status).phrase else None, headers=headers)


def document(problem: Problem, scope: Scope) -> bytes:
    """Write the problem document for the request in `scope`, at most `MAX_BYTES` long."""
    raw_path: bytes = scope.get("raw_path") or b""
    body: dict[str, Any] = {
        "type": f"/problems/{problem.slug}",
        "title": problem.title,
        "status": problem.status,
        "detail": problem.detail or problem.title,
        "instance": raw_path.decode("ascii", "replace")[:_MAX_INSTANCE],
        "request_id": scope.get("state", {}).get("request_id"),
    }
    body |= problem.members
    errors = [error.as_json() for error in problem.errors]
    shown = len(errors)
    while True:
        if errors:
            body["errors"] = errors[:shown]
            if shown < len(errors):
                body["detail"] = f"{len(errors)} things are wrong with the input; the first {shown} are listed."
        content = orjson.dumps(body)
        if len(content) <= MAX_BYTES or shown <= 1:
            return content
        shown = shown // 2 if shown > 16 else shown - 1  # noqa: PLR2004


def response(problem: Problem, scope: Scope) -> Response:
    """Make the whole answer for a problem."""
    return Response(document(problem, scope), problem.status, problem.headers, media_type=MEDIA_TYPE)


# --- OpenAPI -----------------------------------------------------------------------------------------------------


class ProblemField(BaseModel):
    """One invalid place of the input."""

    pointer: str
    location: str
    code: str
    message: str


class ProblemDocument(BaseModel):
    """A problem detail (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    request_id: str
    errors: list[ProblemField] | None = None


def documented(*problems: type[Problem]) -> dict[int | str, dict[str, Any]]:
    """Document outcomes in OpenAPI: the value for `responses=` of a router or an endpoint."""
    by_status: dict[int | str, dict[str, Any]] = {}
    for problem in problems:
        entry = by_status.setdefault(problem.status, {"description": "", "content": {MEDIA_TYPE: {"examples": {}}}})
        entry["description"] = "; ".join(filter(None, [entry["description"], problem.title]))
        media = entry["content"][MEDIA_TYPE]
        media["schema"] = {"$ref": "#/components/schemas/Problem"}
        media["examples"][problem.slug] = {
            "value": {"type": f"/problems/{problem.slug}", "title": problem.title, "status": problem.status}
        }
    return by_status
