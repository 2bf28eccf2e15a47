"""What is read to export workouts: as a table, a row for each set, and whole."""

from typing import Any

from sqlalchemy import FromClause, Select, and_, exists, func, literal_column, select

from exercise_buddy.exercises.public import catalogue, custom
from exercise_buddy.workouts.queries import list_of_workouts, workout_rows
from exercise_buddy.workouts.selectables import performed, sets, workout


def _rows(head: FromClause) -> Select[Any]:
    """Give a row for each set. A workout without exercises has one row, and so has an exercise without sets."""
    of_workout = and_(performed.c.user_id == head.c.user_id, performed.c.workout_id == head.c.id)
    of_exercise = and_(
        sets.c.user_id == performed.c.user_id,
        sets.c.workout_id == performed.c.workout_id,
        sets.c.exercise_position == performed.c.position,
    )
    own = and_(custom.c.user_id == performed.c.user_id, custom.c.id == performed.c.custom_exercise_id)
    other = workout.alias("other")
    minute = func.date_trunc(literal_column("'minute'"), head.c.started_at)
    twin = exists().where(
        other.c.user_id == head.c.user_id,
        other.c.started_at >= minute,
        other.c.started_at < minute + literal_column("interval '1 minute'"),
        other.c.id != head.c.id,
    )
    return (
        select(
            head.c.title,
            head.c.started_at,
            head.c.ended_at,
            head.c.time_zone,
            twin.label("has_twin"),
            head.c.notes.label("description"),
            func.coalesce(catalogue.c.name, custom.c.name).label("exercise"),
            performed.c.superset,
            performed.c.notes.label("exercise_notes"),
            sets.c.position.label("set_index"),
            sets.c.kind,
            sets.c.weight_kg,
            sets.c.reps,
            sets.c.distance_meters,
            sets.c.duration_seconds,
            sets.c.rpe,
        )
        .select_from(
            head.outerjoin(performed, of_workout)
            .outerjoin(catalogue, catalogue.c.id == performed.c.catalogue_exercise_id)
            .outerjoin(custom, own)
            .outerjoin(sets, of_exercise)
        )
        .order_by(head.c.started_at.desc(), head.c.id.desc(), performed.c.position, sets.c.position)
    )


set_rows = list_of_workouts(_rows)
"""Rows of sets, those of the newest workout first; a page is one of workouts. Filters: those of `WorkoutPage`.

`has_twin`: another workout began in the same minute.
"""


def _lean(head: FromClause) -> Select[Any]:
    """Give workouts whole, without what is null of their exercises and sets.

    A ten-year account of 100,000 sets takes 24 MB with it, more than an import takes.
    """
    rows = workout_rows(head, with_sets=True)
    return rows.with_only_columns(
        *(
            func.json_strip_nulls(column).label("exercises") if column.key == "exercises" else column
            for column in rows.selected_columns
        )
    )


whole_workouts = list_of_workouts(_lean)
"""The newest workouts first, each with all that it has. Filters: those of `WorkoutPage`."""
