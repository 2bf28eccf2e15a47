"""Workouts that an import writes: lookup of duplicates, and deletion when the import is undone."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import orjson
from sqlalchemy import delete, func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from exercise_buddy.workouts.part_ids import drop_taken_ids, find_workouts_of_parts
from exercise_buddy.workouts.queries import workouts_by_id
from exercise_buddy.workouts.schemas import list_chosen_ids
from exercise_buddy.workouts.storage.records import RecordChanges, recompute_records
from exercise_buddy.workouts.storage.writer import NewWorkout, delete_workouts, write_workouts
from exercise_buddy.workouts.tables import DeletedWorkout, Workout

# Small enough that no statement comes near its time limit.
_BATCH = 500


class WorkoutKey(NamedTuple):
    """The identity of a stored workout. `fingerprint` is the hash of its content as it was first written."""

    id: UUID
    started_at: datetime
    fingerprint: bytes


async def list_workout_keys(session: AsyncSession, user_id: UUID) -> list[WorkoutKey]:
    """Return the keys of all workouts of a user."""
    keys = select(Workout.id, Workout.started_at, Workout.fingerprint).where(col(Workout.user_id) == user_id)
    return [WorkoutKey(*key) for key in await session.exec(keys)]


async def load_workouts(session: AsyncSession, user_id: UUID, ids: Sequence[UUID]) -> dict[UUID, dict[str, Any]]:
    """Return stored workouts as JSON, by their ids."""
    if not ids:
        return {}
    content = await workouts_by_id.fetch(session, user_id=user_id, workout_ids=list(ids))
    return {UUID(workout["id"]): workout for workout in orjson.loads(content)}


async def write_imported_workouts(
    session: AsyncSession, user_id: UUID, workouts: Sequence[NewWorkout], changes: RecordChanges
) -> None:
    """Write workouts, including those that were deleted, under one new revision of the user.

    An exercise or set whose id is taken gets a new one: the same file may have been imported under other workout ids.
    The caller passes `changes` to `recompute_records` when all workouts are written: in a file with the newest first,
    each batch would recompute the records of all batches before it.
    """
    ids = [workout.id for workout in workouts]
    await session.exec(
        delete(DeletedWorkout).where(col(DeletedWorkout.user_id) == user_id, col(DeletedWorkout.workout_id).in_(ids))
    )
    chosen = [part_id for workout in workouts for _, part_id in list_chosen_ids(workout.exercises)]
    if chosen:
        taken = set(await find_workouts_of_parts(session, user_id, chosen))
        workouts = [replace(workout, exercises=drop_taken_ids(workout.exercises, taken)) for workout in workouts]
    await write_workouts(session, user_id, workouts, deferred=changes)


async def count_edited_workouts(session: AsyncSession, user_id: UUID, import_id: UUID) -> int:
    """Return how many workouts of an import were edited since."""
    edited = select(func.count()).where(
        col(Workout.user_id) == user_id,
        col(Workout.import_id) == import_id,
        col(Workout.updated_at) != col(Workout.created_at),
    )
    return (await session.exec(edited)).one()


async def delete_imported_workouts(session: AsyncSession, user_id: UUID, import_id: UUID, revision: int) -> None:
    """Delete the workouts of an import. The change feed reports them under `revision`."""
    imported = select(Workout.id).where(col(Workout.user_id) == user_id, col(Workout.import_id) == import_id)
    changes = RecordChanges()
    while ids := (await session.exec(imported.limit(_BATCH))).all():
        await delete_workouts(session, user_id, ids, revision, deferred=changes)
    await recompute_records(session, user_id, changes)
