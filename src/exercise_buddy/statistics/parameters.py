"""The query parameters that statistics have in common."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from exercise_buddy.core.fields import LocalDate

From = Annotated[
    LocalDate | None, Query(alias="from", description="The first local day; that of your first workout without it.")
]
ExerciseFrom = Annotated[
    LocalDate | None, Query(alias="from", description="The first local day; that of your first time without it.")
]
RecentFrom = Annotated[
    LocalDate | None, Query(alias="from", description="The first local day; without it, the period has 90 days.")
]
To = Annotated[LocalDate | None, Query(alias="to", description="The last local day, included; today without it.")]
OfExercise = Annotated[UUID | None, Query(description="Of this exercise only.")]
