"""The use cases of routines: keeping them."""

from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from exercise_buddy.core.db.database import Database
from exercise_buddy.core.db.tables import new_id
from exercise_buddy.core.fingerprints import fingerprint
from exercise_buddy.core.http.conditional_requests import Precondition
from exercise_buddy.users import public as users
from exercise_buddy.workouts.errors import RoutineIdTaken, RoutineNotFound, TooManyRoutines
from exercise_buddy.workouts.filters import build_pattern
from exercise_buddy.workouts.routines.exercises import write_exercises
from exercise_buddy.workouts.routines.history import DoneWorkout
from exercise_buddy.workouts.routines.queries import done_workout, newest_routines, routine_by_id, routines_by_name
from exercise_buddy.workouts.routines.schemas import (
    RoutineChange,
    RoutineContent,
    RoutineExerciseInput,
    RoutineFromWorkoutInput,
    RoutineInput,
)
from exercise_buddy.workouts.tables import Routine

MAX_ROUTINES = 200


async def make_routine(session: AsyncSession, user_id: UUID, given: RoutineInput) -> tuple[UUID, bool]:
    """Write a routine, and give its id and whether it is new.

    The same id with the same content again is no error and writes nothing, also if it was changed in the meantime.

    Raises:
        InvalidInput: an exercise is unknown.
        RoutineIdTaken: the id exists with other content.
        TooManyRoutines: there may be no more.
        AccountGone: there is no such user any more.

    """
    # Nobody else writes this user's data from here on: what is found stays, what is missing stays missing.
    await users.lock_user(session, user_id)
    mark = fingerprint(given.model_dump(mode="json", exclude={"id"}))
    if given.id is not None and await _is_there(session, user_id, given.id, mark):
        return given.id, False
    return await _write(session, user_id, given.id, given, mark), True


async def make_routine_from_workout(
    session: AsyncSession, user_id: UUID, given: RoutineFromWorkoutInput
) -> tuple[UUID, bool]:
    """Write a routine whose planned sets are those done in a workout, and give its id and whether it is new.

    Raises:
        WorkoutNotFound: the user has no such workout.
        RoutineIdTaken: the id exists with other content.
        TooManyRoutines: there may be no more.
        AccountGone: there is no such user any more.

    """
    await users.lock_user(session, user_id)
    mark = fingerprint(given.model_dump(mode="json", exclude={"id"}))
    if given.id is not None and await _is_there(session, user_id, given.id, mark):
        return given.id, False
    content = await done_workout.fetch(session, user_id=user_id, workout_id=given.workout_id)
    done = DoneWorkout.model_validate_json(content)
    exercises = [
        RoutineExerciseInput(
            exercise_id=one.exercise_id, superset=one.superset, notes=one.notes, targets=one.as_targets()
        )
        for one in done.exercises
    ]
    # An imported workout may have more than a routine that somebody writes.
    routine = RoutineContent.model_construct(name=given.name or done.title, notes=done.notes, exercises=exercises)
    return await _write(session, user_id, given.id, routine, mark), True


async def _is_there(session: AsyncSession, user_id: UUID, routine_id: UUID, mark: bytes) -> bool:
    stored = select(Routine.fingerprint).where(col(Routine.user_id) == user_id, col(Routine.id) == routine_id)
    found = (await session.exec(stored)).first()
    if found is not None and found != mark:
        raise RoutineIdTaken
    return found is not None


async def _write(
    session: AsyncSession, user_id: UUID, routine_id: UUID | None, content: RoutineContent, mark: bytes
) -> UUID:
    count = select(func.count()).select_from(Routine).where(col(Routine.user_id) == user_id)
    if (await session.exec(count)).one() >= MAX_ROUTINES:
        raise TooManyRoutines(f"There may be {MAX_ROUTINES} routines. Delete one first.")
    await users.bump_revision(session, user_id)
    routine = Routine(
        user_id=user_id, id=routine_id or new_id(), name=content.name, notes=content.notes, fingerprint=mark
    )
    session.add(routine)
    await session.flush()
    await write_exercises(session, user_id, routine.id, content.exercises)
    return routine.id


async def list_routines(
    database: Database, user_id: UUID, *, limit: int, cursor: str | None, by_name: bool, text: str | None
) -> bytes:
    """Give a `RoutinePage` document.

    Args:
        database: to read from.
        user_id: whose routines.
        limit: how many at the most.
        cursor: where the page before ended, or None.
        by_name: whether the list is by name; the newest come first if not.
        text: only routines whose name, notes or exercises' names contain it, upper and lower case alike.

    Raises:
        InvalidInput: the cursor is none of this list.

    """
    listed = routines_by_name if by_name else newest_routines
    return await listed.fetch(database, user_id, limit=limit, cursor=cursor, text=build_pattern(text) if text else None)


async def change_routine(
    session: AsyncSession,
    user_id: UUID,
    routine_id: UUID,
    change: RoutineContent | RoutineChange,
    expected: Precondition,
) -> bytes:
    """Replace a routine by a `RoutineContent`, or change what a `RoutineChange` names; give the `Routine` document.

    Raises:
        InvalidInput: an exercise is unknown.
        RoutineNotFound: the user has no such routine.
        PreconditionFailed: the routine is another version than the caller means.
        AccountGone: there is no such user any more.

    """
    await users.bump_revision(session, user_id)
    if expected:
        expected.require(await routine_by_id.fetch(session, user_id=user_id, routine_id=routine_id))
    names = set(RoutineContent.model_fields) if isinstance(change, RoutineContent) else change.model_fields_set
    values: dict[str, Any] = {name: getattr(change, name) for name in names - {"exercises"}}
    # The exercises are rows of their own: that they have changed, nothing else would say.
    values["updated_at"] = func.now()
    updated = await session.exec(
        update(Routine).where(col(Routine.user_id) == user_id, col(Routine.id) == routine_id).values(values)
    )
    if updated.rowcount == 0:
        raise RoutineNotFound
    if "exercises" in names:
        await write_exercises(session, user_id, routine_id, change.exercises)
    return await routine_by_id.fetch(session, user_id=user_id, routine_id=routine_id)


async def delete_routine(session: AsyncSession, user_id: UUID, routine_id: UUID, expected: Precondition) -> None:
    """Delete a routine. Workouts that were started from it stay, and keep its id.

    Raises:
        RoutineNotFound: the user has no such routine.
        PreconditionFailed: the routine is another version than the caller means.
        AccountGone: there is no such user any more.

    """
    await users.bump_revision(session, user_id)
    if expected:
        expected.require(await routine_by_id.fetch(session, user_id=user_id, routine_id=routine_id))
    deleted = await session.exec(delete(Routine).where(col(Routine.user_id) == user_id, col(Routine.id) == routine_id))
    if deleted.rowcount == 0:
        raise RoutineNotFound
