"""The path parameters that the endpoints of workouts share."""

from typing import Annotated
from uuid import UUID

from fastapi import Path

from exercise_buddy.workouts.examples import ENTRY_ID, SET_ID, WORKOUT_ID

WorkoutId = Annotated[UUID, Path(description="The id of the workout.", examples=[WORKOUT_ID])]
EntryId = Annotated[
    UUID,
    Path(description="`id` of an exercise in the workout, not the id of the exercise itself.", examples=[ENTRY_ID]),
]
SetId = Annotated[UUID, Path(description="The id of the set.", examples=[SET_ID])]
