"""Files that wait for their import, in the database: any process can import them, also after a restart."""

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
MAX_WAITING_PARTS = 1024
"""The number of parts of all waiting files: 1 GiB."""

_PART_BYTES = 1024 * 1024


async def count_unfinished(session: AsyncSession, user_id: UUID) -> int:
    """Return how many imports of a user wait or run."""
    unfinished = select(func.count()).where(
        col(WorkoutImport.user_id) == user_id,
        col(WorkoutImport.state).in_(UNFINISHED),
        col(WorkoutImport.options).is_not(None),
    )
    return (await session.exec(unfinished)).one()


async def queue_import(
    session: AsyncSession, user_id: UUID, import_id: UUID, file: BinaryIO, request: ImportRequest, source: Source
) -> None:
    """Store a file with the request to import it.

    Raises:
        JobRunning: the user has several imports that wait.
        JobsBusy: the files of all users that wait take too much space.
        AccountGone: the user does not exist any more.

    """
    await users.lock_user(session, user_id)
    if await count_unfinished(session, user_id) >= MAX_WAITING_PER_USER:
        raise JobRunning
    if (await session.exec(select(func.count()).select_from(ImportFilePart))).one() >= MAX_WAITING_PARTS:
        raise JobsBusy
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
