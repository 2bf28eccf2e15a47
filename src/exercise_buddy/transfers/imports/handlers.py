"""The use case of importing workouts and body measurements from a file."""

from collections.abc import Awaitable, Callable
from typing import BinaryIO
from uuid import UUID

import structlog
from sqlalchemy import update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from exercise_buddy.core.db.errors import name_of
from exercise_buddy.core.db.jobs import Job
from exercise_buddy.core.db.tables import new_id
from exercise_buddy.core.threads import run_in_thread
from exercise_buddy.exercises.public import MAX_CUSTOM_EXERCISES, count_custom_exercises, find_imported_exercises
from exercise_buddy.transfers.errors import ImportFinished, ImportNotFound
from exercise_buddy.transfers.imports import exercise_matches
from exercise_buddy.transfers.imports.accepted_proposals import accept_proposals
from exercise_buddy.transfers.imports.batches import import_batch
from exercise_buddy.transfers.imports.conflicts import warn_of_shifts
from exercise_buddy.transfers.imports.deduplication import WorkoutIndex
from exercise_buddy.transfers.imports.detection import open_file
from exercise_buddy.transfers.imports.file_evidence import FileEvidence
from exercise_buddy.transfers.imports.import_run import ImportRun, store_progress
from exercise_buddy.transfers.imports.measurement_import import (
    build_measurement_report,
    plan_measurements,
    write_measurements,
)
from exercise_buddy.transfers.imports.planning import plan_import
from exercise_buddy.transfers.imports.replacements import load_replaced_workouts
from exercise_buddy.transfers.imports.requests import ImportRequest
from exercise_buddy.transfers.imports.schemas import CreatedExercise, ImportReport
from exercise_buddy.transfers.imports.spool import BatchSpool
from exercise_buddy.transfers.imports.undo import undo_import
from exercise_buddy.transfers.tables import UNFINISHED, ImportState, WorkoutImport
from exercise_buddy.users.public import AccountGone

log = structlog.get_logger()

_DECIMALS = 4
Checkpoint = Callable[[float], Awaitable[None]]
"""Called between two steps of an import with the part of the work that is done. It raises a problem to end it."""


async def import_file(
    job: Job,
    user_id: UUID,
    file: BinaryIO,
    request: ImportRequest,
    *,
    import_id: UUID,
    is_recorded: bool,
    checkpoint: Checkpoint,
) -> ImportReport:
    """Import the workouts and body measurements of a file and return the report.

    The file is parsed first: a file that cannot be read leaves nothing behind. Then each batch is a transaction with
    its workouts, their records and the counts of the import. The caller undoes an import that ends early, or calls
    this again with the same id: what is written already counts as written.

    Args:
        job: the job, the only one of the user.
        user_id: the owner of the workouts.
        file: the bytes of the file, seekable.
        request: what the client sent with the file.
        import_id: the id of the import.
        is_recorded: whether the import is in the list of imports already, because a client waits for its result.
        checkpoint: called between steps.

    Raises:
        UnreadableFile: the file has no known layout, or cannot be read to its end.
        InvalidInput: an option is missing, an exercise of the mapping is unknown, or the file has no such name.
        AccountGone: the user does not exist any more.

    """
    reader = await run_in_thread(open_file, file, request.options)
    async with job.transaction() as session:
        matches = await exercise_matches.resolve_mapping(session, user_id, request.mapping)
        custom_exercises = await count_custom_exercises(session, user_id)
        replaced = await load_replaced_workouts(session, user_id, import_id) if is_recorded else {}
    run = ImportRun(
        job=job,
        user_id=user_id,
        import_id=import_id,
        file_name=request.file_name,
        dry_run=request.dry_run,
        reader=reader,
        index=WorkoutIndex(user_id, import_id, replaced=replaced),
        mapping=matches,
        free_custom_exercises=MAX_CUSTOM_EXERCISES - custom_exercises,
        evidence=FileEvidence(reader.warnings),
        on_conflict=request.on_conflict,
        is_recorded=is_recorded and not request.dry_run,
        keeps_record=is_recorded,
    )
    with BatchSpool(reader, matches) as spool:
        while await run_in_thread(spool.parse_batch):
            await checkpoint(0)
        exercise_matches.require_names(request.mapping, spool.unread_names)
        run.duplicates = spool.repeated
        async with job.transaction() as session:
            await run.evidence.compare_names(session, user_id, spool.names, matches)
            if request.accept_proposals is not None:
                run.accepted = await accept_proposals(session, user_id, run.evidence, request.accept_proposals)
                run.mapping = {**matches, **run.accepted}
        run.evidence.warn_of_loads(run.accepted)
        await _load_index(run)
        await plan_import(job, run.index, spool, reader.warnings, has_local_times=reader.time_zone is not None)
        measurements = await plan_measurements(run)
        steps = len(spool) + len(measurements.batches)
        for done, position in enumerate(spool.positions()):
            await checkpoint(done / steps)
            await import_batch(run, await run_in_thread(spool.read_batch, position))
        for done, batch in enumerate(measurements.batches, len(spool)):
            await checkpoint(done / steps)
            await write_measurements(run, measurements, batch)
    if is_recorded:
        await _restore_created_exercises(run)
    elif run.is_recorded:
        async with job.transaction() as session:
            await store_progress(session, run, ImportState.COMPLETED)
    return _build_report(run)


async def import_small_file(
    job: Job, user_id: UUID, file: BinaryIO, request: ImportRequest, *, checkpoint: Checkpoint
) -> ImportReport:
    """Import a file at once, and return the report. After an error, nothing of it is stored.

    Raises:
        Problem: as `import_file`, or what the checkpoint raises.

    """
    import_id = new_id()
    try:
        return await import_file(
            job, user_id, file, request, import_id=import_id, is_recorded=False, checkpoint=checkpoint
        )
    except BaseException:
        await _undo(job, user_id, import_id)
        raise


async def _undo(job: Job, user_id: UUID, import_id: UUID) -> None:
    """Undo an import after an error, which is the one to report. Without the database, a task does it later."""
    try:
        await undo_import(job, user_id, import_id, include_edited=True)
    except (ImportNotFound, AccountGone):
        return
    except Exception as error:  # noqa: BLE001
        log.warning("import_not_undone", import_id=str(import_id), error=name_of(error))
        return
    log.warning("import_interrupted", import_id=str(import_id))


async def cancel_import(session: AsyncSession, user_id: UUID, import_id: UUID) -> None:
    """Mark an import as cancelled. The process that runs it, or the next one that finds it, undoes it.

    Raises:
        ImportNotFound: the user has no such import.
        ImportFinished: it has ended.

    """
    the_import = (col(WorkoutImport.user_id) == user_id, col(WorkoutImport.id) == import_id)
    cancelled = (
        update(WorkoutImport)
        .where(*the_import, col(WorkoutImport.state).in_(UNFINISHED), col(WorkoutImport.options).is_not(None))
        .values(is_cancelled=True)
        .returning(col(WorkoutImport.id))
    )
    if (await session.exec(cancelled)).first() is None:
        if (await session.exec(select(WorkoutImport.id).where(*the_import))).first() is None:
            raise ImportNotFound
        raise ImportFinished


async def _restore_created_exercises(run: ImportRun) -> None:
    """Report the exercises that the import created before its process ended as created."""
    async with run.job.transaction() as session:
        created = await find_imported_exercises(session, run.user_id, run.import_id)
    known = {exercise.id for exercise in run.created}
    for match in run.matches.values():
        if match.exercise_id in created and match.exercise_id not in known:
            match.kind = "created"
            known.add(match.exercise_id)
            run.created.append(CreatedExercise(id=match.required_id, name=match.exercise_name))


async def _load_index(run: ImportRun) -> None:
    has_more = True
    while has_more:
        async with run.job.transaction() as session:
            has_more = await run.index.load_page(session)


def _build_report(run: ImportRun) -> ImportReport:
    reader = run.reader
    conflicts = run.conflicts
    warn_of_shifts(conflicts, run.on_conflict, reader.warnings)
    log.info(
        "imported",
        source=reader.source,
        dry_run=run.dry_run,
        workouts=run.workouts,
        duplicates=run.duplicates,
        changed=conflicts.changed,
        shifted=conflicts.shifted,
        problems=reader.problems.count,
        body_measurements=run.measurements.new,
    )
    return ImportReport(
        id=run.import_id if run.is_recorded and not run.dry_run else None,
        source=reader.source,
        dry_run=run.dry_run,
        weight_unit=reader.units.weight,
        distance_unit=reader.units.distance,
        time_zone=reader.time_zone,
        workouts=run.workouts,
        sets=run.sets,
        reps=run.reps,
        volume_kg=round(run.volume_kg, _DECIMALS),
        duplicates=run.duplicates,
        changed=conflicts.changed,
        shifted=conflicts.shifted,
        replaced=conflicts.replaced,
        remapped=conflicts.remapped,
        changes=sorted(conflicts.changes, key=lambda change: change.line),
        exercises=[match.build_report() for match in run.list_matches() if match.is_used],
        accepted_proposals=[match.build_acceptance() for match in run.accepted.values()],
        created_exercises=run.created,
        body_measurements=build_measurement_report(run),
        warning_count=reader.warnings.count,
        warnings=reader.warnings.first,
        problem_count=reader.problems.count,
        problems=reader.problems.first,
    )
