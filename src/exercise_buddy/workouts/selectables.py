"""The tables of workouts as selectables, and those that other slices may read."""

from typing import Any

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Subquery,
    Text,
    Uuid,
    bindparam,
    cast,
    literal,
    literal_column,
    null,
    select,
    union_all,
)
from sqlalchemy.dialects.postgresql import JSONB

from exercise_buddy.core.db.tables import core_table
from exercise_buddy.workouts.storage.totals import TOTALS
from exercise_buddy.workouts.tables import (
    CatalogueExercise,
    CustomExercise,
    DeletedWorkout,
    Workout,
    WorkoutExercise,
    WorkoutSet,
)

catalogue = core_table(CatalogueExercise)
custom = core_table(CustomExercise)
workout = core_table(Workout)
performed = core_table(WorkoutExercise)
sets = core_table(WorkoutSet)
deleted = core_table(DeletedWorkout)

USER = bindparam("user_id", type_=Uuid)
_NO_TEXTS: ColumnElement[Any] = cast(literal_column("'{}'"), ARRAY(Text))

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
    "bodyweight_share",
    "assisted",
)


def all_exercises() -> Subquery:
    """Give the catalogue and the user's own exercises as one table."""
    shared = select(
        catalogue.c.id,
        catalogue.c.slug,
        catalogue.c.name,
        literal(False).label("custom"),  # noqa: FBT003  (a column of the statement)
        *(catalogue.c[name] for name in EXERCISE_FACTS),
        catalogue.c.counting,
        catalogue.c.instructions,
        catalogue.c.images,
        # In the order of the code points: the same on every server.
        catalogue.c.name_key.collate("C").label("name_key"),
    )
    own = select(
        custom.c.id,
        cast(null(), Text).label("slug"),
        custom.c.name,
        literal(True).label("custom"),  # noqa: FBT003
        *(custom.c[name] for name in EXERCISE_FACTS),
        cast(null(), JSONB).label("counting"),
        _NO_TEXTS.label("instructions"),
        _NO_TEXTS.label("images"),
        custom.c.name_key.collate("C").label("name_key"),
    ).where(custom.c.user_id == USER)
    return union_all(shared, own).subquery("exercise")


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
    `rep_quality` sums up, from `seen_sets` to `best_unbroken_reps`.
    """
    names = ["user_id", "workout_id", "position", "exercise_id", "started_at", "local_date", *TOTALS]
    return select(*(performed.c[name].label(name) for name in names)).subquery("performed_exercise")


def exercise_names() -> Subquery:
    """Publish all exercises that the bound `user_id` can use.

    Columns: `exercise_id`, `name`, `custom`, `category`, `equipment`, `mechanic`, `force`, `level`, `primary_muscles`
    and `secondary_muscles` (arrays), `measures`, `met`, `bodyweight_share`, `assisted`. Of a custom one, what is not
    known is null.
    """
    exercise = all_exercises()
    return select(
        exercise.c.id.label("exercise_id"),
        exercise.c.name.label("name"),
        exercise.c.custom.label("custom"),
        *(exercise.c[name].label(name) for name in EXERCISE_FACTS),
    ).subquery("exercise_name")
