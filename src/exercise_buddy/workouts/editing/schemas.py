"""Request schemas of edits."""

from typing import Annotated, Self
from uuid import UUID

from pydantic import Field, model_validator

from exercise_buddy.core.types import Count, Input, Notes, SingleLine, Timestamp, TimeZone, example, unset
from exercise_buddy.workouts.examples import ENDED_AT, NEW_SET_ID, PUSHUPS_ID
from exercise_buddy.workouts.field_types import (
    Assistance,
    AverageHeartRate,
    Kilocalories,
    Kilograms,
    MaxHeartRate,
    Meters,
    Reps,
    Rest,
    Rpe,
    Seconds,
)
from exercise_buddy.workouts.schemas import MAX_EXERCISES, MAX_SETS, MAX_TITLE, Superset, Targets
from exercise_buddy.workouts.set_schemas import EvidenceInput, SetInput
from exercise_buddy.workouts.tables import SetKind

ExercisePosition = Annotated[
    Count,
    Field(
        lt=MAX_EXERCISES,
        description="The place of the exercise in the workout, from 0. One after the last place is the last.",
    ),
]
ExerciseReference = Annotated[UUID, Field(description="The exercise that replaces this one.")]
SetPosition = Annotated[
    Count,
    Field(
        lt=MAX_SETS, description="The place of the set in its exercise, from 0. One after the last place is the last."
    ),
]
NewStart = Annotated[Timestamp, Field(description="When the workout began.")]


class WorkoutChange(Input):
    """The fields of a workout to update. Fields that are left out stay."""

    model_config = example({"title": "Push day", "notes": "Slept badly"})

    title: Annotated[str, Field(max_length=MAX_TITLE), SingleLine] | None = Field(
        default=None, description="Null: the title follows the time of day and the muscles."
    )
    notes: Notes | None = None
    started_at: NewStart = unset()
    ended_at: Timestamp | None = Field(default=None, description="Null: the workout is in progress again.")
    time_zone: TimeZone = unset()
    energy_kcal: Kilocalories | None = None
    average_heart_rate_bpm: AverageHeartRate | None = None
    max_heart_rate_bpm: MaxHeartRate | None = None
    exercise_order: list[UUID] = Field(
        default_factory=list,
        max_length=MAX_EXERCISES,
        description="The ids of all exercises of the workout (`id`, not `exercise_id`), in their new order.",
    )


class SetsInput(Input):
    """Sets to append to an exercise of a workout.

    `entry_id` is the `id` of the exercise in the workout. With `exercise_id`, the sets go to the last exercise of the
    workout that is this one; a missing one is appended first.
    """

    model_config = example({"exercise_id": PUSHUPS_ID, "sets": [{"id": NEW_SET_ID, "reps": 18}]})

    exercise_id: UUID | None = Field(default=None, description="The exercise. Send it or `entry_id`.")
    entry_id: UUID | None = Field(
        default=None, description="The `id` of an exercise in the workout. Send it or `exercise_id`."
    )
    sets: list[SetInput] = Field(min_length=1, max_length=MAX_SETS, description="The sets, in the order of time.")

    @model_validator(mode="after")
    def _require_one_exercise(self) -> Self:
        if (self.exercise_id is None) == (self.entry_id is None):
            raise ValueError("Send either exercise_id or entry_id")
        return self


class ExerciseChange(Input):
    """The fields of an exercise of a workout to update. Fields that are left out stay."""

    model_config = example({"notes": "Wide grip", "superset": 1})

    position: ExercisePosition = unset()
    exercise_id: ExerciseReference = unset()
    superset: Superset | None = None
    notes: Notes | None = None
    targets: Targets = Field(default_factory=list)


class SetChange(Input):
    """The fields of a set to update. Fields that are left out stay; null clears a field."""

    model_config = example({"reps": 8, "weight_kg": 62.5})

    position: SetPosition = unset()
    kind: SetKind = unset()
    reps: Reps | None = None
    weight_kg: Kilograms | None = None
    assistance_kg: Assistance | None = None
    duration_seconds: Seconds | None = None
    distance_meters: Meters | None = None
    rpe: Rpe | None = None
    rest_seconds: Rest | None = None
    evidence: EvidenceInput | None = None


class Finish(Input):
    """The end of a workout, and what you have measured until then. What is left out stays."""

    model_config = example(
        {"ended_at": ENDED_AT, "energy_kcal": 310, "average_heart_rate_bpm": 118, "max_heart_rate_bpm": 156}
    )

    ended_at: Timestamp | None = Field(default=None, description="If left out, the time of its last set.")
    energy_kcal: Kilocalories | None = None
    average_heart_rate_bpm: AverageHeartRate | None = None
    max_heart_rate_bpm: MaxHeartRate | None = None
