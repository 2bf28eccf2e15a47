"""The table of answers that are kept for requests that a client sends again."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from exercise_buddy.core.tables import TableModel, created_at_field


class IdempotentRequest(TableModel, table=True):
    """A request that a user has sent with an `Idempotency-Key`, and its answer. `fingerprint` tells it from others."""

    __tablename__ = "idempotent_request"

    user_id: UUID = Field(primary_key=True, foreign_key="user_account.id", ondelete="CASCADE")
    key: str = Field(primary_key=True, max_length=255)
    fingerprint: bytes = Field(sa_type=sa.LargeBinary)
    status: int = Field(sa_type=sa.SmallInteger)
    headers: dict[str, str] = Field(default_factory=dict, sa_type=JSONB)
    body: bytes = Field(sa_type=sa.LargeBinary)
    created_at: datetime = created_at_field()
