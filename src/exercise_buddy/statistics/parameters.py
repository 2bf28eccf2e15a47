"""The query parameters that the endpoints of statistics share."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from exercise_buddy.core.types import LocalDate
from exercise_buddy.statistics.schemas import Formula

OptionalDate = LocalDate | None

From = Annotated[
    OptionalDate, Query(alias="from", description="The first local day. Default: that of your first workout.")
]
To = Annotated[OptionalDate, Query(alias="to", description="The last local day, inclusive. Default: today.")]
ExerciseFrom = Annotated[
    OptionalDate, Query(alias="from", description="The first local day. Default: the first day with the exercise.")
]
RecentFrom = Annotated[
    OptionalDate, Query(alias="from", description="The first local day. Default: a period of 90 days.")
]
WARM_UPS = "Whether volumes and the sets of muscle groups contain those of warm-ups. Counts of sets and reps always do."
IncludeWarmUps = Annotated[bool, Query(description=WARM_UPS)]
OfExercise = Annotated[UUID | None, Query(description="This exercise only.")]
OneRepMax = Annotated[Formula, Query(description="Of the estimated one-rep max, which needs a set of 1 to 12 reps.")]
