"""The rows of live sets: to begin or resume a set, to save its samples, and to end it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col, delete, func, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from exercise_buddy.core.db.sql_files import load_sql
from exercise_buddy.core.problems import FieldError, InvalidInput
from exercise_buddy.counting.counted_exercises import CountedExercise, find_counted_exercise
from exercise_buddy.counting.live.errors import LiveSetDiffers, LiveSetTakenOver, TooManyLiveSets
from exercise_buddy.counting.live.messages import Start
from exercise_buddy.counting.live.open_sets import OpenSet, SetKey
from exercise_buddy.counting.tables import LiveChunk, LiveSet
from exercise_buddy.exercises.public import unknown_exercise
from exercise_buddy.users import public as users
from exercise_buddy.workouts import public as workouts

MAX_OPEN_SETS = 5
# What a user's live sets may store: the samples of those that wait to be resumed, and the final messages of a day.
MAX_UNCOUNTED_SETS = 20
MAX_SETS_OF_A_DAY = 1_000
LEASE = timedelta(seconds=45)
# More than the processes that claim abandoned sets at the same time.
_ABANDONED_AT_ONCE = 100
COUNTED_KEPT = timedelta(days=1)

_save_samples = load_sql(__package__, "save_samples.sql")
_save_chunk = load_sql(__package__, "save_chunk.sql")


@dataclass(frozen=True, slots=True)
class StoredSet:
    """A live set as the database has it.

    `chunks` are its samples, `counted` is the final message of a set that ended. Who watches `watched_workout_id` hears
    of the set: the workout that stores it, or else the one that was current when the set was begun or resumed.
    """

    key: SetKey
    epoch: int
    exercise: CountedExercise | None
    workout_id: UUID | None
    aspect_ratio: float | None
    counted: str | None
    chunks: list[bytes]
    watched_workout_id: UUID | None = None


async def open_live_set(session: AsyncSession, user_id: UUID, start: Start) -> StoredSet:
    """Begin or resume a set. From now on, an earlier connection of the set can no longer write.

    Raises:
        InvalidInput: the exercise is unknown.
        WorkoutNotFound: the user has no such workout.
        WorkoutFinished: the workout is finished.
        PartIdTaken: a workout of the user has a set with this id.
        LiveSetDiffers: the set was started with another exercise, workout or aspect ratio.
        TooManyLiveSets: the user counts or has counted as many sets as allowed.
        AccountGone: the user no longer exists.

    """
    # Two connections that start at the same time would both see one free place.
    await users.lock_user(session, user_id)
    stored = await session.get(LiveSet, (user_id, start.set_id), with_for_update=True)
    if stored is not None:
        if any(getattr(stored, name) != getattr(start, name) for name in ("exercise_id", "workout_id", "aspect_ratio")):
            raise LiveSetDiffers
        if stored.counted is not None:
            return await _build_stored_set(session, stored)
    leased = select(func.count()).where(
        col(LiveSet.user_id) == user_id,
        col(LiveSet.set_id) != start.set_id,
        col(LiveSet.leased_until) > func.now(),
        col(LiveSet.counted).is_(None),
    )
    if (await session.exec(leased)).one() >= MAX_OPEN_SETS:
        raise TooManyLiveSets(f"You count {MAX_OPEN_SETS} sets at the moment.")
    now = (await session.exec(select(func.now()))).one()
    if stored is None:
        await _require_room(session, user_id)
        await _check_start(session, user_id, start)
        stored = LiveSet(user_id=user_id, leased_until=now + LEASE, **start.model_dump(exclude={"type"}))
        session.add(stored)
    else:
        stored.epoch += 1
        stored.leased_until = now + LEASE
    watched = stored.workout_id or await workouts.find_running_workout(session, user_id)
    return replace(await _build_stored_set(session, stored), watched_workout_id=watched and _plain(watched))


async def _require_room(session: AsyncSession, user_id: UUID) -> None:
    """Check that the user has neither too many abandoned sets, with their samples, nor too many of the last day."""
    count, uncounted = (
        await session.exec(
            select(func.count(), func.count().filter(col(LiveSet.counted).is_(None))).where(
                col(LiveSet.user_id) == user_id
            )
        )
    ).one()
    if uncounted >= MAX_UNCOUNTED_SETS:
        raise TooManyLiveSets(f"{MAX_UNCOUNTED_SETS} sets wait to be resumed. End them, or wait.")
    if count >= MAX_SETS_OF_A_DAY:
        raise TooManyLiveSets(f"You have counted {MAX_SETS_OF_A_DAY} sets within a day.")


async def _check_start(session: AsyncSession, user_id: UUID, start: Start) -> None:
    if start.exercise_id is not None and await find_counted_exercise(session, user_id, start.exercise_id) is None:
        raise InvalidInput(errors=[unknown_exercise("/exercise_id")])
    if start.workout_id is not None:
        if start.exercise_id is None:
            message = "A set without an exercise cannot be stored: leave workout_id out"
            raise InvalidInput(errors=[FieldError("/workout_id", "no_exercise", message)])
        await workouts.find_running_workout(session, user_id, start.workout_id)
    await workouts.require_free_part_id(session, user_id, start.set_id)


async def _build_stored_set(session: AsyncSession, row: LiveSet) -> StoredSet:
    exercise = None
    if row.exercise_id is not None:
        # None if the user has deleted the exercise meanwhile: it is counted without a profile, and not stored.
        exercise = await find_counted_exercise(session, row.user_id, row.exercise_id)
    chunks = (
        select(LiveChunk.data)
        .where(col(LiveChunk.user_id) == row.user_id, col(LiveChunk.set_id) == row.set_id)
        .order_by(col(LiveChunk.seq))
    )
    return StoredSet(
        SetKey(_plain(row.user_id), _plain(row.set_id)),
        row.epoch,
        exercise,
        row.workout_id and _plain(row.workout_id),
        row.aspect_ratio,
        row.counted,
        list(await session.exec(chunks)),
    )


def _plain(value: UUID) -> UUID:
    # What asyncpg returns is a subclass that orjson does not write.
    return UUID(int=value.int)


async def save_samples(
    session: AsyncSession, open_sets: Sequence[OpenSet], next_seqs: Sequence[int], chunks: Sequence[bytes | None]
) -> set[SetKey]:
    """Store the new samples of sets, and renew their leases; return the sets that their connections still own.

    Each set has a statement of its own, as its user may be on another server than the next one.
    """
    owned = set()
    for open_set, next_seq, chunk in zip(open_sets, next_seqs, chunks, strict=True):
        key = {"user_id": open_set.key.user_id, "set_id": open_set.key.set_id, "saved_seq": open_set.saved_seq}
        saved = await _save_samples.run_in(
            session, **key, epoch=open_set.epoch, next_seq=next_seq, lease_seconds=LEASE.total_seconds()
        )
        if saved.first() is None:
            continue
        owned.add(open_set.key)
        if chunk is not None:
            await _save_chunk.run_in(session, **key, chunk=chunk)
    return owned


async def release_live_set(session: AsyncSession, key: SetKey, epoch: int) -> None:
    """End the lease of a set whose connection ends. The set can be resumed."""
    await session.exec(update(LiveSet).where(*_owned(key, epoch)).values(leased_until=func.now()))


async def lock_live_set(session: AsyncSession, key: SetKey, epoch: int) -> None:
    """Lock a set, to end it.

    Raises:
        LiveSetTakenOver: another connection has resumed the set, or it no longer exists.
        AccountGone: the user no longer exists.

    """
    # In the same order as above: to store the set in a workout takes the lock of the user as well.
    await users.lock_user(session, key.user_id)
    owned = select(LiveSet.epoch).where(*_owned(key, epoch), col(LiveSet.counted).is_(None)).with_for_update()
    if (await session.exec(owned)).first() is None:
        raise LiveSetTakenOver


async def store_counted(session: AsyncSession, key: SetKey, counted: str) -> None:
    """Store the final message of a set, and delete its samples."""
    row = (col(LiveSet.user_id) == key.user_id, col(LiveSet.set_id) == key.set_id)
    await session.exec(update(LiveSet).where(*row).values(counted=counted, leased_until=func.now()))
    await session.exec(
        delete(LiveChunk).where(col(LiveChunk.user_id) == key.user_id, col(LiveChunk.set_id) == key.set_id)
    )


async def claim_abandoned_set(session: AsyncSession, after: timedelta) -> StoredSet | None:
    """Claim a set that nobody has resumed in time, and return it. None if there is no such set."""
    abandoned = (col(LiveSet.counted).is_(None), col(LiveSet.leased_until) < func.now() - after)
    # First the keys: the rows of several users may be on several servers, where no statement can lock them at once.
    keys = select(LiveSet.user_id, LiveSet.set_id).where(*abandoned).limit(_ABANDONED_AT_ONCE)
    for user_id, set_id in (await session.exec(keys)).all():
        key = (col(LiveSet.user_id) == user_id, col(LiveSet.set_id) == set_id)
        claimed = select(LiveSet).where(*key, *abandoned).with_for_update(skip_locked=True)
        row = (await session.exec(claimed)).first()
        if row is not None:
            row.epoch += 1
            row.leased_until = (await session.exec(select(func.now()))).one() + LEASE
            return await _build_stored_set(session, row)
    return None


async def delete_counted_sets(session: AsyncSession) -> None:
    """Delete sets a day after they ended. Until then a client that missed the final message receives it again."""
    await session.exec(
        delete(LiveSet).where(col(LiveSet.counted).is_not(None), col(LiveSet.leased_until) < func.now() - COUNTED_KEPT)
    )


def _owned(key: SetKey, epoch: int) -> tuple[sa.ColumnElement[bool], ...]:
    return col(LiveSet.user_id) == key.user_id, col(LiveSet.set_id) == key.set_id, col(LiveSet.epoch) == epoch
