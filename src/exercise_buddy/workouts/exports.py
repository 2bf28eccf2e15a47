"""What workouts adds to an export of everything."""

from typing import Any
from uuid import UUID

from pydantic import AwareDatetime
from sqlalchemy import FromClause, Select, and_, func, select

from exercise_buddy.core.db.pagination import PagedList
from exercise_buddy.core.db.tables import core_table
from exercise_buddy.core.exports import csv_list, json_list
from exercise_buddy.workouts.imports.queries import imports
from exercise_buddy.workouts.queries import workouts_with_sets
from exercise_buddy.workouts.routines.queries import newest_routines
from exercise_buddy.workouts.selectables import (
    EXERCISE_FACTS,
    USER,
    catalogue,
    custom,
    deleted,
    performed,
    sets,
    workout,
)
from exercise_buddy.workouts.tables import CustomExerciseAlias

# A workout may have hundreds of sets, and what a camera saw of thousands of reps.
_WORKOUTS_A_PAGE = 20
_TABLES = ("workout", "workout_exercise", "workout_set")

_alias = core_table(CustomExerciseAlias)


def _workouts(_filters: frozenset[str]) -> Select[Any]:
    return select(workout).where(workout.c.user_id == USER)


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
            sets.c.kind,
            sets.c.reps,
            sets.c.weight_kg,
            sets.c.duration_seconds,
            sets.c.distance_meters,
            sets.c.rpe,
            sets.c.rest_seconds,
            sets.c.counter_name,
            sets.c.counter_version,
            sets.c.detected_reps,
        )
        .select_from(
            head.outerjoin(performed, of_workout)
            .outerjoin(catalogue, catalogue.c.id == performed.c.catalogue_exercise_id)
            .outerjoin(custom, own)
            .outerjoin(sets, of_exercise)
        )
        .order_by(head.c.started_at.desc(), head.c.id.desc(), performed.c.position, sets.c.position)
    )


def _own_exercises(_filters: frozenset[str]) -> Select[Any]:
    return select(custom).where(custom.c.user_id == USER)


def _own_exercise(own: FromClause) -> Select[Any]:
    return select(own.c.id, own.c.name, *(own.c[name] for name in EXERCISE_FACTS), own.c.created_at)


def _deleted(_filters: frozenset[str]) -> Select[Any]:
    return select(deleted).where(deleted.c.user_id == USER)


def _one_deleted(one: FromClause) -> Select[Any]:
    return select(one.c.workout_id, one.c.deleted_at)


def _aliases(_filters: frozenset[str]) -> Select[Any]:
    return select(_alias).where(_alias.c.user_id == USER)


def _one_alias(one: FromClause) -> Select[Any]:
    exercise_id = func.coalesce(one.c.catalogue_exercise_id, one.c.custom_exercise_id)
    return select(one.c.name, exercise_id.label("exercise_id"), one.c.created_at)


_sets_in_rows = PagedList({"started_at": AwareDatetime, "id": UUID}, _workouts, _set_rows, descending=True)
custom_exercises = PagedList({"id": UUID}, _own_exercises, _own_exercise)
_all_deleted = PagedList({"workout_id": UUID}, _deleted, _one_deleted, descending=True)
_all_aliases = PagedList({"name_key": str}, _aliases, _one_alias)

EXPORTS = (
    json_list("workouts.json", workouts_with_sets, holds=_TABLES, page_size=_WORKOUTS_A_PAGE),
    csv_list("workouts.csv", _sets_in_rows, holds=_TABLES, page_size=_WORKOUTS_A_PAGE),
    json_list("custom_exercises.json", custom_exercises, holds=["custom_exercise"]),
    json_list("imports.json", imports, holds=["workout_import"]),
    json_list("deleted_workouts.json", _all_deleted, holds=["deleted_workout"]),
    json_list("exercise_aliases.json", _all_aliases, holds=["custom_exercise_alias"]),
    json_list("routines.json", newest_routines, holds=["routine", "routine_exercise"]),
)
