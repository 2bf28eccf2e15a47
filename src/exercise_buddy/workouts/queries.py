"""The queries of workouts: one workout, and the list."""

import re
from collections.abc import Callable
from typing import Any
from uuid import UUID

from pydantic import AwareDatetime
from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Date,
    DateTime,
    FromClause,
    Select,
    Uuid,
    any_,
    bindparam,
    func,
    literal_column,
    or_,
    select,
)

from exercise_buddy.core.db.json_queries import USER
from exercise_buddy.core.db.pagination import PagedList, Size
from exercise_buddy.workouts.documents.listing import DocumentList
from exercise_buddy.workouts.documents.reading import WorkoutQuery
from exercise_buddy.workouts.response_sizes import workout_size, workout_size_with_sets
from exercise_buddy.workouts.row_filters import contains_text, has_text_in_name, is_selected
from exercise_buddy.workouts.selectables import performed, workout
from exercise_buddy.workouts.storage.totals import rounded

workout_by_id = WorkoutQuery(
    select(workout).where(workout.c.user_id == USER, workout.c.id == bindparam("workout_id", type_=Uuid))
)
"""The `Workout` `workout_id` of the user `user_id`."""

workouts_by_id = WorkoutQuery(
    select(workout).where(workout.c.user_id == USER, workout.c.id == any_(bindparam("workout_ids", type_=ARRAY(Uuid))))
)
"""The workouts `workout_ids` of the user `user_id` that exist, in no order."""


def _workout_filters() -> dict[str, ColumnElement[bool]]:
    containing = select(performed.c.workout_id).where(performed.c.user_id == USER)
    with_exercise = containing.where(performed.c.exercise_id == bindparam("exercise_id", type_=Uuid))
    with_name = containing.where(has_text_in_name(performed.c.exercise_id))
    return {
        "from_date": workout.c.local_date >= bindparam("from_date", type_=Date),
        "to_date": workout.c.local_date <= bindparam("to_date", type_=Date),
        "updated_since": workout.c.updated_at >= bindparam("updated_since", type_=DateTime(timezone=True)),
        "exercise_id": is_selected(workout.c.id, with_exercise),
        "text": or_(
            contains_text(workout.c.title), contains_text(workout.c.notes), is_selected(workout.c.id, with_name)
        ),
    }


def _list_totals(rows: FromClause) -> Select[Any]:
    zero: ColumnElement[int] = literal_column("0")
    return select(
        func.count().label("workouts"),
        func.coalesce(func.sum(rows.c.exercise_count), zero).label("exercises"),
        func.coalesce(func.sum(rows.c.set_count), zero).label("sets"),
        func.coalesce(func.sum(rows.c.rep_count), zero).label("reps"),
        rounded(func.coalesce(func.sum(rows.c.volume_kg), zero)).label("volume_kg"),
        func.coalesce(func.sum(rows.c.duration_seconds), zero).label("duration_seconds"),
    )


_KEY = {"started_at": AwareDatetime, "id": UUID}
_ROWS = select(workout).where(workout.c.user_id == USER)
_FILTERS = _workout_filters()


def list_of_rows(item: Callable[[FromClause], Select[Any]], size: Size) -> PagedList:
    """Return a list of a user's workouts, the newest first, with the filters of `GET /workouts`.

    Args:
        item: builds the select of an item's fields from rows of the table.
        size: builds the size of an item.

    """
    return PagedList(_KEY, _ROWS, item, filters=_FILTERS, descending=True, size=size)


workouts = DocumentList(_KEY, _ROWS, filters=_FILTERS, size=workout_size, with_sets=False, totals=_list_totals)
"""The items of `WorkoutPage`."""

workouts_with_sets = DocumentList(
    _KEY, _ROWS, filters=_FILTERS, size=workout_size_with_sets, with_sets=True, totals=_list_totals
)
"""The same with the sets of each exercise."""


def _strip_nulls(workout_json: bytes) -> bytes:
    """Return a workout whose exercises have no null fields. With them, 100,000 sets take 30 MB instead of 19."""
    start, end = workout_json.index(b'"exercises":['), workout_json.rindex(b'],"created_at":')
    exercises = _NULL_FIELD.sub(b"", workout_json[start:end])
    return workout_json[:start] + _LAST_NULL_FIELD.sub(b"}", exercises) + workout_json[end:]


# A quote inside a JSON string is escaped, so both match keys only.
_NULL_FIELD = re.compile(rb'"\w+":null,')
_LAST_NULL_FIELD = re.compile(rb',?"\w+":null}')

workouts_without_nulls = DocumentList(
    _KEY, _ROWS, filters=_FILTERS, size=workout_size_with_sets, with_sets=True, convert=_strip_nulls
)
"""The same without totals and without null fields of exercises and sets."""
