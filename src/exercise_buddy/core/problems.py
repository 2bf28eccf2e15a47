"""Problem details (RFC 9457): the form of every error response.

A slice raises a subclass of `Problem` for each outcome. This module converts it, and the exceptions of FastAPI,
Starlette, SQLAlchemy and asyncpg, into an `application/problem+json` document of at most 4 KB without rejected values,
SQL or stack traces.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from itertools import islice
from typing import Any, ClassVar
from uuid import UUID

import orjson
import structlog
from pydantic import BaseModel
from starlette.responses import Response
from starlette.types import Scope

from exercise_buddy.core.problem_schemas import MAX_ERRORS, FieldErrors

MEDIA_TYPE = "application/problem+json"
MAX_BYTES = 4096
_MAX_POINTER = 200
_MAX_INSTANCE = 500
_MAX_FACT = 200

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class FieldError:
    """One error in the input.

    `pointer` is a JSON pointer (RFC 6901) into the body, or names the parameter if `location` is not `body`. `code` is
    stable and for programs, `message` for people. `proposals` are what the client may have meant: small JSON objects.
    """

    pointer: str
    code: str
    message: str
    location: str = "body"
    proposals: Sequence[Mapping[str, Any]] = ()

    def as_json(self) -> dict[str, Any]:
        """Return the member of `errors` in the problem document."""
        return {
            "pointer": self.pointer[:_MAX_POINTER],
            "location": self.location,
            "code": self.code,
            "message": self.message,
            **({"proposals": self.proposals} if self.proposals else {}),
        }


class Problem(Exception):  # noqa: N818  (the term of the RFC)
    """An outcome that is an error for the client. Handlers raise its subclasses.

    `keeps_writes` marks the few outcomes that must be recorded: the session dependency commits before it raises them
    again; all others roll back. `is_refusal` marks decisions about who may do something: each response is logged as the
    security event `request_refused`, with `reason` and `aimed_at`, which the client does not see. `extension` is the
    schema of further members of the document (RFC 9457, 3.2), with an example.

    Args:
        detail: what is wrong, for people. The title by default.
        errors: the errors of the input.
        headers: headers of the response.
        members: the values of `extension`: small JSON values.
        reason: why a request was refused, for the log.
        aimed_at: the id of the account that a refused request was about, if it is not its sender; the hash of what
            the client named if no such account exists.

    """

    status: ClassVar[int] = 500
    slug: ClassVar[str] = "internal-error"
    title: ClassVar[str] = "Internal error"
    keeps_writes: ClassVar[bool] = False
    is_refusal: ClassVar[bool] = False
    extension: ClassVar[type[BaseModel] | None] = None

    def __init__(
        self,
        detail: str | None = None,
        *,
        errors: Iterable[FieldError] = (),
        headers: Mapping[str, str] | None = None,
        members: Mapping[str, Any] | None = None,
        reason: str | None = None,
        aimed_at: UUID | str | None = None,
    ) -> None:
        super().__init__(detail or self.title)
        self.detail = detail
        found = tuple(islice(errors, MAX_ERRORS + 1))
        self.errors = found[:MAX_ERRORS]
        self.has_more_errors = len(found) > MAX_ERRORS
        self.headers = dict(headers or {})
        self.members = dict(members or {})
        self.reason = reason
        self.aimed_at = aimed_at


class InvalidInput(Problem):
    """The input is invalid; `errors` points to each place."""

    status = 422
    slug = "invalid-input"
    title = "The input is invalid"
    extension: ClassVar[type[BaseModel]] = FieldErrors


class MalformedRequest(Problem):
    """The request cannot be parsed."""

    status = 400
    slug = "malformed-request"
    title = "The request cannot be parsed"


class AmbiguousCredentials(MalformedRequest):
    """The request has two credentials of one kind. A proxy, or another host of the domain, may have added one."""

    is_refusal = True


class Unauthenticated(Problem):
    """The request has no valid access token."""

    status = 401
    slug = "unauthenticated"
    title = "Sign in first"
    is_refusal = True


class Forbidden(Problem):
    """The caller may not do this."""

    status = 403
    slug = "forbidden"
    title = "This is not allowed"
    is_refusal = True


class NotFound(Problem):
    """The resource does not exist, or belongs to another user: the responses do not differ."""

    status = 404
    slug = "not-found"
    title = "Not found"
    is_refusal = True


class PathNotFound(NotFound):
    """Nothing is served at the path: it is no resource of another user."""

    is_refusal = False


class MethodNotAllowed(Problem):
    """The path exists, but not with this method."""

    status = 405
    slug = "method-not-allowed"
    title = "The method is not allowed here"


class Conflict(Problem):
    """The request conflicts with stored data."""

    status = 409
    slug = "conflict"
    title = "The request conflicts with stored data"


class PreconditionFailed(Problem):
    """`If-Match` does not match the stored version."""

    status = 412
    slug = "precondition-failed"
    title = "The resource has changed since you read it"


class ContentTooLarge(Problem):
    """The body is over the endpoint's limit."""

    status = 413
    slug = "content-too-large"
    title = "The body is too large"


class UnsupportedMediaType(Problem):
    """The content type of the body is not supported."""

    status = 415
    slug = "unsupported-media-type"
    title = "The content type of the body is not supported"


class TooManyRequests(Problem):
    """A rate limit is exhausted. The response has `Retry-After`."""

    status = 429
    slug = "too-many-requests"
    title = "Too many requests"
    is_refusal = True


class TooManyRequestsInFlight(TooManyRequests):
    """The client has as many requests in flight as allowed."""

    slug = "too-many-requests-in-flight"
    title = "Too many requests at the same time"


class Unavailable(Problem):
    """A dependency is down or busy. The response has `Retry-After`."""

    status = 503
    slug = "unavailable"
    title = "The service is temporarily unavailable"

    def __init__(self, detail: str | None = None, *, retry_after: int = 1) -> None:
        super().__init__(detail, headers={"Retry-After": str(retry_after)})


class HttpProblem(Problem):
    """An HTTP error of the framework without a class of its own."""

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
        PathNotFound,
        MethodNotAllowed,
        ContentTooLarge,
        UnsupportedMediaType,
        TooManyRequests,
    )
}


def from_status(status: int, detail: str | None = None, headers: Mapping[str, str] | None = None) -> Problem:
    """Return the problem for an HTTP status of the framework."""
    known = _BY_STATUS.get(status)
    if known is None:
        return HttpProblem(status, detail, headers)
    return known(detail if detail != HTTPStatus(status).phrase else None, headers=headers)


def log_refusal(problem: Problem, scope: Scope) -> None:
    """Log a problem of a request or a WebSocket as a security event if it is a refusal.

    A dependency that looks up the account of a request, before it is known whether it is refused, keeps it in the state
    as `aimed_at`.
    """
    state = scope.get("state", {})
    identity = state.get("identity")
    if not problem.is_refusal or (isinstance(problem, NotFound) and identity is None):
        return
    facts = {
        "reason": problem.reason,
        "aimed_at": problem.aimed_at or state.get("aimed_at"),
        "user_id": identity and identity.user_id,
        "ids": scope.get("path_params"),
    }
    log.warning(
        "request_refused",
        problem=problem.slug,
        status=problem.status,
        method=scope.get("method"),
        route=getattr(scope.get("route"), "path", None),
        address=scope["client"][0] if scope.get("client") else None,
        **{name: str(value)[:_MAX_FACT] for name, value in facts.items() if value},
    )


def build_document(problem: Problem, scope: Mapping[str, Any]) -> bytes:
    """Return the problem document for the request in `scope`, at most `MAX_BYTES` long."""
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
            if problem.has_more_errors:
                body["detail"] = f"The input has more than {MAX_ERRORS} errors; the first {shown} are listed."
            elif shown < len(errors):
                body["detail"] = f"The input has {len(errors)} errors; the first {shown} are listed."
        content = orjson.dumps(body)
        if len(content) <= MAX_BYTES or shown <= 1:
            return content
        shown = shown // 2 if shown > 16 else shown - 1  # noqa: PLR2004


def build_response(problem: Problem, scope: Scope) -> Response:
    """Return the response for a problem. Log it if it is a refusal."""
    log_refusal(problem, scope)
    return Response(build_document(problem, scope), problem.status, problem.headers, media_type=MEDIA_TYPE)


# --- OpenAPI -----------------------------------------------------------------------------------------------------

DOCUMENTED = "x-problems"
"""The member of a response of a route that lists slugs. `core.http.openapi_problems` replaces it in the document."""

Responses = dict[int | str, dict[str, Any]]
"""The value of FastAPI's `responses=`."""


def documented(*problems: type[Problem]) -> Responses:
    """Return the value of `responses=` that documents problems in OpenAPI."""
    by_status: Responses = {}
    for problem in problems:
        by_status.setdefault(problem.status, {DOCUMENTED: []})[DOCUMENTED].append(problem.slug)
    return by_status


def merge_responses(*parts: Responses) -> Responses:
    """Return the responses of all parts, with all problems of each status."""
    merged: Responses = {}
    for status, response in (item for part in parts for item in part.items()):
        known = merged.get(status, {}).get(DOCUMENTED, [])
        merged[status] = merged.get(status, {}) | response
        if known:
            merged[status][DOCUMENTED] = list(dict.fromkeys(known + response.get(DOCUMENTED, [])))
    return merged
