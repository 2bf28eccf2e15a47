"""The implementation of `exercises.public.ExerciseUsage`: which workouts and routines contain an exercise."""

from collections.abc import Collection
from contextlib import suppress
from datetime import datetime
from functools import partial
from uuid import UUID

from sqlalchemy import SQLColumnExpression, func, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from exercise_buddy.core.db.database import Database
from exercise_buddy.core.db.retries import retry_transaction
from exercise_buddy.core.db.tables import core_table
from exercise_buddy.exercises.public import ExerciseReference, ExerciseUses
from exercise_buddy.users import public as users
from exercise_buddy.workouts.row_filters import is_selected
from exercise_buddy.workouts.storage import recompute
from exercise_buddy.workouts.storage.records import RecordChanges, recompute_records
from exercise_buddy.workouts.tables import Routine, RoutineExercise, WorkoutExercise

_REFERRING_TABLES = (core_table(WorkoutExercise), core_table(RoutineExercise))


async def count_uses(session: AsyncSession, user_id: UUID, exercise_id: UUID) -> ExerciseUses:
    """Return how many workouts and routines of the user contain the exercise."""
    workouts = select(func.count(func.distinct(WorkoutExercise.workout_id))).where(
        col(WorkoutExercise.user_id) == user_id, col(WorkoutExercise.exercise_id) == exercise_id
    )
    routines = select(func.count(func.distinct(RoutineExercise.routine_id))).where(
        col(RoutineExercise.user_id) == user_id, col(RoutineExercise.exercise_id) == exercise_id
    )
    return ExerciseUses((await session.exec(workouts)).one(), (await session.exec(routines)).one())


async def find_used_exercises(session: AsyncSession, user_id: UUID, exercise_ids: Collection[UUID]) -> set[UUID]:
    """Return those of the exercises that a workout or a routine of the user contains."""
    used: set[UUID] = set()
    for model in (WorkoutExercise, RoutineExercise):
        contained = select(model.exercise_id).where(
            col(model.user_id) == user_id, col(model.exercise_id).in_(exercise_ids)
        )
        used.update(await session.exec(contained.distinct()))
    return used


async def replace_exercise(
    session: AsyncSession, user_id: UUID, exercise_id: UUID, replacement: ExerciseReference, revision: int
) -> None:
    """Replace an exercise by another one in all workouts and routines of the user; recompute what depends on it.

    The changed workouts get `revision`.
    """
    workouts = await recompute.list_workouts_with(session, user_id, exercise_id)
    await _mark_routines(session, user_id, exercise_id, updated_at=func.now())
    for table in _REFERRING_TABLES:
        uses_exercise = (table.c.user_id == user_id, table.c.exercise_id == exercise_id)
        await session.exec(update(table).where(*uses_exercise).values(**replacement.columns()))
    await recompute.recompute_totals(session, user_id, workouts)
    changes = RecordChanges()
    changes.add([exercise_id, replacement.id], since=None)
    await recompute_records(session, user_id, changes)
    await recompute.mark_changed(session, user_id, workouts, revision)


async def recompute_exercise(
    session: AsyncSession, user_id: UUID, exercise_id: UUID, revision: int, *, totals: bool
) -> None:
    """Mark what contains a changed exercise as changed: workouts at `revision`, and routines.

    Totals of workouts are recomputed if needed.
    """
    workouts = await recompute.list_workouts_with(session, user_id, exercise_id)
    if totals:
        await recompute.recompute_totals(session, user_id, workouts)
    await recompute.mark_changed(session, user_id, workouts, revision)
    await _mark_routines(session, user_id, exercise_id, updated_at=col(Routine.updated_at))


async def _mark_routines(
    session: AsyncSession, user_id: UUID, exercise_id: UUID, *, updated_at: SQLColumnExpression[datetime]
) -> None:
    """Write the routines with an exercise: they show its name, so devices must receive them again."""
    planned = select(RoutineExercise.routine_id).where(
        col(RoutineExercise.user_id) == user_id, col(RoutineExercise.exercise_id) == exercise_id
    )
    containing = (col(Routine.user_id) == user_id, is_selected(core_table(Routine).c.id, planned))
    await session.exec(update(Routine).where(*containing).values(updated_at=updated_at))


async def recompute_catalogue_exercises(database: Database, exercise_ids: Collection[UUID]) -> None:
    """Recompute the workouts of all users that contain changed catalogue exercises, user by user.

    Nothing is written for a user whose totals are right already.
    """
    async for user_id in users.iterate_account_ids(database):
        with suppress(users.AccountGone):
            await retry_transaction(database, partial(_recompute_user, user_id=user_id, exercise_ids=exercise_ids))


async def _recompute_user(session: AsyncSession, user_id: UUID, exercise_ids: Collection[UUID]) -> None:
    contained = col(WorkoutExercise.exercise_id).in_(exercise_ids)
    performed = select(WorkoutExercise.workout_id).where(col(WorkoutExercise.user_id) == user_id, contained).distinct()
    if (await session.exec(performed.limit(1))).first() is None:
        return
    # A write that does not know the change yet holds this lock, or sees what changes here.
    await users.lock_user(session, user_id)
    changed = await recompute.recompute_totals(session, user_id, (await session.exec(performed)).all())
    if changed:
        await recompute.mark_changed(session, user_id, changed, await users.bump_revision(session, user_id))
