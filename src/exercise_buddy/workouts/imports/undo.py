"""The use cases of what has been imported: look at it, and take it back."""

from uuid import UUID

import structlog
from sqlalchemy import delete, exists, func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from exercise_buddy.core.database import Database
from exercise_buddy.users import public as users
from exercise_buddy.workouts.errors import ImportEdited, ImportNotFound
from exercise_buddy.workouts.imports.documents import imports, one_import
from exercise_buddy.workouts.tables import CustomExercise, Workout, WorkoutExercise, WorkoutImport, WorkoutSet

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
    content = await one_import.fetch(database, user_id=user_id, import_id=import_id)
    if content is None:
        raise ImportNotFound
    return content
