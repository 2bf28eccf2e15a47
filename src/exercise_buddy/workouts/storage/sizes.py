"""The space that a workout takes, as SQL expressions over any rows that have its columns.

The insert applies them to what it writes, the recomputation to what is stored. They are estimates that any server
computes alike: the octets of texts and arrays, and a constant for the other columns, the indexes and the records.

The document of a workout does not count: its bytes depend on the version of zstd, so two servers would count
differently. It repeats the content, compressed. A workout of 20 sets counts 8.1 kB and takes 11.5 kB, and text that
nothing compresses takes twice what it counts. A quota of `stored_bytes` bounds the disk up to this factor.
"""

from typing import Any

from sqlalchemy import ColumnElement, FromClause, Text, cast, func, literal_column

from exercise_buddy.workouts.tables import REP_QUANTITIES

WORKOUT, EXERCISE, SET, NUMBER = 600, 500, 250, 4
_WORKOUT: ColumnElement[int] = literal_column(str(WORKOUT))
_EXERCISE: ColumnElement[int] = literal_column(str(EXERCISE))
_SET: ColumnElement[int] = literal_column(str(SET))
_NUMBER: ColumnElement[int] = literal_column(str(NUMBER))
_ZERO: ColumnElement[int] = literal_column("0")
_NOTHING: ColumnElement[str] = literal_column("''")


def _octets(text: ColumnElement[Any]) -> ColumnElement[int]:
    return func.octet_length(func.coalesce(text, _NOTHING))


def sum_set_bytes(sets: FromClause) -> ColumnElement[int]:
    """Return the bytes of a group of sets, with the evidence of their reps, labelled `stored_bytes`."""
    s = sets.c
    arrays = func.num_nonnulls(*(s[f"rep_{name}"] for name in REP_QUANTITIES))
    numbers = _NUMBER * func.coalesce(func.cardinality(s.rep_offset_ms), _ZERO) * arrays
    flags = func.coalesce(func.octet_length(func.array_to_string(s.rep_flags, _NOTHING)), _ZERO)
    return func.sum(_SET + _octets(cast(s.judgements, Text)) + flags + numbers).label("stored_bytes")


def exercise_bytes(exercise: FromClause, sums: FromClause) -> ColumnElement[int]:
    """Return the bytes of an exercise of a workout with its sets, labelled `stored_bytes`."""
    own = _EXERCISE + _octets(exercise.c.notes) + _octets(cast(exercise.c.targets, Text))
    return (own + func.coalesce(sums.c.stored_bytes, _ZERO)).label("stored_bytes")


def sum_exercise_bytes(exercise: FromClause) -> ColumnElement[int]:
    """Return the bytes of a group of exercises, labelled `stored_bytes`."""
    return func.sum(exercise.c.stored_bytes).label("stored_bytes")


def workout_bytes(workout: FromClause, exercises: FromClause) -> ColumnElement[int]:
    """Return the bytes of a workout; `exercises` has those of its exercises, or null."""
    return _WORKOUT + _octets(workout.c.notes) + func.coalesce(exercises.c.stored_bytes, _ZERO)


def variable_bytes(workout: FromClause) -> ColumnElement[int]:
    """Return the bytes of the texts, targets and evidence of stored workouts."""
    fixed = _WORKOUT + workout.c.exercise_count * _EXERCISE + workout.c.set_count * _SET
    return workout.c.stored_bytes - fixed
