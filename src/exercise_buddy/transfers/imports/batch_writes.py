"""What a batch of an import writes: exercises, new workouts, and the content of those that it replaces."""

from sqlmodel.ext.asyncio.session import AsyncSession

from exercise_buddy.core import types
from exercise_buddy.core.problems import InvalidInput
from exercise_buddy.core.quotas import Quota, QuotaExceeded, Quotas
from exercise_buddy.exercises.public import create_imported_exercises, find_exercise_properties
from exercise_buddy.transfers.imports import exercise_matches
from exercise_buddy.transfers.imports.conflicts import build_content
from exercise_buddy.transfers.imports.derived_ids import derive_id
from exercise_buddy.transfers.imports.import_run import ImportRun, discard_empty_record, record_import
from exercise_buddy.transfers.imports.matching import Match
from exercise_buddy.transfers.imports.model import ParsedWorkout
from exercise_buddy.transfers.imports.replacements import replace_workout
from exercise_buddy.transfers.imports.schemas import CreatedExercise
from exercise_buddy.transfers.imports.spool import FingerprintedWorkout
from exercise_buddy.users import public as users
from exercise_buddy.workouts.public import (
    ExerciseInput,
    NewWorkout,
    plan_stored_bytes,
    write_imported_workouts,
)

QUOTA_EXCEEDED = "quota_exceeded"
_ID_TAKEN = "A workout with this id and other content exists. It was not changed."


async def write_batch(
    session: AsyncSession,
    run: ImportRun,
    new: list[FingerprintedWorkout],
    replaced: list[Match],
    remapped: list[Match],
) -> None:
    """Write workouts, their exercises and, with the first ones, the import."""
    if not run.dry_run and not run.is_recorded:
        await record_import(session, run)
    await _create_exercises(session, run, [*(workout for workout, _ in new), *(match.workout for match in replaced)])
    # First: a mapping may name the exercise of a workout that is written beside its counterpart.
    run.conflicts.replaced += await _replace(session, run, replaced, is_replaced=True)
    run.conflicts.remapped += await _replace(session, run, remapped, is_replaced=False)
    if new:
        written = (
            await _skip_beyond_quota(session, run, new) if run.dry_run else await _write_workouts(session, run, new)
        )
        for workout, _ in written:
            _add_totals(run, workout)
    await discard_empty_record(session, run)


async def _replace(session: AsyncSession, run: ImportRun, found: list[Match], *, is_replaced: bool) -> int:
    """Replace the content or the exercises of stored workouts; return of how many."""
    replaced = 0
    for match in found:
        if is_replaced:
            for exercise in match.workout.exercises:
                run.matches[exercise.reference].is_used = True
        if not run.dry_run and match.stored_id not in run.index.replaced:
            assert match.stored_id is not None  # noqa: S101
            content = build_content(match, run.matches, is_replaced=is_replaced)
            fingerprint = match.fingerprint if is_replaced else None
            try:
                await replace_workout(session, run.user_id, run.import_id, match.stored_id, content, fingerprint)
            except (QuotaExceeded, InvalidInput) as problem:
                code = QUOTA_EXCEEDED if isinstance(problem, QuotaExceeded) else "not_replaced"
                run.reader.problems.add(match.workout.line, code, f"The stored workout stays as it is: {problem}")
                continue
        replaced += 1
    return replaced


async def _write_workouts(
    session: AsyncSession, run: ImportRun, new: list[FingerprintedWorkout]
) -> list[FingerprintedWorkout]:
    """Write workouts, and return those that were written: up to a quota, and not with an exercise that was deleted."""
    outcomes = await write_imported_workouts(
        session, run.user_id, [_build_workout(run, *candidate) for candidate in new]
    )
    written = []
    for candidate, outcome in zip(new, outcomes, strict=True):
        line = candidate[0].line
        # Not new is one that this import wrote before its process ended.
        if outcome.problem is None:
            written.append(candidate)
        elif isinstance(outcome.problem, QuotaExceeded):
            run.reader.problems.add(line, QUOTA_EXCEEDED, str(outcome.problem))
        elif isinstance(outcome.problem, InvalidInput):
            message = "An exercise of this workout was deleted meanwhile. Import the file again."
            run.reader.problems.add(line, "exercise_deleted", message)
        else:
            run.reader.problems.add(line, "workout_id_taken", _ID_TAKEN)
    return written


async def _skip_beyond_quota(
    session: AsyncSession, run: ImportRun, new: list[FingerprintedWorkout]
) -> list[FingerprintedWorkout]:
    """Return the workouts of a dry run that the account has room for: as many as an import would write."""
    free = await users.get_free_space(session, run.user_id)
    free_workouts = free[Quota.WORKOUTS] - run.workouts
    for position, (workout, _) in enumerate(new):
        size = plan_stored_bytes(workout.notes, workout.exercises)
        if position < free_workouts and run.planned_bytes + size <= free[Quota.STORED_BYTES]:
            run.planned_bytes += size
            continue
        exceeded = Quota.STORED_BYTES if position < free_workouts else Quota.WORKOUTS
        for beyond, _ in new[position:]:
            run.reader.problems.add(beyond.line, QUOTA_EXCEEDED, str(Quotas.of(session).build_problem(exceeded)))
        return new[:position]
    return new


async def _create_exercises(session: AsyncSession, run: ImportRun, workouts: list[ParsedWorkout]) -> None:
    references = [exercise.reference for workout in workouts for exercise in workout.exercises]
    missing = {name: run.matches[name] for name in references if run.matches[name].exercise_id is None}
    if missing:
        described = run.reader.custom_exercises()
        like = await find_exercise_properties(session, {match.like for match in missing.values() if match.like})
        created = exercise_matches.name_exercises(missing, described, like, dry_run=run.dry_run)
        if not run.dry_run:
            await create_imported_exercises(session, run.user_id, run.import_id, created)
        run.created += [CreatedExercise(id=values["id"], name=values["name"]) for values in created]


def _build_workout(run: ImportRun, workout: ParsedWorkout, fingerprint: bytes) -> NewWorkout:
    return NewWorkout(
        title=workout.title,
        started_at=workout.started_at,
        ended_at=workout.ended_at,
        time_zone=workout.time_zone,
        local_date=types.local_date(workout.started_at, workout.time_zone),
        notes=workout.notes,
        source=workout.source or run.reader.source,
        exercises=[
            ExerciseInput(
                id=exercise.entry_id,
                exercise_id=run.matches[exercise.reference].required_id,
                superset=exercise.superset,
                notes=exercise.notes,
                targets=exercise.targets,
                sets=exercise.sets,
            )
            for exercise in workout.exercises
        ],
        fingerprint=fingerprint,
        import_id=run.import_id,
        routine_id=workout.routine_id,
        energy_kcal=workout.energy_kcal,
        average_heart_rate_bpm=workout.average_heart_rate_bpm,
        max_heart_rate_bpm=workout.max_heart_rate_bpm,
        id=workout.id or derive_id(run.import_id, fingerprint, workout.line),
    )


def _add_totals(run: ImportRun, workout: ParsedWorkout) -> None:
    run.workouts += 1
    for exercise in workout.exercises:
        match = run.matches[exercise.reference]
        match.is_used = True
        match.sets += len(exercise.sets)
        run.sets += len(exercise.sets)
        for workout_set in exercise.sets:
            run.reps += workout_set.reps or 0
            if match.exercise_id not in run.assisted:
                run.volume_kg += (workout_set.reps or 0) * (workout_set.weight_kg or 0)
