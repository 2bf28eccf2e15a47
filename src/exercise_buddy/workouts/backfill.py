"""What an upgrade leaves to do for stored workouts: totals, records and documents of this release, in small batches.

A workout without a current document was written by another release, or before documents existed: so its totals and its
records may lack what that release did not know. What is done is stored with each workout and each user, so that another
process continues: `migrate` after the migrations, the application in the background, or a command. Of all processes,
one works at a time; the application takes at most a fifth of a core.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from uuid import UUID

import structlog
from sqlalchemy import func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from exercise_buddy.core.db.database import Database
from exercise_buddy.core.db.errors import is_busy, name_of, problem_for
from exercise_buddy.core.problems import Unavailable
from exercise_buddy.core.tasks import end_tasks
from exercise_buddy.users import public as users
from exercise_buddy.workouts.documents.document import document_version
from exercise_buddy.workouts.documents.storage import FIRST_ID, find_outdated_workouts, render_documents
from exercise_buddy.workouts.storage.recompute import mark_changed, recompute_all_records, recompute_totals

# Ten of 20 sets take a few milliseconds of the event loop, and their user's lock 20 ms.
_BATCH = 10
# Nobody waits for the event loop of a command.
_BATCH_OF_COMMAND = 100
_PAUSE_PER_WORK = 4
_FIRST_SECONDS = 60.0
_INTERVAL_SECONDS = 600.0
_BUSY_SECONDS = 0.5
_ATTEMPTS = 20
BACKFILL_LOCK = 7_314_006_215
"""The process that updates workouts holds this advisory lock. The former release renders documents under it."""

log = structlog.get_logger()


class AnotherProcessError(Exception):
    """Another process updates workouts at this moment."""


@asynccontextmanager
async def lifespan(database: Database) -> AsyncIterator[None]:
    """Update workouts of other releases while the application runs."""
    task = asyncio.create_task(_backfill_periodically(database))
    try:
        yield
    finally:
        await end_tasks(task)


async def backfill(database: Database, report: Callable[[int], None] = lambda _: None) -> int:
    """Update the workouts of all users as fast as possible; return how many were not up to date.

    A user whose workouts cannot be updated is logged and left out. Other processes take turns with this one.

    Args:
        database: the database.
        report: called with the number so far, after each batch.

    """
    return await _backfill_all(database, _BATCH_OF_COMMAND, report, attempts=_ATTEMPTS)


async def _backfill_all(
    database: Database, batch: int, report: Callable[[int], None], *, attempts: int, pause_per_work: float = 0
) -> int:
    number = 0
    user_id = await _find_user(database, FIRST_ID)
    while user_id is not None:
        after: UUID | None = FIRST_ID
        while after is not None:
            started = time.monotonic()
            after, updated = await _run_batch(database, user_id, after, batch, attempts)
            number += updated
            report(number)
            await asyncio.sleep(pause_per_work * (time.monotonic() - started))
        user_id = await _find_user(database, UUID(int=user_id.int + 1))
    return number


async def _find_user(database: Database, first_id: UUID) -> UUID | None:
    async with database.transaction() as session:
        return await users.find_user_to_render(session, first_id, document_version())


async def _run_batch(
    database: Database, user_id: UUID, after: UUID, limit: int, attempts: int
) -> tuple[UUID | None, int]:
    while True:
        attempts -= 1
        try:
            async with database.transaction() as session:
                return await backfill_batch(session, user_id, after, limit)
        except users.AccountGone:
            return None, 0
        except Exception as error:
            is_in_turn = is_busy(error) or isinstance(error, AnotherProcessError)
            if (is_in_turn and not attempts) or isinstance(problem_for(error), Unavailable):
                raise
            if not is_in_turn:
                log.exception("workouts_not_updated", user_id=str(user_id), error=name_of(error))
                return None, 0
        await asyncio.sleep(_BUSY_SECONDS)


async def backfill_batch(session: AsyncSession, user_id: UUID, after: UUID, limit: int) -> tuple[UUID | None, int]:
    """Update some workouts of a user, in the order of their ids, and after the last one the records of the user.

    Args:
        session: the transaction.
        user_id: the owner.
        after: the ids are greater than this one.
        limit: the maximum number of workouts.

    Returns:
        The last id if workouts may be left, else None; and the number of workouts that were not up to date.

    Raises:
        AccountGone: the user was deleted meanwhile.
        AnotherProcessError: another process updates workouts.

    """
    connection = await session.connection()
    if not await connection.scalar(select(func.pg_try_advisory_xact_lock(BACKFILL_LOCK))):
        raise AnotherProcessError
    await users.lock_user(session, user_id)
    ids = await find_outdated_workouts(session, user_id, after, limit)
    changed = await recompute_totals(session, user_id, ids)
    await render_documents(session, user_id, [workout_id for workout_id in ids if workout_id not in changed])
    if len(ids) == limit:
        records = []
    else:
        records = await recompute_all_records(session, user_id)
        await users.mark_rendered(session, user_id, document_version())
    if changed or records:
        # Under a new revision, so that devices and caches notice.
        await mark_changed(session, user_id, changed, await users.bump_revision(session, user_id))
    return ids[-1] if len(ids) == limit else None, len(ids)


async def _backfill_periodically(database: Database) -> None:
    pause = _FIRST_SECONDS
    while True:
        await asyncio.sleep(pause)
        pause = _INTERVAL_SECONDS
        try:
            updated = await _backfill_all(database, _BATCH, lambda _: None, attempts=1, pause_per_work=_PAUSE_PER_WORK)
        except AnotherProcessError:
            continue
        except Exception as error:  # noqa: BLE001  (for example, the database is down: the next run follows)
            log.warning("backfill_failed", error=type(error).__name__)
            continue
        if updated:
            log.info("workouts_updated", workouts=updated)
