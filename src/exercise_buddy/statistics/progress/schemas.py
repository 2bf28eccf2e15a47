"""The response bodies of progress."""

from datetime import date
from enum import StrEnum

from pydantic import Field

from exercise_buddy.core.types import Output
from exercise_buddy.exercises.public import Muscle
from exercise_buddy.statistics.schemas import Bucket, Formula, NamedExercise


class BestSet(Output):
    """The heaviest set; of equally heavy sets, the one with the most reps."""

    weight_kg: float | None
    reps: int | None


class ExerciseTotals(Output):
    """The totals and best values of an exercise, null if not measured or not estimable.

    The tempo and the range of motion are means over the reps that a camera measured.
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
    """The totals of an exercise over all time. The days are null if it was never done."""

    first_on: date | None
    last_on: date | None


class ExercisePoint(ExerciseTotals):
    """The totals of an exercise from `start` to `end` (local days, inclusive)."""

    start: date
    end: date


class ExerciseProgress(Output):
    """The progress of an exercise: a point for each day with it, or for each bucket without gaps."""

    exercise: NamedExercise
    e1rm_formula: Formula
    bucket: Bucket | None
    from_: date = Field(alias="from")
    to: date
    all_time: ExerciseAllTime
    points: list[ExercisePoint]


class MuscleWork(Output):
    """The sets and the volume of a muscle group. Exercises count half for their secondary muscles."""

    muscle: Muscle
    sets: float
    volume_kg: float


class MuscleTotal(MuscleWork):
    """The totals of a muscle group in the period. `share` is its share of all sets, null without sets."""

    share: float | None


class MusclePoint(Output):
    """The muscle groups that were trained from `start` to `end` (local days, inclusive)."""

    start: date
    end: date
    muscles: list[MuscleWork]


class MuscleStatistics(Output):
    """The muscle groups of a period, the most trained first. `points` is null without a bucket."""

    from_: date = Field(alias="from")
    to: date
    bucket: Bucket | None
    muscles: list[MuscleTotal]
    sets_of_no_known_muscle: int
    points: list[MusclePoint] | None


class WorkloadMetric(StrEnum):
    """The quantity of the load of a day."""

    VOLUME_KG = "volume_kg"
    MINUTES = "minutes"
    REPS = "reps"
    SETS = "sets"


class WorkloadPoint(Output):
    """The load of a day and the two means, which are null before the first workout.

    `ratio` is acute divided by chronic. It is null for the first 28 days and where the chronic load is 0.
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
    """The quality of the reps of all sets that a camera or a sensor measured; null if not measured.

    - `detected_reps`: the count of the camera; `corrected_reps`: the count of the user; `corrected_sets`: sets in which
      they differ.
    - `rep_seconds`, `eccentric_seconds`, `concentric_seconds`, `range_degrees`: means over the reps.
    - `full_range_share`: the mean range of the reps in relation to your calibrated full range.
    - `slowdown_percent`: the velocity loss from the fastest rep to the last; of measured mean velocities, or else of
      concentric durations. `slowed_sets`: sets of three reps or more with a slowdown beyond 20 %.
    - `range_loss_percent`: how far the range of the last rep is below the best range. `faded_sets`: sets of three reps
      or more whose last rep has less than 80 % of the best range.
    - `slowed_share`, `faded_share`: their shares of the sets in which it was measured.
    - `variation_percent`: the standard deviation of the reps of a set in percent of their mean.
    - Slowdown, range loss and variation are means over the sets.
    - `left_reps`, `right_reps`: reps of exercises in which each side does its own.
    - `cadence_per_minute`: reps per minute between the first and the last rep of the sets.
    - `longest_unbroken_reps`: reps without a rejected rep or a pause of more than five seconds between them.
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
    full_range_share: float | None
    range_loss_percent: float | None
    faded_sets: int
    faded_share: float | None
    left_reps: int | None
    right_reps: int | None
    time_under_tension_seconds: float | None
    slowdown_percent: float | None
    slowed_sets: int
    slowed_share: float | None
    variation_percent: float | None
    cadence_per_minute: float | None
    longest_unbroken_reps: int | None


class ExerciseQuality(Quality):
    """The quality of the reps of an exercise."""

    exercise: NamedExercise


class QualityPoint(Quality):
    """The quality of reps from `start` to `end` (local days, inclusive)."""

    start: date
    end: date


class RepQuality(Output):
    """The quality of reps in the period, by exercise (most reps first) and over time."""

    exercise: NamedExercise | None
    bucket: Bucket
    from_: date = Field(alias="from")
    to: date
    total: Quality
    exercises: list[ExerciseQuality]
    points: list[QualityPoint]
