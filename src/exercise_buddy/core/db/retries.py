"""Repetition of transactions that other transactions are in the way of, for work that no client waits for."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import structlog
from sqlmodel.ext.asyncio.session import AsyncSession

from exercise_buddy.core.db.database import Database
from exercise_buddy.core.db.errors import is_busy, name_of
from exercise_buddy.core.restore_problem import RestoreRunning

_ATTEMPTS = 20
_PAUSE_SECONDS = 0.5
_RESTORE_PAUSE_SECONDS = 5.0

Result = TypeVar("Result")

log = structlog.get_logger()


async def retry_transaction(database: Database, work: Callable[[AsyncSession], Awaitable[Result]]) -> Result:
    """Return the result of a transaction; repeat it, at most 20 times, if it ends in a deadlock or waits in vain.

    Args:
        database: the database.
        work: the statements of the transaction.

    Raises:
        Exception: the last attempt has failed, or one for another reason.

    """
    attempts = 1
    while True:
        try:
            async with database.transaction() as session:
                return await work(session)
        except Exception as error:
            is_restored = isinstance(error, RestoreRunning)
            if attempts == _ATTEMPTS or not (is_restored or is_busy(error)):
                raise
            log.info("transaction_repeated", attempt=attempts, error=name_of(error))
        attempts += 1
        await asyncio.sleep(_RESTORE_PAUSE_SECONDS if is_restored else _PAUSE_SECONDS)
