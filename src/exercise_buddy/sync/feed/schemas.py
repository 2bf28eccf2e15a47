"""Response schemas of the feed."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from exercise_buddy.core.db.pagination import encode_cursor
from exercise_buddy.core.http.conditional_requests import etag
from exercise_buddy.core.types import Output, example, example_of
from exercise_buddy.exercises.public import Exercise
from exercise_buddy.statistics.public import Goal
from exercise_buddy.users.public import BodyMeasurement, Profile
from exercise_buddy.workouts.public import Routine, Workout

_WORKOUT = example_of(Workout)
_ETAG = etag(b"a workout")
_DELETED_ID = "019c9340-b1e8-7d17-8a94-6f2e4c1b9d98"
_NEXT_CURSOR = encode_cursor(("sync", 6, _DELETED_ID, "routine"))


class _Change(Output):
    id: UUID = Field(description="The id of the resource.")
    deleted_at: datetime | None = Field(description="When it was deleted. Null if it was not.")
    etag: str | None = Field(description="The `ETag` of its own `GET`, for `If-Match`. Null if it was deleted.")


class ChangedWorkout(_Change):
    """A workout that was written or deleted."""

    type: Literal["workout"] = Field(description="The type of the resource.")
    resource: Workout | None = Field(description="The workout with its sets. Null if it was deleted.")


class ChangedRoutine(_Change):
    """A routine that was written or deleted."""

    type: Literal["routine"] = Field(description="The type of the resource.")
    resource: Routine | None = Field(description="The routine. Null if it was deleted.")


class ChangedExercise(_Change):
    """A custom exercise that was written, deleted or merged, or an exercise that got other names."""

    type: Literal["exercise"] = Field(description="The type of the resource.")
    replaced_by: UUID | None = Field(
        description="The exercise that a deleted one was merged into, which may be merged itself later. Otherwise null."
    )
    resource: Exercise | None = Field(description="The exercise. Null if it was deleted.")


class ChangedBodyMeasurement(_Change):
    """A body measurement that was written or deleted."""

    type: Literal["body_measurement"] = Field(description="The type of the resource.")
    resource: BodyMeasurement | None = Field(description="The body measurement. Null if it was deleted.")


class ChangedGoal(_Change):
    """The weekly goal that was replaced or deleted. Its id is that of the user."""

    type: Literal["goal"] = Field(description="The type of the resource.")
    resource: Goal | None = Field(description="The weekly goal. Null if it was deleted.")


class ChangedProfile(_Change):
    """The profile that was written. Its id is that of the user."""

    type: Literal["profile"] = Field(description="The type of the resource.")
    resource: Profile | None = Field(description="The profile.")


Change = Annotated[
    ChangedWorkout | ChangedRoutine | ChangedExercise | ChangedBodyMeasurement | ChangedGoal | ChangedProfile,
    Field(discriminator="type"),
]


class Changes(Output):
    """The resources that changed after a cursor, the oldest change first, each once and in its present state.

    Send `next_cursor` with the next request, even if `has_more` is false.
    """

    model_config = example(
        {
            "items": [
                {
                    "type": "workout",
                    "id": _WORKOUT["id"],
                    "deleted_at": None,
                    "etag": _ETAG,
                    "resource": _WORKOUT,
                },
                {
                    "type": "routine",
                    "id": _DELETED_ID,
                    "deleted_at": "2026-03-04T07:12:45.018200Z",
                    "etag": None,
                    "resource": None,
                },
            ],
            "next_cursor": _NEXT_CURSOR,
            "has_more": False,
        }
    )

    items: list[Change] = Field(description="The changes, the oldest first.")
    next_cursor: str = Field(description="The `since` of the next request.")
    has_more: bool = Field(description="Whether more changes are stored now.")
