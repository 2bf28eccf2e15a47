"""Safe retries of requests that create something without an id of their own: `Idempotency-Key`.

The first request with a key stores its response in the transaction that it commits; a second request with the key
receives that response. Two at the same time do the work once: the second waits for the first at a lock of the key.
Responses are kept for a day, by user. A request that fails stores nothing, so that it can be repeated.

A large response that has a `Location` is not stored a second time: a retry receives the resource as it is now, with the
status of the first response, or 404 if the resource was deleted since.
"""

import hashlib
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Annotated
from uuid import UUID

import sqlalchemy as sa
from fastapi import Depends, Header, Request, Response
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, col, delete, select
from sqlmodel.ext.asyncio.session import AsyncSession
from starlette.types import Message

from exercise_buddy.core.db.database import SessionDep
from exercise_buddy.core.db.tables import TableModel, created_at_field
from exercise_buddy.core.problems import FieldError, InvalidInput, MalformedRequest, Problem
from exercise_buddy.core.quotas import Quota, Quotas
from exercise_buddy.core.security.identity import CurrentUser

RETENTION = timedelta(days=1)
MAX_KEY_LENGTH = 255
MAX_STORED_BODY = 4096
"""A larger response with a `Location` is stored as a reference to its resource."""


class IdempotentRequest(TableModel, table=True):
    """A request that a user sent with an `Idempotency-Key`, and its response.

    `fingerprint` is a hash of the request. Without a `body`, the response has that of the resource at its `location`.
    The slice of accounts adds the foreign key of `user_id`.
    """

    __tablename__ = "idempotent_request"
    # For the task that deletes old rows.
    __table_args__ = (sa.Index(None, "created_at"),)

    user_id: UUID = Field(primary_key=True)
    key: str = Field(primary_key=True, max_length=MAX_KEY_LENGTH)
    fingerprint: bytes = Field(sa_type=sa.LargeBinary)
    status: int = Field(sa_type=sa.SmallInteger)
    headers: dict[str, str] = Field(default_factory=dict, sa_type=JSONB)
    body: bytes | None = Field(default=None, sa_type=sa.LargeBinary)
    created_at: datetime = created_at_field()


class IdempotencyKeyReused(Problem):
    """The key was sent before, with another request."""

    status = 422
    slug = "idempotency-key-reused"
    title = "This Idempotency-Key was sent with another request"


class StoredResponse(Exception):  # noqa: N818  (no error: the route returns the response)
    """Ends a request before its endpoint runs, with the response that the first request with its key received."""

    def __init__(self, response: Response) -> None:
        super().__init__()
        self.response = response


async def check_idempotency_key(
    request: Request,
    user: CurrentUser,
    session: SessionDep,
    key: Annotated[
        str | None,
        Header(
            alias="Idempotency-Key",
            description="A text of your choice, new for each request. A retry with it within a day changes nothing.",
            json_schema_extra={"pattern": "^[!-~]{1,255}$"},
        ),
    ] = None,
) -> None:
    """Replay the stored response of the key. If the key is new, lock it until the transaction ends.

    Raises:
        StoredResponse: the same request was answered before.
        IdempotencyKeyReused: another request was sent with this key.
        QuotaExceeded: the user has sent as many keys within a day as allowed. Nothing is executed.
        MalformedRequest: there are two keys. A proxy and we might read different ones.
        InvalidInput: the key is empty, too long, or not of visible ASCII characters.

    """
    if key is None:
        return
    if len(request.headers.getlist("idempotency-key")) > 1:
        raise MalformedRequest("A request has at most one Idempotency-Key header.")
    if not 0 < len(key) <= MAX_KEY_LENGTH or not all("!" <= character <= "~" for character in key):
        message = f"An Idempotency-Key has 1 to {MAX_KEY_LENGTH} visible ASCII characters, without spaces"
        raise InvalidInput(errors=[FieldError("/Idempotency-Key", "idempotency_key", message, "header")])
    expired = col(IdempotentRequest.created_at) < sa.func.now() - RETENTION
    await session.exec(delete(IdempotentRequest).where(col(IdempotentRequest.user_id) == user.user_id, expired))
    # A lock, not a row: nothing is written before the response, so no rollback and no kept write can lose the key.
    lock = sa.func.pg_advisory_xact_lock(sa.func.hashtextextended(f"{user.user_id} {key}", 0))
    await session.exec(select(lock))
    stored = await session.get(IdempotentRequest, (user.user_id, key))
    fingerprint = await _request_fingerprint(request)
    if stored is None:
        count = select(sa.func.count()).where(col(IdempotentRequest.user_id) == user.user_id)
        Quotas.of(session).require(Quota.IDEMPOTENCY_KEYS, (await session.exec(count)).one() + 1)
        request.state.idempotency = (session, user.user_id, key, fingerprint)
        return
    if stored.fingerprint != fingerprint:
        raise IdempotencyKeyReused
    raise StoredResponse(await _replay(request, stored))


async def _replay(request: Request, stored: IdempotentRequest) -> Response:
    replayed = {"idempotency-replayed": "true"}
    if stored.body is not None:
        return Response(stored.body, stored.status, stored.headers | replayed)
    current = await _read_resource(request, stored.headers["location"])
    if current.status_code != HTTPStatus.OK:
        current.headers.update(replayed)
        return current
    headers = stored.headers | {"etag": current.headers["etag"]} | replayed
    return Response(current.body, stored.status, headers)


async def _read_resource(request: Request, location: str) -> Response:
    """Return what the router responds to a GET of a resource by the user of this request."""
    messages: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        messages.append(message)

    scope = dict(request.scope)
    scope.update(method="GET", path=location, raw_path=location.encode(), query_string=b"", path_params={})
    # A precondition of the request is for its own method.
    conditional = {b"if-none-match", b"if-match", b"content-type", b"content-length", b"idempotency-key"}
    scope["headers"] = [(name, value) for name, value in request.scope["headers"] if name not in conditional]
    await request.app.router(scope, receive, send)
    start, *parts = messages
    response = Response(b"".join(part.get("body", b"") for part in parts), start["status"])
    response.raw_headers = list(start["headers"])
    return response


async def store_response(request: Request, response: Response) -> None:
    """Store the response to a request with an `Idempotency-Key`, in the request's transaction."""
    pending: tuple[AsyncSession, UUID, str, bytes] | None = request.scope["state"].get("idempotency")
    if pending is None:
        return
    session, user_id, key, fingerprint = pending
    headers = {name: value for name, value in response.headers.items() if name != "content-length"}
    session.add(
        IdempotentRequest(
            user_id=user_id,
            key=key,
            fingerprint=fingerprint,
            status=response.status_code,
            headers=headers,
            body=None if "location" in headers and len(response.body) > MAX_STORED_BODY else bytes(response.body),
        )
    )
    await session.flush()


async def _request_fingerprint(request: Request) -> bytes:
    digest = hashlib.blake2b(digest_size=16)
    for part in (request.method, request.url.path, request.url.query):
        digest.update(part.encode() + b"\0")
    digest.update(await request.body())
    return digest.digest()


IDEMPOTENT = Depends(check_idempotency_key)
"""A dependency of endpoints that honour `Idempotency-Key`: `dependencies=[IDEMPOTENT]`."""
