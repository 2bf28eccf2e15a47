"""The background work of documents: after an upgrade, workouts get documents of the new release, in small batches.

Of all processes one renders at a time, with at most a fifth of a core. What is done is stored with each user, so that
another process continues.
"""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import NamedTuple
from uuid import UUID

import structlog
from sqlalchemy import func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from exercise_buddy.core.db.database import Database
from exercise_buddy.core.tasks import end_tasks
from exercise_buddy.users import public as users
from exercise_buddy.workouts.documents.document import document_version
from exercise_buddy.workouts.documents.storage import FIRST_ID, render_missing_documents

# Ten of 20 sets take a few milliseconds of the event loop, and their user's lock 20 ms.
_BATCH = 10
_PAUSE_PER_WORK = 4
_FIRST_SECONDS = 60.0
_INTERVAL_SECONDS = 600.0
RENDERING_LOCK = 7_314_006_215
"""The process that renders holds this advisory lock."""

log = structlog.get_logger()


class Cursor(NamedTuple):
    """The user that is rendered next, and the last workout of that user that needs no look any more."""

    user_id: UUID
    workout_id: UUID


START = Cursor(FIRST_ID, FIRST_ID)


@asynccontextmanager
async def lifespan(database: Database) -> AsyncIterator[None]:
    """Render documents of this release while the application runs."""
    task = asyncio.create_task(_render_periodically(database))
    try:
        yield
    finally:
        await end_tasks(task)


async def render_batch(database: Database, cursor: Cursor, limit: int = _BATCH) -> tuple[Cursor, int] | None:
    """Render some workouts of the next user that lacks documents of this release.

    Args:
        database: the database.
        cursor: what the previous batch has returned, or `START`.
        limit: the maximum number of workouts.

    Returns:
        The cursor of the next batch, and the number of rendered workouts. None if no user is left, or if another
        process renders.

    Raises:
        AccountGone: the user was deleted meanwhile.

    """
    async with database.transaction() as session:
        if not await _lock_rendering(session):
            return None
        user_id = await users.find_user_to_render(session, cursor.user_id, document_version())
        if user_id is None:
            return None
        after = cursor.workout_id if user_id == cursor.user_id else FIRST_ID
        await users.lock_user(session, user_id)
        rendered = await render_missing_documents(session, user_id, after, limit)
        if len(rendered) < limit:
            await users.mark_rendered(session, user_id, document_version())
        return Cursor(user_id, rendered[-1] if rendered else after), len(rendered)


async def _lock_rendering(session: AsyncSession) -> bool:
    connection = await session.connection()
    return bool(await connection.scalar(select(func.pg_try_advisory_xact_lock(RENDERING_LOCK))))


async def _render_all(database: Database) -> int:
    """Render what lacks a document; return the number of workouts."""
    number = 0
    cursor = START
    while True:
        started = time.monotonic()
        # A user who is deleted meanwhile is not found again.
        with suppress(users.AccountGone):
            following = await render_batch(database, cursor)
            if following is None:
                return number
            cursor, rendered = following
            number += rendered
        await asyncio.sleep(_PAUSE_PER_WORK * (time.monotonic() - started))


async def _render_periodically(database: Database) -> None:
    pause = _FIRST_SECONDS
    while True:
        await asyncio.sleep(pause)
        pause = _INTERVAL_SECONDS
        try:
            rendered = await _render_all(database)
        except Exception as error:  # noqa: BLE001  (for example, the database is down: the next run follows)
            log.warning("rendering_failed", error=type(error).__name__)
            continue
        if rendered:
            log.info("workouts_rendered", workouts=rendered)
