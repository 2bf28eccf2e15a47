"""The tables of workouts as selectables, and those that other slices may read."""

from sqlalchemy import (
    Subquery,
    Text,
    Uuid,
    bindparam,
    cast,
    literal,
    null,
    select,
    union_all,
)

from exercise_buddy.core.tables import core_table
from exercise_buddy.workouts.tables import (
    CatalogueExercise,
    CustomExercise,
    Workout,
    WorkoutExercise,
    WorkoutSet,
)

catalogue = core_table(CatalogueExercise)
custom = core_table(CustomExercise)
workout = core_table(Workout)
performed = core_table(WorkoutExercise)
sets = core_table(WorkoutSet)

USER = bindparam("user_id", type_=Uuid)

EXERCISE_FACTS = (
    "category",
    "equipment",
    "mechanic",
    "force",
    "level",
    "primary_muscles",
    "secondary_muscles",
    "measures",
    "met",
)


def all_exercises() -> Subquery:
    """Give the catalogue and the user's own exercises as one table."""
    shared = select(
        catalogue.c.id,
        catalogue.c.slug,
        catalogue.c.name,
        literal(False).label("custom"),  # noqa: FBT003  (a column of the statement)
        *(catalogue.c[name] for name in EXERCISE_FACTS),
        # In the order of the code points: the same on every server.
        catalogue.c.name_key.collate("C").label("name_key"),
    )
    own = select(
        custom.c.id,
        cast(null(), Text).label("slug"),
        custom.c.name,
        literal(True).label("custom"),  # noqa: FBT003
        *(custom.c[name] for name in EXERCISE_FACTS),
        custom.c.name_key.collate("C").label("name_key"),
    ).where(custom.c.user_id == USER)
    return union_all(shared, own).subquery("exercise")


def performed_workouts() -> Subquery:
    """Publish the workouts that have been done, a row each, with their totals.

    Columns: `user_id`, `workout_id`, `started_at` (a point in time), `local_date`, `set_count`, `rep_count`,
    `volume_kg`, `duration_seconds` (null while it goes on), `met_minutes` (null where unknown), `revision`.
    """
    return select(
        workout.c.user_id.label("user_id"),
        workout.c.id.label("workout_id"),
        workout.c.started_at.label("started_at"),
        workout.c.local_date.label("local_date"),
        workout.c.set_count.label("set_count"),
        workout.c.rep_count.label("rep_count"),
        workout.c.volume_kg.label("volume_kg"),
        workout.c.duration_seconds.label("duration_seconds"),
        workout.c.met_minutes.label("met_minutes"),
        workout.c.revision.label("revision"),
    ).subquery("performed_workout")


def performed_exercises() -> Subquery:
    """Publish the exercises within workouts, a row each, with their totals and bests.

    Columns: `user_id`, `workout_id`, `exercise_id`, `started_at` and `local_date` (of the workout), `set_count`,
    `rep_count`, `volume_kg`, `duration_seconds`, `distance_meters`, and null where there is none: `best_set_weight_kg`
    and `best_set_reps` (the heaviest set), `best_e1rm_kg` (Epley), `best_reps`, `best_set_volume_kg`,
    `best_duration_seconds`, `best_distance_meters` (of one set).
    """
    names = [
        "user_id",
        "workout_id",
        "exercise_id",
        "started_at",
        "local_date",
        "set_count",
        "rep_count",
        "volume_kg",
        "duration_seconds",
        "distance_meters",
        "best_set_weight_kg",
        "best_set_reps",
        "best_e1rm_kg",
        "best_reps",
        "best_set_volume_kg",
        "best_duration_seconds",
        "best_distance_meters",
    ]
    return select(*(performed.c[name].label(name) for name in names)).subquery("performed_exercise")


def exercise_names() -> Subquery:
    """Publish the names of all exercises that the bound `user_id` can use: `exercise_id`, `name`, `custom`."""
    exercise = all_exercises()
    return select(
        exercise.c.id.label("exercise_id"), exercise.c.name.label("name"), exercise.c.custom.label("custom")
    ).subquery("exercise_name")
