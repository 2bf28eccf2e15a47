"""Stored personal records, written in the transaction that writes or deletes workouts.

A row for each value that was the best of its kind when the workout was done. A write changes the records of an exercise
only from the first written workout on, and only if a written set is better than all earlier ones or a deleted workout
held a record. A write looks for the former (`write_state`), the stored records show the latter. So most
writes recompute nothing, and a new latest workout compares its own sets with the earlier records.

Each function that writes or deletes rows of `workout_exercise` calls `recompute_records` in the same transaction.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    Uuid,
    any_,
    bindparam,
    func,
)
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from exercise_buddy.core.db.sql_files import load_sql
from exercise_buddy.workouts.tables import ExerciseRecord, WorkoutExercise

_find_differences = load_sql(__package__, "records.sql", record_events=load_sql(__package__, "record_events.sql"))
_delete_records = load_sql(__package__, "delete_records.sql")
_insert_records = load_sql(__package__, "insert_records.sql")
_KEY = ("exercise_ids", "kinds", "starts", "workout_ids", "positions", "values")
_COLUMNS = (*_KEY, "previous", "weights", "reps", "dates")

_BATCH = 25
"""The number of exercises of one statement, which stays within the statement timeout."""


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

    They are computed first and stored then, by plain statements: a write within a CTE cannot be sharded. Mostly few
    records differ, or none. The caller holds the user's lock.

    Returns:
        Of each record that was stored otherwise: the id of its workout, its position and kind, and the stored and the
        computed values as JSON.

    """
    differences: list[tuple[Any, ...]] = []
    for batch in changes.batches():
        rows = (await _find_differences.run_in(session, user_id=user_id, **batch)).all()
        gone = [row for row in rows if row.computed is None]
        new = [row for row in rows if row.computed is not None]
        if gone:
            await _delete_records.run_in(session, user_id=user_id, **_columns(_KEY, gone))
        if new:
            await _insert_records.run_in(session, user_id=user_id, **_columns(_COLUMNS, new))
        differences += [(row.workout_id, row.position, row.kind, row.stored, row.computed) for row in rows]
    return differences


def _columns(names: Sequence[str], rows: Sequence[Any]) -> dict[str, list[Any]]:
    return {name: [row[number] for row in rows] for number, name in enumerate(names)}
