"""The response bodies of progress."""

from datetime import date
from enum import StrEnum

from pydantic import Field

from exercise_buddy.core.types import Count, Measure, Output, example
from exercise_buddy.exercises.public import Muscle
from exercise_buddy.statistics.examples import EXERCISE_PROGRESS, MUSCLES, REP_QUALITY, WORKLOAD
from exercise_buddy.statistics.field_types import (
    ConcentricSeconds,
    EccentricSeconds,
    FirstDay,
    LastDay,
    LocalDay,
    Percent,
    RangeDegrees,
    RepCount,
    SetCount,
    Share,
    VolumeKg,
    WorkoutCount,
)
from exercise_buddy.statistics.schemas import Bucket, Formula, NamedExercise


class BestSet(Output):
    """The heaviest set; of equally heavy sets, the one with the most reps."""

    weight_kg: Measure | None = Field(description="The weight in kilograms. Null if no set has a weight.")
    reps: Count | None = Field(description="The reps of the set. Null if no set has a weight.")


class ExerciseTotals(Output):
    """The totals and best values of an exercise, null if not measured or not estimable.

    The tempo and the range of motion are means over the reps that a camera measured.
    """

    workouts: WorkoutCount
    sets: SetCount
    reps: RepCount
    volume_kg: VolumeKg
    duration_seconds: Measure | None = Field(
        description="The sum of the durations of the sets, in seconds. Null if none has a duration."
    )
    distance_meters: Measure | None = Field(
        description="The sum of the distances of the sets, in metres. Null if none has a distance."
    )
    e1rm_kg: Measure | None = Field(
        description="The best estimated one-rep max in kilograms. Null without a set of 1 to 12 reps with a weight."
    )
    best_set: BestSet
    most_reps: Count | None = Field(description="The most reps of a set. Null if none has reps.")
    best_set_volume_kg: Measure | None = Field(
        description="The greatest reps times weight of a set, in kilograms. Null if none has both."
    )
    longest_seconds: Measure | None = Field(
        description="The longest duration of a set, in seconds. Null if none has a duration."
    )
    farthest_meters: Measure | None = Field(
        description="The longest distance of a set, in metres. Null if none has a distance."
    )
    eccentric_seconds: EccentricSeconds | None
    concentric_seconds: ConcentricSeconds | None
    range_degrees: RangeDegrees | None
    least_assistance_kg: Measure | None = Field(
        description="The least assistance of a set, in kilograms. Null without assistance. Warm-ups do not count."
    )
    mean_assistance_kg: Measure | None = Field(
        description="The mean assistance of a rep, in kilograms. Null without assistance. Warm-ups do not count."
    )
    velocity_loss_percent: Percent | None = Field(
        description="The mean velocity loss of the sets whose velocities were measured, in percent of the fastest rep."
    )
    velocity_loss_sets: Count = Field(description="Number of sets that the velocity loss is the mean of.")
    slowdown_percent: Percent | None = Field(
        description="The mean slowdown of the measured sets, by velocities or else concentric durations, in percent."
    )
    slowdown_sets: Count = Field(description="Number of sets that the slowdown is the mean of.")


class ExerciseAllTime(ExerciseTotals):
    """The totals of an exercise over all time. The days are null if it was never done."""

    first_on: date | None = Field(description="The first local day with the exercise. Null if there is none.")
    last_on: date | None = Field(description="The last local day with the exercise. Null if there is none.")


class ExercisePoint(ExerciseTotals):
    """The totals of an exercise from `start` to `end` (local days, inclusive)."""

    start: FirstDay
    end: LastDay


class ExerciseProgress(Output):
    """The progress of an exercise: a point for each day with it, or for each bucket without gaps."""

    model_config = example(EXERCISE_PROGRESS)

    exercise: NamedExercise
    e1rm_formula: Formula = Field(description="The formula of the estimated one-rep max.")
    bucket: Bucket | None = Field(description="The length of a point. Null: a point for each day with the exercise.")
    from_: FirstDay = Field(alias="from")
    to: LastDay
    all_time: ExerciseAllTime = Field(description="The totals of the exercise over all time.")
    points: list[ExercisePoint] = Field(description="The points, the oldest first.")


class MuscleWork(Output):
    """The sets and the volume of a muscle group. Exercises count half for their secondary muscles."""

    muscle: Muscle
    sets: Measure = Field(description="Number of sets. A set counts half for a secondary muscle.")
    volume_kg: Measure = Field(description="Volume in kilograms. It counts half for a secondary muscle.")


class MuscleTotal(MuscleWork):
    """The totals of a muscle group in the period. `share` is its share of all sets, null without sets."""

    share: Share | None = Field(description="The share of all sets, from 0 to 1. Null without sets.")


class MusclePoint(Output):
    """The muscle groups that were trained from `start` to `end` (local days, inclusive)."""

    start: FirstDay
    end: LastDay
    muscles: list[MuscleWork] = Field(description="The muscle groups that were trained.")


class MuscleStatistics(Output):
    """The muscle groups of a period, the most trained first. `points` is null without a bucket."""

    model_config = example(MUSCLES)

    from_: FirstDay = Field(alias="from")
    to: LastDay
    bucket: Bucket | None = Field(description="The length of a point. Null without points.")
    muscles: list[MuscleTotal] = Field(description="The muscle groups, the most trained first.")
    sets_of_no_known_muscle: Count = Field(description="Number of sets of exercises without muscle groups.")
    points: list[MusclePoint] | None = Field(description="The points, without gaps. Null without a bucket.")


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

    date: LocalDay
    load: Measure = Field(description="The load of the day, in the unit of the metric.")
    acute: Measure | None = Field(
        description="The weighted mean over about `acute_days`. Null before the first workout."
    )
    chronic: Measure | None = Field(
        description="The weighted mean over about `chronic_days`. Null before the first workout."
    )
    ratio: Measure | None = Field(
        description="Acute divided by chronic. Null for the first 28 days, and where the chronic load is 0."
    )


class Workload(Output):
    """The load of each day, and its exponentially weighted means over about a week and four."""

    model_config = example(WORKLOAD)

    metric: WorkloadMetric
    acute_days: Count = Field(description="The days of the acute mean.")
    chronic_days: Count = Field(description="The days of the chronic mean.")
    from_: FirstDay = Field(alias="from")
    to: LastDay
    points: list[WorkloadPoint] = Field(description="The days, without gaps.")


class Quality(Output):
    """The quality of the reps of all sets that a camera or a sensor measured; null if not measured.

    - `detected_reps`: the count of the camera; `corrected_reps`: the count of the user; `corrected_sets`: sets in which
      they differ.
    - `rep_seconds`, `eccentric_seconds`, `concentric_seconds`, `range_degrees`: means over the reps.
    - `full_range_share`: the mean range of the reps in relation to your calibrated full range.
    - `slowdown_percent`: the velocity loss from the fastest rep to the last; of measured mean velocities, or else of
      concentric durations. `slowed_sets`: sets of three reps or more with a slowdown beyond 20 %.
    - `velocity_loss_percent`: the same loss, of sets with measured velocities only.
    - `range_loss_percent`: how far the range of the last rep is below the best range. `faded_sets`: sets of three reps
      or more whose last rep has less than 80 % of the best range.
    - `slowed_share`, `faded_share`: their shares of the sets in which it was measured.
    - `variation_percent`: the standard deviation of the reps of a set in percent of their mean.
    - Slowdown, range loss and variation are means over the sets.
    - `left_reps`, `right_reps`: reps of exercises in which each side does its own.
    - `cadence_per_minute`: reps per minute between the first and the last rep of the sets.
    - `longest_unbroken_reps`: reps without a rejected rep or a pause of more than five seconds between them.
    """

    sets: Count = Field(description="Number of measured sets.")
    reps: Count = Field(description="Number of measured reps.")
    detected_reps: Count = Field(description="The count of the camera.")
    corrected_reps: Count = Field(description="The count of the user.")
    corrected_sets: Count = Field(description="Number of sets in which the two counts differ.")
    rep_seconds: Measure | None = Field(description="The mean duration of a rep, in seconds.")
    eccentric_seconds: EccentricSeconds | None
    concentric_seconds: ConcentricSeconds | None
    range_degrees: RangeDegrees | None
    full_range_share: Measure | None = Field(
        description="The mean range as a share of your calibrated full range, 1 for all of it."
    )
    range_loss_percent: Percent | None = Field(
        description="How far the last rep is below the best range, in percent of it."
    )
    faded_sets: Count = Field(description="Number of sets whose last rep has less than 80 % of the best range.")
    faded_share: Share | None = Field(description="Share of the sets that faded, from 0 to 1.")
    left_reps: Count | None = Field(
        description="The reps of the left side, of exercises in which each side does its own."
    )
    right_reps: Count | None = Field(
        description="The reps of the right side, of exercises in which each side does its own."
    )
    time_under_tension_seconds: Measure | None = Field(description="The sum of the durations of the reps, in seconds.")
    slowdown_percent: Percent | None = Field(
        description="The velocity that the last rep lost, in percent of the fastest."
    )
    slowdown_sets: Count = Field(description="Number of sets that the slowdown is the mean of.")
    velocity_loss_percent: Percent | None = Field(
        description="The velocity that the last rep lost, in percent of the fastest, of sets with measured velocities."
    )
    velocity_loss_sets: Count = Field(description="Number of sets that the velocity loss is the mean of.")
    slowed_sets: Count = Field(description="Number of sets with a slowdown beyond 20 %.")
    slowed_share: Share | None = Field(description="Share of the sets that slowed, from 0 to 1.")
    variation_percent: Measure | None = Field(
        description="The standard deviation of the durations of the reps, in percent of their mean."
    )
    cadence_per_minute: Measure | None = Field(
        description="Reps per minute between the first and the last rep of a set."
    )
    longest_unbroken_reps: Count | None = Field(
        description="The most reps without a rejected one or a pause of more than five seconds."
    )


class ExerciseQuality(Quality):
    """The quality of the reps of an exercise."""

    exercise: NamedExercise


class QualityPoint(Quality):
    """The quality of reps from `start` to `end` (local days, inclusive)."""

    start: FirstDay
    end: LastDay


class RepQuality(Output):
    """The quality of reps in the period, by exercise (most reps first) and over time."""

    model_config = example(REP_QUALITY)

    exercise: NamedExercise | None = Field(description="The exercise that it is of. Null for all.")
    bucket: Bucket
    from_: FirstDay = Field(alias="from")
    to: LastDay
    total: Quality = Field(description="The quality of all reps of the period.")
    exercises: list[ExerciseQuality] = Field(description="The quality by exercise, the one with the most reps first.")
    points: list[QualityPoint] = Field(description="The quality over time, without gaps.")
