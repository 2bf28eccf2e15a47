"""A batch of an import, in a transaction of its own: duplicates are skipped, exercises created, workouts written."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from exercise_buddy.core.threads import run_in_thread
from exercise_buddy.exercises.public import MAX_CUSTOM_EXERCISES, find_assisted_exercises, find_exercise_names, name_key
from exercise_buddy.transfers.imports import exercise_matches
from exercise_buddy.transfers.imports.batch_writes import write_batch
from exercise_buddy.transfers.imports.conflicts import resolve
from exercise_buddy.transfers.imports.import_run import ImportRun, store_progress
from exercise_buddy.transfers.imports.matching import Candidate, Match, compare, match_workouts
from exercise_buddy.transfers.imports.model import ParsedWorkout, fold_name
from exercise_buddy.transfers.imports.replacements import render_previous
from exercise_buddy.transfers.imports.spool import FingerprintedWorkout
from exercise_buddy.transfers.tables import ImportState
from exercise_buddy.users import public as users
from exercise_buddy.workouts.public import load_workouts

_MAX_EXERCISES = 2000


async def import_batch(run: ImportRun, batch: list[FingerprintedWorkout]) -> None:
    """Import the workouts of a batch that are new or replace stored ones, and commit.

    A dry run writes nothing and locks nothing.
    """
    async with run.job.transaction() as session:
        if not run.dry_run:
            await users.lock_user(session, run.user_id)
        await run.index.refresh(session)
        candidates, known = _split_known(run, batch)
        exercises = [exercise for candidate in candidates for exercise in candidate.workout.exercises]
        unmatched = [exercise for exercise in exercises if exercise.reference not in run.matches]
        run.matches |= await exercise_matches.match_exercises(
            session, run.user_id, unmatched, run.mapping, run.created, run.evidence, run.matches
        )
        if unmatched:
            matched = (run.matches[exercise.reference].exercise_id for exercise in unmatched)
            run.assisted |= await find_assisted_exercises(session, run.user_id, {one for one in matched if one})
        found = await _match(session, run, candidates, known)
        resolution = resolve(found, run.matches, run.on_conflict, run.conflicts, run.reader.warnings)
        run.duplicates += resolution.duplicates
        new = [
            (match.workout, match.fingerprint)
            for match in _skip_repeated_ids(run, resolution.new)
            if _reserve_custom_exercises(run, match.workout)
        ]
        replaced = [match for match in resolution.replaced if _reserve_custom_exercises(run, match.workout)]
        if new or replaced or resolution.remapped:
            await write_batch(session, run, new, replaced, resolution.remapped)
            if not run.dry_run:
                await run.index.skip_written(session)
        if run.is_recorded:
            await store_progress(session, run, ImportState.RUNNING)


def _split_known(run: ImportRun, batch: list[FingerprintedWorkout]) -> tuple[list[Candidate], list[Candidate]]:
    """Return the workouts that may be new or changed, and those that are equal but may get another exercise."""
    candidates, known = [], []
    for workout, fingerprint in batch:
        equal = None if workout.id in run.index.keys else run.index.find_equal(fingerprint)
        if equal is not None:
            run.index.take(equal)
            if any(fold_name(exercise.name) in run.mapping for exercise in workout.exercises):
                known.append(Candidate(workout, fingerprint, [equal]))
            else:
                run.duplicates += 1
        elif len(run.matches) + len(workout.exercises) > _MAX_EXERCISES:
            message = f"A file has at most {_MAX_EXERCISES} exercises."
            run.reader.problems.add(workout.line, "too_many_exercises", message)
        else:
            candidates.append(Candidate(workout, fingerprint, run.index.find_candidates(workout, fingerprint)))
    return candidates, known


async def _match(
    session: AsyncSession, run: ImportRun, candidates: list[Candidate], known: list[Candidate]
) -> list[Match]:
    """Return the matches of the workouts of a batch with stored ones."""
    ids = {workout_id for candidate in (*candidates, *known) for workout_id in candidate.ids}
    stored = await load_workouts(session, run.user_id, list(ids))
    await _restore_replaced(session, run, stored)
    unit = run.reader.units.weight

    def match() -> list[Match]:
        found = match_workouts(candidates, stored, run.matches, source=run.reader.source, weight_unit=unit)
        for workout, fingerprint, (workout_id,) in known:
            if workout_id in stored:
                found.append(compare(workout, fingerprint, stored[workout_id], run.matches, unit))
                # It was edited since: its content stays.
                found[-1].differences = []
        return found

    run.matches |= {
        exercise.reference: run.mapping[fold_name(exercise.name)]
        for candidate in known
        for exercise in candidate.workout.exercises
        if fold_name(exercise.name) in run.mapping
    }
    found = await run_in_thread(match)
    for one in found:
        if one.stored_id is not None:
            run.index.take(one.stored_id)
    return found


async def _restore_replaced(session: AsyncSession, run: ImportRun, stored: dict[UUID, dict[str, Any]]) -> None:
    """Show workouts that the import replaced before its process ended as they were."""
    replaced = run.index.replaced
    ids = stored.keys() & replaced.keys()
    if not ids:
        return
    stored |= await run_in_thread(lambda: {one: render_previous(stored[one], replaced[one]) for one in ids})
    exercises = [exercise["exercise"] for one in ids for exercise in stored[one]["exercises"]]
    names = await find_exercise_names(session, run.user_id, {UUID(exercise["id"]) for exercise in exercises})
    for exercise in exercises:
        exercise["name"] = names.get(UUID(exercise["id"]), exercise["name"])


def _skip_repeated_ids(run: ImportRun, new: list[Match]) -> Iterator[Match]:
    """Yield the workouts to write. One with an id that is taken gets another one."""
    index = run.index
    for match in new:
        workout = match.workout
        if workout.id is not None and workout.id in index.file_ids:
            message = "The file has two workouts with this id. The first one was imported."
            run.reader.problems.add(workout.line, "workout_id_taken", message)
            continue
        start = workout.started_at.timestamp()
        if start in index.starts and match.stored is None:
            message = "Another workout, with other content, begins at the same time. Both are kept: delete one of them."
            run.reader.warnings.add(workout.line, "same_start", message)
        index.starts.add(start)
        if workout.id is not None:
            index.file_ids.add(workout.id)
        if workout.id in index.keys:
            workout.id = None
        yield match


def _reserve_custom_exercises(run: ImportRun, workout: ParsedWorkout) -> bool:
    """Return whether the user can have the custom exercises that a workout needs, and mark them as used."""
    matches = [run.matches[exercise.reference] for exercise in workout.exercises]
    missing = [match for match in matches if match.exercise_id is None and not match.is_used]
    needed = len({name_key(match.name) for match in missing})
    if needed > run.free_custom_exercises:
        message = f"A user has at most {MAX_CUSTOM_EXERCISES:,} custom exercises, and this workout needs more."
        run.reader.problems.add(workout.line, "too_many_exercises", message)
        return False
    run.free_custom_exercises -= needed
    for match in missing:
        match.is_used = True
    return True
