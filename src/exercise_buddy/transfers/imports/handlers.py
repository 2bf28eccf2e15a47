"""The use case of importing workouts from a file."""

import itertools
from collections.abc import AsyncGenerator, Mapping
from contextlib import closing
from typing import BinaryIO
from uuid import UUID

import structlog
from sqlalchemy import update
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from exercise_buddy.core.threads import run_in_thread
from exercise_buddy.exercises.public import MAX_CUSTOM_EXERCISES, count_custom_exercises
from exercise_buddy.transfers.imports import exercise_matches
from exercise_buddy.transfers.imports.batches import ImportRun, import_batch
from exercise_buddy.transfers.imports.deduplication import WorkoutIndex
from exercise_buddy.transfers.imports.detection import open_file
from exercise_buddy.transfers.imports.model import ImportOptions
from exercise_buddy.transfers.imports.schemas import ImportReport
from exercise_buddy.transfers.tables import WorkoutImport
from exercise_buddy.users import public as users
from exercise_buddy.workouts.public import recompute_records

log = structlog.get_logger()

_BATCH = 100
_DECIMALS = 4


async def start_import(
    session: AsyncSession,
    user_id: UUID,
    file: BinaryIO,
    options: ImportOptions,
    *,
    file_name: str | None,
    mapping: Mapping[str, UUID] | None = None,
    dry_run: bool,
) -> ImportRun:
    """Return a new import. Its transaction begins after the first pass over the file, and waits for no user.

    Args:
        session: the transaction. An error leaves nothing behind.
        user_id: the owner of the workouts.
        file: the bytes of the file, seekable.
        options: what the file does not state.
        file_name: the name of the file, for the list of imports.
        mapping: the exercise ids of names in the file, where the user replaces the automatic match.
        dry_run: whether to report only.

    Raises:
        UnreadableFile: the file has no known layout.
        InvalidInput: an option is missing, or an exercise of the mapping is unknown.
        AccountGone: the user does not exist any more.

    """
    reader = await run_in_thread(open_file, file, options)
    # One import per user at a time: two of the same file would both find no duplicates.
    await users.lock_user(session, user_id)
    matches = await exercise_matches.resolve_mapping(session, user_id, mapping or {})
    index = await WorkoutIndex.load(session, user_id)
    custom_exercises = await count_custom_exercises(session, user_id)
    return ImportRun(
        session=session,
        savepoint=await session.begin_nested(),
        user_id=user_id,
        file=file,
        file_name=file_name,
        dry_run=dry_run,
        reader=reader,
        index=index,
        mapping=matches,
        free_custom_exercises=MAX_CUSTOM_EXERCISES - custom_exercises,
    )


async def import_batches(run: ImportRun) -> AsyncGenerator[int, None]:
    """Import the workouts batch by batch. Yield how many bytes of the file have been read."""
    with closing(run.reader.workouts()) as workouts:
        while batch := await run_in_thread(list, itertools.islice(workouts, _BATCH)):
            await import_batch(run, batch)
            yield run.file.tell()


async def complete_import(run: ImportRun) -> ImportReport:
    """Import all batches of a started import, and return the report."""
    async for _ in import_batches(run):
        pass
    return await finish_import(run)


async def finish_import(run: ImportRun) -> ImportReport:
    """Store the totals of an import, or roll back a dry run, and return the report."""
    if run.dry_run:
        await run.savepoint.rollback()
    elif run.is_recorded:
        await recompute_records(run.session, run.user_id, run.record_changes)
        await run.session.exec(
            update(WorkoutImport)
            .where(col(WorkoutImport.user_id) == run.user_id, col(WorkoutImport.id) == run.import_id)
            .values(workouts=run.workouts, sets=run.sets, duplicates=run.duplicates)
        )
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
