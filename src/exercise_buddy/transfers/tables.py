"""The table of imports. Workouts and custom exercises refer to the import that created them."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlmodel import Field

from exercise_buddy.core.db.tables import TableModel, created_at_field, enum_type, new_id, updated_at_field
from exercise_buddy.workouts.public import Source


class ImportState(StrEnum):
    """How far an import is. A process that crashes leaves `running` behind."""

    RUNNING = "running"
    COMPLETED = "completed"
    INTERRUPTED = "interrupted"
    UNDOING = "undoing"


class WorkoutImport(TableModel, table=True):
    """One imported file. The counts are those of the batches that were committed."""

    __tablename__ = "workout_import"

    user_id: UUID = Field(primary_key=True, foreign_key="user_account.id", ondelete="CASCADE")
    id: UUID = Field(primary_key=True, default_factory=new_id)
    source: Source = Field(sa_type=enum_type(Source, 32))
    state: ImportState = Field(sa_type=enum_type(ImportState), sa_column_kwargs={"server_default": "completed"})
    file_name: str | None = Field(default=None, max_length=255)
    workouts: int
    sets: int
    duplicates: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    created_at: datetime = created_at_field()
    updated_at: datetime = updated_at_field()
