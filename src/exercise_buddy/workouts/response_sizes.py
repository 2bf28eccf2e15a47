"""The sizes of workouts in responses, as SQL expressions: a page of a list ends by them.

They estimate the octets of the JSON from what is cheap to read: counts, and the lengths of texts and arrays, so that
PostgreSQL renders nothing that a page does not contain. Stored sizes would not do: an array of 2,000 equal numbers is
stored in 100 bytes, and rendered in 700,000.
"""

from typing import Any

from sqlalchemy import ColumnElement, FromClause, case, func, literal_column, select

from exercise_buddy.workouts.content_size import EXERCISE, REP, SET, TARGET
from exercise_buddy.workouts.selectables import performed
from exercise_buddy.workouts.storage.sizes import NUMBER, variable_bytes

_WORKOUT, _CSV_ROW = 700, 400
# A stored target of 28 bytes is rendered in 130.
_SMALL, _MOST_RENDERED = 1000, 5
_ZERO: ColumnElement[int] = literal_column("0")
_NOTHING: ColumnElement[str] = literal_column("''")


def _number(value: int) -> ColumnElement[int]:
    return literal_column(str(value))


def _octets(text: ColumnElement[Any]) -> ColumnElement[int]:
    return func.coalesce(func.octet_length(text), _ZERO)


def _exercise_texts(head: FromClause) -> ColumnElement[int]:
    """Return the octets of the notes and targets of the exercises of a workout."""
    targets = func.coalesce(func.jsonb_array_length(performed.c.targets), _ZERO)
    return (
        select(func.coalesce(func.sum(_octets(performed.c.notes) + targets * _number(TARGET)), _ZERO))
        .where(performed.c.user_id == head.c.user_id, performed.c.workout_id == head.c.id)
        .correlate(head)
        .scalar_subquery()
    )


def workout_size(head: FromClause) -> ColumnElement[int]:
    """Return the octets of a workout without its sets, for rows of the table `workout`."""
    variable = variable_bytes(head)
    fixed = _number(_WORKOUT) + head.c.exercise_count * _number(EXERCISE)
    # Most workouts need no look at their exercises, which would take a tenth of the time of the list.
    return fixed + case(
        (variable <= _number(_SMALL), variable * _number(_MOST_RENDERED)),
        else_=_octets(head.c.notes) + _exercise_texts(head),
    )


def workout_size_with_sets(head: FromClause) -> ColumnElement[int]:
    """Return the octets of a workout with its sets, for rows of the table `workout`.

    Those of a workout that is not rendered yet are the most that its texts and evidence may become.
    """
    fixed = _number(_WORKOUT) + head.c.exercise_count * _number(EXERCISE) + head.c.set_count * _number(SET)
    return func.coalesce(head.c.document_size, fixed + variable_bytes(head) * _number(REP // NUMBER))


def csv_size(head: FromClause) -> ColumnElement[int]:
    """Return the octets of a workout as CSV. Each row, of a set or an empty exercise, contains the notes."""
    rows = head.c.exercise_count + head.c.set_count
    return rows * (_number(_CSV_ROW) + _octets(head.c.notes)) + _exercise_texts(head)
