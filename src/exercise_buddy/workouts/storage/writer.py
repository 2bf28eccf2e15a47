"""The write path of workouts: any number of them, in one statement, from one JSON document."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import delete
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from exercise_buddy.core import types
from exercise_buddy.core.db.tables import new_id
from exercise_buddy.workouts.schemas import EvidenceInput, ExerciseInput, SetInput, SetResult
from exercise_buddy.workouts.storage.insert import WRITE_WORKOUTS
from exercise_buddy.workouts.storage.records import RecordChanges, find_held_records, recompute_records
from exercise_buddy.workouts.tables import (
    REP_QUANTITIES,
    DeletedWorkout,
    ExerciseRecord,
    Source,
    Workout,
    WorkoutExercise,
    WorkoutSet,
)


@dataclass(frozen=True, slots=True)
class NewWorkout:
    """A workout that is to be written.

    Attributes:
        title: None proposes one, from the time of day and the muscles.
        started_at: aware, like `ended_at` and `created_at`.
        local_date: the day on which it started in `time_zone`.
        created_at: when it was written for the first time; now if None.

    """

    title: str | None
    started_at: datetime
    ended_at: datetime | None
    time_zone: str
    local_date: date
    notes: str | None
    source: Source
    exercises: Sequence[ExerciseInput]
    fingerprint: bytes
    import_id: UUID | None = None
    routine_id: UUID | None = None
    created_at: datetime | None = None
    id: UUID = field(default_factory=new_id)


_PARTS_OF_THE_DAY = ((5, "Night"), (11, "Morning"), (14, "Midday"), (17, "Afternoon"), (22, "Evening"), (24, "Night"))


def _proposal(started_at: datetime, time_zone: str) -> str:
    """Name a workout by the time of day at which it started in its time zone."""
    hour = started_at.astimezone(types.zone(time_zone)).hour
    return f"{next(name for end, name in _PARTS_OF_THE_DAY if hour < end)} workout"


async def write_workouts(
    session: AsyncSession, user_id: UUID, workouts: Sequence[NewWorkout], deferred: RecordChanges | None = None
) -> set[UUID]:
    """Write workouts with their exercises, sets, totals and records, under one new revision of the user.

    Args:
        session: the transaction.
        user_id: whose workouts.
        workouts: what to write. A workout is not written if its id exists or belonged to a deleted workout, or if
            the user cannot use one of its exercises.
        deferred: collects the records that change, for a caller that writes many times before it recomputes them.

    Returns:
        The ids that were written.

    """
    changes = RecordChanges() if deferred is None else deferred
    started_at = {workout.id: workout.started_at for workout in workouts}
    rows = (await WRITE_WORKOUTS.run_in(session, owner_id=user_id, document=_document(workouts))).all()
    for workout_id, exercise_ids in rows:
        changes.add(exercise_ids or (), started_at[workout_id])
    if deferred is None:
        await recompute_records(session, user_id, changes)
    return {workout_id for workout_id, _ in rows}


async def replace_workout(session: AsyncSession, user_id: UUID, workout: NewWorkout) -> bool:
    """Write a workout in the place of the one with its id, under a new revision; return whether it was written."""
    changes = await find_held_records(session, user_id, [workout.id])
    await session.exec(delete(Workout).where(col(Workout.user_id) == user_id, col(Workout.id) == workout.id))
    written = await write_workouts(session, user_id, [workout], deferred=changes)
    await recompute_records(session, user_id, changes)
    return bool(written)


async def delete_workouts(
    session: AsyncSession,
    user_id: UUID,
    workout_ids: Sequence[UUID],
    revision: int,
    deferred: RecordChanges | None = None,
) -> int:
    """Delete workouts with all that belongs to them; return how many there were.

    The change feed learns of them under `revision`, which the caller has just counted: it holds the user's lock.

    Args:
        session: the transaction.
        user_id: whose workouts.
        workout_ids: which.
        revision: of the user.
        deferred: collects the records that change, for a caller that deletes many times before it recomputes them.

    """
    changes = await find_held_records(session, user_id, workout_ids)
    if len(workout_ids) > 1:
        # From the leaves on: cascading, each row would look for those below it.
        for table in (WorkoutSet, ExerciseRecord, WorkoutExercise):
            of_workouts = (col(table.user_id) == user_id, col(table.workout_id).in_(workout_ids))
            await session.exec(delete(table).where(*of_workouts))
    these = (col(Workout.user_id) == user_id, col(Workout.id).in_(workout_ids))
    deleted = (await session.exec(delete(Workout).where(*these).returning(col(Workout.id)))).all()
    session.add_all(DeletedWorkout(user_id=user_id, workout_id=id_, revision=revision) for (id_,) in deleted)
    await session.flush()
    if deferred is None:
        await recompute_records(session, user_id, changes)
    else:
        deferred.update(changes)
    return len(deleted)


# --- the document ------------------------------------------------------------------------------------------------


def _document(workouts: Sequence[NewWorkout]) -> str:
    heads: list[dict[str, Any]] = []
    exercises: list[dict[str, Any]] = []
    all_sets: list[dict[str, Any]] = []
    for number, new in enumerate(workouts):
        heads.append(
            {
                "workout": number,
                "id": new.id,
                "title": new.title,
                "notes": new.notes,
                "source": new.source,
                "proposal": None if new.title else _proposal(new.started_at, new.time_zone),
                "import_id": new.import_id,
                "routine_id": new.routine_id,
                "created_at": new.created_at,
                "started_at": new.started_at,
                "ended_at": new.ended_at,
                "time_zone": new.time_zone,
                "local_date": new.local_date,
                "fingerprint": new.fingerprint.hex(),
            }
        )
        for position, exercise in enumerate(new.exercises):
            exercises.append(
                {
                    "workout": number,
                    "position": position,
                    "exercise_id": exercise.exercise_id,
                    "superset": exercise.superset,
                    "notes": exercise.notes,
                    "targets": [target.model_dump(exclude_none=True) for target in exercise.targets] or None,
                }
            )
            for set_position, workout_set in enumerate(exercise.sets):
                key = {"workout": number, "exercise": position, "position": set_position}
                all_sets.append(key | _set_record(workout_set))
    return orjson.dumps({"workouts": heads, "exercises": exercises, "sets": all_sets}, default=str).decode()


def _set_record(workout_set: SetInput) -> dict[str, Any]:
    record = {name: getattr(workout_set, name) for name in SetResult.model_fields}
    return record if workout_set.evidence is None else record | _evidence_record(workout_set.evidence)


def _evidence_record(evidence: EvidenceInput) -> dict[str, Any]:
    arrays: dict[str, list[Any]] = {name: [getattr(rep, name) for rep in evidence.reps] for name in REP_QUANTITIES}
    arrays["flags"] = [" ".join(flags) or None for flags in arrays["flags"]]
    arrays["rejected"] = [rejected or None for rejected in arrays["rejected"]]
    return {
        "counter_name": evidence.counter.name,
        "counter_version": evidence.counter.version,
        "detected_reps": evidence.detected_reps,
        # A quantity that is known of no rep takes no space.
        **{f"rep_{name}": values for name, values in arrays.items() if any(value is not None for value in values)},
    }
