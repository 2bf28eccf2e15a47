"""Verification and repair of stored totals, records and documents, while the application runs."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from uuid import UUID

from exercise_buddy.core.db.database import Database
from exercise_buddy.users import public as users
from exercise_buddy.workouts import public as workouts


@dataclass(frozen=True, slots=True)
class VerificationResult:
    """The result of verifying a batch of workouts of one user.

    Attributes:
        user_id: the owner.
        count: the number of workouts.
        differences: stored values that differ from the recomputed ones.
        repaired: the number of corrected workouts.

    """

    user_id: UUID
    count: int
    differences: list[workouts.Difference]
    repaired: int


async def verify_totals(
    database: Database, user_id: UUID | None, *, repair: bool, batch: int
) -> AsyncIterator[VerificationResult]:
    """Yield the verification of the totals, documents and records of one user, or of all users, in batches.

    Each batch of workouts, the records and the settled totals of each user have a transaction of their own. Settled
    totals are compared under the lock of the user. Only a repair increments the revision, so that devices and caches
    notice it.

    Args:
        database: the database to verify.
        user_id: the user, or None for all users.
        repair: whether to store the recomputed values.
        batch: the number of workouts per batch, at most `workouts.RECOMPUTE_BATCH`.

    """
    async for owner_id in _owners(database, user_id):
        after: UUID | None = None
        while True:
            async with database.transaction() as session:
                ids = await workouts.list_workout_ids(session, owner_id, after, batch)
                found = await workouts.find_differences(session, owner_id, ids)
                # What is rendered from wrong totals proves nothing.
                wrong = {difference.workout_id for difference in found}
                right = [workout_id for workout_id in ids if workout_id not in wrong]
                found += await workouts.find_document_differences(session, owner_id, right)
            if not ids:
                break
            repaired = 0
            if found and repair:
                repaired = await _repair(database, owner_id, found)
            yield VerificationResult(owner_id, len(ids), found, repaired)
            after = ids[-1]
        if records := await _verify_records(database, owner_id, repair=repair):
            changed = {difference.workout_id for difference in records}
            yield VerificationResult(owner_id, 0, records, len(changed) if repair else 0)
        if settled := await _verify_settled_totals(database, owner_id, repair=repair):
            yield VerificationResult(owner_id, 0, settled, 1 if repair else 0)


async def _verify_settled_totals(database: Database, user_id: UUID, *, repair: bool) -> list[workouts.Difference]:
    try:
        async with database.transaction() as session:
            # Without the lock, a write between the two reads would be a difference.
            await users.lock_user(session, user_id)
            savepoint = await session.begin_nested()
            differences = await workouts.recompute_settled_totals(session, user_id)
            if not differences or not repair:
                await savepoint.rollback()
                return differences
            # Under a new revision, so that caches notice.
            await users.bump_revision(session, user_id)
            return differences
    except users.AccountGone:
        return []


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
    async for owner_id in users.iterate_account_ids(database):
        yield owner_id


async def _repair(database: Database, user_id: UUID, differences: list[workouts.Difference]) -> int:
    wrong = {difference.workout_id: difference for difference in differences if difference.workout_id is not None}
    shown = {workout_id for workout_id, difference in wrong.items() if workouts.is_of_document(difference)}
    try:
        async with database.transaction() as session:
            # The lock comes first, so that the recomputed values stay valid.
            revision = await users.bump_revision(session, user_id)
            changed = shown | await workouts.recompute_totals(session, user_id, sorted(wrong))
            await workouts.mark_changed(session, user_id, changed, revision)
    except users.AccountGone:
        return 0
    return len(changed)
