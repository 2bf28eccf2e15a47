"""The tables of auth: credentials, sessions, one-time tokens, the security log, outgoing mail."""

from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from exercise_buddy.core.db.tables import TableModel, created_at_field, enum_type, new_id


class Delivery(StrEnum):
    """How a client holds its refresh token."""

    COOKIE = "cookie"
    BODY = "body"


PASSWORD = "password"  # noqa: S105  (the name of a method)
"""The `method` of a session that began with the password."""


class PasswordCredential(TableModel, table=True):
    """The hash of a user's password, in PHC string format."""

    __tablename__ = "password_credential"

    user_id: UUID = Field(primary_key=True, foreign_key="user_account.id", ondelete="CASCADE")
    password_hash: str = Field(max_length=255)
    changed_at: datetime = created_at_field()


class ProviderIdentity(TableModel, table=True):
    """The identity of a user at a provider. `subject` is the provider's key of the user, never an address.

    Only one user has an identity: `users` keeps it unique, as it does with e-mail addresses.
    """

    __tablename__ = "provider_identity"

    user_id: UUID = Field(primary_key=True, foreign_key="user_account.id", ondelete="CASCADE")
    provider: str = Field(primary_key=True, max_length=16)
    subject: str = Field(max_length=255)
    email: str | None = Field(default=None, max_length=254)
    name: str | None = Field(default=None, max_length=255)
    created_at: datetime = created_at_field()
    last_used_at: datetime | None = None


class AuthSession(TableModel, table=True):
    """A session: one family of refresh tokens, of which only hashes are stored.

    A sign-in creates it (`created_at`), with the password or at a provider (`method`), and nothing renews the sign-in.
    `generation` counts the rotations. Each rotation moves `idle_expires_at` and never `expires_at`. Whatever ends a
    session (`revoked_at`, or the deletion of the row) records it with `record_ended_sessions`.
    """

    __tablename__ = "auth_session"
    # For the task that deletes expired rows.
    __table_args__ = (sa.Index("ix_auth_session_expiry", sa.text("least(expires_at, idle_expires_at)")),)

    user_id: UUID = Field(primary_key=True, foreign_key="user_account.id", ondelete="CASCADE")
    id: UUID = Field(primary_key=True, default_factory=new_id)
    token_hash: bytes = Field(sa_type=sa.LargeBinary)
    previous_token_hash: bytes | None = Field(default=None, sa_type=sa.LargeBinary)
    generation: int = 0
    delivery: Delivery = Field(sa_type=enum_type(Delivery))
    method: str = Field(max_length=16, sa_column_kwargs={"server_default": PASSWORD})
    user_agent: str | None = Field(default=None, max_length=255)
    address: str | None = Field(default=None, max_length=45)
    created_at: datetime = created_at_field()
    rotated_at: datetime
    idle_expires_at: datetime
    expires_at: datetime
    revoked_at: datetime | None = None


class EndedSession(TableModel, table=True):
    """A session that ended before its access tokens expired. The row outlives the account."""

    __tablename__ = "ended_session"

    session_id: UUID = Field(primary_key=True)
    ended_at: datetime = Field(index=True)


class Purpose(StrEnum):
    """The purpose of a one-time token."""

    VERIFY_EMAIL = "verify_email"
    CHANGE_EMAIL = "change_email"
    RESET_PASSWORD = "reset_password"  # noqa: S105  (a purpose)
    EXCHANGE = "exchange"


class OneTimeToken(TableModel, table=True):
    """A token that works once; only its SHA-256 is stored.

    `email` is the address of its mail. `challenge` is the S256 code challenge whose verifier the client must send.
    It is found by its hash before its user is known. So `user_id` is no foreign key here, nor in the tables below
    without one: the account may be on another server.
    """

    __tablename__ = "one_time_token"

    user_id: UUID = Field(primary_key=True)
    id: UUID = Field(primary_key=True, default_factory=new_id)
    token_hash: bytes = Field(sa_type=sa.LargeBinary, unique=True)
    purpose: Purpose = Field(sa_type=enum_type(Purpose))
    email: str | None = Field(default=None, max_length=254)
    challenge: str | None = Field(default=None, max_length=64)
    details: dict[str, Any] = Field(default_factory=dict, sa_type=JSONB)
    created_at: datetime = created_at_field()
    expires_at: datetime = Field(index=True)


class SignInAttempt(TableModel, table=True):
    """An authorization request whose callback has not arrived yet. With a `user_id`, it links an identity.

    `time_zone` and `locale` are those of an account that the sign-in creates.
    """

    __tablename__ = "sign_in_attempt"

    id: UUID = Field(primary_key=True, default_factory=new_id)
    state_hash: bytes = Field(sa_type=sa.LargeBinary, unique=True)
    browser_hash: bytes = Field(sa_type=sa.LargeBinary)
    provider: str = Field(max_length=16)
    code_verifier: str = Field(max_length=128)
    nonce: str = Field(max_length=64)
    challenge: str = Field(max_length=64)
    next_path: str | None = Field(default=None, max_length=2048)
    time_zone: str | None = Field(default=None, max_length=64)
    locale: str | None = Field(default=None, max_length=35)
    user_id: UUID | None = Field(default=None, index=True)
    session_id: UUID | None = None
    created_at: datetime = created_at_field()
    expires_at: datetime = Field(index=True)


class SecurityEvent(TableModel, table=True):
    """An event of the security log of an account.

    `user_id` is null in rows of the former release, for what is now a `StrangerEvent`. It keeps the key from being a
    primary one until no such row can be written.
    """

    __tablename__ = "security_event"
    __table_args__ = (sa.UniqueConstraint("user_id", "id"),)
    __mapper_args__: ClassVar = {"primary_key": ["user_id", "id"]}

    user_id: UUID = Field(foreign_key="user_account.id", ondelete="CASCADE", nullable=True)
    id: UUID = Field(default_factory=new_id)
    session_id: UUID | None = None
    kind: str = Field(max_length=40)
    address: str | None = Field(default=None, max_length=45)
    user_agent: str | None = Field(default=None, max_length=255)
    details: dict[str, Any] = Field(default_factory=dict, sa_type=JSONB)
    created_at: datetime = Field(sa_column_kwargs={"server_default": sa.func.now()}, default=None, index=True)


class StrangerEvent(TableModel, table=True):
    """An event of the security log for which there is no account, such as a login with an unknown address."""

    __tablename__ = "stranger_event"

    id: UUID = Field(primary_key=True, default_factory=new_id)
    kind: str = Field(max_length=40)
    address: str | None = Field(default=None, max_length=45)
    user_agent: str | None = Field(default=None, max_length=255)
    details: dict[str, Any] = Field(default_factory=dict, sa_type=JSONB)
    created_at: datetime = Field(sa_column_kwargs={"server_default": sa.func.now()}, default=None, index=True)


class DeletedAccountEvent(TableModel, table=True):
    """A security event of a deleted account, without personal data.

    `pseudonym` is the same for all events of an account. `network` has no host: it is a /24 of IPv4 or a /48 of IPv6.
    """

    __tablename__ = "deleted_account_event"
    __table_args__ = (sa.Index(None, "pseudonym", "id"),)

    id: UUID = Field(primary_key=True)
    pseudonym: bytes = Field(sa_type=sa.LargeBinary)
    kind: str = Field(max_length=40)
    network: str | None = Field(default=None, max_length=45)
    created_at: datetime
    deleted_at: datetime = Field(sa_column_kwargs={"server_default": sa.func.now()}, default=None, index=True)


class OutgoingMail(TableModel, table=True):
    """A mail to send, or to retry. Its text and its secrets are created when it is sent."""

    __tablename__ = "outgoing_mail"

    id: UUID = Field(primary_key=True, default_factory=new_id)
    user_id: UUID | None = Field(default=None, index=True)
    kind: str = Field(max_length=40)
    recipient: str = Field(max_length=254)
    details: dict[str, Any] = Field(default_factory=dict, sa_type=JSONB)
    attempts: int = 0
    next_attempt_at: datetime = Field(sa_column_kwargs={"server_default": sa.func.now()}, default=None, index=True)
    created_at: datetime = created_at_field()
