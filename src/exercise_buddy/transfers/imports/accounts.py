"""The use cases of importing a whole account, and of undoing that."""

import pickle
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import aclosing, asynccontextmanager, closing, suppress
from dataclasses import replace
from datetime import UTC, datetime
from itertools import accumulate
from tempfile import SpooledTemporaryFile
from typing import IO, BinaryIO
from uuid import UUID

import structlog
from sqlalchemy import delete, text
from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from exercise_buddy.core.db.jobs import Job
from exercise_buddy.core.db.tables import new_id
from exercise_buddy.core.restores import Item, Restoration, RestoredFile, delete_restored, find_filled_file
from exercise_buddy.core.threads import run_in_thread
from exercise_buddy.transfers.errors import (
    AccountChanged,
    AccountNotEmpty,
    ImportNotFound,
    ReplacedWorkoutsUnknown,
    UnreadableFile,
)
from exercise_buddy.transfers.imports.account_files import AccountFile, open_account_file
from exercise_buddy.transfers.imports.remarks import Remarks
from exercise_buddy.transfers.imports.requests import ImportRequest
from exercise_buddy.transfers.imports.schemas import CreatedExercise, ImportedMeasurements, ImportReport
from exercise_buddy.transfers.imports.uploads import clean_file_name
from exercise_buddy.transfers.tables import ImportState, WorkoutImport
from exercise_buddy.users import public as users
from exercise_buddy.workouts.public import Source

log = structlog.get_logger()


class _DryRun(Exception):  # noqa: N818  (no error: it rolls back to the savepoint)
    """The end of a dry run."""


_MAX_MEMORY = 1024 * 1024
Heartbeat = Callable[[float], Awaitable[None]]
Finish = Callable[[AsyncSession, ImportReport, int], Awaitable[None]]
"""Called in the transaction of a restore with the report and the revision of the restored data."""


async def require_empty_account(session: AsyncSession, user_id: UUID, files: Sequence[RestoredFile]) -> None:
    """Check that the account has no data.

    Raises:
        AccountNotEmpty: it has.

    """
    filled = await find_filled_file(session, user_id, files)
    if filled is not None:
        raise AccountNotEmpty(
            f"This account has data of its own, as {filled} would contain. Import it into a new account, or unpack the "
            "archive and send its workouts.json to import the workouts only."
        )


async def import_account(
    job: Job,
    user_id: UUID,
    file: BinaryIO,
    files: Sequence[RestoredFile],
    request: ImportRequest,
    *,
    heartbeat: Heartbeat,
) -> ImportReport:
    """Restore an account from its export at once, and add the import to its list of imports; return the report.

    Raises:
        UnreadableFile, InvalidInput, AccountNotEmpty, QuotaExceeded, AccountGone: as `restore_account`.

    """
    import_id = new_id()

    async def finish(session: AsyncSession, report: ImportReport, revision: int) -> None:
        session.add(
            WorkoutImport(
                user_id=user_id,
                id=import_id,
                source=report.source,
                state=ImportState.COMPLETED,
                file_name=clean_file_name(request.file_name),
                workouts=report.workouts,
                sets=report.sets,
                body_measurements=report.body_measurements.new,
                progress=1.0,
                options=replace(request, is_account=True).to_json() | {"revision": revision},
                report=report.model_dump(mode="json"),
            )
        )
        await session.flush()

    return await restore_account(
        job,
        user_id,
        file,
        files,
        import_id=import_id,
        dry_run=request.dry_run,
        heartbeat=heartbeat,
        finish=finish,
    )


async def restore_account(
    job: Job,
    user_id: UUID,
    file: BinaryIO,
    files: Sequence[RestoredFile],
    *,
    import_id: UUID,
    dry_run: bool,
    heartbeat: Heartbeat,
    finish: Finish,
) -> ImportReport:
    """Restore an account from its export, in one transaction; return the report.

    The database undoes what an error, a cancellation or a crash has left. Until the end, other writes of the user are
    refused with `RestoreRunning`, and reads find an empty account.

    Args:
        job: the job, the only one of the user.
        user_id: the owner of the empty account.
        file: the bytes of the export.
        files: what to restore, in this order.
        import_id: the id of the import.
        dry_run: whether only to report.
        heartbeat: called between pages with the part of the work that is done. It raises to end the restore.
        finish: stores the report.

    Raises:
        UnreadableFile, InvalidInput: the file is damaged, or contradicts itself or the rules of the API.
        AccountNotEmpty: the account has data.
        QuotaExceeded: the account has no room for it.
        AccountGone: the user does not exist any more.

    """
    async with _exclusive_transaction(job, user_id, import_id) as session:
        await require_empty_account(session, user_id, files)
        restoration = Restoration(session, user_id, datetime.now(UTC))
        if dry_run:
            with suppress(_DryRun):
                async with session.begin_nested():
                    await _restore(restoration, file, files, heartbeat)
                    raise _DryRun
            return _build_report(restoration, None)
        await _restore(restoration, file, files, heartbeat)
        report = _build_report(restoration, import_id)
        await finish(session, report, await users.get_revision(session, user_id))
    log.info("account_restored", user_id=str(user_id), dry_run=dry_run, **restoration.counts)
    return report


@asynccontextmanager
async def _exclusive_transaction(job: Job, user_id: UUID, import_id: UUID) -> AsyncIterator[AsyncSession]:
    """Yield a session for a long transaction that locks the user. Other writes are refused, and do not wait.

    Raises:
        AccountGone: the user does not exist any more.

    """
    async with job.transaction() as session:
        await users.begin_restore(session, user_id, import_id)
    try:
        async with job.transaction() as session:
            await users.end_restore(session, user_id)
            yield session
    except BaseException:
        # Its end was rolled back, too. If this fails, the next write finds that no job runs.
        with suppress(Exception):
            async with job.transaction() as session:
                await users.end_restore(session, user_id)
        raise


async def _restore(
    restoration: Restoration, file: BinaryIO, files: Sequence[RestoredFile], heartbeat: Heartbeat
) -> None:
    where = "The export"
    try:
        with open_account_file(file) as account:
            sizes = [account.get_size(restored.name) for restored in files]
            ends = list(accumulate(sizes))
            async with users.bounded_write(restoration.session, restoration.user_id):
                for restored, size, end in zip(files, sizes, ends, strict=True):
                    where = restoration.file = restored.name

                    async def beat(part: float, size: int = size, end: int = end) -> None:
                        await heartbeat((end - size * (1 - part)) / max(ends[-1], 1))

                    async with aclosing(_read_pages(account, restored, beat)) as pages:
                        await restored.restore(restoration, pages)
            # What refers to something that the export lacks is found before the commit, whatever file it is in.
            where = "The export"
            await restoration.session.exec(text("SET CONSTRAINTS ALL IMMEDIATE"))  # type: ignore[call-overload]
    except IntegrityError as error:
        message = f"Nothing was imported. {where} contradicts itself, or refers to something that no file in it has."
        raise UnreadableFile(message) from error


async def _read_pages(
    account: AccountFile, file: RestoredFile, heartbeat: Heartbeat
) -> AsyncGenerator[list[Item], None]:
    read = account.read_pages(file.name, file.page_size, is_list=file.is_list)
    with closing(read) as pages, SpooledTemporaryFile(max_size=_MAX_MEMORY) as spool:
        positions: list[int] = []
        while (page := await run_in_thread(_read_page, pages)) is not None:
            await heartbeat(0)
            if file.is_reversed:
                positions.append(await run_in_thread(_write_page, spool, page))
            else:
                yield page
        for written, position in enumerate(reversed(positions)):
            await heartbeat(written / len(positions))
            yield await run_in_thread(_read_back, spool, position)


def _read_page(pages: Iterator[list[Item]]) -> list[Item] | None:
    return next(pages, None)


def _write_page(spool: IO[bytes], page: list[Item]) -> int:
    position = spool.tell()
    pickle.dump(page, spool)
    return position


def _read_back(spool: IO[bytes], position: int) -> list[Item]:
    spool.seek(position)
    page: list[Item] = pickle.load(spool)  # noqa: S301  (we wrote it, into a file without a name)
    return page


def _build_report(restoration: Restoration, import_id: UUID | None) -> ImportReport:
    counts = restoration.counts
    warnings = Remarks()
    for warning in restoration.warnings:
        warnings.add(*warning)
    return ImportReport(
        id=import_id,
        source=Source.EXERCISE_BUDDY,
        dry_run=import_id is None,
        weight_unit="kg",
        distance_unit="m",
        time_zone=None,
        workouts=counts["workouts"],
        sets=counts["sets"],
        reps=counts["reps"],
        volume_kg=round(restoration.volume_kg, 4),
        duplicates=0,
        changed=0,
        shifted=0,
        replaced=0,
        remapped=0,
        changes=[],
        exercises=[],
        accepted_proposals=[],
        body_measurements=ImportedMeasurements(
            new=counts["body_measurements"],
            equal=0,
            changed=0,
            replaced=0,
            repeated=0,
            skipped=0,
            changes=[],
            left_out=[],
        ),
        created_exercises=[CreatedExercise(id=id_, name=name) for id_, name in restoration.created],
        warning_count=warnings.count,
        warnings=warnings.first,
        problem_count=0,
        problems=[],
    )


async def undo_restore(job: Job, user_id: UUID, import_id: UUID, files: Sequence[RestoredFile]) -> bool:
    """Empty an account again into which a whole account was imported. Return False if the import is another one.

    The settings of the profile stay, and the ids of deleted resources stay used.

    Raises:
        ImportNotFound: the user has no such import.
        ReplacedWorkoutsUnknown: it replaced workouts in the account that was exported.
        AccountChanged: something was written since.
        AccountGone: the user does not exist any more.

    """
    the_import = (col(WorkoutImport.user_id) == user_id, col(WorkoutImport.id) == import_id)
    async with job.transaction() as session:
        found = (await session.exec(select(WorkoutImport.options).where(*the_import))).all()
    if not found:
        raise ImportNotFound
    options = found[0] or {}
    if options.get("is_restored"):
        raise ReplacedWorkoutsUnknown(
            "It replaced workouts or body measurements, and an export of all data does not contain what they were "
            "before. Delete single ones instead."
        )
    if not options.get("is_account") or "revision" not in options:
        return False
    async with _exclusive_transaction(job, user_id, import_id) as session:
        if await users.get_revision(session, user_id) != options["revision"]:
            raise AccountChanged(
                "To undo this import would delete what you have stored or changed since, too. Delete single resources, "
                "or the account."
            )
        await delete_restored(session, user_id, files)
        await session.exec(delete(WorkoutImport).where(*the_import))
    log.info("account_import_undone", user_id=str(user_id))
    return True
