"""The tables of auth: passwords and sessions."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from exercise_buddy.core.tables import TableModel, created_at_field, enum_type, new_id


class Delivery(StrEnum):
    """How a client holds its refresh token."""

    COOKIE = "cookie"
    BODY = "body"


class PasswordCredential(TableModel, table=True):
    """The hash of a user's password, in PHC string format."""

    __tablename__ = "password_credential"

    user_id: UUID = Field(primary_key=True, foreign_key="user_account.id", ondelete="CASCADE")
    password_hash: str = Field(max_length=255)
    changed_at: datetime = created_at_field()


class AuthSession(TableModel, table=True):
    """A signed-in device: one family of refresh tokens, of which only hashes are stored.

    `generation` counts the rotations. `idle_expires_at` moves with each of them, `expires_at` never.
    """

    __tablename__ = "auth_session"

    user_id: UUID = Field(primary_key=True, foreign_key="user_account.id", ondelete="CASCADE")
    id: UUID = Field(primary_key=True, default_factory=new_id)
    token_hash: bytes = Field(sa_type=sa.LargeBinary)
    previous_token_hash: bytes | None = Field(default=None, sa_type=sa.LargeBinary)
    generation: int = 0
    delivery: Delivery = Field(sa_type=enum_type(Delivery))
    user_agent: str | None = Field(default=None, max_length=255)
    address: str | None = Field(default=None, max_length=45)
    created_at: datetime = created_at_field()
    rotated_at: datetime
    idle_expires_at: datetime
    expires_at: datetime
    revoked_at: datetime | None = None
