"""The use case of importing workouts from a file."""

import itertools
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from typing import BinaryIO
from uuid import UUID

import structlog
from sqlalchemy import delete, update
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from exercise_buddy.core import types
from exercise_buddy.core.db.tables import new_id
from exercise_buddy.core.fingerprints import fingerprint
from exercise_buddy.core.threads import run_in_thread
from exercise_buddy.exercises import public as exercises
from exercise_buddy.exercises.public import MAX_CUSTOM_EXERCISES, name_key
from exercise_buddy.users import public as users
from exercise_buddy.workouts.imports import names
from exercise_buddy.workouts.imports.deduplication import KnownWorkouts, is_like, is_same, stored_workouts
from exercise_buddy.workouts.imports.detection import open_file
from exercise_buddy.workouts.imports.model import Given, Reader, ReadWorkout, Remarks
from exercise_buddy.workouts.imports.names import Meant, Reference, reference
from exercise_buddy.workouts.imports.schemas import CreatedExercise, ImportRemark, ImportReport
from exercise_buddy.workouts.schemas import ExerciseInput
from exercise_buddy.workouts.storage.writer import NewWorkout, write_workouts
from exercise_buddy.workouts.tables import DeletedWorkout, WorkoutImport

log = structlog.get_logger()

_BATCH = 100
_MAX_NAMES = 2000
_DECIMALS = 4


@dataclass(slots=True)
class _Run:
    """An import that goes on."""

    session: AsyncSession
    user_id: UUID
    reader: Reader
    known: KnownWorkouts
    mapped: Mapping[str, Meant]
    file_name: str | None
    dry_run: bool
    import_id: UUID = field(default_factory=new_id)
    begun: bool = False
    workouts: int = 0
    sets: int = 0
    reps: int = 0
    volume_kg: float = 0.0
    duplicates: int = 0
    may_create: int = 0
    meant: dict[Reference, Meant] = field(default_factory=dict)
    created: list[CreatedExercise] = field(default_factory=list)


async def import_workouts(
    session: AsyncSession,
    user_id: UUID,
    file: BinaryIO,
    given: Given,
    *,
    file_name: str | None,
    mapping: Mapping[str, UUID] | None = None,
    dry_run: bool,
    progress: Callable[[int], None] = lambda _: None,
) -> ImportReport:
    """Import the workouts of a file. Those that are there already are passed over.

    All of it is one transaction: a fault leaves nothing behind. It begins when the file has been read once and nothing
    has to be asked any more, and it never waits for anything but the database and the next piece of the file.

    Args:
        session: the transaction.
        user_id: whose workouts.
        file: the bytes of the file, which can be rewound.
        given: what the file does not say.
        file_name: what the file is called, to show it later.
        mapping: the id of the exercise that a name of the file means, where it is not the one that is found.
        dry_run: only say what would happen.
        progress: told how many bytes of the file are done, now and then.

    Raises:
        UnreadableFile: the file is in no known layout.
        InvalidInput: it takes more than the file says and is given, or an exercise of the mapping is unknown.
        AccountGone: there is no such user any more.

    """
    reader = await run_in_thread(open_file, file, given)
    # One import at a time per user, or two of the same file would both find nothing there.
    await users.lock_user(session, user_id)
    mapped = await names.known_mapping(session, user_id, mapping or {})
    known = await KnownWorkouts.of(session, user_id)
    own = await exercises.count_custom_exercises(session, user_id)
    run = _Run(session, user_id, reader, known, mapped, file_name, dry_run, may_create=MAX_CUSTOM_EXERCISES - own)
    attempt = await session.begin_nested()
    with closing(reader.workouts()) as workouts:
        while batch := await run_in_thread(lambda: list(itertools.islice(workouts, _BATCH))):
            await _import_batch(run, batch)
            progress(file.tell())
    if dry_run:
        await attempt.rollback()
    elif run.begun:
        await session.exec(
            update(WorkoutImport)
            .where(col(WorkoutImport.user_id) == user_id, col(WorkoutImport.id) == run.import_id)
            .values(workouts=run.workouts, sets=run.sets, duplicates=run.duplicates)
        )
    log.info(
        "imported",
        source=reader.source,
        dry_run=dry_run,
        workouts=run.workouts,
        duplicates=run.duplicates,
        problems=reader.problems.count,
    )
    return _report(run)


def _report(run: _Run) -> ImportReport:
    reader = run.reader
    return ImportReport(
        id=run.import_id if run.begun and not run.dry_run else None,
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
        exercises=[meant.reported() for meant in run.meant.values() if meant.used],
        created_exercises=run.created,
        warning_count=reader.warnings.count,
        warnings=_shown(reader.warnings),
        problem_count=reader.problems.count,
        problems=_shown(reader.problems),
    )


def _shown(remarks: Remarks) -> list[ImportRemark]:
    return [ImportRemark(**remark._asdict()) for remark in remarks.first]


# --- a batch -----------------------------------------------------------------------------------------------------


async def _import_batch(run: _Run, batch: list[ReadWorkout]) -> None:
    marked = [(workout, mark) for workout in batch if (mark := _mark_of_news(run, workout)) is not None]
    await _learn_names(run, [workout for workout, _ in marked])
    new = [(workout, mark) for workout, mark in await _without_stored(run, marked) if _has_room(run, workout)]
    if not new:
        return
    if not run.begun:
        record = WorkoutImport(
            user_id=run.user_id,
            id=run.import_id,
            source=run.reader.source,
            file_name=run.file_name[:255] if run.file_name else None,
            workouts=0,
            sets=0,
        )
        run.session.add(record)
        await run.session.flush()
        run.begun = True
    await _create_exercises(run, [workout for workout, _ in new])
    await _forget_deleted(run, [workout.id for workout, _ in new if workout.id is not None])
    await write_workouts(run.session, run.user_id, [_new_workout(run, workout, mark) for workout, mark in new])
    run.workouts += len(new)
    for workout, _ in new:
        _count(run, workout)


def _mark_of_news(run: _Run, workout: ReadWorkout) -> bytes | None:
    """Give the fingerprint of a workout that may be new; None if it is known to be none."""
    mark = fingerprint(workout.content())
    # In our own files, alike as they may be, what has two ids is two.
    read = mark + (workout.id.bytes if workout.id else b"")
    if read in run.known.read:
        run.duplicates += 1
        message = "The file has this workout twice; it is taken once."
        run.reader.warnings.add(workout.line, "repeated_workout", message)
        return None
    if mark in run.known.stored and (workout.id is None or workout.id not in run.known.ids):
        run.duplicates += 1
        return None
    if len(run.meant) + len(workout.exercises) > _MAX_NAMES:
        message = f"A file has at most {_MAX_NAMES} exercises."
        run.reader.problems.add(workout.line, "too_many_exercises", message)
        return None
    run.known.read.add(read)
    return mark


async def _forget_deleted(run: _Run, ids: list[UUID]) -> None:
    """Let workouts come back that have been deleted."""
    if ids:
        gone = (col(DeletedWorkout.user_id) == run.user_id, col(DeletedWorkout.workout_id).in_(ids))
        await run.session.exec(delete(DeletedWorkout).where(*gone))


async def _learn_names(run: _Run, workouts: list[ReadWorkout]) -> None:
    unknown = [one for workout in workouts for one in workout.exercises if reference(one) not in run.meant]
    run.meant |= await names.find(run.session, run.user_id, unknown, run.mapped)


async def _without_stored(run: _Run, marked: list[tuple[ReadWorkout, bytes]]) -> list[tuple[ReadWorkout, bytes]]:
    """Leave out what is stored already, by its content or by its id."""
    like = {workout_id for workout, _ in marked for workout_id in run.known.like(workout)}
    stored = await stored_workouts(run.session, run.user_id, list(like))
    new: list[tuple[ReadWorkout, bytes]] = []
    for workout, mark in marked:
        if workout.id in run.known.read_ids:
            message = "The file has two workouts with this id. The first one was taken."
            run.reader.problems.add(workout.line, "workout_id_taken", message)
            continue
        found = [stored[workout_id] for workout_id in run.known.like(workout) if workout_id in stored]
        if workout.id is not None and workout.id in run.known.ids:
            if is_same(workout, found[0], run.meant):
                run.duplicates += 1
            else:
                message = "There is a workout with this id and other content. Yours was left as it is."
                run.reader.problems.add(workout.line, "workout_id_taken", message)
            continue
        if any(is_like(workout, one, run.meant) for one in found):
            run.duplicates += 1
            continue
        if workout.started_at.timestamp() in run.known.starts:
            message = "Another workout, with other content, begins at the same time. Both are kept: delete one of them."
            run.reader.warnings.add(workout.line, "same_start", message)
        run.known.starts.add(workout.started_at.timestamp())
        if workout.id is not None:
            run.known.read_ids.add(workout.id)
        new.append((workout, mark))
    return new


def _has_room(run: _Run, workout: ReadWorkout) -> bool:
    """Say whether the user may have the exercises that a workout brings along."""
    missing = [meant for one in workout.exercises if (meant := run.meant[reference(one)]).id is None and not meant.used]
    brings = len({name_key(meant.name) for meant in missing})
    if brings > run.may_create:
        message = f"There may be {MAX_CUSTOM_EXERCISES:,} exercises of your own, and this workout brings more."
        run.reader.problems.add(workout.line, "too_many_exercises", message)
        return False
    run.may_create -= brings
    for meant in missing:
        meant.used = True
    return True


async def _create_exercises(run: _Run, workouts: list[ReadWorkout]) -> None:
    used = [reference(one) for workout in workouts for one in workout.exercises]
    missing = {called: run.meant[called] for called in used if run.meant[called].id is None}
    if not missing:
        return
    run.created += await names.create(
        run.session, run.user_id, run.import_id, missing, run.reader.custom_exercises(), dry_run=run.dry_run
    )


def _new_workout(run: _Run, workout: ReadWorkout, mark: bytes) -> NewWorkout:
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
                exercise_id=run.meant[reference(one)].required_id,
                superset=one.superset,
                notes=one.notes,
                targets=one.targets,
                sets=one.sets,
            )
            for one in workout.exercises
        ],
        fingerprint=mark,
        import_id=run.import_id,
        routine_id=workout.routine_id,
        id=workout.id or new_id(),
    )


def _count(run: _Run, workout: ReadWorkout) -> None:
    for exercise in workout.exercises:
        meant = run.meant[reference(exercise)]
        meant.used = True
        meant.sets += len(exercise.sets)
        run.sets += len(exercise.sets)
        for one in exercise.sets:
            run.reps += one.reps or 0
            run.volume_kg += (one.reps or 0) * (one.weight_kg or 0)
