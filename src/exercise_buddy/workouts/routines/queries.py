"""The queries of routines: one, a page of them, and what the next workout of one follows from."""

from typing import Any
from uuid import UUID

from pydantic import AwareDatetime
from sqlalchemy import (
    CTE,
    ColumnElement,
    DateTime,
    FromClause,
    Select,
    Text,
    Uuid,
    and_,
    any_,
    bindparam,
    case,
    cast,
    func,
    literal_column,
    or_,
    select,
)

from exercise_buddy.core.db.json_queries import IDS, USER, JsonQuery, JsonRows, json_array, json_object
from exercise_buddy.core.db.pagination import PagedList
from exercise_buddy.core.db.tables import core_table
from exercise_buddy.exercises.public import catalogue, custom
from exercise_buddy.workouts.documents.queries import (
    join_exercises,
    select_exercise_name,
    select_sets,
    select_targets,
)
from exercise_buddy.workouts.errors import WorkoutNotFound
from exercise_buddy.workouts.routines.errors import RoutineNotFound
from exercise_buddy.workouts.routines.schemas import MAX_DELOAD_AFTER
from exercise_buddy.workouts.row_filters import contains_text, has_text_in_name, is_selected
from exercise_buddy.workouts.selectables import performed, workout
from exercise_buddy.workouts.tables import Routine, RoutineExercise

routine = core_table(Routine)
planned = core_table(RoutineExercise)

_ROUTINE = bindparam("routine_id", type_=Uuid)
_WORKOUT = bindparam("workout_id", type_=Uuid)
_ONE: ColumnElement[int] = literal_column("1")
_ZERO: ColumnElement[int] = literal_column("0")


# --- routines ----------------------------------------------------------------------------------------------------

RECENT = 30
"""The number of last workouts of a routine that are read: an exercise may be skipped now and then."""

SINCE = "since"
"""The key of `PlannedExercise.progress_since` in the column `progression`."""

_SINCE: ColumnElement[str] = literal_column(f"'{SINCE}'")
_since = cast(func.jsonb_extract_path_text(planned.c.progression, _SINCE), DateTime(timezone=True))
_progression = planned.c.progression.op("-")(_SINCE).label("progression")


def _item(head: FromClause) -> Select[Any]:
    exercises = (
        select(
            select_exercise_name(planned).label("exercise"),
            planned.c.superset,
            planned.c.notes,
            select_targets(planned).label("targets"),
            _progression,
            _since.label("progress_since"),
        )
        .select_from(join_exercises(planned))
        .where(planned.c.user_id == head.c.user_id, planned.c.routine_id == head.c.id)
        .order_by(planned.c.position)
        .correlate(head)
    )
    return select(
        head.c.id,
        head.c.name,
        head.c.notes,
        json_array(exercises).label("exercises"),
        head.c.created_at,
        head.c.updated_at,
    )


def _size(head: FromClause) -> ColumnElement[int]:
    notes = func.coalesce(func.octet_length(planned.c.notes), _ZERO)
    progression = func.coalesce(func.octet_length(cast(planned.c.progression, Text)), _ZERO)
    targets = func.jsonb_array_length(planned.c.targets) * literal_column("150")
    exercises = (
        select(func.coalesce(func.sum(literal_column("450") + notes + progression + targets), _ZERO))
        .where(planned.c.user_id == head.c.user_id, planned.c.routine_id == head.c.id)
        .correlate(head)
        .scalar_subquery()
    )
    return literal_column("500") + func.coalesce(func.octet_length(head.c.notes), _ZERO) + exercises


def _contains_text() -> ColumnElement[bool]:
    containing = select(planned.c.routine_id).where(planned.c.user_id == USER, has_text_in_name(planned.c.exercise_id))
    return or_(contains_text(routine.c.name), contains_text(routine.c.notes), is_selected(routine.c.id, containing))


routine_by_id = JsonQuery(
    select(json_object(_item(routine).where(routine.c.user_id == USER, routine.c.id == _ROUTINE))),
    missing=RoutineNotFound,
)
"""The `Routine` `routine_id` of the user `user_id`."""

routines_by_id = JsonRows(_item(routine).where(routine.c.user_id == USER, routine.c.id == any_(IDS)))
"""The routines `ids` of the user `user_id` that exist."""

_routines = select(routine).where(routine.c.user_id == USER)
_filters = {"text": _contains_text()}

newest_routines = PagedList(
    {"created_at": AwareDatetime, "id": UUID}, _routines, _item, filters=_filters, descending=True, size=_size
)
"""The items of `RoutinePage`, the newest first. The filter `text` is a pattern."""

# The built-in collation knows the letter case of all languages. The order of code points is the same on every server.
_name_key = func.lower(routine.c.name.collate("pg_c_utf8")).collate("C").label("name_key")

routines_by_name = PagedList(
    {"name_key": str, "id": UUID}, _routines.add_columns(_name_key), _item, filters=_filters, size=_size
)
"""The same by name, regardless of case."""


# --- results of workouts -----------------------------------------------------------------------------------------


def _occurrence(rows: FromClause, key: str) -> ColumnElement[int]:
    """Return the number of earlier occurrences of an exercise in its routine or workout."""
    earlier = rows.alias("earlier")
    return (
        select(func.count())
        .where(
            earlier.c.user_id == rows.c.user_id,
            earlier.c[key] == rows.c[key],
            earlier.c.exercise_id == rows.c.exercise_id,
            earlier.c.position < rows.c.position,
        )
        .correlate(rows)
        .scalar_subquery()
    )


def _recent_workouts() -> CTE:
    """Return the last finished workouts that were started from the routine.

    One scan of the user's workouts for all exercises, because no index begins with the routine.
    """
    return (
        select(workout.c.id, workout.c.started_at, workout.c.created_at)
        .where(workout.c.user_id == USER, workout.c.routine_id == _ROUTINE, workout.c.ended_at.is_not(None))
        .order_by(workout.c.started_at.desc(), workout.c.id.desc())
        .limit(literal_column(str(RECENT)))
        .cte("recent")
    )


def _performances(recent: CTE) -> ColumnElement[Any]:
    rows = (
        select(
            performed.c.workout_id,
            recent.c.started_at,
            func.coalesce(performed.c.targets, literal_column("'[]'::jsonb")).label("targets"),
            select_sets(performed, with_evidence=False).label("sets"),
        )
        .select_from(performed.join(recent, recent.c.id == performed.c.workout_id))
        .where(
            performed.c.user_id == planned.c.user_id,
            performed.c.exercise_id == planned.c.exercise_id,
            performed.c.set_count > _ZERO,
            _occurrence(performed, "workout_id") == _occurrence(planned, "routine_id"),
            or_(_since.is_(None), recent.c.created_at > _since),
        )
        .order_by(recent.c.started_at.desc(), performed.c.workout_id.desc())
        # No progression counts more misses in a row.
        .limit(literal_column(str(MAX_DELOAD_AFTER)))
        .correlate(planned)
    )
    return json_array(rows)


def _last_anywhere() -> ColumnElement[Any]:
    ended = and_(
        workout.c.user_id == performed.c.user_id,
        workout.c.id == performed.c.workout_id,
        workout.c.ended_at.is_not(None),
    )
    last = (
        select(
            performed.c.workout_id,
            performed.c.started_at,
            literal_column("'[]'::jsonb").label("targets"),
            select_sets(performed, with_evidence=False).label("sets"),
        )
        .select_from(performed.join(workout, ended))
        .where(
            performed.c.user_id == planned.c.user_id,
            performed.c.exercise_id == planned.c.exercise_id,
            performed.c.set_count > _ZERO,
        )
        .order_by(performed.c.started_at.desc(), performed.c.workout_id.desc(), performed.c.position)
        .limit(_ONE)
        .correlate(planned)
    )
    return json_object(last)


def _build_next_basis() -> JsonQuery:
    recent = _recent_workouts()
    exercises = (
        select(
            select_exercise_name(planned).label("exercise"),
            func.coalesce(catalogue.c.assisted, custom.c.assisted).label("assisted"),
            planned.c.superset,
            planned.c.notes,
            planned.c.targets,
            _progression,
            _performances(recent).label("performances"),
            _last_anywhere().label("elsewhere"),
        )
        .select_from(join_exercises(planned))
        .where(planned.c.user_id == routine.c.user_id, planned.c.routine_id == routine.c.id)
        .order_by(planned.c.position)
        .correlate(routine)
    )
    head = select(routine.c.name, json_array(exercises).label("exercises"))
    of_routine = head.where(routine.c.user_id == USER, routine.c.id == _ROUTINE)
    return JsonQuery(select(json_object(of_routine)), missing=RoutineNotFound)


next_basis = _build_next_basis()
"""The `Basis` of the next workout of the routine `routine_id` of the user `user_id`."""


def _build_done_workout(*, last: bool) -> JsonQuery:
    targets = func.coalesce(performed.c.targets, literal_column("'[]'::jsonb"))
    exercises = (
        select(
            performed.c.exercise_id,
            performed.c.superset,
            performed.c.notes,
            case((performed.c.set_count == _ZERO, targets)).label("targets"),
            select_sets(performed, with_evidence=False).label("sets"),
        )
        .where(performed.c.user_id == workout.c.user_id, performed.c.workout_id == workout.c.id)
        .order_by(performed.c.position)
        .correlate(workout)
    )
    head = select(
        workout.c.title, workout.c.title_proposed, workout.c.notes, json_array(exercises).label("exercises")
    ).where(workout.c.user_id == USER)
    if last:
        newest = head.where(workout.c.ended_at.is_not(None)).order_by(workout.c.started_at.desc(), workout.c.id.desc())
        head = newest.limit(_ONE)
    else:
        head = head.where(workout.c.id == _WORKOUT)
    return JsonQuery(select(json_object(head)), missing=WorkoutNotFound)


done_workout = _build_done_workout(last=False)
"""The `DoneWorkout` `workout_id` of the user `user_id`."""

last_done_workout = _build_done_workout(last=True)
"""The `DoneWorkout` of the last finished workout of the user `user_id`."""
