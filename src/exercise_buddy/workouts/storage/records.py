"""Stored personal records, written in the transaction that writes or deletes workouts.

A row for each value that was the best of its kind when the workout was done. A write changes the records of an exercise
only from the first written workout on, and only if a written set is better than all earlier ones or a deleted workout
held a record. `write_workouts` looks for the former, the stored records show the latter. So most writes recompute
nothing, and a new latest workout compares its own sets with the earlier records.

Each function that writes or deletes rows of `workout_exercise` calls `recompute_records` in the same transaction: the
functions of PostgreSQL `write_workouts` and `edit_workout` do so themselves.
"""

from collections.abc import Collection, Iterable, Iterator
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

_recompute_records = load_sql(__package__, "recompute_records.sql")

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
    """Recompute records and store those that differ. The caller holds the user's lock.

    Returns:
        Of each record that was stored otherwise: the id of its workout, its position and kind, and the stored and the
        computed values as JSON.

    """
    differences: list[tuple[Any, ...]] = []
    for batch in changes.batches():
        differences += map(tuple, await _recompute_records.run_in(session, user_id=user_id, **batch))
    return differences
