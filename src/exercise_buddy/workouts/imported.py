"""Workouts that an import writes: lookup of duplicates, and deletion when the import is undone."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import orjson
import sqlalchemy
from sqlalchemy import func, tuple_
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from exercise_buddy.core.db.tables import core_table
from exercise_buddy.users import public as users
from exercise_buddy.workouts.queries import workouts_by_id
from exercise_buddy.workouts.storage.prepared import NewWorkout
from exercise_buddy.workouts.storage.writer import WriteOutcome, delete_workouts, write_workouts
from exercise_buddy.workouts.tables import DeletedWorkout, Workout


class WorkoutKey(NamedTuple):
    """The identity of a stored workout. `fingerprint` is the hash of its content as it was first written."""

    id: UUID
    revision: int
    started_at: datetime
    fingerprint: bytes
    import_id: UUID | None


async def list_workout_keys(
    session: AsyncSession, user_id: UUID, after: tuple[int, UUID], limit: int
) -> list[WorkoutKey]:
    """Return a page of the keys of a user's workouts, ordered by revision and id.

    Args:
        session: the transaction.
        user_id: the owner.
        after: the revision and the id of the last key of the page before.
        limit: the maximum number of keys.

    """
    table = core_table(Workout)
    keys = (
        sqlalchemy.select(*(table.c[name] for name in WorkoutKey._fields))
        .where(table.c.user_id == user_id, tuple_(table.c.revision, table.c.id) > after)
        .order_by(table.c.revision, table.c.id)
        .limit(limit)
    )
    connection = await session.connection()
    return [WorkoutKey(*key) for key in await connection.execute(keys)]


async def list_deleted_workouts(session: AsyncSession, user_id: UUID, after_revision: int) -> list[UUID]:
    """Return the ids of the workouts that were deleted after a revision of the user."""
    deleted = select(DeletedWorkout.workout_id).where(
        col(DeletedWorkout.user_id) == user_id, col(DeletedWorkout.revision) > after_revision
    )
    return list(await session.exec(deleted))


async def load_workouts(session: AsyncSession, user_id: UUID, ids: Sequence[UUID]) -> dict[UUID, dict[str, Any]]:
    """Return stored workouts as JSON, by their ids."""
    if not ids:
        return {}
    documents = await workouts_by_id.find_all(session, user_id=user_id, workout_ids=list(ids))
    return {workout_id: orjson.loads(document) for workout_id, document in documents.items()}


async def write_imported_workouts(
    session: AsyncSession, user_id: UUID, workouts: Sequence[NewWorkout]
) -> list[WriteOutcome]:
    """Write workouts, including those that were deleted, with their records under one new revision of the user.

    An exercise or set whose id is taken gets a new one: the same file may have been imported under other workout ids.

    Returns:
        The outcome of each workout, in order.

    """
    return await write_workouts(session, user_id, workouts, imported=True)


async def count_edited_workouts(session: AsyncSession, user_id: UUID, import_id: UUID) -> int:
    """Return how many workouts of an import were edited since."""
    edited = select(func.count()).where(
        col(Workout.user_id) == user_id,
        col(Workout.import_id) == import_id,
        col(Workout.updated_at) != col(Workout.created_at),
    )
    return (await session.exec(edited)).one()


async def delete_imported_workouts(
    session: AsyncSession, user_id: UUID, import_id: UUID, limit: int, *, include_edited: bool
) -> int:
    """Delete the latest workouts of an import under a new revision of the user. Return how many were deleted.

    The latest first: records are recomputed from the deleted workouts on, and fewer and fewer follow them.
    """
    imported = select(Workout.id).where(col(Workout.user_id) == user_id, col(Workout.import_id) == import_id)
    if not include_edited:
        imported = imported.where(col(Workout.updated_at) == col(Workout.created_at))
    latest = imported.order_by(col(Workout.started_at).desc(), col(Workout.id).desc()).limit(limit)
    await users.lock_user(session, user_id)
    ids = (await session.exec(latest)).all()
    return await delete_workouts(session, user_id, ids, await users.bump_revision(session, user_id)) if ids else 0
