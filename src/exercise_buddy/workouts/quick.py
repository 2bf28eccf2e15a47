"""The shortcut for a counter that knows one number."""

from datetime import datetime, timedelta
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import Field, model_validator
from sqlmodel.ext.asyncio.session import AsyncSession

from exercise_buddy.core.problems import FieldError, InvalidInput
from exercise_buddy.core.types import Input, SingleLine, Timestamp, TimeZone
from exercise_buddy.exercises import public as exercises
from exercise_buddy.workouts.handlers import log_workout
from exercise_buddy.workouts.schemas import ExerciseInput, Kilograms, Reps, Seconds, SetInput, WorkoutInput
from exercise_buddy.workouts.tables import Source


class QuickInput(Input):
    """One set of one exercise."""

    id: UUID | None = Field(default=None, description="Your own choice (UUIDv7), so that you may safely send it again.")
    exercise: Annotated[str, Field(max_length=120), SingleLine] = Field(
        description="The id, the slug, or a name of an exercise, such as `pushups`."
    )
    reps: Reps | None = None
    duration_seconds: Seconds | None = None
    weight_kg: Kilograms | None = None
    started_at: Timestamp | None = Field(default=None, description="By default, so that it ends now.")
    time_zone: TimeZone | None = Field(default=None, description="Where it happened. Your profile's if it is left out.")
    source: Literal[Source.MANUAL, Source.CAMERA] = Source.CAMERA

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if self.reps is None and self.duration_seconds is None:
            raise ValueError("Say at least one of reps and duration_seconds")
        if self.id is not None and self.started_at is None:
            # Sent again, it would begin at another time: other content under the same id.
            raise ValueError("With an id of your own, say started_at")
        return self


async def log_quick(session: AsyncSession, user_id: UUID, given: QuickInput, now: datetime) -> tuple[UUID, bool]:
    """Write a workout of one set, and give its id and whether it is new.

    Args:
        session: the transaction.
        user_id: whose workout.
        given: the set. The workout lasts as long as it.
        now: the present, aware.

    Raises:
        InvalidInput: there is no such exercise.
        WorkoutIdTaken, WorkoutDeleted, AccountGone: as `log_workout`.

    """
    lasts = timedelta(seconds=given.duration_seconds or 0)
    started_at = given.started_at or now - lasts
    exercise_id = await exercises.find_exercise(session, user_id, given.exercise)
    if exercise_id is None:
        message = "There is no exercise with this id, slug or name"
        raise InvalidInput(errors=[FieldError("/exercise", "unknown_exercise", message)])
    one = SetInput(reps=given.reps, duration_seconds=given.duration_seconds, weight_kg=given.weight_kg)
    workout = WorkoutInput(
        id=given.id,
        started_at=started_at,
        ended_at=started_at + lasts,
        time_zone=given.time_zone,
        source=given.source,
        exercises=[ExerciseInput(exercise_id=exercise_id, sets=[one])],
    )
    return await log_workout(session, user_id, workout)
