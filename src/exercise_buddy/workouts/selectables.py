"""The tables of workouts as selectables, and those that other slices may read."""

from sqlalchemy import (
    Subquery,
    select,
)

from exercise_buddy.core.db.tables import core_table
from exercise_buddy.workouts.tables import TOTALS, DeletedWorkout, Workout, WorkoutExercise, WorkoutSet

workout = core_table(Workout)
performed = core_table(WorkoutExercise)
sets = core_table(WorkoutSet)
deleted = core_table(DeletedWorkout)


_OF_A_WORKOUT = (
    "started_at",
    "ended_at",
    "time_zone",
    "local_date",
    "exercise_count",
    "set_count",
    "rep_count",
    "volume_kg",
    "bodyweight_reps",
    "assisted_volume_kg",
    "duration_seconds",
    "met_minutes",
    "revision",
)


def performed_workouts() -> Subquery:
    """Publish the workouts that have been done, a row each, with their totals.

    Columns: `user_id`, `workout_id`, `title`, `started_at` and `ended_at` (points in time), `time_zone`, `local_date`,
    `exercise_count`, `set_count`, `rep_count`, `volume_kg`, `bodyweight_reps` (reps times the share of the body's mass
    that they move), `assisted_volume_kg` (what of the volume was assistance), `duration_seconds` (null while it goes
    on), `met_minutes` (null where unknown), `revision`.
    """
    return select(
        workout.c.user_id.label("user_id"),
        workout.c.id.label("workout_id"),
        workout.c.title.label("title"),
        *(workout.c[name].label(name) for name in _OF_A_WORKOUT),
    ).subquery("performed_workout")


def performed_exercises() -> Subquery:
    """Publish the exercises within workouts, a row each, with their totals and bests.

    Columns: `user_id`, `workout_id`, `position`, `exercise_id`, `started_at` and `local_date` (of the workout),
    `set_count`, `rep_count`, `volume_kg`, `bodyweight_reps`, `assisted_volume_kg`, `duration_seconds`,
    `distance_meters`, and null where there is none: `best_set_weight_kg` and `best_set_reps` (the heaviest set),
    `best_e1rm_kg` (Epley), `best_reps`, `best_set_volume_kg`, `best_duration_seconds`, `best_distance_meters` (of one
    set), `load_kgs` and `load_reps` (the weight and the reps of each set that has both, by weight), and what
    `rep_quality` sums up, from `tracked_sets` to `best_unbroken_reps`.
    """
    names = ["user_id", "workout_id", "position", "exercise_id", "started_at", "local_date", *TOTALS]
    return select(*(performed.c[name].label(name) for name in names)).subquery("performed_exercise")
