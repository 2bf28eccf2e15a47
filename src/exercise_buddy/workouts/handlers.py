"""The use cases of workouts."""

from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from exercise_buddy.core import types
from exercise_buddy.core.db.tables import new_id
from exercise_buddy.core.fingerprints import fingerprint
from exercise_buddy.core.http.conditional_requests import Precondition
from exercise_buddy.core.problems import InvalidInput
from exercise_buddy.exercises.public import find_unknown_exercises, may_be_custom
from exercise_buddy.users import public as users
from exercise_buddy.workouts.errors import PartIdTaken, WorkoutDeleted, WorkoutIdTaken, WorkoutNotFound
from exercise_buddy.workouts.part_ids import find_taken_ids
from exercise_buddy.workouts.queries import workout_by_id
from exercise_buddy.workouts.schemas import WorkoutInput, list_chosen_ids
from exercise_buddy.workouts.storage.writer import NewWorkout, delete_workouts, was_deleted, write_workouts
from exercise_buddy.workouts.tables import Workout


async def log_workout(session: AsyncSession, user_id: UUID, content: WorkoutInput) -> tuple[UUID, bool]:
    """Write a workout; return its id and whether it is new.

    The same id with the same content again is not an error and writes nothing.

    Raises:
        InvalidInput: an exercise is unknown.
        WorkoutIdTaken: the id exists with other content.
        PartIdTaken: another workout has an exercise or set with one of the ids.
        WorkoutDeleted: the id belonged to a workout that was deleted.
        QuotaExceeded: the account has no room for it.
        AccountGone: the user no longer exists.

    """
    user_time_zone = None
    if any(may_be_custom(exercise.exercise_id) for exercise in content.exercises):
        # A statement that waits for a lock keeps its old snapshot, in which a custom exercise may since have merged.
        user_time_zone = await users.lock_user(session, user_id)
    new = await build_workout(session, user_id, content, user_time_zone)
    if content.id is None and not any(list_chosen_ids(content.exercises)):
        written = await write_workouts(session, user_id, [new])
    else:
        # An id may exist. Then nothing is written, and the revision must not move either.
        try:
            async with session.begin_nested() as savepoint:
                written = await write_workouts(session, user_id, [new])
                if not written:
                    await savepoint.rollback()
        except IntegrityError:
            taken = await find_taken_ids(session, user_id, content.exercises, new.id)
            if not taken:
                raise
            raise PartIdTaken(errors=taken) from None
    if written:
        return new.id, True
    await _require_same_content(session, user_id, new)
    return new.id, False


async def _require_same_content(session: AsyncSession, user_id: UUID, new: NewWorkout) -> None:
    """Raise the reason why a workout was not written, unless it exists with this content."""
    unknown = await find_unknown_exercises(session, user_id, [exercise.exercise_id for exercise in new.exercises])
    if unknown:
        raise InvalidInput(errors=unknown)
    stored = select(Workout.fingerprint).where(col(Workout.user_id) == user_id, col(Workout.id) == new.id)
    stored_fingerprint = (await session.exec(stored)).first()
    if stored_fingerprint is None:
        if await was_deleted(session, user_id, new.id):
            raise WorkoutDeleted
        raise await users.find_exceeded_quota(session, user_id)
    if stored_fingerprint != new.fingerprint:
        raise WorkoutIdTaken


async def build_workout(
    session: AsyncSession, user_id: UUID, content: WorkoutInput, user_time_zone: str | None = None
) -> NewWorkout:
    """Build the workout to write from what a client sent.

    Args:
        session: the transaction.
        user_id: the owner.
        content: what the client sent. Without a time zone, the user's applies.
        user_time_zone: the user's time zone, if the caller knows it.

    Raises:
        AccountGone: the user no longer exists.

    """
    time_zone = content.time_zone or user_time_zone or await users.get_time_zone(session, user_id)
    identity = content.model_dump(mode="json", exclude={"id"}) | {
        # Two texts of the same point in time are the same content.
        "started_at": content.started_at.timestamp(),
        "ended_at": content.ended_at.timestamp() if content.ended_at else None,
    }
    return NewWorkout(
        title=content.title,
        started_at=content.started_at,
        ended_at=content.ended_at,
        time_zone=time_zone,
        local_date=types.local_date(content.started_at, time_zone),
        notes=content.notes,
        source=content.source,
        exercises=content.exercises,
        fingerprint=fingerprint(identity),
        id=content.id or new_id(),
    )


async def delete_workout(session: AsyncSession, user_id: UUID, workout_id: UUID, expected: Precondition) -> None:
    """Delete a workout with its exercises and sets. A tombstone tells the change feed.

    Raises:
        WorkoutNotFound: the user has no such workout.
        PreconditionFailed: the stored version is not the expected one.

    """
    revision = await users.bump_revision(session, user_id)
    if expected:
        expected.require(await workout_by_id.fetch(session, user_id=user_id, workout_id=workout_id))
    if not await delete_workouts(session, user_id, [workout_id], revision):
        raise WorkoutNotFound
