"""Request and response schemas of synchronization."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from pydantic import Field

from exercise_buddy.core.types import Input, Output, example
from exercise_buddy.workouts.schemas import Workout

MAX_BATCH = 100


class BatchInput(Input):
    """Workouts to log, each as in `POST /workouts` and with an outcome of its own."""

    model_config = example(
        {
            "workouts": [
                {
                    "id": "019c8e1a-5a3c-7c61-9d5e-0b7f3c7f4a10",
                    "started_at": "2026-03-02T18:00:00+01:00",
                    "exercises": [{"exercise_id": "5a1aa702-5779-58e9-ad82-588773810ed8", "sets": [{"reps": 20}]}],
                }
            ]
        }
    )

    workouts: list[dict[str, Any]] = Field(
        min_length=1,
        max_length=MAX_BATCH,
        # Validated one by one, so that an invalid workout does not keep the others from being written.
        json_schema_extra={"items": {"$ref": "#/components/schemas/WorkoutInput"}},
    )


class Outcome(StrEnum):
    """The outcome of a workout of a batch."""

    CREATED = "created"
    UNCHANGED = "unchanged"
    CONFLICT = "conflict"
    INVALID = "invalid"


class BatchError(Output):
    """An error in a workout of a batch. The pointer points into that workout."""

    pointer: str
    code: str
    message: str


class BatchItem(Output):
    """The outcome of one workout of a batch: the response that `POST /workouts` would have sent."""

    id: UUID | None = Field(description="Null for an invalid workout without an id.")
    outcome: Outcome
    status: int
    problem: str | None = Field(description="The `type` of the problem, such as `/problems/workout-id-taken`.")
    errors: list[BatchError]


class BatchReport(Output):
    """The outcomes of the workouts of a batch, in the order of the request."""

    items: list[BatchItem]


class ChangedWorkout(Output):
    """A workout that was written or deleted. `workout` is null if it was deleted."""

    id: UUID
    deleted_at: datetime | None
    workout: Workout | None


class Changes(Output):
    """The workouts that changed after a cursor, the oldest change first, each once and in its current state.

    Send `next_cursor` with the next request, even if `has_more` is false.
    """

    items: list[ChangedWorkout]
    next_cursor: str
    has_more: bool
