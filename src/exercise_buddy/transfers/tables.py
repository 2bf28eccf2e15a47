"""The tables of imports. Workouts, measurements and custom exercises refer to the import that created them."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from exercise_buddy.core.db.tables import TableModel, created_at_field, enum_type, new_id, updated_at_field
from exercise_buddy.workouts.public import Source


class ImportState(StrEnum):
    """How far an import is. A process that crashes leaves `running` behind, and another one continues."""

    QUEUED = "queued"
    RUNNING = "running"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"
    UNDOING = "undoing"


UNFINISHED_IMPORTS = "state IN ('queued', 'running', 'undoing')"
"""The condition of an index: a statement uses it if it has the same words, not parameters."""

RESULTS_ONLY = (
    "(dry_run OR workouts = 0 AND replaced = 0 AND remapped = 0"
    " AND body_measurements = 0 AND replaced_body_measurements = 0)"
)
"""The condition of the index of imports that have stored nothing."""

COUNTS = (
    *("workouts", "sets", "duplicates", "replaced", "remapped"),
    *("body_measurements", "replaced_body_measurements"),
)
"""The columns that count what an import has stored."""

UNFINISHED = (ImportState.QUEUED, ImportState.RUNNING, ImportState.UNDOING)


class WorkoutImport(TableModel, table=True):
    """One imported file. The counts are those of the batches that were committed.

    Attributes:
        dry_run: whether it only reports.
        options: what the client sent with a file that is imported in the background: see `requests`.
        is_cancelled: whether the user has cancelled it. It is then undone.
        progress: the part of the work that is done, 0 to 1.
        attempts: how often a process has begun with it.
        report: the report, once it is completed.
        problem: why it has failed. It is undone first.

    """

    __tablename__ = "workout_import"
    __table_args__ = (
        # For the tasks that continue imports.
        sa.Index(
            "ix_workout_import_unfinished",
            "created_at",
            postgresql_where=sa.text(UNFINISHED_IMPORTS),
        ),
        # For the task that deletes results that nobody reads any more.
        sa.Index("ix_workout_import_results", "updated_at", postgresql_where=sa.text(RESULTS_ONLY)),
    )

    user_id: UUID = Field(primary_key=True, foreign_key="user_account.id", ondelete="CASCADE")
    id: UUID = Field(primary_key=True, default_factory=new_id)
    source: Source = Field(sa_type=enum_type(Source, 32))
    state: ImportState = Field(sa_type=enum_type(ImportState), sa_column_kwargs={"server_default": "completed"})
    file_name: str | None = Field(default=None, max_length=255)
    workouts: int
    sets: int
    duplicates: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    replaced: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    remapped: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    body_measurements: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    replaced_body_measurements: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    dry_run: bool = Field(default=False, sa_column_kwargs={"server_default": sa.false()})
    options: dict[str, Any] | None = Field(default=None, sa_type=JSONB(none_as_null=True))
    is_cancelled: bool = Field(default=False, sa_column_kwargs={"server_default": sa.false()})
    progress: float = Field(default=0.0, sa_column_kwargs={"server_default": "0"})
    attempts: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    report: dict[str, Any] | None = Field(default=None, sa_type=JSONB(none_as_null=True))
    problem: dict[str, Any] | None = Field(default=None, sa_type=JSONB(none_as_null=True))
    created_at: datetime = created_at_field()
    updated_at: datetime = updated_at_field()


class ImportFilePart(TableModel, table=True):
    """A part of a file that waits for its import or is being imported: so that any process can continue it."""

    __tablename__ = "import_file_part"
    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["user_id", "import_id"], ["workout_import.user_id", "workout_import.id"], ondelete="CASCADE"
        ),
    )

    user_id: UUID = Field(primary_key=True)
    import_id: UUID = Field(primary_key=True)
    position: int = Field(primary_key=True)
    content: bytes = Field(sa_type=sa.LargeBinary)


class ReplacedWorkout(TableModel, table=True):
    """What a workout was before an import replaced its content. It is deleted with the workout or the import.

    Attributes:
        revision: that of the workout after it was replaced. The imports that replaced a workout are in this order.
        was_edited: whether the user had edited the workout since an import wrote it.
        fingerprint: the hash of the content before.
        content: the content before, compressed JSON.

    """

    __tablename__ = "replaced_workout"
    __table_args__ = (
        sa.ForeignKeyConstraint(["user_id", "workout_id"], ["workout.user_id", "workout.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["user_id", "import_id"], ["workout_import.user_id", "workout_import.id"], ondelete="CASCADE"
        ),
        sa.Index(None, "user_id", "import_id"),
    )

    user_id: UUID = Field(primary_key=True)
    workout_id: UUID = Field(primary_key=True)
    import_id: UUID = Field(primary_key=True)
    revision: int = Field(sa_type=sa.BigInteger)
    was_edited: bool
    fingerprint: bytes = Field(sa_type=sa.LargeBinary)
    content: bytes = Field(sa_type=sa.LargeBinary)


class ReplacedMeasurement(TableModel, table=True):
    """What a body measurement was before an import replaced it. It is deleted with the measurement or the import.

    Attributes:
        revision: that of the user at the time. The imports that replaced a measurement are in this order.
        was_edited: whether the user had edited the measurement since an import wrote it.

    """

    __tablename__ = "replaced_measurement"
    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["user_id", "measurement_id"], ["body_measurement.user_id", "body_measurement.id"], ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["user_id", "import_id"], ["workout_import.user_id", "workout_import.id"], ondelete="CASCADE"
        ),
        sa.Index(None, "user_id", "import_id"),
    )

    user_id: UUID = Field(primary_key=True)
    measurement_id: UUID = Field(primary_key=True)
    import_id: UUID = Field(primary_key=True)
    revision: int = Field(sa_type=sa.BigInteger)
    was_edited: bool
    measured_on: date
    mass_kg: float
    body_fat_percent: float | None = None
