"""The implementation of `exercises.public.ExerciseUsage`: which workouts and routines contain an exercise."""

from collections.abc import Collection, Sequence
from contextlib import suppress
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Table, Uuid, any_, bindparam, func, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from exercise_buddy.core.db.database import Database
from exercise_buddy.core.db.retries import retry_transaction
from exercise_buddy.core.db.tables import core_table
from exercise_buddy.exercises.public import ExerciseUses, Replacement
from exercise_buddy.users import public as users
from exercise_buddy.workouts.row_filters import is_selected
from exercise_buddy.workouts.storage import recompute
from exercise_buddy.workouts.storage.records import RecordChanges, recompute_records
from exercise_buddy.workouts.tables import Routine, RoutineExercise, WorkoutExercise

_PERFORMED, _PLANNED = core_table(WorkoutExercise), core_table(RoutineExercise)


async def count_uses(session: AsyncSession, user_id: UUID, exercise_ids: Collection[UUID]) -> dict[UUID, ExerciseUses]:
    """Return the uses of each of the exercises by the user."""
    workouts = (
        select(
            WorkoutExercise.exercise_id,
            func.count(func.distinct(WorkoutExercise.workout_id)),
            func.sum(WorkoutExercise.set_count),
            func.max(WorkoutExercise.best_set_weight_kg),
        )
        .where(col(WorkoutExercise.user_id) == user_id, col(WorkoutExercise.exercise_id).in_(exercise_ids))
        .group_by(col(WorkoutExercise.exercise_id))
    )
    routines = (
        select(RoutineExercise.exercise_id, func.count(func.distinct(RoutineExercise.routine_id)))
        .where(col(RoutineExercise.user_id) == user_id, col(RoutineExercise.exercise_id).in_(exercise_ids))
        .group_by(col(RoutineExercise.exercise_id))
    )
    performed = {
        exercise_id: (count, sets, most_kg) for exercise_id, count, sets, most_kg in await session.exec(workouts)
    }
    planned = dict(iter(await session.exec(routines)))
    uses = {}
    for exercise_id in exercise_ids:
        count, sets, most_kg = performed.get(exercise_id, (0, 0, None))
        uses[exercise_id] = ExerciseUses(count, planned.get(exercise_id, 0), sets, most_kg or 0.0)
    return uses


async def find_used_exercises(session: AsyncSession, user_id: UUID, exercise_ids: Collection[UUID]) -> set[UUID]:
    """Return those of the exercises that a workout or a routine of the user contains."""
    used: set[UUID] = set()
    for model in (WorkoutExercise, RoutineExercise):
        contained = select(model.exercise_id).where(
            col(model.user_id) == user_id, col(model.exercise_id).in_(exercise_ids)
        )
        used.update(await session.exec(contained.distinct()))
    return used


async def replace_exercises(
    session: AsyncSession, user_id: UUID, replacements: Sequence[Replacement], revision: int
) -> list[ExerciseUses]:
    """Replace exercises in all workouts and routines of the user, one after the other; return what each one moved.

    What depends on the exercises is recomputed once in the end. The changed workouts get `revision`.
    """
    workouts: set[UUID] = set()
    routines: set[UUID] = set()
    moved = []
    for replacement in replacements:
        performed = await _replace_in(session, user_id, replacement, _PERFORMED, ("workout_id", "set_count"))
        planned = await _replace_in(session, user_id, replacement, _PLANNED, ("routine_id",))
        containing, planning = {row.workout_id for row in performed}, {row.routine_id for row in planned}
        moved.append(ExerciseUses(len(containing), len(planning), sum(row.set_count for row in performed)))
        workouts |= containing
        routines |= planning
    is_planned = col(Routine.id) == any_(bindparam("planned", sorted(routines), type_=ARRAY(Uuid)))
    written = update(Routine).where(col(Routine.user_id) == user_id, is_planned)
    await session.exec(written.values(updated_at=func.now()))
    await recompute.recompute_totals(session, user_id, sorted(workouts))
    changes = RecordChanges()
    changes.add({exercise_id for exercise_id, _ in replacements}, since=None)
    changes.add({other.id for _, other in replacements}, since=None)
    await recompute_records(session, user_id, changes)
    await recompute.mark_changed(session, user_id, sorted(workouts), revision)
    return moved


async def _replace_in(
    session: AsyncSession, user_id: UUID, replacement: Replacement, table: Table, shown: Sequence[str]
) -> Sequence[Any]:
    """Replace an exercise in the rows of a table and return columns of these rows."""
    exercise_id, other = replacement
    replaced = update(table).where(table.c.user_id == user_id, table.c.exercise_id == exercise_id)
    rows = await session.exec(replaced.values(**other.columns()).returning(*(table.c[name] for name in shown)))
    return rows.all()


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
    # Routines show the name, so devices must receive them again.
    planned = select(RoutineExercise.routine_id).where(
        col(RoutineExercise.user_id) == user_id, col(RoutineExercise.exercise_id) == exercise_id
    )
    containing = (col(Routine.user_id) == user_id, is_selected(core_table(Routine).c.id, planned))
    await session.exec(update(Routine).where(*containing).values(updated_at=col(Routine.updated_at)))


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
