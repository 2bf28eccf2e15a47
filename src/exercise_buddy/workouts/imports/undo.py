"""The use cases of what has been imported: look at it, and take it back."""

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
from exercise_buddy.workouts.imports.queries import imports, one_import
from exercise_buddy.workouts.tables import (
    DeletedWorkout,
    Workout,
    WorkoutExercise,
    WorkoutImport,
    WorkoutSet,
)

log = structlog.get_logger()

# So many at a time that no statement comes near its time limit.
_BATCH = 500


async def list_imports(database: Database, user_id: UUID, *, limit: int, cursor: str | None) -> bytes:
    """Give an `ImportPage` document, the latest import first.

    Raises:
        InvalidInput: the cursor is none of this list.

    """
    return await imports.fetch(database, user_id, limit=limit, cursor=cursor)


async def read_import(database: Database, user_id: UUID, import_id: UUID) -> bytes:
    """Give the `Import` document.

    Raises:
        ImportNotFound: the user has no such import.

    """
    content = await one_import.find(database, user_id=user_id, import_id=import_id)
    if content is None:
        raise ImportNotFound
    return content


async def undo_import(session: AsyncSession, user_id: UUID, import_id: UUID, *, include_edited: bool) -> None:
    """Take an import back: its workouts, and the exercises that it created and that nothing else uses, go.

    Other devices are told of the deleted workouts, under one new revision.

    Args:
        session: the transaction.
        user_id: whose import.
        import_id: which one.
        include_edited: whether workouts that have been changed since go too.

    Raises:
        ImportNotFound: the user has no such import.
        ImportEdited: workouts have been changed since, and they are not to go.
        AccountGone: there is no such user any more.

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
            f"{count} of its workouts have been edited since. Send include_edited=true to delete them too.",
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
    # From the leaves on: cascading, each row would look for those below it.
    for table, of_workout in ((WorkoutSet, WorkoutSet.workout_id), (WorkoutExercise, WorkoutExercise.workout_id)):
        await session.exec(delete(table).where(col(table.user_id) == user_id, col(of_workout).in_(ids)))
    await session.exec(delete(Workout).where(col(Workout.user_id) == user_id, col(Workout.id).in_(ids)))
    session.add_all(DeletedWorkout(user_id=user_id, workout_id=each, revision=revision) for each in ids)
    await session.flush()
