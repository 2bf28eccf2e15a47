"""An import in progress: what it has found and done so far, and its record in the list of imports."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import delete, func, update
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from exercise_buddy.core.db.jobs import Job
from exercise_buddy.transfers.imports.conflicts import ConflictCounts
from exercise_buddy.transfers.imports.deduplication import WorkoutIndex
from exercise_buddy.transfers.imports.exercise_matches import ExerciseMatch
from exercise_buddy.transfers.imports.file_evidence import FileEvidence
from exercise_buddy.transfers.imports.model import ExerciseReference, FileReader, OnConflict
from exercise_buddy.transfers.imports.schemas import CreatedExercise, MeasurementDifferences
from exercise_buddy.transfers.imports.uploads import clean_file_name
from exercise_buddy.transfers.tables import ImportState, WorkoutImport


@dataclass(slots=True)
class MeasurementCounts:
    """What an import has found and done with body measurements so far."""

    new: int = 0
    equal: int = 0
    changed: int = 0
    replaced: int = 0
    changes: list[MeasurementDifferences] = field(default_factory=list)


@dataclass(slots=True)
class ImportRun:
    """An import in progress. Its counts are those of the batches so far."""

    job: Job
    user_id: UUID
    import_id: UUID
    file_name: str | None
    dry_run: bool
    reader: FileReader
    index: WorkoutIndex
    mapping: Mapping[str, ExerciseMatch]
    free_custom_exercises: int
    evidence: FileEvidence
    on_conflict: OnConflict = OnConflict.SKIP
    is_recorded: bool = False
    keeps_record: bool = False
    """Whether the import is recorded even if it stores nothing: a client waits for its result."""
    workouts: int = 0
    sets: int = 0
    reps: int = 0
    volume_kg: float = 0.0
    duplicates: int = 0
    conflicts: ConflictCounts = field(default_factory=ConflictCounts)
    measurements: MeasurementCounts = field(default_factory=MeasurementCounts)
    planned_bytes: int = 0
    """What the workouts of a dry run would take."""
    accepted: Mapping[str, ExerciseMatch] = field(default_factory=dict)
    """The part of `mapping` that proposals made, which the client accepts in bulk."""
    matches: dict[ExerciseReference, ExerciseMatch] = field(default_factory=dict)
    created: list[CreatedExercise] = field(default_factory=list)
    assisted: set[UUID] = field(default_factory=set)
    """The exercises whose weights are assistance."""

    def list_matches(self) -> list[ExerciseMatch]:
        """Return the matches, once each: with and without a load, most names have one."""
        return list({id(match): match for match in self.matches.values()}.values())


async def store_progress(session: AsyncSession, run: ImportRun, state: ImportState) -> None:
    """Store the state and the counts of an import."""
    await session.exec(
        update(WorkoutImport)
        .where(col(WorkoutImport.user_id) == run.user_id, col(WorkoutImport.id) == run.import_id)
        .values(
            state=state,
            updated_at=func.now(),
            workouts=run.workouts,
            sets=run.sets,
            duplicates=run.duplicates,
            replaced=run.conflicts.replaced,
            remapped=run.conflicts.remapped,
            body_measurements=run.measurements.new,
            replaced_body_measurements=run.measurements.replaced,
        )
    )


async def record_import(session: AsyncSession, run: ImportRun) -> None:
    """Add an import to the list of imports."""
    session.add(
        WorkoutImport(
            user_id=run.user_id,
            id=run.import_id,
            source=run.reader.source,
            state=ImportState.RUNNING,
            file_name=clean_file_name(run.file_name),
            workouts=0,
            sets=0,
        )
    )
    await session.flush()
    run.is_recorded = True


async def discard_empty_record(session: AsyncSession, run: ImportRun) -> None:
    """Delete the record of an import that has stored nothing so far: a list of such imports would grow for ever."""
    counts = (run.workouts, run.conflicts.replaced, run.conflicts.remapped)
    if run.is_recorded and not run.keeps_record and not any((*counts, run.measurements.new, run.measurements.replaced)):
        await session.exec(
            delete(WorkoutImport).where(
                col(WorkoutImport.user_id) == run.user_id, col(WorkoutImport.id) == run.import_id
            )
        )
        run.is_recorded = False
