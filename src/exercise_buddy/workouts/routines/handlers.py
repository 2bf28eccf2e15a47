"""The use cases of routines."""

from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from exercise_buddy.core.db.reads import Reads
from exercise_buddy.core.db.tables import new_id
from exercise_buddy.core.fingerprints import fingerprint, is_repeated_create
from exercise_buddy.core.http.conditional_requests import Precondition
from exercise_buddy.users import public as users
from exercise_buddy.workouts.filters import build_pattern
from exercise_buddy.workouts.routines.errors import RoutineIdTaken, RoutineNotFound, TooManyRoutines
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


async def create_routine(session: AsyncSession, user_id: UUID, content: RoutineInput) -> tuple[UUID, bool]:
    """Create a routine; return its id and whether it is new.

    Repeating a create with the same id and content writes nothing, even if the routine was updated since.

    Raises:
        InvalidInput: an exercise is unknown.
        RoutineIdTaken: the id exists with other content.
        ResourceDeleted: the id belonged to a routine that was deleted.
        TooManyRoutines: the user has the maximum number of routines.
        QuotaExceeded: the account has no room for it.
        AccountGone: the account no longer exists.

    """
    # Until the transaction ends, no other one writes this user's data: what is looked up below stays true.
    await users.lock_user(session, user_id)
    create = fingerprint(content.model_dump(mode="json", exclude={"id"}))
    if content.id is not None and await is_repeated_create(
        session, Routine, user_id, content.id, create, RoutineIdTaken
    ):
        return content.id, False
    await users.require_not_deleted(session, user_id, "routine", content.id)
    return await _write_routine(session, user_id, content.id, content, create), True


async def create_routine_from_workout(
    session: AsyncSession, user_id: UUID, source: RoutineFromWorkoutInput
) -> tuple[UUID, bool]:
    """Create a routine whose planned sets are the sets of a workout; return its id and whether it is new.

    Raises:
        WorkoutNotFound: the user has no such workout.
        RoutineIdTaken: the id exists with other content.
        ResourceDeleted: the id belonged to a routine that was deleted.
        TooManyRoutines: the user has the maximum number of routines.
        QuotaExceeded: the account has no room for it.
        AccountGone: the account no longer exists.

    """
    await users.lock_user(session, user_id)
    create = fingerprint(source.model_dump(mode="json", exclude={"id"}))
    if source.id is not None and await is_repeated_create(session, Routine, user_id, source.id, create, RoutineIdTaken):
        return source.id, False
    await users.require_not_deleted(session, user_id, "routine", source.id)
    document = await done_workout.fetch(session, user_id=user_id, workout_id=source.workout_id)
    done = DoneWorkout.model_validate_json(document)
    exercises = [
        RoutineExerciseInput(
            exercise_id=exercise.exercise_id,
            superset=exercise.superset,
            notes=exercise.notes,
            targets=exercise.as_targets(),
        )
        for exercise in done.exercises
    ]
    # Not validated: an imported workout may exceed the limits of a routine that a client sends.
    routine = RoutineContent.model_construct(name=source.name or done.title, notes=done.notes, exercises=exercises)
    return await _write_routine(session, user_id, source.id, routine, create), True


async def _write_routine(
    session: AsyncSession, user_id: UUID, routine_id: UUID | None, content: RoutineContent, create: bytes
) -> UUID:
    count = select(func.count()).select_from(Routine).where(col(Routine.user_id) == user_id)
    if (await session.exec(count)).one() >= MAX_ROUTINES:
        raise TooManyRoutines(f"The maximum is {MAX_ROUTINES} routines. Delete one first.")
    routine = Routine(
        user_id=user_id, id=routine_id or new_id(), name=content.name, notes=content.notes, fingerprint=create
    )
    async with users.bounded_write(session, user_id):
        session.add(routine)
        await session.flush()
        await write_exercises(session, user_id, routine.id, content.exercises)
    return routine.id


async def list_routines(
    reads: Reads, user_id: UUID, *, limit: int, cursor: str | None, by_name: bool, text: str | None
) -> bytes:
    """Return a `RoutinePage` JSON.

    Args:
        reads: where to read.
        user_id: the owner.
        limit: the maximum number of items.
        cursor: `next_cursor` of the previous page, or None.
        by_name: whether the list is sorted by name; otherwise the newest routine comes first.
        text: only routines whose name, notes or exercise names contain it, regardless of case.

    Raises:
        InvalidInput: the cursor does not belong to this list.

    """
    page = routines_by_name if by_name else newest_routines
    return await page.fetch(reads, user_id, limit=limit, cursor=cursor, text=build_pattern(text) if text else None)


async def update_routine(
    session: AsyncSession,
    user_id: UUID,
    routine_id: UUID,
    change: RoutineContent | RoutineChange,
    expected: Precondition,
) -> bytes:
    """Replace a routine by a `RoutineContent`, or update the fields that a `RoutineChange` sets; return its JSON.

    Raises:
        InvalidInput: an exercise is unknown.
        RoutineNotFound: the user has no such routine.
        PreconditionFailed: the stored version is not the expected one.
        QuotaExceeded: the account has no room for the additional content.
        AccountGone: the account no longer exists.

    """
    names = set(RoutineContent.model_fields) if isinstance(change, RoutineContent) else change.model_fields_set
    values: dict[str, Any] = {name: getattr(change, name) for name in names - {"exercises"}}
    # The exercises are other rows, so nothing else updates it.
    values["updated_at"] = func.now()
    async with users.bounded_write(session, user_id):
        if expected:
            expected.require(await routine_by_id.fetch(session, user_id=user_id, routine_id=routine_id))
        updated = await session.exec(
            update(Routine).where(col(Routine.user_id) == user_id, col(Routine.id) == routine_id).values(values)
        )
        if updated.rowcount == 0:
            raise RoutineNotFound
        if "exercises" in names:
            await write_exercises(session, user_id, routine_id, change.exercises)
    return await routine_by_id.fetch(session, user_id=user_id, routine_id=routine_id)


async def delete_routine(session: AsyncSession, user_id: UUID, routine_id: UUID, expected: Precondition) -> None:
    """Delete a routine. Workouts that were started from it stay and keep its id.

    Raises:
        RoutineNotFound: the user has no such routine.
        PreconditionFailed: the stored version is not the expected one.
        AccountGone: the account no longer exists.

    """
    await users.bump_revision(session, user_id)
    if expected:
        expected.require(await routine_by_id.fetch(session, user_id=user_id, routine_id=routine_id))
    deleted = await session.exec(delete(Routine).where(col(Routine.user_id) == user_id, col(Routine.id) == routine_id))
    if deleted.rowcount == 0:
        raise RoutineNotFound
