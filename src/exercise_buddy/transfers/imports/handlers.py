"""The use case of importing workouts from a file."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from typing import BinaryIO
from uuid import UUID

import structlog
from sqlalchemy import update
from sqlmodel import col

from exercise_buddy.core.db.errors import name_of, problem_for
from exercise_buddy.core.db.jobs import Job
from exercise_buddy.core.db.tables import new_id
from exercise_buddy.core.problems import Problem, Unavailable
from exercise_buddy.core.threads import run_in_thread
from exercise_buddy.exercises.public import MAX_CUSTOM_EXERCISES, count_custom_exercises
from exercise_buddy.transfers.errors import ImportInterrupted
from exercise_buddy.transfers.imports import exercise_matches
from exercise_buddy.transfers.imports.batches import ImportRun, import_batch, store_progress
from exercise_buddy.transfers.imports.deduplication import WorkoutIndex
from exercise_buddy.transfers.imports.detection import open_file
from exercise_buddy.transfers.imports.model import ImportOptions
from exercise_buddy.transfers.imports.schemas import ImportReport
from exercise_buddy.transfers.imports.spool import BatchSpool
from exercise_buddy.transfers.tables import ImportState, WorkoutImport

log = structlog.get_logger()

_DECIMALS = 4
Checkpoint = Callable[[float], Awaitable[None]]
"""Called between two steps of an import with the part of the work that is done. It raises a problem to end it."""


async def import_file(
    job: Job,
    user_id: UUID,
    file: BinaryIO,
    options: ImportOptions,
    *,
    file_name: str | None,
    mapping: Mapping[str, UUID] | None = None,
    dry_run: bool,
    checkpoint: Checkpoint,
) -> ImportReport:
    """Import the workouts of a file and return the report.

    The file is parsed first: a file that cannot be read leaves nothing behind. Then each batch is a transaction with
    its workouts, their records and the counts of the import. An import that ends early keeps the batches that it has
    committed, is `interrupted`, and can be undone; a second import of the file adds the rest.

    Args:
        job: the job, the only one of the user.
        user_id: the owner of the workouts.
        file: the bytes of the file, seekable.
        options: what the file does not state.
        file_name: the name of the file, for the list of imports.
        mapping: the exercise ids of names in the file, where the user replaces the automatic match.
        dry_run: whether to report only.
        checkpoint: called between steps.

    Raises:
        UnreadableFile: the file has no known layout, or cannot be read to its end.
        InvalidInput: an option is missing, or an exercise of the mapping is unknown.
        AccountGone: the user does not exist any more.

    """
    reader = await run_in_thread(open_file, file, options)
    async with job.transaction() as session:
        matches = await exercise_matches.resolve_mapping(session, user_id, mapping or {})
        custom_exercises = await count_custom_exercises(session, user_id)
    import_id = new_id()
    run = ImportRun(
        job=job,
        user_id=user_id,
        import_id=import_id,
        file_name=file_name,
        dry_run=dry_run,
        reader=reader,
        index=WorkoutIndex(user_id, import_id),
        mapping=matches,
        free_custom_exercises=MAX_CUSTOM_EXERCISES - custom_exercises,
    )
    with BatchSpool(reader) as spool:
        while await run_in_thread(spool.parse_batch):
            await checkpoint(0)
        run.duplicates = spool.repeated
        await _load_index(run)
        async with _recorded_end(run):
            for done, position in enumerate(spool.positions()):
                await checkpoint(done / len(spool))
                await import_batch(run, await run_in_thread(spool.read_batch, position))
            if run.is_recorded:
                async with job.transaction() as session:
                    await store_progress(session, run, ImportState.COMPLETED)
    return _build_report(run)


async def _load_index(run: ImportRun) -> None:
    has_more = True
    while has_more:
        async with run.job.transaction() as session:
            has_more = await run.index.load_page(session)


@asynccontextmanager
async def _recorded_end(run: ImportRun) -> AsyncIterator[None]:
    """Mark the import as interrupted after an error. The problem names the import and what it has stored."""
    try:
        yield
    except BaseException as error:
        stored = await _interrupt(run)
        if stored is None:
            raise
        log.warning("import_interrupted", import_id=str(run.import_id), workouts=stored, error=name_of(error))
        problem = error if isinstance(error, Problem) else isinstance(error, Exception) and problem_for(error)
        if not problem:
            raise
        if isinstance(problem, Unavailable):
            problem = problem if isinstance(problem, ImportInterrupted) else ImportInterrupted()
            problem.members |= {"import_id": str(run.import_id), "workouts": stored}
        if problem is error:
            raise
        raise problem from error


async def _interrupt(run: ImportRun) -> int | None:
    """Return how many workouts the import has stored; None if it has stored none, or the database is down.

    Without the database, the import is shown as interrupted when its last progress is old.
    """
    interrupted = (
        update(WorkoutImport)
        .where(col(WorkoutImport.user_id) == run.user_id, col(WorkoutImport.id) == run.import_id)
        .values(state=ImportState.INTERRUPTED)
        .returning(col(WorkoutImport.workouts))
    )
    try:
        async with run.job.transaction() as session:
            found: int | None = (await session.exec(interrupted)).scalar()
    except Exception as error:  # noqa: BLE001  (the error that ended the import is the one to report)
        log.warning("import_not_marked", import_id=str(run.import_id), error=name_of(error))
        return None
    return found


def _build_report(run: ImportRun) -> ImportReport:
    reader = run.reader
    log.info(
        "imported",
        source=reader.source,
        dry_run=run.dry_run,
        workouts=run.workouts,
        duplicates=run.duplicates,
        problems=reader.problems.count,
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
        exercises=[match.build_report() for match in run.matches.values() if match.is_used],
        created_exercises=run.created,
        warning_count=reader.warnings.count,
        warnings=reader.warnings.first,
        problem_count=reader.problems.count,
        problems=reader.problems.first,
    )
