"""What workouts adds to an export of everything."""

from typing import Any
from uuid import UUID

from sqlalchemy import FromClause, Select, and_, func, select

from exercise_buddy.core.db.json_queries import USER
from exercise_buddy.core.db.pagination import PagedList
from exercise_buddy.core.exports import csv_list, json_list
from exercise_buddy.exercises.public import catalogue, custom
from exercise_buddy.workouts.imports.queries import imports
from exercise_buddy.workouts.queries import list_of_workouts, workouts_with_sets
from exercise_buddy.workouts.routines.queries import newest_routines
from exercise_buddy.workouts.selectables import deleted, performed, sets
from exercise_buddy.workouts.tables import SET_VALUES

# A workout may have hundreds of sets, and what a camera saw of thousands of reps.
_WORKOUTS_A_PAGE = 20
_TABLES = ("workout", "workout_exercise", "workout_set")


def _set_rows(head: FromClause) -> Select[Any]:
    """Give a row for each set. A workout without exercises has one row, and so has an exercise without sets."""
    of_workout = and_(performed.c.user_id == head.c.user_id, performed.c.workout_id == head.c.id)
    of_exercise = and_(
        sets.c.user_id == performed.c.user_id,
        sets.c.workout_id == performed.c.workout_id,
        sets.c.exercise_position == performed.c.position,
    )
    own = and_(custom.c.user_id == performed.c.user_id, custom.c.id == performed.c.custom_exercise_id)
    return (
        select(
            head.c.id.label("workout_id"),
            head.c.title,
            head.c.started_at,
            head.c.ended_at,
            head.c.time_zone,
            head.c.local_date,
            head.c.source,
            head.c.notes.label("workout_notes"),
            (performed.c.position + 1).label("exercise_number"),
            performed.c.exercise_id,
            func.coalesce(catalogue.c.name, custom.c.name).label("exercise"),
            performed.c.superset,
            performed.c.notes.label("exercise_notes"),
            (sets.c.position + 1).label("set_number"),
            *(sets.c[name] for name in SET_VALUES if not name.startswith("rep_")),
        )
        .select_from(
            head.outerjoin(performed, of_workout)
            .outerjoin(catalogue, catalogue.c.id == performed.c.catalogue_exercise_id)
            .outerjoin(custom, own)
            .outerjoin(sets, of_exercise)
        )
        .order_by(head.c.started_at.desc(), head.c.id.desc(), performed.c.position, sets.c.position)
    )


def _one_deleted(one: FromClause) -> Select[Any]:
    return select(one.c.workout_id, one.c.deleted_at)


_sets_in_rows = list_of_workouts(_set_rows)
_all_deleted = PagedList(
    {"workout_id": UUID}, select(deleted).where(deleted.c.user_id == USER), _one_deleted, descending=True
)

EXPORTS = (
    json_list("workouts.json", workouts_with_sets, holds=_TABLES, page_size=_WORKOUTS_A_PAGE),
    csv_list("workouts.csv", _sets_in_rows, holds=_TABLES, page_size=_WORKOUTS_A_PAGE),
    json_list("imports.json", imports, holds=["workout_import"]),
    json_list("deleted_workouts.json", _all_deleted, holds=["deleted_workout"]),
    json_list("routines.json", newest_routines, holds=["routine", "routine_exercise"]),
)
