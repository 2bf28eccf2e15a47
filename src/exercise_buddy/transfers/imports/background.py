"""Imports in the background: a task of each process imports the files that wait, one after the other.

An import whose process has ended is continued by the next task that finds it: the file is read again, and what the
import has written already counts as written. An import that is cancelled or fails is undone.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from tempfile import TemporaryFile
from typing import Any, BinaryIO, Self
from uuid import UUID

import structlog
from prometheus_client import CollectorRegistry
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from exercise_buddy.core.db.database import Database
from exercise_buddy.core.db.errors import name_of, problem_for
from exercise_buddy.core.db.jobs import Job, JobRunning, Jobs, JobsBusy
from exercise_buddy.core.db.tables import new_id
from exercise_buddy.core.problems import Problem, Unavailable
from exercise_buddy.core.restores import RestoredFile
from exercise_buddy.core.tasks import end_tasks
from exercise_buddy.core.threads import run_in_thread
from exercise_buddy.transfers.errors import ImportNotFound, ImportUnfinished
from exercise_buddy.transfers.imports import uploads
from exercise_buddy.transfers.imports.account_files import is_account_file
from exercise_buddy.transfers.imports.accounts import require_empty_account, restore_account, undo_restore
from exercise_buddy.transfers.imports.claims import (
    Checkpoint,
    Claim,
    ImportCancelled,
    ImportPaused,
    build_checkpoint,
    claim_oldest,
    update_claimed,
)
from exercise_buddy.transfers.imports.detection import open_file
from exercise_buddy.transfers.imports.exercise_matches import resolve_mapping
from exercise_buddy.transfers.imports.handlers import import_file
from exercise_buddy.transfers.imports.metrics import ImportMetrics
from exercise_buddy.transfers.imports.requests import ImportRequest
from exercise_buddy.transfers.imports.schemas import ImportReport
from exercise_buddy.transfers.imports.undo import undo_import
from exercise_buddy.transfers.settings import DEFAULT_IMPORT_BYTES
from exercise_buddy.transfers.tables import COUNTS, ImportState, WorkoutImport
from exercise_buddy.users.public import AccountGone
from exercise_buddy.workouts.public import Source

_INTERVAL_SECONDS = 10.0
MAX_ATTEMPTS = 5
_MAX_STORING = 2

log = structlog.get_logger()

_table = WorkoutImport


@dataclass(slots=True)
class BackgroundImports:
    """The task that imports waiting files."""

    database: Database
    jobs: Jobs
    metrics: ImportMetrics = field(default_factory=lambda: ImportMetrics(CollectorRegistry()))
    restored_files: Sequence[RestoredFile] = ()
    max_bytes: int = DEFAULT_IMPORT_BYTES
    _storing: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(_MAX_STORING))
    task: asyncio.Task[None] | None = None
    _waiting: asyncio.Event = field(default_factory=asyncio.Event)

    @classmethod
    @asynccontextmanager
    async def open(
        cls,
        database: Database,
        jobs: Jobs,
        restored_files: Sequence[RestoredFile],
        max_bytes: int,
        registry: CollectorRegistry,
    ) -> AsyncIterator[Self]:
        """Import waiting files while the application runs.

        Args:
            database: the database.
            jobs: the jobs of the process.
            restored_files: what all slices restore from the export of a whole account, in this order.
            max_bytes: the most bytes of a file.
            registry: receives the metrics.

        """
        imports = cls(database, jobs, ImportMetrics(registry), restored_files, max_bytes)
        task = imports.task = asyncio.create_task(imports.run())
        try:
            yield imports
        finally:
            jobs.stop()
            imports.wake()
            # The batch that is being written ends; a longer one is rolled back.
            await asyncio.wait({task}, timeout=3)
            await end_tasks(task)

    async def has_unfinished(self, user_id: UUID) -> bool:
        """Return whether an import of a user waits or runs. What follows must wait for it."""
        async with self.database.transaction() as session:
            return await uploads.count_unfinished(session, user_id) > 0

    async def require_finished(self, user_id: UUID, import_id: UUID) -> None:
        """Check that an import does not wait or run in the background.

        Raises:
            ImportUnfinished: it does.

        """
        async with self.database.transaction() as session:
            if await uploads.is_unfinished(session, user_id, import_id):
                raise ImportUnfinished

    async def queue(self, user_id: UUID, file: BinaryIO, request: ImportRequest) -> UUID:
        """Store a file to import, and return the id of the import.

        Raises:
            UnreadableFile: the file has no known layout.
            InvalidInput: an option is missing, or an exercise of the mapping is unknown.
            AccountNotEmpty: the file is a whole account, and the user's has data.
            JobRunning, JobsBusy, AccountGone: as `queue_import`.

        """
        is_account = await run_in_thread(is_account_file, file)
        source = Source.EXERCISE_BUDDY
        if not is_account:
            source = (await run_in_thread(open_file, file, request.options)).source
        import_id = new_id()
        # A large file takes seconds, in which it would keep a connection of the pool.
        async with (
            self._storing,
            self.database.job_engine.connect() as connection,
            self.database.transaction(connection) as session,
        ):
            if is_account:
                await require_empty_account(session, user_id, self.restored_files)
            await resolve_mapping(session, user_id, request.mapping)
            request = replace(request, is_account=is_account)
            await uploads.queue_import(session, user_id, import_id, file, request, source, max_bytes=self.max_bytes)
        log.info("import_queued", import_id=str(import_id), user_id=str(user_id), source=source)
        self.wake()
        return import_id

    def wake(self) -> None:
        """Wake the task, so that it looks for waiting files at once."""
        self._waiting.set()

    async def run(self) -> None:
        """Import waiting files until the process stops."""
        while not self.jobs.is_stopping:
            self._waiting.clear()
            try:
                worked = await self.continue_one()
            except Exception as error:  # noqa: BLE001  (for example, the database is down: the next run follows)
                log.warning("imports_paused", error=name_of(error))
                worked = False
            if not worked:
                with suppress(TimeoutError):
                    async with asyncio.timeout(_INTERVAL_SECONDS):
                        await self._waiting.wait()

    async def continue_one(self) -> bool:
        """Continue the oldest import that waits, or whose process has ended; return whether there was one."""
        claimed = await claim_oldest(self.database)
        if claimed is None:
            return False
        with suppress(AccountGone, ImportNotFound):
            try:
                async with self.jobs.run(claimed.user_id) as job:
                    await self._continue(job, claimed)
            except (JobRunning, JobsBusy):
                # Its turn comes when its lease ends.
                return False
        return True

    async def _continue(self, job: Job, claimed: Claim) -> None:
        if claimed.is_cancelled:
            await self._undo(job, claimed, ImportState.CANCELLED)
        elif claimed.problem is not None or claimed.options is None:
            # Without a file, it was imported by a request, whose client knows that it has failed.
            await self._undo(job, claimed, ImportState.FAILED)
        elif claimed.attempts >= MAX_ATTEMPTS:
            await self._fail(job, claimed, Unavailable("The import has ended unexpectedly several times."))
        else:
            # Not when it is claimed: to wait for another job of the user is no attempt.
            await self._store(job, claimed, attempts=claimed.attempts + 1)
            with self.metrics.running():
                await self._import(job, claimed, ImportRequest.from_json(claimed.options))

    async def _import(self, job: Job, claimed: Claim, request: ImportRequest) -> None:
        with TemporaryFile() as file:
            async with job.transaction() as session:
                await uploads.load_file(session, claimed.user_id, claimed.id, file)
            if request.is_account:
                # Its transaction has the connection of the job.
                checkpoint = build_checkpoint(self.jobs, self.database.transaction, claimed)
            else:
                checkpoint = build_checkpoint(self.jobs, job.transaction, claimed)
            try:
                if request.is_account:
                    await self._restore(job, claimed, request, file, checkpoint)
                    return
                report = await import_file(
                    job,
                    claimed.user_id,
                    file,
                    request,
                    import_id=claimed.id,
                    is_recorded=True,
                    checkpoint=checkpoint,
                )
                await checkpoint(1)
            except ImportPaused:
                await self._finish(job, claimed, state=ImportState.QUEUED, attempts=0)
                return
            except ImportCancelled:
                await self._undo(job, claimed, ImportState.CANCELLED)
                return
            except AccountGone:
                raise
            except Exception as error:
                problem = error if isinstance(error, Problem) else problem_for(error)
                if problem is None or isinstance(problem, Unavailable):
                    # It is tried again when its lease ends.
                    unforeseen = error if problem is None else None
                    log.warning(
                        "import_postponed", import_id=str(claimed.id), error=name_of(error), exc_info=unforeseen
                    )
                    self.metrics.record_end(ImportState.QUEUED)
                    return
                await self._fail(job, claimed, problem)
                return
        content = report.model_dump(mode="json")
        await self._finish(job, claimed, state=ImportState.COMPLETED, report=content, progress=1.0)
        self.metrics.record_report(report)
        log.info("import_completed", import_id=str(claimed.id), user_id=str(claimed.user_id), workouts=report.workouts)

    async def _restore(
        self,
        job: Job,
        claimed: Claim,
        request: ImportRequest,
        file: BinaryIO,
        checkpoint: Checkpoint,
    ) -> None:
        """Import a whole account. The import is completed in the same transaction, or not at all."""

        async def heartbeat(progress: float) -> None:
            await checkpoint(min(progress, 0.99), is_committed=False)

        async def finish(session: AsyncSession, report: ImportReport, revision: int) -> None:
            await uploads.delete_file(session, claimed.user_id, claimed.id)
            options = request.to_json() | {"revision": revision}
            new = report.body_measurements.new
            values = {"workouts": report.workouts, "sets": report.sets, "body_measurements": new, "options": options}
            content = report.model_dump(mode="json")
            completed = update_claimed(claimed, state=ImportState.COMPLETED, report=content, progress=1.0, **values)
            updated = await session.exec(completed.where(~col(_table.is_cancelled)))
            if updated.rowcount == 0:
                raise ImportCancelled

        report = await restore_account(
            job,
            claimed.user_id,
            file,
            self.restored_files,
            import_id=claimed.id,
            dry_run=request.dry_run,
            heartbeat=heartbeat,
            finish=finish,
        )
        if request.dry_run:
            content = report.model_dump(mode="json")
            await self._finish(job, claimed, state=ImportState.COMPLETED, report=content, progress=1.0)
        self.metrics.record_report(report)

    async def undo(self, job: Job, user_id: UUID, import_id: UUID, *, include_edited: bool) -> None:
        """Undo an import that has ended.

        Raises:
            AccountChanged: it was one of a whole account, which has changed since.
            ImportNotFound, ImportEdited, AccountGone: as `undo_import`.

        """
        if not await undo_restore(job, user_id, import_id, self.restored_files):
            await undo_import(job, user_id, import_id, include_edited=include_edited)

    async def _fail(self, job: Job, claimed: Claim, problem: Problem) -> None:
        content = {
            "type": f"/problems/{problem.slug}",
            "title": problem.title,
            "status": problem.status,
            "detail": problem.detail or problem.title,
        }
        # Before it is undone: if this process ends meanwhile, the next one continues the undo.
        await self._store(job, claimed, problem=content)
        await self._undo(job, claimed, ImportState.FAILED)
        log.warning("import_failed", import_id=str(claimed.id), user_id=str(claimed.user_id), problem=problem.slug)

    async def _undo(self, job: Job, claimed: Claim, state: ImportState) -> None:
        await undo_import(
            job, claimed.user_id, claimed.id, include_edited=True, keep_record=claimed.options is not None
        )
        if claimed.options is None:
            return
        nothing = dict.fromkeys(COUNTS, 0)
        await self._finish(job, claimed, state=state, **nothing)
        if state is ImportState.CANCELLED:
            log.info("import_cancelled", import_id=str(claimed.id), user_id=str(claimed.user_id))

    async def _finish(self, job: Job, claimed: Claim, *, state: ImportState, **values: Any) -> None:  # noqa: ANN401
        async with job.transaction() as session:
            if state is not ImportState.QUEUED:
                await uploads.delete_file(session, claimed.user_id, claimed.id)
            await session.exec(update_claimed(claimed, state=state, **values))
        if state is not ImportState.COMPLETED:
            self.metrics.record_end(state)

    async def _store(self, job: Job, claimed: Claim, **values: Any) -> None:  # noqa: ANN401
        async with job.transaction() as session:
            await session.exec(update_claimed(claimed, **values))
