"""The use cases of workouts."""

from uuid import UUID

import structlog
from sqlalchemy import delete
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from exercise_buddy.core import types
from exercise_buddy.core.db.tables import new_id
from exercise_buddy.core.fingerprints import fingerprint
from exercise_buddy.core.http.conditional_requests import Precondition
from exercise_buddy.core.problems import InvalidInput
from exercise_buddy.exercises.public import find_unknown_exercises, may_be_custom
from exercise_buddy.users import public as users
from exercise_buddy.workouts.errors import WorkoutDeleted, WorkoutIdTaken, WorkoutNotFound
from exercise_buddy.workouts.queries import workout_by_id
from exercise_buddy.workouts.schemas import WorkoutInput
from exercise_buddy.workouts.storage.writer import NewWorkout, write_workouts
from exercise_buddy.workouts.tables import DeletedWorkout, Workout

log = structlog.get_logger()


async def log_workout(session: AsyncSession, user_id: UUID, given: WorkoutInput) -> tuple[UUID, bool]:
    """Write a workout; return its id and whether it is new.

    The same id with the same content again is not an error and writes nothing.

    Raises:
        InvalidInput: an exercise is unknown.
        WorkoutIdTaken: the id exists with other content.
        WorkoutDeleted: the id is that of a workout that has been deleted.
        AccountGone: the user does not exist any more.

    """
    own_zone = None
    if any(may_be_custom(exercise.exercise_id) for exercise in given.exercises):
        # A statement that waits for another write goes on with what it saw before: the exercise may be another by then.
        own_zone = await users.lock_user(session, user_id)
    new = await new_workout(session, user_id, given, own_zone)
    if given.id is None:
        written = await write_workouts(session, user_id, [new])
    else:
        # The id may exist. Then nothing is written, and the revision must not move either.
        async with session.begin_nested() as savepoint:
            written = await write_workouts(session, user_id, [new])
            if not written:
                await savepoint.rollback()
    if written:
        return new.id, True
    unknown = await find_unknown_exercises(session, user_id, [exercise.exercise_id for exercise in given.exercises])
    if unknown:
        raise InvalidInput(errors=unknown)
    stored = select(Workout.fingerprint).where(col(Workout.user_id) == user_id, col(Workout.id) == new.id)
    found = (await session.exec(stored)).first()
    if found is None:
        deleted = select(DeletedWorkout.revision).where(
            col(DeletedWorkout.user_id) == user_id, col(DeletedWorkout.workout_id) == new.id
        )
        raise users.AccountGone if (await session.exec(deleted)).first() is None else WorkoutDeleted
    if found != new.fingerprint:
        raise WorkoutIdTaken
    return new.id, False


async def new_workout(
    session: AsyncSession, user_id: UUID, given: WorkoutInput, own_zone: str | None = None
) -> NewWorkout:
    """Make of what a client sends what is to be written; the time zone is the user's if it says none.

    `own_zone` is that one, where it is known already.

    Raises:
        AccountGone: there is no such user any more.

    """
    time_zone = given.time_zone or own_zone or await users.time_zone_of(session, user_id)
    content = given.model_dump(mode="json", exclude={"id"}) | {
        # The same moment, however it is written.
        "started_at": given.started_at.timestamp(),
        "ended_at": given.ended_at.timestamp() if given.ended_at else None,
    }
    return NewWorkout(
        title=given.title,
        started_at=given.started_at,
        ended_at=given.ended_at,
        time_zone=time_zone,
        local_date=types.local_date(given.started_at, time_zone),
        notes=given.notes,
        source=given.source,
        exercises=given.exercises,
        fingerprint=fingerprint(content),
        id=given.id or new_id(),
    )


async def delete_workout(session: AsyncSession, user_id: UUID, workout_id: UUID, expected: Precondition) -> None:
    """Delete a workout with all that belongs to it. What stays is that it was there, for the change feed.

    Raises:
        WorkoutNotFound: the user has no such workout.
        PreconditionFailed: the workout is another version than the caller means.

    """
    revision = await users.bump_revision(session, user_id)
    if expected:
        expected.require(await workout_by_id.fetch(session, user_id=user_id, workout_id=workout_id))
    deleted = await session.exec(delete(Workout).where(col(Workout.user_id) == user_id, col(Workout.id) == workout_id))
    if deleted.rowcount == 0:
        raise WorkoutNotFound
    session.add(DeletedWorkout(user_id=user_id, workout_id=workout_id, revision=revision))
    await session.flush()
