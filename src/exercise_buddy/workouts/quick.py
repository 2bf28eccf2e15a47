"""The shortcut for a counter that knows one number: a workout of one set."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import Field, model_validator
from sqlmodel.ext.asyncio.session import AsyncSession

from exercise_buddy.core.types import Input, SingleLine, Timestamp, TimeZone, example
from exercise_buddy.exercises import public as exercises
from exercise_buddy.workouts.errors import PartIdTaken
from exercise_buddy.workouts.field_types import (
    Assistance,
    AverageHeartRate,
    CheckedMaxHeartRate,
    Kilocalories,
    Kilograms,
    Reps,
    Seconds,
)
from exercise_buddy.workouts.handlers import LoggedWorkout, log_workout
from exercise_buddy.workouts.schemas import ExerciseInput, WorkoutInput
from exercise_buddy.workouts.set_schemas import SetInput, require_one_load
from exercise_buddy.workouts.tables import Source

_POINTERS = {"/exercises/0/id": "/entry_id", "/exercises/0/sets/0/id": "/set_id"}


class QuickInput(Input):
    """One set of one exercise, logged as a workout."""

    model_config = example({"exercise": "pushups", "reps": 20, "duration_seconds": 45})

    id: UUID | None = Field(default=None, description="An id of your choice (UUIDv7), so that a retry is safe.")
    entry_id: UUID | None = Field(default=None, description="An id of your choice for the exercise in the workout.")
    set_id: UUID | None = Field(default=None, description="An id of your choice for the set.")
    exercise: Annotated[str, Field(max_length=120), SingleLine] = Field(
        description="The id, the slug, or a name of an exercise, such as `pushups`. What a name means can depend on "
        "`weight_kg`: `Squat` with a weight is the barbell squat. The error for an unknown name has `proposals`."
    )
    reps: Reps | None = None
    duration_seconds: Seconds | None = None
    weight_kg: Kilograms | None = None
    assistance_kg: Assistance | None = None
    started_at: Timestamp | None = Field(default=None, description="By default, so that the set ends now.")
    time_zone: TimeZone | None = Field(default=None, description="IANA name. That of your profile, if left out.")
    source: Literal[Source.MANUAL, Source.CAMERA] = Field(
        default=Source.CAMERA, description="Who counted: you or a camera."
    )
    energy_kcal: Kilocalories | None = None
    average_heart_rate_bpm: AverageHeartRate | None = None
    max_heart_rate_bpm: CheckedMaxHeartRate | None = None

    @model_validator(mode="after")
    def _require_a_result(self) -> Self:
        require_one_load(self.weight_kg, self.assistance_kg)
        if self.reps is None and self.duration_seconds is None:
            raise ValueError("Send at least one of reps and duration_seconds")
        if self.id is not None and self.started_at is None:
            # A retry would start at another time: other content under the same id.
            raise ValueError("An id of your choice needs started_at")
        return self


async def log_quick_workout(session: AsyncSession, user_id: UUID, content: QuickInput, now: datetime) -> LoggedWorkout:
    """Write a workout of one set.

    Args:
        session: the transaction.
        user_id: the owner.
        content: the set. The workout lasts as long as the set.
        now: the current time, aware.

    Raises:
        InvalidInput: the exercise is unknown, or cannot have the weight.
        PartIdTaken, WorkoutIdTaken, ResourceDeleted, AccountGone: as `log_workout`.

    """
    duration = timedelta(seconds=content.duration_seconds or 0)
    started_at = content.started_at or now - duration
    exercise_id = await exercises.require_exercise(
        session, user_id, content.exercise, weight_kg=content.weight_kg, pointer="/exercise"
    )
    workout_set = SetInput(
        id=content.set_id,
        reps=content.reps,
        duration_seconds=content.duration_seconds,
        weight_kg=content.weight_kg,
        assistance_kg=content.assistance_kg,
    )
    workout = WorkoutInput(
        id=content.id,
        started_at=started_at,
        ended_at=started_at + duration,
        time_zone=content.time_zone,
        source=content.source,
        energy_kcal=content.energy_kcal,
        average_heart_rate_bpm=content.average_heart_rate_bpm,
        max_heart_rate_bpm=content.max_heart_rate_bpm,
        exercises=[ExerciseInput(id=content.entry_id, exercise_id=exercise_id, sets=[workout_set])],
    )
    try:
        return await log_workout(session, user_id, workout)
    except PartIdTaken as taken:
        raise PartIdTaken(errors=[replace(error, pointer=_POINTERS[error.pointer]) for error in taken.errors]) from None
