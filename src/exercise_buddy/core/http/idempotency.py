"""Safe retries of what has no id of its own: `Idempotency-Key`.

The first request with a key does its work and leaves its answer in the transaction that it commits; another one with
the same key gets that answer. Two at once do not both do the work: the second waits for the first at the key.
Answers are kept for a day, by user. What fails leaves nothing, so that it can be tried again.
"""

import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated
from uuid import UUID

import sqlalchemy as sa
from fastapi import Depends, Header, Request, Response
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlmodel import Field, col, delete, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from exercise_buddy.core.db.tables import TableModel, core_table, created_at_field
from exercise_buddy.core.problems import FieldError, InvalidInput, Problem

KEPT = timedelta(days=1)
MAX_KEY = 255


class IdempotentRequest(TableModel, table=True):
    """A request that a user has sent with an `Idempotency-Key`, and its answer. `fingerprint` tells it from others."""

    __tablename__ = "idempotent_request"

    user_id: UUID = Field(primary_key=True, foreign_key="user_account.id", ondelete="CASCADE")
    key: str = Field(primary_key=True, max_length=MAX_KEY)
    fingerprint: bytes = Field(sa_type=sa.LargeBinary)
    status: int = Field(sa_type=sa.SmallInteger)
    headers: dict[str, str] = Field(default_factory=dict, sa_type=JSONB)
    body: bytes = Field(sa_type=sa.LargeBinary)
    created_at: datetime = created_at_field()


class IdempotencyKeyReused(Problem):
    """The key was sent before, with another request."""

    status = 422
    slug = "idempotency-key-reused"
    title = "This Idempotency-Key was sent with another request"


@dataclass(frozen=True, slots=True)
class Retry:
    """What tells a request from another one: its key, if it has one, and a hash of all that it asks for."""

    key: str | None
    fingerprint: bytes = b""

    async def once(self, session: AsyncSession, user_id: UUID, work: Callable[[], Awaitable[Response]]) -> Response:
        """Do the work and answer, or give the answer that the same request has had before.

        Args:
            session: the transaction in which `work` writes.
            user_id: whose key.
            work: what to do; whatever it raises is not kept.

        Raises:
            IdempotencyKeyReused: the key belongs to another request.

        """
        if self.key is None:
            return await work()
        mine = (col(IdempotentRequest.user_id) == user_id, col(IdempotentRequest.key) == self.key)
        await session.exec(
            delete(IdempotentRequest).where(
                col(IdempotentRequest.user_id) == user_id, col(IdempotentRequest.created_at) < sa.func.now() - KEPT
            )
        )
        begun = insert(core_table(IdempotentRequest)).values(
            user_id=user_id, key=self.key, fingerprint=self.fingerprint, status=0, headers={}, body=b""
        )
        if (await session.exec(begun.on_conflict_do_nothing())).rowcount == 0:
            return self._again((await session.exec(select(IdempotentRequest).where(*mine))).one())
        response = await work()
        kept = {name: value for name, value in response.headers.items() if name != "content-length"}
        answer = {"status": response.status_code, "headers": kept, "body": bytes(response.body)}
        await session.exec(update(IdempotentRequest).where(*mine).values(**answer))
        return response

    def _again(self, before: IdempotentRequest) -> Response:
        if before.fingerprint != self.fingerprint:
            raise IdempotencyKeyReused
        return Response(before.body, before.status, before.headers | {"idempotency-replayed": "true"})


async def get_retry(
    request: Request,
    key: Annotated[
        str | None,
        Header(
            alias="Idempotency-Key",
            description="Any text of your own, new for each request: sent again within a day, it does nothing again.",
        ),
    ] = None,
) -> Retry:
    """Read `Idempotency-Key`.

    Raises:
        InvalidInput: it is empty, too long, or not of visible ASCII characters.

    """
    if key is None:
        return Retry(None)
    if not 0 < len(key) <= MAX_KEY or not all("!" <= character <= "~" for character in key):
        message = f"An Idempotency-Key has 1 to {MAX_KEY} visible ASCII characters, without spaces"
        raise InvalidInput(errors=[FieldError("/Idempotency-Key", "idempotency_key", message, "header")])
    asked = hashlib.blake2b(digest_size=16)
    for part in (request.method, request.url.path, request.url.query):
        asked.update(part.encode() + b"\0")
    asked.update(await request.body())
    return Retry(key, asked.digest())


IdempotencyKey = Annotated[Retry, Depends(get_retry)]
