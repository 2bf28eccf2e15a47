"""Workouts that an import writes: lookup of duplicates, and deletion when the import is undone."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import orjson
import sqlalchemy
from sqlalchemy import ARRAY, ColumnElement, Uuid, and_, any_, bindparam, func, or_, tuple_, update
from sqlalchemy.dialects.postgresql import distinct_on
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from exercise_buddy.core.db.tables import core_table
from exercise_buddy.users import public as users
from exercise_buddy.workouts.documents.storage import render_documents
from exercise_buddy.workouts.queries import workouts_by_id
from exercise_buddy.workouts.storage.prepared import NewWorkout
from exercise_buddy.workouts.storage.writer import WriteOutcome, delete_workouts, write_workouts
from exercise_buddy.workouts.tables import DeletedWorkout, Source, Workout, WorkoutExercise


class WorkoutKey(NamedTuple):
    """The identity of a stored workout, and totals by which it may be recognized.

    `fingerprint` is the hash of its content as it was first written, or as an import has replaced it.
    """

    id: UUID
    revision: int
    started_at: datetime
    fingerprint: bytes
    import_id: UUID | None
    source: Source
    title: str
    time_zone: str
    set_count: int
    rep_count: int
    volume_kg: float
    assisted_volume_kg: float


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


_IS_EDITED = col(Workout.updated_at) != func.coalesce(col(Workout.imported_at), col(Workout.created_at))


class ImportedVersion(NamedTuple):
    """Which import created a workout, the hash of its content, and whether it was edited since an import wrote it."""

    import_id: UUID | None
    fingerprint: bytes
    is_edited: bool


async def find_imported_versions(
    session: AsyncSession, user_id: UUID, ids: Collection[UUID]
) -> dict[UUID, ImportedVersion]:
    """Return the versions of those workouts that exist."""
    found = select(Workout.id, Workout.import_id, Workout.fingerprint, _IS_EDITED).where(
        col(Workout.user_id) == user_id, _is_one_of(ids)
    )
    return {workout_id: ImportedVersion(*version) for workout_id, *version in await session.exec(found)}


async def mark_imported(
    session: AsyncSession, user_id: UUID, workout_id: UUID, fingerprint: bytes, *, is_edited: bool = False
) -> int:
    """Mark a workout as written by an import; return its revision.

    Args:
        session: the transaction.
        user_id: the owner.
        workout_id: the workout.
        fingerprint: the hash of its content in the file.
        is_edited: whether the user had edited the content that an undo has restored.

    """
    # Without the time, the update would set it to now.
    values: dict[str, Any] = {"fingerprint": fingerprint, "updated_at": col(Workout.updated_at)}
    if not is_edited:
        values["imported_at"] = col(Workout.updated_at)
    marked = update(Workout).where(col(Workout.user_id) == user_id, col(Workout.id) == workout_id).values(**values)
    revision: int = (await session.exec(marked.returning(col(Workout.revision)))).scalar_one()
    return revision


async def move_to_import(session: AsyncSession, user_id: UUID, ids: Collection[UUID], import_id: UUID) -> None:
    """Move workouts to another import, which has replaced them, under a new revision of the user."""
    revision = await users.bump_revision(session, user_id)
    moved = update(Workout).where(col(Workout.user_id) == user_id, _is_one_of(ids))
    await session.exec(moved.values(import_id=import_id, revision=revision, updated_at=col(Workout.updated_at)))
    await render_documents(session, user_id, list(ids))


async def find_imports_with(
    session: AsyncSession, user_id: UUID, exercise_ids: Collection[UUID], replaced: Mapping[UUID, UUID]
) -> dict[UUID, UUID]:
    """Return an import for each exercise that a workout of an import contains, by exercise.

    Args:
        session: the transaction.
        user_id: the owner.
        exercise_ids: the exercises.
        replaced: the imports that replaced the content of workouts, by workout.

    """
    performed = col(WorkoutExercise.exercise_id)
    found = (
        select(performed, col(Workout.import_id), col(Workout.id))
        .join(
            WorkoutExercise,
            and_(
                col(WorkoutExercise.user_id) == col(Workout.user_id),
                col(WorkoutExercise.workout_id) == col(Workout.id),
            ),
        )
        .where(
            col(Workout.user_id) == user_id,
            performed.in_(exercise_ids),
            or_(col(Workout.import_id).is_not(None), _is_one_of(replaced)),
        )
        .ext(distinct_on(performed))
        .order_by(performed, col(Workout.import_id))
    )
    return {
        exercise_id: import_id or replaced[workout_id]
        for exercise_id, import_id, workout_id in await session.exec(found)
    }


def _is_one_of(ids: Collection[UUID]) -> ColumnElement[bool]:
    # One array for any number of ids: a statement has at most 32,767 parameters.
    return col(Workout.id) == any_(bindparam(None, list(ids), type_=ARRAY(Uuid)))


async def count_edited_workouts(
    session: AsyncSession, user_id: UUID, import_id: UUID, without: Collection[UUID] = ()
) -> int:
    """Return how many workouts of an import were edited since, without some."""
    edited = select(func.count()).where(
        col(Workout.user_id) == user_id, col(Workout.import_id) == import_id, _IS_EDITED, ~_is_one_of(without)
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
        imported = imported.where(~_IS_EDITED)
    latest = imported.order_by(col(Workout.started_at).desc(), col(Workout.id).desc()).limit(limit)
    await users.lock_user(session, user_id)
    ids = (await session.exec(latest)).all()
    return await delete_workouts(session, user_id, ids, await users.bump_revision(session, user_id)) if ids else 0
