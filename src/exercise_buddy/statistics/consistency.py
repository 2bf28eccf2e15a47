"""Whether the stored totals are what the sets come to: a recount while the app goes on, and a repair."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from uuid import UUID

from exercise_buddy.core.db.database import Database
from exercise_buddy.users import public as users
from exercise_buddy.workouts import public as workouts

_ACCOUNTS = 1000
"""So many ids of accounts are read at a time."""


@dataclass(frozen=True, slots=True)
class Recounted:
    """What the recount of some workouts of one user has found.

    Attributes:
        user_id: whose they are.
        count: how many there were.
        differences: what is stored otherwise, at the time of the recount.
        repaired: how many workouts have been corrected.

    """

    user_id: UUID
    count: int
    differences: list[workouts.Difference]
    repaired: int


async def verify_totals(
    database: Database, user_id: UUID | None, *, repair: bool, batch: int
) -> AsyncIterator[Recounted]:
    """Recount the totals of one user's workouts and records, or of everybody's, some at a time.

    Each batch of workouts is a transaction of its own, and so are the records of a user. Only a repair locks the user
    whose totals or records it corrects, and under a new revision, so that devices and caches hear of it.

    Args:
        database: to read from, and to repair.
        user_id: whose workouts; everybody's if None.
        repair: whether to store what the sets come to.
        batch: how many workouts at a time, at most `workouts.RECOMPUTE_BATCH`.

    """
    async for owner_id in _owners(database, user_id):
        after: UUID | None = None
        while True:
            async with database.transaction() as session:
                ids = await workouts.workouts_after(session, owner_id, after, batch)
                found = await workouts.find_differences(session, owner_id, ids)
            if not ids:
                break
            repaired = 0
            if found and repair:
                repaired = await _repair(database, owner_id, sorted({one.workout_id for one in found}))
            yield Recounted(owner_id, len(ids), found, repaired)
            after = ids[-1]
        if records := await _verify_records(database, owner_id, repair=repair):
            yield Recounted(owner_id, 0, records, len({one.workout_id for one in records}) if repair else 0)


async def _verify_records(database: Database, user_id: UUID, *, repair: bool) -> list[workouts.Difference]:
    async with database.transaction() as session:
        savepoint = await session.begin_nested()
        differences = await workouts.recompute_all_records(session, user_id)
        await savepoint.rollback()
    if not differences or not repair:
        return differences
    try:
        async with database.transaction() as session:
            # Under a new revision, so that caches notice.
            await users.bump_revision(session, user_id)
            return await workouts.recompute_all_records(session, user_id)
    except users.AccountGone:
        return []


async def _owners(database: Database, user_id: UUID | None) -> AsyncIterator[UUID]:
    if user_id is not None:
        yield user_id
        return
    after: UUID | None = None
    while True:
        async with database.transaction() as session:
            ids = await users.accounts_after(session, after, _ACCOUNTS)
        if not ids:
            return
        for one in ids:
            yield one
        after = ids[-1]


async def _repair(database: Database, user_id: UUID, workout_ids: list[UUID]) -> int:
    try:
        async with database.transaction() as session:
            # The lock comes first: what is recounted then is what stays.
            revision = await users.bump_revision(session, user_id)
            changed = await workouts.recompute_totals(session, user_id, workout_ids)
            await workouts.mark_changed(session, user_id, changed, revision)
    except users.AccountGone:
        return 0
    return len(changed)
