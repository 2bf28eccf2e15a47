"""The plan of an import, made before anything is written: which stored workouts the file contains, also shifted."""

from datetime import timedelta

from exercise_buddy.core.db.jobs import Job
from exercise_buddy.core.threads import run_in_thread
from exercise_buddy.transfers.imports.comparison import has_equal_sets
from exercise_buddy.transfers.imports.deduplication import WorkoutIndex
from exercise_buddy.transfers.imports.remarks import Remarks
from exercise_buddy.transfers.imports.spool import BatchSpool
from exercise_buddy.transfers.imports.time_shifts import Shift, ShiftedPair, find_shifts, name_shift
from exercise_buddy.workouts.public import load_workouts

# Documents are read to confirm a shift: of so many workouts more than are required.
_SAMPLE = 10
_MAX_SHIFTS = 50


async def plan_import(
    job: Job, index: WorkoutIndex, spool: BatchSpool, warnings: Remarks, *, has_local_times: bool
) -> None:
    """Find the counterparts of a file's workouts by totals, shifts of their times, and corrected starts.

    Warn of a shift that may as well be a habit.
    """
    others, stored = await run_in_thread(index.plan, spool.outlines)
    if not has_local_times or not others or not stored:
        return
    shifts = await run_in_thread(find_shifts, others, stored)
    confirmed: set[int | None] = set()
    for shift in shifts[:_MAX_SHIFTS]:
        if shift.beside is not None and shift.beside not in confirmed:
            continue
        shift.pairs = index.list_free_pairs(shift.pairs, spool.outlines)
        if shift.is_suspected:
            if len(shift.pairs) == len(others) and await _is_confirmed(job, index, spool, shift):
                line = spool.read_workout(shift.pairs[0].position).line
                warnings.add(line, "possible_shift", _describe_suspicion(len(others), shift.seconds or 0))
        elif len(shift.pairs) >= shift.required and await _is_confirmed(job, index, spool, shift):
            await run_in_thread(index.accept, shift, spool.outlines)
            confirmed.add(shift.seconds)
    await run_in_thread(index.plan_corrected_starts, others, stored, spool.outlines)


def _describe_suspicion(workouts: int, seconds: int) -> str:
    shift = name_shift(timedelta(seconds=seconds))
    return (
        f"All {workouts} new workouts of the file are like stored ones, but begin {shift}. Whoever trains twice a day "
        "has that, so they are imported. If they are the same workouts, undo the import and send the time_zone of the "
        "times in the file."
    )


async def _is_confirmed(job: Job, index: WorkoutIndex, spool: BatchSpool, shift: Shift) -> bool:
    """Return whether so many pairs have the same content as are required."""
    sample = shift.pairs[: shift.required + _SAMPLE]
    async with job.transaction() as session:
        stored = await load_workouts(session, index.user_id, [pair.stored_id for pair in sample])

    def is_equal(pair: ShiftedPair) -> bool:
        return pair.stored_id in stored and has_equal_sets(spool.read_workout(pair.position), stored[pair.stored_id])

    equal = await run_in_thread(lambda: sum(map(is_equal, sample)))
    return equal >= shift.required
