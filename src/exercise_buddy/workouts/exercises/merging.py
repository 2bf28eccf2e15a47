"""The use cases of getting rid of an exercise of one's own: deleting it, and merging it into another one."""

from dataclasses import dataclass
from uuid import UUID

import orjson
from sqlalchemy import Table, Update, func, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from exercise_buddy.core.db.tables import core_table
from exercise_buddy.core.http.conditional_requests import Precondition
from exercise_buddy.core.problems import FieldError, InvalidInput
from exercise_buddy.users import public as users
from exercise_buddy.workouts.exercises.errors import ExerciseInUse
from exercise_buddy.workouts.exercises.handlers import custom_exercise, exercise_in
from exercise_buddy.workouts.storage import recompute
from exercise_buddy.workouts.tables import (
    CatalogueExercise,
    CustomExercise,
    CustomExerciseAlias,
    Routine,
    RoutineExercise,
    WorkoutExercise,
)

_USES = (core_table(WorkoutExercise), core_table(RoutineExercise))


@dataclass(frozen=True, slots=True)
class _Target:
    """An exercise that another one's place is taken by."""

    id: UUID
    custom: bool

    def columns(self) -> dict[str, UUID | None]:
        """Give what refers to it."""
        return {
            "catalogue_exercise_id": None if self.custom else self.id,
            "custom_exercise_id": self.id if self.custom else None,
        }


async def delete_exercise(
    session: AsyncSession, user_id: UUID, exercise_id: UUID, expected: Precondition, *, move_to: UUID | None
) -> None:
    """Delete an exercise of the user's own, once no workout and no routine has it.

    Args:
        session: the transaction.
        user_id: whose exercise.
        exercise_id: which.
        expected: the version that the caller means.
        move_to: the exercise that takes its place in workouts and routines.

    Raises:
        ExerciseNotFound: it is neither of the catalogue nor of the user.
        SharedExercise: it is of the catalogue.
        ExerciseInUse: workouts or routines have it, and nothing is to take its place.
        InvalidInput: what is to take its place is no exercise, or the exercise itself.
        PreconditionFailed: the exercise is another version than the caller means.
        AccountGone: there is no such user any more.

    """
    revision = await users.bump_revision(session, user_id)
    found = await custom_exercise(session, user_id, exercise_id)
    if expected:
        expected.require(await exercise_in(session, user_id, exercise_id))
    if move_to is not None:
        target = await _target(session, user_id, move_to, but=exercise_id, pointer="/move_to", location="query")
        await _move(session, user_id, exercise_id, target, revision)
    else:
        workouts, routines = await _counts(session, user_id, exercise_id)
        if workouts or routines:
            raise ExerciseInUse(
                f"{workouts} workouts and {routines} routines have it. "
                "Say with move_to which exercise they are to have instead."
            )
    await session.delete(found)
    await session.flush()


async def merge_exercise(session: AsyncSession, user_id: UUID, exercise_id: UUID, into: UUID) -> bytes:
    """Make an exercise of the user's own a part of another one, and give the `MergedExercise` document.

    The other one takes its place in workouts and routines, and has its names from then on.

    Raises:
        ExerciseNotFound: it is neither of the catalogue nor of the user.
        SharedExercise: it is of the catalogue.
        InvalidInput: the other one is no exercise, or the exercise itself.
        AccountGone: there is no such user any more.

    """
    revision = await users.bump_revision(session, user_id)
    found = await custom_exercise(session, user_id, exercise_id)
    target = await _target(session, user_id, into, but=exercise_id, pointer="/into", location="body")
    workouts, routines = await _counts(session, user_id, exercise_id)
    await _move(session, user_id, exercise_id, target, revision)
    alias = CustomExerciseAlias(user_id=user_id, name_key=found.name_key, name=found.name, search_key=found.search_key)
    alias.custom_exercise_id, alias.catalogue_exercise_id = (into, None) if target.custom else (None, into)
    await session.delete(found)
    session.add(alias)
    await session.flush()
    exercise = await exercise_in(session, user_id, into)
    return orjson.dumps({"exercise": orjson.Fragment(exercise), "workouts": workouts, "routines": routines})


async def _target(
    session: AsyncSession, user_id: UUID, target_id: UUID, *, but: UUID, pointer: str, location: str
) -> _Target:
    if target_id == but:
        raise InvalidInput(
            errors=[FieldError(pointer, "same_exercise", "This is the exercise itself; name another one", location)]
        )
    if await session.get(CustomExercise, (user_id, target_id)) is not None:
        return _Target(target_id, custom=True)
    if await session.get(CatalogueExercise, target_id) is not None:
        return _Target(target_id, custom=False)
    raise InvalidInput(errors=[FieldError(pointer, "unknown_exercise", "There is no exercise with this id", location)])


async def _counts(session: AsyncSession, user_id: UUID, exercise_id: UUID) -> tuple[int, int]:
    """Count the workouts and the routines that have an exercise."""
    workouts = select(func.count(func.distinct(WorkoutExercise.workout_id))).where(
        col(WorkoutExercise.user_id) == user_id, col(WorkoutExercise.exercise_id) == exercise_id
    )
    routines = select(func.count(func.distinct(RoutineExercise.routine_id))).where(
        col(RoutineExercise.user_id) == user_id, col(RoutineExercise.exercise_id) == exercise_id
    )
    return (await session.exec(workouts)).one(), (await session.exec(routines)).one()


async def _move(session: AsyncSession, user_id: UUID, exercise_id: UUID, target: _Target, revision: int) -> None:
    """Let another exercise take the place of one, with its names."""
    workouts = await recompute.workouts_with(session, user_id, exercise_id)
    planned = select(RoutineExercise.routine_id).where(
        col(RoutineExercise.user_id) == user_id, col(RoutineExercise.exercise_id) == exercise_id
    )
    await session.exec(
        update(Routine)
        .where(col(Routine.user_id) == user_id, col(Routine.id).in_(planned))
        .values(updated_at=func.now())
    )
    for table in _USES:
        await session.exec(_replaced(table, user_id, exercise_id, target))
    await session.exec(
        update(CustomExerciseAlias)
        .where(col(CustomExerciseAlias.user_id) == user_id, col(CustomExerciseAlias.custom_exercise_id) == exercise_id)
        .values(**target.columns())
    )
    await recompute.recount(session, user_id, workouts)
    await recompute.mark_changed(session, user_id, workouts, revision)


def _replaced(table: Table, user_id: UUID, exercise_id: UUID, target: _Target) -> Update:
    return (
        update(table).where(table.c.user_id == user_id, table.c.exercise_id == exercise_id).values(**target.columns())
    )
