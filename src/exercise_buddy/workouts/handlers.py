"""The use cases of workouts."""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from exercise_buddy.core import types
from exercise_buddy.core.db.tables import new_id
from exercise_buddy.core.fingerprints import fingerprint
from exercise_buddy.core.http.conditional_requests import Precondition
from exercise_buddy.users import public as users
from exercise_buddy.workouts.errors import WorkoutNotFound
from exercise_buddy.workouts.queries import workout_by_id
from exercise_buddy.workouts.schemas import WorkoutInput
from exercise_buddy.workouts.storage.prepared import NewWorkout
from exercise_buddy.workouts.storage.writer import WriteOutcome, delete_workouts, write_workouts


class LoggedWorkout(NamedTuple):
    """A workout that a client has logged. `content` is its JSON, or None if it existed before."""

    id: UUID
    is_new: bool
    content: bytes | None


async def log_workout(session: AsyncSession, user_id: UUID, content: WorkoutInput) -> LoggedWorkout:
    """Write a workout.

    The same id with the same content again is not an error and writes nothing.

    Raises:
        InvalidInput: an exercise is unknown.
        WorkoutIdTaken: the id exists with other content.
        PartIdTaken: another workout has an exercise or set with one of the ids.
        ResourceDeleted: the id belonged to a workout that was deleted.
        QuotaExceeded: the account has no room for it.
        AccountGone: the user no longer exists.

    """
    new = await build_workout(session, user_id, content)
    (outcome,) = await write_workouts(session, user_id, [new])
    if outcome.problem is not None:
        raise outcome.problem
    return LoggedWorkout(new.id, outcome.is_new, outcome.content)


async def log_workouts(session: AsyncSession, user_id: UUID, contents: Sequence[WorkoutInput]) -> list[WriteOutcome]:
    """Write workouts in one call; return the outcome of each, in order.

    A workout that cannot be written does not keep the others from being written.

    Raises:
        AccountGone: the user no longer exists.

    """
    user_time_zone = None
    if any(content.time_zone is None for content in contents):
        user_time_zone = await users.get_time_zone(session, user_id)
    new = [await build_workout(session, user_id, content, user_time_zone) for content in contents]
    return await write_workouts(session, user_id, new)


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
        energy_kcal=content.energy_kcal,
        average_heart_rate_bpm=content.average_heart_rate_bpm,
        max_heart_rate_bpm=content.max_heart_rate_bpm,
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
