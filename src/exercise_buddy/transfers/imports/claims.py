"""An import in the background that a process has claimed: its record, and what ends it early."""

import asyncio
import time
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any, NamedTuple, Protocol
from uuid import UUID

from sqlalchemy import func, update
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from exercise_buddy.core.db.jobs import Jobs
from exercise_buddy.transfers.tables import ImportState, WorkoutImport
from exercise_buddy.users.public import AccountGone

_HEARTBEAT_SECONDS = 2.0
# Between two batches, the other writes of the user have their turn.
_PAUSE_PER_WORK = 0.5
_MAX_PAUSE_SECONDS = 0.5

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
    state: ImportState
    options: dict[str, Any] | None
    is_cancelled: bool
    problem: dict[str, Any] | None
    attempts: int


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
                .values(updated_at=func.now(), progress=progress)
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
    return (
        update(_table)
        .where(col(_table.user_id) == claimed.user_id, col(_table.id) == claimed.id)
        .values(updated_at=func.now(), **values)
    )
