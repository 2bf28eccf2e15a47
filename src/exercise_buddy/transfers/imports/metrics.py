"""The metrics of imports for Prometheus."""

import time
from asyncio import CancelledError
from collections.abc import Iterator
from contextlib import contextmanager

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from sqlalchemy import func, text
from sqlmodel import col, select

from exercise_buddy.core.db.database import Database
from exercise_buddy.core.ops.observations import Observed, build_gauge
from exercise_buddy.transfers.errors import ImportInterrupted
from exercise_buddy.transfers.imports.schemas import ImportReport
from exercise_buddy.transfers.tables import UNFINISHED_IMPORTS, ImportState, WorkoutImport

# A small file takes 50 ms, an account with a million sets some minutes.
_BUCKETS = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0, 600.0, 1800.0)
_OUTCOMES = {
    ImportState.COMPLETED: "completed",
    ImportState.FAILED: "failed",
    ImportState.CANCELLED: "cancelled",
    ImportState.QUEUED: "postponed",
}


class ImportMetrics:
    """The imports that an application runs, in requests and in the background."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._running = Gauge("imports_running", "Imports that run.", multiprocess_mode="livesum", registry=registry)
        self._finished = Counter(
            "imports_finished",
            "Imports by outcome: completed, dry_run, failed, cancelled, postponed (another attempt follows).",
            ["outcome"],
            registry=registry,
        )
        self._rows = Counter(
            "imported_rows", "What imports have stored: workouts, sets, body_measurements.", ["kind"], registry=registry
        )
        # From 0 on, so that Prometheus sees the first one as an increase.
        for outcome in (*_OUTCOMES.values(), "dry_run"):
            self._finished.labels(outcome)
        self._seconds = Histogram(
            "import_duration_seconds",
            "Time that an import runs, until it ends or is postponed, without the time that it waits.",
            buckets=_BUCKETS,
            registry=registry,
        )

    @contextmanager
    def running(self) -> Iterator[None]:
        """Count an import as running for the duration of the context, which is recorded."""
        started = time.perf_counter()
        with self._running.track_inprogress():
            try:
                yield
            finally:
                self._seconds.observe(time.perf_counter() - started)

    @contextmanager
    def running_in_request(self) -> Iterator[None]:
        """Do the same for an import that a client waits for; record how it ends, if it raises."""
        with self.running():
            try:
                yield
            except (ImportInterrupted, CancelledError):
                self.record_end(ImportState.CANCELLED)
                raise
            except Exception:
                self.record_end(ImportState.FAILED)
                raise

    def record_end(self, state: ImportState) -> None:
        """Record that an import has not been completed. One that is queued again is postponed."""
        self._finished.labels(_OUTCOMES[state]).inc()

    def record_report(self, report: ImportReport) -> None:
        """Record that an import is completed."""
        if report.dry_run:
            self._finished.labels("dry_run").inc()
            return
        self._finished.labels(_OUTCOMES[ImportState.COMPLETED]).inc()
        self._rows.labels("workouts").inc(report.workouts)
        self._rows.labels("sets").inc(report.sets)
        self._rows.labels("body_measurements").inc(report.body_measurements.new)


async def measure_waiting_imports(database: Database) -> Observed:
    """Return how many imports wait in the background, and for how many seconds the oldest of them."""
    age = func.extract("epoch", func.clock_timestamp() - func.min(col(WorkoutImport.created_at)))
    is_queued = col(WorkoutImport.state) == ImportState.QUEUED
    waiting = select(func.count(), age).where(text(UNFINISHED_IMPORTS), is_queued).select_from(WorkoutImport)
    async with database.sessions() as session:
        count, seconds = (await session.exec(waiting)).one()
    return [
        build_gauge("imports_waiting", "Imports that wait for a process.", count),
        build_gauge("import_oldest_wait_seconds", "For how long the oldest of them has waited.", float(seconds or 0)),
    ]
