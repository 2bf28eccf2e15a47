"""What synchronising sends and receives."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from pydantic import Field

from exercise_buddy.core.types import Input, Output
from exercise_buddy.workouts.schemas import Workout

MAX_BATCH = 100


class BatchInput(Input):
    """Workouts to log, each as in `POST /workouts`. Each is judged on its own."""

    workouts: list[dict[str, Any]] = Field(
        min_length=1,
        max_length=MAX_BATCH,
        # Each is validated on its own, so that one that is invalid keeps none of the others out.
        json_schema_extra={"items": {"$ref": "#/components/schemas/WorkoutInput"}},
    )


class Outcome(StrEnum):
    """What has become of a workout of a batch."""

    CREATED = "created"
    UNCHANGED = "unchanged"
    CONFLICT = "conflict"
    INVALID = "invalid"


class BatchError(Output):
    """One thing that is wrong with a workout of a batch. The pointer is into that workout."""

    pointer: str
    code: str
    message: str


class BatchItem(Output):
    """What has become of one workout of a batch: what `POST /workouts` would have answered."""

    id: UUID | None = Field(description="Null for an invalid one that has no id.")
    outcome: Outcome
    status: int
    problem: str | None = Field(description="The type of the problem, such as `/problems/workout-id-taken`.")
    errors: list[BatchError]


class BatchReport(Output):
    """What has become of the workouts of a batch, in their order."""

    items: list[BatchItem]


class WorkoutChanged(Output):
    """A workout that was written or deleted. Of a deleted one there is no `workout`."""

    id: UUID
    deleted_at: datetime | None
    workout: Workout | None


class Changes(Output):
    """What has changed since a cursor, the oldest change first, each workout once and as it is now.

    Take `next_cursor` for the next time, also if there is nothing more now (`has_more`).
    """

    items: list[WorkoutChanged]
    next_cursor: str
    has_more: bool
