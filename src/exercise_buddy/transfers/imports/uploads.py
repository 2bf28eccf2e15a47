"""Files that wait for their import, in the database: any process can import them, also after a restart."""

from io import SEEK_END
from typing import Any, BinaryIO
from uuid import UUID

from sqlalchemy import delete, func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from exercise_buddy.core.db.jobs import JobRunning, JobsBusy
from exercise_buddy.core.text import clean_name
from exercise_buddy.core.threads import run_in_thread
from exercise_buddy.transfers.imports.requests import ImportRequest
from exercise_buddy.transfers.tables import UNFINISHED, ImportFilePart, ImportState, WorkoutImport
from exercise_buddy.users import public as users
from exercise_buddy.workouts.public import Source

MAX_WAITING_PER_USER = 3
_PART_BYTES = 1024 * 1024
_MIN_WAITING_PARTS = 1024
_WAITING_FILES = 4


async def count_unfinished(session: AsyncSession, user_id: UUID) -> int:
    """Return how many imports of a user wait or run."""
    unfinished = select(func.count()).where(
        col(WorkoutImport.user_id) == user_id,
        col(WorkoutImport.state).in_(UNFINISHED),
        col(WorkoutImport.options).is_not(None),
    )
    return (await session.exec(unfinished)).one()


async def is_unfinished(session: AsyncSession, user_id: UUID, import_id: UUID) -> bool:
    """Return whether an import waits or runs in the background."""
    unfinished = select(WorkoutImport.id).where(
        col(WorkoutImport.user_id) == user_id,
        col(WorkoutImport.id) == import_id,
        col(WorkoutImport.state).in_((ImportState.QUEUED, ImportState.RUNNING)),
        col(WorkoutImport.options).is_not(None),
    )
    return (await session.exec(unfinished)).first() is not None


async def queue_import(
    session: AsyncSession,
    user_id: UUID,
    import_id: UUID,
    file: BinaryIO,
    request: ImportRequest,
    source: Source,
    *,
    max_bytes: int,
) -> None:
    """Store a file with the request to import it.

    The parts of a large file take seconds. So the user is locked when they are stored.

    Args:
        session: the transaction.
        user_id: the owner.
        import_id: the id of the import.
        file: the bytes of the file.
        request: what the client sent with the file.
        source: the app that the file comes from.
        max_bytes: the most bytes of the files of a user that wait, and a quarter of those of all users.

    Raises:
        JobRunning: the user has several imports that wait, or large ones.
        JobsBusy: the files of all users that wait take too much space.
        AccountGone: the user does not exist any more.

    """
    parts = -(-file.seek(0, SEEK_END) // _PART_BYTES)
    await _require_space(session, user_id, parts, max_bytes)
    session.add(
        WorkoutImport(
            user_id=user_id,
            id=import_id,
            source=source,
            state=ImportState.QUEUED,
            file_name=clean_file_name(request.file_name),
            workouts=0,
            sets=0,
            dry_run=request.dry_run,
            options=request.to_json(),
        )
    )
    await session.flush()
    file.seek(0)
    position = 0
    while content := await run_in_thread(file.read, _PART_BYTES):
        session.add(ImportFilePart(user_id=user_id, import_id=import_id, position=position, content=content))
        await session.flush()
        session.expunge_all()
        position += 1
    # Files that were stored meanwhile count, too.
    await users.lock_user(session, user_id)
    await _require_space(session, user_id, 0, max_bytes, added=1)


async def _require_space(session: AsyncSession, user_id: UUID, parts: int, max_bytes: int, *, added: int = 0) -> None:
    if await count_unfinished(session, user_id) >= MAX_WAITING_PER_USER + added:
        raise JobRunning
    most = max(_MIN_WAITING_PARTS, _WAITING_FILES * max_bytes // _PART_BYTES)
    if (await session.exec(select(func.count()).select_from(ImportFilePart))).one() + parts > most:
        raise JobsBusy
    own = select(func.count()).where(col(ImportFilePart.user_id) == user_id)
    if (await session.exec(own)).one() + parts > max_bytes // _PART_BYTES + MAX_WAITING_PER_USER:
        raise JobRunning


async def load_file(session: AsyncSession, user_id: UUID, import_id: UUID, file: BinaryIO) -> bool:
    """Write a stored file into an open one; return whether there is one."""
    position = 0
    while True:
        part = select(ImportFilePart.content).where(
            *_is_part(user_id, import_id), col(ImportFilePart.position) == position
        )
        content: bytes | None = (await session.exec(part)).first()
        if content is None:
            break
        await run_in_thread(file.write, content)
        position += 1
    file.seek(0)
    return position > 0


async def delete_file(session: AsyncSession, user_id: UUID, import_id: UUID) -> None:
    """Delete the stored file of an import that has ended."""
    await session.exec(delete(ImportFilePart).where(*_is_part(user_id, import_id)))


def clean_file_name(name: str | None) -> str | None:
    """Return the name of a file for the list of imports."""
    return clean_name(name or "")[:255] or None


def _is_part(user_id: UUID, import_id: UUID) -> tuple[Any, Any]:
    return col(ImportFilePart.user_id) == user_id, col(ImportFilePart.import_id) == import_id
