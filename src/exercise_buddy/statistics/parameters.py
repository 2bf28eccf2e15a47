"""The query parameters that the endpoints of statistics share."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from exercise_buddy.core.types import LocalDate
from exercise_buddy.statistics.schemas import Formula

OptionalDate = LocalDate | None

From = Annotated[
    OptionalDate, Query(alias="from", description="The first local day; that of your first workout without it.")
]
To = Annotated[OptionalDate, Query(alias="to", description="The last local day, included; today without it.")]
ExerciseFrom = Annotated[
    OptionalDate, Query(alias="from", description="The first local day; that of your first time without it.")
]
RecentFrom = Annotated[
    OptionalDate, Query(alias="from", description="The first local day; without it, the period has 90 days.")
]
OfExercise = Annotated[UUID | None, Query(description="Of this exercise only.")]
OneRepMax = Annotated[Formula, Query(description="Of the estimated one-rep max, which needs a set of 1 to 12 reps.")]
