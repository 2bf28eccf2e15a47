"""The queries of exports: the workouts and sets of a user, and the part of workouts in the export of all data."""

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, FromClause, Select, and_, exists, func, literal_column, select

from exercise_buddy.core.db.json_queries import USER
from exercise_buddy.core.db.pagination import PagedList
from exercise_buddy.core.exports import csv_list, json_list
from exercise_buddy.exercises.public import catalogue, custom
from exercise_buddy.workouts.queries import list_of_rows, workouts_with_sets, workouts_without_nulls
from exercise_buddy.workouts.response_sizes import csv_size
from exercise_buddy.workouts.routines.queries import newest_routines
from exercise_buddy.workouts.selectables import deleted, performed, sets, workout
from exercise_buddy.workouts.tables import SET_VALUES

# A workout may have hundreds of sets, and evidence of thousands of reps.
_WORKOUTS_PER_PAGE = 20
_TABLES = ("workout", "workout_exercise", "workout_set")


def _select_sets(head: FromClause, *columns: ColumnElement[Any]) -> Select[Any]:
    """Select a row for each set. A workout without exercises has one row, and so has an exercise without sets."""
    of_workout = and_(performed.c.user_id == head.c.user_id, performed.c.workout_id == head.c.id)
    of_exercise = and_(
        sets.c.user_id == performed.c.user_id,
        sets.c.workout_id == performed.c.workout_id,
        sets.c.exercise_position == performed.c.position,
    )
    is_custom = and_(custom.c.user_id == performed.c.user_id, custom.c.id == performed.c.custom_exercise_id)
    return (
        select(*columns)
        .select_from(
            head.outerjoin(performed, of_workout)
            .outerjoin(catalogue, catalogue.c.id == performed.c.catalogue_exercise_id)
            .outerjoin(custom, is_custom)
            .outerjoin(sets, of_exercise)
        )
        .order_by(head.c.started_at.desc(), head.c.id.desc(), performed.c.position, sets.c.position)
    )


def _pick(rows: FromClause, *names: str) -> list[ColumnElement[Any]]:
    return [rows.c[name] for name in names]


_EXERCISE_COLUMNS = (
    func.coalesce(catalogue.c.name, custom.c.name).label("exercise"),
    performed.c.superset,
    performed.c.notes.label("exercise_notes"),
)


def _select_all_columns(head: FromClause) -> Select[Any]:
    return _select_sets(
        head,
        head.c.id.label("workout_id"),
        *_pick(head, "title", "started_at", "ended_at", "time_zone", "local_date", "source"),
        # Of the whole workout, as its notes: each row of its sets repeats them.
        head.c.energy_kcal.label("workout_energy_kcal"),
        head.c.average_heart_rate_bpm.label("workout_average_heart_rate_bpm"),
        head.c.max_heart_rate_bpm.label("workout_max_heart_rate_bpm"),
        head.c.notes.label("workout_notes"),
        performed.c.id.label("entry_id"),
        (performed.c.position + 1).label("exercise_number"),
        performed.c.exercise_id,
        *_EXERCISE_COLUMNS,
        sets.c.id.label("set_id"),
        (sets.c.position + 1).label("set_number"),
        *_pick(sets, *(name for name in SET_VALUES if name != "judgements" and not name.startswith("rep_"))),
    )


def _select_hevy_columns(head: FromClause) -> Select[Any]:
    other = workout.alias("other")
    minute = func.date_trunc(literal_column("'minute'"), head.c.started_at)
    twin = exists().where(
        other.c.user_id == head.c.user_id,
        other.c.started_at >= minute,
        other.c.started_at < minute + literal_column("interval '1 minute'"),
        other.c.id != head.c.id,
    )
    return _select_sets(
        head,
        *_pick(head, "title", "started_at", "ended_at", "time_zone"),
        twin.label("has_twin"),
        head.c.notes.label("description"),
        *_EXERCISE_COLUMNS,
        sets.c.position.label("set_index"),
        *_pick(sets, "kind", "weight_kg", "assistance_kg", "reps", "distance_meters", "duration_seconds", "rpe"),
    )


def _select_deleted(rows: FromClause) -> Select[Any]:
    return select(rows.c.workout_id, rows.c.deleted_at)


exported_sets = list_of_rows(_select_hevy_columns, csv_size)
"""The sets of the newest workouts first; a page is one of workouts. Filters: those of `WorkoutPage`.

`has_twin`: another workout began in the same minute.
"""
exported_workouts = workouts_without_nulls
"""The newest workouts first, each with all that it has. Filters: those of `WorkoutPage`."""
_all_sets = list_of_rows(_select_all_columns, csv_size)
_all_deleted = PagedList(
    {"workout_id": UUID}, select(deleted).where(deleted.c.user_id == USER), _select_deleted, descending=True
)

EXPORTS = (
    json_list("workouts.json", workouts_with_sets, holds=_TABLES, page_size=_WORKOUTS_PER_PAGE),
    csv_list("workouts.csv", _all_sets, holds=_TABLES, page_size=_WORKOUTS_PER_PAGE),
    json_list("deleted_workouts.json", _all_deleted, holds=["deleted_workout"]),
    json_list("routines.json", newest_routines, holds=["routine", "routine_exercise"]),
)
