"""What the statistics of progress send."""

from datetime import date
from enum import StrEnum

from pydantic import Field

from exercise_buddy.core.types import Output
from exercise_buddy.exercises.public import Muscle
from exercise_buddy.statistics.schemas import Bucket, Formula, NamedExercise


class BestSet(Output):
    """The heaviest set, and of equally heavy ones that with the most reps."""

    weight_kg: float | None
    reps: int | None


class ExerciseTotals(Output):
    """What an exercise came to. Null is what was not measured, and of the estimate, what cannot be estimated.

    The tempo and the range of motion are means over the reps that a camera saw.
    """

    workouts: int
    sets: int
    reps: int
    volume_kg: float
    duration_seconds: float | None
    distance_meters: float | None
    e1rm_kg: float | None
    best_set: BestSet
    most_reps: int | None
    best_set_volume_kg: float | None
    longest_seconds: float | None
    farthest_meters: float | None
    eccentric_seconds: float | None
    concentric_seconds: float | None
    range_degrees: float | None


class ExerciseAllTime(ExerciseTotals):
    """What an exercise came to since it was first done; the days are null if it never was."""

    first_on: date | None
    last_on: date | None


class ExercisePoint(ExerciseTotals):
    """What an exercise came to from `start` to `end` (local days, both included)."""

    start: date
    end: date


class ExerciseProgress(Output):
    """The progress of one exercise: a point for each day on which it was done, or for each bucket, without gaps."""

    exercise: NamedExercise
    e1rm_formula: Formula
    bucket: Bucket | None
    from_: date = Field(alias="from")
    to: date
    all_time: ExerciseAllTime
    points: list[ExercisePoint]


class MuscleWork(Output):
    """What a muscle group did: the sets and volume of the exercises that work it, half of those that do so second."""

    muscle: Muscle
    sets: float
    volume_kg: float


class MuscleTotal(MuscleWork):
    """What a muscle group did in the whole period. `share` is its part of the sets of all, null if there are none."""

    share: float | None


class MusclePoint(Output):
    """What the muscle groups did from `start` to `end` (local days, both included); left out are those at rest."""

    start: date
    end: date
    muscles: list[MuscleWork]


class MuscleStatistics(Output):
    """What each muscle group did, the most worked first. `points` are null without a bucket."""

    from_: date = Field(alias="from")
    to: date
    bucket: Bucket | None
    muscles: list[MuscleTotal]
    sets_of_no_known_muscle: int
    points: list[MusclePoint] | None


class WorkloadMetric(StrEnum):
    """What a day's load is measured in."""

    VOLUME_KG = "volume_kg"
    MINUTES = "minutes"
    REPS = "reps"
    SETS = "sets"


class WorkloadPoint(Output):
    """A day: its load and the two means, which are null before the first workout.

    `ratio` is acute by chronic, null for the first 28 days, when there is nothing yet that one could be used to, and
    where the chronic load is 0.
    """

    date: date
    load: float
    acute: float | None
    chronic: float | None
    ratio: float | None


class Workload(Output):
    """The load of each day, and its exponentially weighted means over about a week and four."""

    metric: WorkloadMetric
    acute_days: int
    chronic_days: int
    from_: date = Field(alias="from")
    to: date
    points: list[WorkloadPoint]


class Quality(Output):
    """How reps were done, over all sets that a camera saw; null is what it did not measure.

    - `detected_reps` is what it counted, `corrected_reps` what was kept in the end, `corrected_sets` where they differ.
    - `rep_seconds`, `eccentric_seconds`, `concentric_seconds`, `range_degrees`: means over the reps.
    - `slowdown_percent`: how much longer the concentric phase of the last rep took than that of the fastest.
    - `variation_percent`: the standard deviation of the reps of a set in percent of their mean.
    - The last two are means over the sets.
    - `cadence_per_minute`: reps a minute between the first and the last rep of the sets.
    - `longest_unbroken_reps`: without a rejected rep or a pause of more than five seconds.
    """

    sets: int
    reps: int
    detected_reps: int
    corrected_reps: int
    corrected_sets: int
    rep_seconds: float | None
    eccentric_seconds: float | None
    concentric_seconds: float | None
    range_degrees: float | None
    time_under_tension_seconds: float | None
    slowdown_percent: float | None
    variation_percent: float | None
    cadence_per_minute: float | None
    longest_unbroken_reps: int | None


class ExerciseQuality(Quality):
    """How the reps of one exercise were done."""

    exercise: NamedExercise


class QualityPoint(Quality):
    """How reps were done from `start` to `end` (local days, both included)."""

    start: date
    end: date


class RepQuality(Output):
    """How reps were done: in the whole period, by exercise (that with the most reps first), and over time."""

    exercise: NamedExercise | None
    bucket: Bucket
    from_: date = Field(alias="from")
    to: date
    total: Quality
    exercises: list[ExerciseQuality]
    points: list[QualityPoint]
