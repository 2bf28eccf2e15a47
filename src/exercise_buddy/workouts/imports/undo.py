"""The use cases of stored imports: list and undo."""

from collections.abc import Sequence
from uuid import UUID

import structlog
from sqlalchemy import delete, func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from exercise_buddy.core.db.database import Database
from exercise_buddy.exercises import public as exercises
from exercise_buddy.users import public as users
from exercise_buddy.workouts import exercise_usage
from exercise_buddy.workouts.errors import ImportEdited, ImportNotFound
from exercise_buddy.workouts.imports.queries import imports
from exercise_buddy.workouts.tables import DeletedWorkout, Workout, WorkoutExercise, WorkoutImport, WorkoutSet

log = structlog.get_logger()

# Small enough that no statement comes near its time limit.
_BATCH = 500


async def list_imports(database: Database, user_id: UUID, *, limit: int, cursor: str | None) -> bytes:
    """Return an `ImportPage` as JSON, the latest import first.

    Raises:
        InvalidInput: the cursor is not of this list.

    """
    return await imports.fetch(database, user_id, limit=limit, cursor=cursor)


async def undo_import(session: AsyncSession, user_id: UUID, import_id: UUID, *, include_edited: bool) -> None:
    """Delete an import with its workouts, and with the exercises that it created and nothing else uses.

    The change feed reports the deleted workouts under one new revision.

    Args:
        session: the transaction.
        user_id: the owner.
        import_id: the import.
        include_edited: whether to delete workouts that were edited since, too.

    Raises:
        ImportNotFound: the user has no such import.
        ImportEdited: workouts were edited since, and `include_edited` is false.
        AccountGone: the user does not exist any more.

    """
    revision = await users.bump_revision(session, user_id)
    of_import = (col(Workout.user_id) == user_id, col(Workout.import_id) == import_id)
    the_import = (col(WorkoutImport.user_id) == user_id, col(WorkoutImport.id) == import_id)
    if (await session.exec(select(WorkoutImport.id).where(*the_import))).first() is None:
        raise ImportNotFound
    edited = select(func.count()).where(*of_import, col(Workout.updated_at) != col(Workout.created_at))
    count = (await session.exec(edited)).one()
    if count and not include_edited:
        raise ImportEdited(
            f"{count} of its workouts were edited since. Send include_edited=true to delete them too.",
            members={"edited": count},
        )
    while ids := (await session.exec(select(Workout.id).where(*of_import).limit(_BATCH))).all():
        await _delete_workouts(session, user_id, ids, revision)
    created = await exercises.find_imported_exercises(session, user_id, import_id)
    used = await exercise_usage.find_used_exercises(session, user_id, created)
    await exercises.discard_imported_exercises(session, user_id, import_id, used)
    await session.exec(delete(WorkoutImport).where(*the_import))
    log.info("import_undone", edited=count)


async def _delete_workouts(session: AsyncSession, user_id: UUID, ids: Sequence[UUID], revision: int) -> None:
    # Sets first: with cascades, each deleted row would look for its sets.
    for table, workout_id in ((WorkoutSet, WorkoutSet.workout_id), (WorkoutExercise, WorkoutExercise.workout_id)):
        await session.exec(delete(table).where(col(table.user_id) == user_id, col(workout_id).in_(ids)))
    await session.exec(delete(Workout).where(col(Workout.user_id) == user_id, col(Workout.id).in_(ids)))
    session.add_all(DeletedWorkout(user_id=user_id, workout_id=deleted_id, revision=revision) for deleted_id in ids)
    await session.flush()
