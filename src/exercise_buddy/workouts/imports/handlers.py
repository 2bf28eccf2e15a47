"""The use case of importing workouts from a file."""

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import BinaryIO
from uuid import UUID

import structlog
from anyio import to_thread
from sqlalchemy import update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from exercise_buddy.core import fields
from exercise_buddy.core.fingerprints import fingerprint
from exercise_buddy.core.tables import new_id
from exercise_buddy.users import public as users
from exercise_buddy.workouts.catalogue import keys_of, name_key
from exercise_buddy.workouts.imports.schemas import DistanceUnit, ReadExercise, ReadWorkout, Remark, WeightUnit
from exercise_buddy.workouts.imports.strong import StrongReader
from exercise_buddy.workouts.schemas import CreatedExercise, ExerciseInput, ImportRemark, ImportReport
from exercise_buddy.workouts.tables import CatalogueExercise, CustomExercise, Source, Workout, WorkoutImport
from exercise_buddy.workouts.writing import NewWorkout, write_workouts

log = structlog.get_logger()

_BATCH = 100
_SHOWN_REMARKS = 500


@dataclass(slots=True)
class _Progress:
    import_id: UUID = field(default_factory=new_id)
    begun: bool = False
    workouts: int = 0
    sets: int = 0
    duplicates: int = 0
    exercises: dict[str, UUID] = field(default_factory=dict)
    created: list[CreatedExercise] = field(default_factory=list)
    stored: set[tuple[float, bytes]] = field(default_factory=set)
    """What was there before the import: when it began, and its fingerprint."""
    read: set[tuple[float, bytes]] = field(default_factory=set)
    starts: set[float] = field(default_factory=set)


async def import_workouts(
    session: AsyncSession,
    user_id: UUID,
    file: BinaryIO,
    *,
    file_name: str | None,
    weight_unit: WeightUnit | None,
    distance_unit: DistanceUnit | None,
    time_zone: str | None,
    dry_run: bool,
) -> ImportReport:
    """Import the workouts of a file that Strong has exported. Those that are there already are passed over.

    All of it is one transaction: a fault leaves nothing behind.

    Args:
        session: the transaction.
        user_id: whose workouts.
        file: the bytes of the CSV.
        file_name: what the file is called, to show it later.
        weight_unit: what the weights are in, where the file does not say.
        distance_unit: what the distances are in, where the file does not say.
        time_zone: where the workouts happened (IANA); the user's own zone if None.
        dry_run: only say what would happen.

    Raises:
        UnreadableFile: the file is in no known layout.
        InvalidInput: the file does not say its unit of weight, and neither do you.
        AccountGone: there is no such user any more.

    """
    # One import at a time per user, or two of the same file would both find nothing there.
    own_zone = await users.lock_user(session, user_id)
    reader = await to_thread.run_sync(StrongReader, file, weight_unit, distance_unit, time_zone or own_zone)
    progress = await _begin(session, user_id)
    attempt = await session.begin_nested()
    workouts = reader.workouts()
    while batch := await to_thread.run_sync(lambda: list(itertools.islice(workouts, _BATCH))):
        await _import_batch(session, user_id, batch, progress, reader.warnings, file_name, time_zone or own_zone)
    if dry_run:
        await attempt.rollback()
    elif progress.begun:
        await session.exec(
            update(WorkoutImport)
            .where(col(WorkoutImport.user_id) == user_id, col(WorkoutImport.id) == progress.import_id)
            .values(workouts=progress.workouts, sets=progress.sets)
        )
    log.info(
        "imported",
        dry_run=dry_run,
        workouts=progress.workouts,
        duplicates=progress.duplicates,
        problems=len(reader.problems),
    )
    return ImportReport(
        id=progress.import_id if progress.begun and not dry_run else None,
        source=Source.STRONG,
        dry_run=dry_run,
        weight_unit=reader.weight_unit or "per row",
        distance_unit=reader.distance_unit,
        time_zone=time_zone or own_zone,
        workouts=progress.workouts,
        sets=progress.sets,
        duplicates=progress.duplicates,
        created_exercises=progress.created,
        warning_count=len(reader.warnings),
        warnings=_shown(reader.warnings),
        problem_count=len(reader.problems),
        problems=_shown(reader.problems),
    )


def _shown(remarks: Sequence[Remark]) -> list[ImportRemark]:
    return [ImportRemark(**remark._asdict()) for remark in sorted(remarks)[:_SHOWN_REMARKS]]


async def _begin(session: AsyncSession, user_id: UUID) -> _Progress:
    """Learn what is there already, once: looked up batch by batch, a long file would take the square of its length."""
    progress = _Progress()
    there = await session.exec(select(Workout.started_at, Workout.fingerprint).where(col(Workout.user_id) == user_id))
    for started_at, mark in there:
        progress.stored.add((started_at.timestamp(), mark))
        progress.starts.add(started_at.timestamp())
    return progress


async def _import_batch(
    session: AsyncSession,
    user_id: UUID,
    batch: list[ReadWorkout],
    progress: _Progress,
    warnings: list[Remark],
    file_name: str | None,
    time_zone: str,
) -> None:
    new: list[tuple[ReadWorkout, bytes]] = []
    for workout in batch:
        mark = fingerprint(workout.content())
        start = workout.started_at.timestamp()
        if (start, mark) in progress.stored:
            progress.duplicates += 1
            continue
        if (start, mark) in progress.read:
            progress.duplicates += 1
            warnings.append(
                Remark(workout.line, "repeated_workout", "The file has this workout twice; it is taken once.")
            )
            continue
        if start in progress.starts:
            message = "Another workout, with other content, begins at the same time. Both are kept: delete one of them."
            warnings.append(Remark(workout.line, "same_start", message))
        progress.read.add((start, mark))
        progress.starts.add(start)
        new.append((workout, mark))
    if not new:
        return
    if not progress.begun:
        record = WorkoutImport(
            user_id=user_id,
            id=progress.import_id,
            source=Source.STRONG,
            file_name=file_name[:255] if file_name else None,
            workouts=0,
            sets=0,
        )
        session.add(record)
        await session.flush()
        progress.begun = True
    await _find_exercises(session, user_id, (one for workout, _ in new for one in workout.exercises), progress)
    written = await write_workouts(
        session, user_id, [_new_workout(workout, mark, progress, time_zone) for workout, mark in new]
    )
    progress.workouts += len(written)
    progress.sets += sum(len(one.sets) for workout, _ in new for one in workout.exercises)


def _new_workout(workout: ReadWorkout, mark: bytes, progress: _Progress, time_zone: str) -> NewWorkout:
    return NewWorkout(
        title=workout.title,
        started_at=workout.started_at,
        ended_at=workout.ended_at,
        time_zone=time_zone,
        local_date=fields.local_date(workout.started_at, time_zone),
        notes=workout.notes,
        source=Source.STRONG,
        exercises=[
            ExerciseInput(
                exercise_id=progress.exercises[name_key(one.name)],
                notes=one.note or None,
                sets=one.sets,
            )
            for one in workout.exercises
        ],
        fingerprint=mark,
        import_id=progress.import_id,
    )


async def _find_exercises(
    session: AsyncSession, user_id: UUID, exercises: Iterable[ReadExercise], progress: _Progress
) -> None:
    """Find the exercises by their names, of the catalogue or of the user, and create those that there are not."""
    names = {name_key(one.name): one.name for one in exercises}
    wanted = names.keys() - progress.exercises.keys()
    if not wanted:
        return
    shared = select(CatalogueExercise.name_key, CatalogueExercise.id).where(col(CatalogueExercise.name_key).in_(wanted))
    own = select(CustomExercise.name_key, CustomExercise.id).where(
        col(CustomExercise.user_id) == user_id, col(CustomExercise.name_key).in_(wanted)
    )
    for known in (shared, own):
        progress.exercises |= dict(iter(await session.exec(known)))
    missing = [
        CustomExercise(user_id=user_id, name=name, **keys_of(name))
        for key, name in names.items()
        if key not in progress.exercises
    ]
    session.add_all(missing)
    await session.flush()
    progress.exercises |= {exercise.name_key: exercise.id for exercise in missing}
    progress.created += [CreatedExercise(id=exercise.id, name=exercise.name) for exercise in missing]
