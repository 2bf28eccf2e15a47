"""Stored personal records, written in the transaction that writes or deletes workouts.

A row for each value that was the best of its kind when the workout was done. A write changes the records of an exercise
only from the first written workout on, and only if a written set is better than all earlier ones or a deleted workout
held a record. The insert statement finds the former (`breaks_record`), the stored records show the latter. So most
writes recompute nothing, and a new latest workout compares its own sets with the earlier records.

Each function that writes or deletes rows of `workout_exercise` calls `recompute_records` in the same transaction.
"""

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    CTE,
    ColumnElement,
    Double,
    Integer,
    Uuid,
    and_,
    any_,
    bindparam,
    cast,
    exists,
    func,
    literal_column,
    or_,
    tuple_,
)
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from exercise_buddy.core.db.sql_files import load_sql
from exercise_buddy.core.db.tables import core_table
from exercise_buddy.workouts.storage.totals import MAX_E1RM_REPS
from exercise_buddy.workouts.tables import ExerciseRecord, WorkoutExercise

_record = core_table(ExerciseRecord)
_store_records = load_sql(__package__, "records.sql", record_events=load_sql(__package__, "record_events.sql"))

_BATCH = 25
"""The number of exercises of one statement, which stays within the statement timeout."""

_COMPARED_BESTS = {
    "load": "best_set_weight_kg",
    "reps": "best_reps",
    "duration": "best_duration_seconds",
    "distance": "best_distance_meters",
    "reps_unbroken": "best_unbroken_reps",
}
"""Kinds of records and the columns with their values. What depends on weight and reps is compared load by load."""


class RecordChanges:
    """The exercises whose records have to be recomputed, each from a point in time on; None: from the beginning."""

    def __init__(self) -> None:
        self._since: dict[UUID, datetime | None] = {}

    def add(self, exercise_ids: Iterable[UUID], since: datetime | None) -> None:
        """Add exercises of a workout that started at `since`."""
        for exercise_id in exercise_ids:
            known = self._since.get(exercise_id, since)
            self._since[exercise_id] = None if since is None or known is None else min(since, known)

    def batches(self) -> Iterator[dict[str, Any]]:
        """Yield the exercises and times as parameters of a statement."""
        items = sorted(self._since.items())
        for start in range(0, len(items), _BATCH):
            batch = items[start : start + _BATCH]
            yield {"exercise_ids": [key for key, _ in batch], "since": [since for _, since in batch]}


def breaks_record(owner_id: ColumnElement[UUID], exercise: CTE, head: CTE) -> ColumnElement[bool]:
    """Return whether an exercise to insert has a set that is better than all earlier sets.

    Args:
        owner_id: the user.
        exercise: the exercise of the workout, with its totals.
        head: its workout.

    """
    record = _record.alias("record")
    earlier = and_(
        record.c.user_id == owner_id,
        record.c.exercise_id == exercise.c.exercise_id,
        record.c.started_at <= head.c.started_at,
        tuple_(record.c.started_at, record.c.workout_id, record.c.position)
        < tuple_(head.c.started_at, head.c.id, exercise.c.position),
    )

    def is_best(kind: str, column: str) -> ColumnElement[bool]:
        value = exercise.c[column]
        not_worse = exists().where(earlier, record.c.kind == literal_column(f"'{kind}'"), record.c.value >= value)
        return and_(value > literal_column("0"), ~not_worse.correlate(exercise, head))

    load = func.unnest(exercise.c.load_kgs, exercise.c.load_reps).table_valued("weight_kg", "reps", name="load")
    load = load.render_derived()
    weight_kg, reps = cast(load.c.weight_kg, Double), cast(load.c.reps, Integer)
    most_reps: ColumnElement[int] = literal_column(str(MAX_E1RM_REPS))
    not_lighter = exists().where(
        earlier,
        record.c.kind.in_([literal_column("'reps_at_load'"), literal_column("'set'")]),
        record.c.weight_kg >= weight_kg,
        record.c.reps >= reps,
        or_(record.c.reps <= most_reps, reps > most_reps),
    )
    new_load = exists().select_from(load).where(~not_lighter.correlate(exercise, head, load)).correlate(exercise, head)
    return or_(*(is_best(kind, column) for kind, column in _COMPARED_BESTS.items()), new_load)


async def find_all_exercises(session: AsyncSession, user_id: UUID) -> RecordChanges:
    """Return all exercises that a user has workouts or records of."""
    changes = RecordChanges()
    for table in (WorkoutExercise, ExerciseRecord):
        of_user = select(table.exercise_id).where(col(table.user_id) == user_id)
        changes.add(await session.exec(of_user.distinct()), since=None)
    return changes


async def find_contained_exercises(
    session: AsyncSession, user_id: UUID, workout_ids: Collection[UUID]
) -> RecordChanges:
    """Return the changes of records if the totals of workouts change: all their exercises."""
    changes = RecordChanges()
    if not workout_ids:
        return changes
    # One array for any number of ids: a statement has at most 32,767 parameters.
    contained = col(WorkoutExercise.workout_id) == any_(bindparam("workouts", list(workout_ids), type_=ARRAY(Uuid)))
    rows = await session.exec(
        select(WorkoutExercise.exercise_id, func.min(WorkoutExercise.started_at))
        .where(col(WorkoutExercise.user_id) == user_id, contained)
        .group_by(col(WorkoutExercise.exercise_id))
    )
    for exercise_id, since in rows:
        changes.add([exercise_id], since)
    return changes


async def recompute_records(session: AsyncSession, user_id: UUID, changes: RecordChanges) -> list[tuple[Any, ...]]:
    """Recompute records and store those that differ.

    Returns:
        The rows of `records.sql`: the stored records that differed.

    """
    differences: list[tuple[Any, ...]] = []
    for batch in changes.batches():
        rows = await _store_records.run_in(session, user_id=user_id, **batch)
        differences += [tuple(row) for row in rows]
    return differences
