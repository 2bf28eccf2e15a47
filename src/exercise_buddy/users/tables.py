"""The tables of users: the account and its unique names, revisions, and body measurements."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from exercise_buddy.core.db.tables import (
    TableModel,
    core_table,
    created_at_field,
    enum_type,
    new_id,
    updated_at_field,
)
from exercise_buddy.core.http.idempotency import IdempotentRequest
from exercise_buddy.core.quotas import Quota

DEFAULT_LOCALE = "en"


class Weekday(StrEnum):
    """A day of the week."""

    MONDAY = "monday"
    TUESDAY = "tuesday"
    WEDNESDAY = "wednesday"
    THURSDAY = "thursday"
    FRIDAY = "friday"
    SATURDAY = "saturday"
    SUNDAY = "sunday"


class UnitSystem(StrEnum):
    """The units that a client displays. The API itself is always metric."""

    METRIC = "metric"
    IMPERIAL = "imperial"


class UserAccount(TableModel, table=True):
    """An account and its profile.

    `email_key` and `username_key` are what they are compared by; `LoginIdentifier` keeps them unique.
    `canonical_time_zone` is the name of `time_zone` that every PostgreSQL server knows. At `deletes_at` the account is
    deleted, unless its user signs in before.
    """

    __tablename__ = "user_account"
    __table_args__ = (sa.Index(None, "deletes_at", postgresql_where=sa.text("deletes_at IS NOT NULL")),)

    id: UUID = Field(primary_key=True, default_factory=new_id)
    email: str = Field(max_length=254)
    email_key: str = Field(max_length=254)
    email_verified_at: datetime | None = None
    username: str | None = Field(default=None, max_length=32)
    username_key: str | None = Field(default=None, max_length=32)
    display_name: str | None = Field(default=None, max_length=80)
    avatar_url: str | None = Field(default=None, max_length=2048)
    time_zone: str = Field(max_length=64)
    canonical_time_zone: str = Field(max_length=64)
    week_starts_on: Weekday = Field(default=Weekday.MONDAY, sa_type=enum_type(Weekday))
    unit_system: UnitSystem = Field(default=UnitSystem.METRIC, sa_type=enum_type(UnitSystem))
    locale: str = Field(default=DEFAULT_LOCALE, max_length=35)
    disabled_at: datetime | None = None
    deletes_at: datetime | None = None
    created_at: datetime = created_at_field()
    updated_at: datetime = updated_at_field()


class LoginIdentifier(TableModel, table=True):
    """A name that is unique among all users, and whose it is: see `login_identifiers`.

    Attributes:
        kind: `email`, `username`, or the name of a provider.
        key: what the name is compared by.
        user_id: the user. It is no foreign key, as the account may be on another server.

    """

    __tablename__ = "login_identifier"

    kind: str = Field(primary_key=True, max_length=16)
    key: str = Field(primary_key=True, max_length=255)
    user_id: UUID = Field(index=True)


class UserRevision(TableModel, table=True):
    """The revision of a user's data, incremented by each write, and what is stored for the user.

    It is a table of its own, as it is written far more often than the account. Triggers of the tables that have rows
    of the user count them, in the transaction that writes them.

    Attributes:
        stored_bytes: an estimate of the space of the rows, with their indexes.
        rendered_version: the version of documents that all workouts of the user have got; None if that is unknown.
        restore_id: the import of a whole account that is being written or undone. All other writes are refused.

    """

    __tablename__ = "user_revision"

    user_id: UUID = Field(primary_key=True, foreign_key="user_account.id", ondelete="CASCADE")
    revision: int = Field(default=0, sa_type=sa.BigInteger)
    workouts: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    body_measurements: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    stored_bytes: int = Field(default=0, sa_type=sa.BigInteger, sa_column_kwargs={"server_default": "0"})
    rendered_version: int | None = None
    restore_id: UUID | None = None


COUNTED = (Quota.STORED_BYTES, Quota.WORKOUTS, Quota.BODY_MEASUREMENTS)
"""The columns of `UserRevision` that count what is stored."""


class ResourceRevision(TableModel, table=True):
    """The revision at which a resource of a user was last written or deleted. Triggers of its table store it.

    Workouts have their revisions in rows of their own.

    Attributes:
        type: `body_measurement`, `exercise`, `goal`, `profile` or `routine`.
        id: the resource. A goal and a profile have the id of their user.
        deleted_at: when it was deleted; None if it was not.
        replaced_by: the exercise that replaces a deleted one.

    """

    __tablename__ = "resource_revision"
    __table_args__ = (sa.Index(None, "user_id", "revision", "id", "type"),)

    user_id: UUID = Field(primary_key=True, foreign_key="user_account.id", ondelete="CASCADE")
    type: str = Field(primary_key=True, max_length=16)
    id: UUID = Field(primary_key=True)
    revision: int = Field(sa_type=sa.BigInteger)
    deleted_at: datetime | None = None
    replaced_by: UUID | None = None


class BodyMeasurement(TableModel, table=True):
    """The body mass of a user on a local day.

    Attributes:
        import_id: the import that created it; None if a client did.
        imported_at: when an import or its undo last wrote it. An `updated_at` after it is an edit of the user.
        fingerprint: a hash of the content of the create.

    """

    __tablename__ = "body_measurement"
    __table_args__ = (
        # Checked at the commit: the rows of a deleted account are deleted in no certain order.
        sa.ForeignKeyConstraint(
            ["user_id", "import_id"],
            ["workout_import.user_id", "workout_import.id"],
            deferrable=True,
            initially="DEFERRED",
        ),
        sa.Index(None, "user_id", "measured_on", "id"),
        # For the undo of an import, and for the foreign key.
        sa.Index(None, "user_id", "import_id", postgresql_where=sa.text("import_id IS NOT NULL")),
    )

    user_id: UUID = Field(primary_key=True, foreign_key="user_account.id", ondelete="CASCADE")
    id: UUID = Field(primary_key=True, default_factory=new_id)
    measured_on: date
    mass_kg: float
    body_fat_percent: float | None = None
    notes: str | None = Field(default=None, max_length=10_000)
    import_id: UUID | None = None
    imported_at: datetime | None = None
    fingerprint: bytes = Field(sa_type=sa.LargeBinary)
    created_at: datetime = created_at_field()
    updated_at: datetime = updated_at_field()


# The kernel stores responses by user and does not know the table of users. Deleting an account deletes them.
core_table(IdempotentRequest).append_constraint(
    sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], ondelete="CASCADE")
)
