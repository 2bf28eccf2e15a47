"""An import in the background that a process claims: which one, its record, and what ends it early."""

import asyncio
import time
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any, NamedTuple, Protocol
from uuid import UUID

from sqlalchemy import and_, delete, func, or_, text, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from exercise_buddy.core.db.database import Database
from exercise_buddy.core.db.jobs import Jobs
from exercise_buddy.transfers.tables import RESULTS_ONLY, UNFINISHED_IMPORTS, ImportState, WorkoutImport
from exercise_buddy.users.public import AccountGone

_HEARTBEAT_SECONDS = 2.0
# Between two batches, the other writes of the user have their turn.
_PAUSE_PER_WORK = 0.5
_MAX_PAUSE_SECONDS = 0.5

_LEASE_SECONDS = 30
"""An import without a heartbeat for so long has no process any more. Each update of its row is one (`updated_at`)."""
_KEPT_HOURS = 24
"""How long the result of a dry run, and of an import that stored nothing, can be read."""

_table = WorkoutImport


class Checkpoint(Protocol):
    """What an import calls between two steps."""

    async def __call__(self, progress: float, *, is_committed: bool = True) -> None:
        """Store the progress, and end the import if need be.

        Args:
            progress: the part of the work that is done.
            is_committed: whether other writes of the user can have their turn now.

        """


class ImportPaused(Exception):  # noqa: N818  (no error: another process continues)
    """The process stops. The import waits again."""


class ImportCancelled(Exception):  # noqa: N818  (no error: the user wants it)
    """The user has cancelled the import."""


class Claim(NamedTuple):
    """An import that this process continues."""

    user_id: UUID
    id: UUID
    options: dict[str, Any] | None
    is_cancelled: bool
    problem: dict[str, Any] | None
    attempts: int


async def claim_oldest(database: Database) -> Claim | None:
    """Claim the oldest import that waits, or whose process has ended; return None if there is none."""
    is_undone = or_(col(_table.is_cancelled), col(_table.problem).is_not(None))
    has_lease = col(_table.updated_at) > func.now() - func.make_interval(0, 0, 0, 0, 0, 0, _LEASE_SECONDS)
    waits = or_(
        col(_table.state) == ImportState.QUEUED,
        and_(~has_lease, or_(col(_table.state) == ImportState.RUNNING, is_undone)),
    )
    async with database.transaction() as session:
        old = col(_table.updated_at) < func.now() - func.make_interval(0, 0, 0, 0, _KEPT_HOURS)
        ended = col(_table.state).in_((ImportState.COMPLETED, ImportState.FAILED, ImportState.CANCELLED))
        await session.exec(delete(_table).where(old, ended, text(RESULTS_ONLY)))
        oldest = (
            select(_table.user_id, _table.id)
            .where(text(UNFINISHED_IMPORTS), waits)
            .order_by(col(_table.created_at))
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        found = (await session.exec(oldest)).first()
        if found is None:
            return None
        user_id, import_id = found
        claim = (
            update(_table)
            .where(col(_table.user_id) == user_id, col(_table.id) == import_id)
            .values(state=ImportState.RUNNING)
            .returning(*(getattr(_table, name) for name in Claim._fields))
        )
        return Claim(*(await session.exec(claim)).one())


def build_checkpoint(
    jobs: Jobs, transaction: Callable[[], AbstractAsyncContextManager[AsyncSession]], claimed: Claim
) -> Checkpoint:
    """Return the checkpoint of an import."""
    heartbeat = last = time.monotonic()

    async def check(progress: float, *, is_committed: bool = True) -> None:
        nonlocal heartbeat, last
        if jobs.is_stopping:
            raise ImportPaused
        now = time.monotonic()
        if progress and is_committed:
            await asyncio.sleep(min((now - last) * _PAUSE_PER_WORK, _MAX_PAUSE_SECONDS))
        # While the file is read, there are many short steps.
        if (progress and is_committed) or now - heartbeat > _HEARTBEAT_SECONDS:
            heartbeat = now
            beat = (
                update(_table)
                .where(col(_table.user_id) == claimed.user_id, col(_table.id) == claimed.id)
                .values(progress=progress)
                .returning(col(_table.is_cancelled))
            )
            async with transaction() as session:
                is_cancelled = (await session.exec(beat)).first()
            if is_cancelled is None:
                raise AccountGone
            if is_cancelled[0]:
                raise ImportCancelled
        last = time.monotonic()

    return check


def update_claimed(claimed: Claim, **values: Any) -> Any:  # noqa: ANN401
    """Return the statement that updates the record of an import."""
    return update(_table).where(col(_table.user_id) == claimed.user_id, col(_table.id) == claimed.id).values(**values)
