"""The types of the fields that the responses of statistics share."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from exercise_buddy.core.types import Count, Measure

WorkoutCount = Annotated[Count, Field(description="Number of workouts.")]
SetCount = Annotated[Count, Field(description="Number of sets, warm-ups included.")]
RepCount = Annotated[Count, Field(description="Number of reps.")]
VolumeKg = Annotated[
    Measure,
    Field(description="The sum of reps times weight, in kilograms, without warm-ups unless `include_warm_ups`."),
]
BodyweightVolumeKg = Annotated[
    float,
    Field(
        description="The volume of the body itself in kilograms: reps times moved share times body mass, minus "
        "assistance. It is negative if the assistance is greater. Null without a known body mass."
    ),
]
DurationSeconds = Annotated[Measure, Field(description="The sum of the durations of finished workouts, in seconds.")]
EnergyKcal = Annotated[
    Measure,
    Field(description="Energy in kilocalories, as clients recorded it, or else as estimated. Null without either."),
]

FirstDay = Annotated[date, Field(description="The first local day.")]
LastDay = Annotated[date, Field(description="The last local day, inclusive.")]
LocalDay = Annotated[date, Field(description="The local day.")]
StartDay = Annotated[date, Field(description="The local day on which the workout began.")]
Today = Annotated[date, Field(description="The local day of now, in the time zone of your profile.")]
StartedAt = Annotated[datetime, Field(description="When the workout began.")]
WorkoutId = Annotated[UUID, Field(description="The id of the workout.")]

LoadKg = Annotated[Measure, Field(description="The weight in kilograms.")]
RecordValue = Annotated[Measure, Field(description="The value, in `unit`.")]
Share = Annotated[Measure, Field(le=1)]
Percent = Annotated[Measure, Field(le=100)]
EccentricSeconds = Annotated[
    Measure, Field(description="The mean phase in which muscles lengthen, in seconds. Null if no camera measured it.")
]
ConcentricSeconds = Annotated[
    Measure, Field(description="The mean phase in which muscles shorten, in seconds. Null if no camera measured it.")
]
RangeDegrees = Annotated[
    Measure,
    Field(le=360, description="The mean range of the angle of the joint in degrees. Null if no camera measured it."),
]
