"""The use cases of live counting: begin or resume a set, save the samples of all sets, and end a set."""

import time
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

import orjson
import structlog
from sqlmodel.ext.asyncio.session import AsyncSession

from exercise_buddy.core.db.database import Database
from exercise_buddy.core.ops.rate_limits import WORK, RateLimits, refuse_if_exhausted
from exercise_buddy.core.problems import InvalidInput, Problem, build_document
from exercise_buddy.core.threads import run_in_thread
from exercise_buddy.counting.count_documents import build_count
from exercise_buddy.counting.live import storage
from exercise_buddy.counting.live.messages import Start, write_message
from exercise_buddy.counting.live.open_sets import OpenSet, Outcome
from exercise_buddy.counting.live.results import build_set
from exercise_buddy.counting.live.samples import Row, pack_samples
from exercise_buddy.counting.live.storage import StoredSet
from exercise_buddy.exercises.public import unknown_exercise
from exercise_buddy.workouts.public import store_tracked_set

if TYPE_CHECKING:
    from exercise_buddy.counting.engine.results import Count
    from exercise_buddy.counting.engine.stream import Event

# 36,000 samples are 6 MB, and their stream takes up to a second.
_STORED_BYTES_PER_WORK_UNIT = 12_000

log = structlog.get_logger()


async def begin_set(
    database: Database,
    user_id: UUID,
    start: Start,
    deliver: Callable[[OpenSet, Outcome], None],
    limits: RateLimits,
) -> "tuple[OpenSet, list[Event]] | str":
    """Begin or resume a set; return it with what its stream says of the stored samples.

    If the set has ended already, return its final message instead.

    Raises:
        Problem: see `storage.open_live_set`.
        TooManyRequests: the user has resumed many long sets.

    """
    async with database.transaction() as session:
        stored = await storage.open_live_set(session, user_id, start)
    if stored.counted is not None:
        return stored.counted
    units = sum(map(len, stored.chunks)) // _STORED_BYTES_PER_WORK_UNIT
    if units:
        refuse_if_exhausted([await limits.charge(WORK, str(user_id), units)])
        await limits.pace.wait(str(user_id), units)
    return await run_in_thread(_restore, stored, deliver)


def _restore(stored: StoredSet, deliver: Callable[[OpenSet, Outcome], None]) -> "tuple[OpenSet, list[Event]]":
    from exercise_buddy.counting.engine.stream import Stream  # noqa: PLC0415  (only processes that count load NumPy)

    open_set = OpenSet(
        stored.key,
        stored.epoch,
        stored.exercise,
        stored.workout_id,
        stored.watched_workout_id,
        stored.aspect_ratio,
        Stream(stored.exercise.profile, stored.exercise.calibration) if stored.exercise else Stream(None),
        deliver,
    )
    return open_set, open_set.restore(stored.chunks) if stored.chunks else []


async def save_sets(database: Database, open_sets: Sequence[OpenSet]) -> list[OpenSet]:
    """Save the samples of sets that are not in the database yet; return the sets that belong to other connections."""
    unsaved = [(open_set.next_seq, list(open_set.unsaved)) for open_set in open_sets]
    chunks = await run_in_thread(_pack_all, [rows for _, rows in unsaved])
    next_seqs = [next_seq for next_seq, _ in unsaved]
    async with database.transaction() as session:
        owned = await storage.save_samples(session, open_sets, next_seqs, chunks)
    lost = []
    for open_set, (next_seq, rows) in zip(open_sets, unsaved, strict=True):
        if open_set.key in owned:
            open_set.saved_seq = next_seq
            open_set.saved_at = time.monotonic()
            # Others may have arrived meanwhile.
            del open_set.unsaved[: len(rows)]
        else:
            lost.append(open_set)
    return lost


def _pack_all(unsaved: list[list[Row]]) -> list[bytes | None]:
    return [pack_samples(rows) if rows else None for rows in unsaved]


async def release_set(database: Database, open_set: OpenSet) -> None:
    """End the lease of a set whose connection has ended."""
    async with database.transaction() as session:
        await storage.release_live_set(session, open_set.key, open_set.epoch)


async def end_set(database: Database, open_set: OpenSet, count: "Count", scope: Mapping[str, Any]) -> str:
    """End a set: store it in its workout, if it has one; return the final message.

    The message says where the set is stored, or which problem prevented it: the count is delivered in any case.

    Args:
        database: the database.
        open_set: the set.
        count: what its stream has counted.
        scope: the connection, for the problem document.

    Raises:
        LiveSetTakenOver: another connection has resumed the set.

    """
    async with database.transaction() as session:
        await storage.lock_live_set(session, open_set.key, open_set.epoch)
        stored, problem = None, None
        try:
            async with session.begin_nested():
                stored = await _store_in_workout(session, open_set, count)
        except Problem as raised:
            problem = orjson.Fragment(build_document(raised, scope))
        counted = write_message("counted", **_describe_count(open_set, count), stored=stored, problem=problem)
        await storage.store_counted(session, open_set.key, counted)
    return counted


def _describe_count(open_set: OpenSet, count: "Count") -> dict[str, Any]:
    exercise = open_set.exercise
    return build_count(count, exercise.facts if exercise else None, exercise.profile if exercise else None)


async def _store_in_workout(session: AsyncSession, open_set: OpenSet, count: "Count") -> dict[str, str] | None:
    if open_set.workout_id is None:
        return None
    if open_set.exercise is None:
        raise InvalidInput(errors=[unknown_exercise("/exercise_id")])
    key, exercise = open_set.key, open_set.exercise
    workout_set = build_set(count, exercise.profile)
    stored = await store_tracked_set(
        session, key.user_id, open_set.workout_id, UUID(exercise.facts["id"]), key.set_id, workout_set
    )
    return {
        "workout_id": str(stored.workout_id),
        "entry_id": str(stored.entry_id),
        "set_id": str(stored.set_id),
    }


async def end_abandoned_sets(database: Database, after: timedelta) -> int:
    """End the sets that nobody has resumed for a time, as if their clients had; return their number."""
    ended = 0
    while True:
        async with database.transaction() as session:
            stored = await storage.claim_abandoned_set(session, after)
        if stored is None:
            return ended
        open_set, count = await run_in_thread(_count_stored, stored)
        await end_set(database, open_set, count, {})
        log.info("live_set_abandoned", set_id=str(stored.key.set_id), count=count.count)
        ended += 1


def _count_stored(stored: StoredSet) -> "tuple[OpenSet, Count]":
    open_set, _ = _restore(stored, lambda _set, _outcome: None)
    return open_set, open_set.stream.finish()


async def delete_counted_sets(database: Database) -> None:
    """Delete the sets whose final message nobody needs any more."""
    async with database.transaction() as session:
        await storage.delete_counted_sets(session)
