"""The write path of workouts: any number of workouts in one statement, from one JSON document."""

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
from exercise_buddy.core.db.sql_files import load_sql
from exercise_buddy.core.db.tables import new_id
from exercise_buddy.core.quotas import Quotas
from exercise_buddy.workouts.schemas import ExerciseInput
from exercise_buddy.workouts.set_schemas import EvidenceInput, SetInput, SetResult
from exercise_buddy.workouts.storage.insert import INSERT_WORKOUTS
from exercise_buddy.workouts.storage.records import RecordChanges, recompute_records
from exercise_buddy.workouts.tables import (
    REP_QUANTITIES,
    DeletedWorkout,
    Source,
    WorkoutExercise,
    WorkoutSet,
)

_delete_workouts = load_sql(__package__, "delete.sql")


@dataclass(frozen=True, slots=True)
class NewWorkout:
    """A workout to write.

    Attributes:
        title: None: derived from the time of day and the muscles.
        started_at: aware, like `ended_at` and `created_at`.
        local_date: the day on which it started in `time_zone`.
        created_at: the time of the first write, or None for now.

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


@dataclass(frozen=True, slots=True)
class Deletion:
    """Workouts that were deleted, and the bytes that they took."""

    ids: list[UUID]
    stored_bytes: int


_TIMES_OF_DAY = ((5, "Night"), (11, "Morning"), (14, "Midday"), (17, "Afternoon"), (22, "Evening"), (24, "Night"))


def _proposal(started_at: datetime, time_zone: str) -> str:
    """Return the part of a derived title that names the time of day of the start, in the time zone of the workout."""
    hour = started_at.astimezone(types.zone(time_zone)).hour
    return f"{next(name for end, name in _TIMES_OF_DAY if hour < end)} workout"


async def write_workouts(
    session: AsyncSession,
    user_id: UUID,
    workouts: Sequence[NewWorkout],
    deferred: RecordChanges | None = None,
    *,
    replaced: Deletion | None = None,
) -> set[UUID]:
    """Write workouts with their exercises, sets, totals and records under a new revision of the user.

    Args:
        session: the transaction.
        user_id: the owner.
        workouts: the workouts. A workout is not written if its id exists or belonged to a deleted workout, if
            the user cannot use one of its exercises, or if it is beyond a quota: then see `find_exceeded_quota`. The
            ids of its exercises and sets are free: see `part_ids`.
        deferred: collects the changed records, for a caller that recomputes them once after many writes.
        replaced: what the transaction has deleted to write these workouts in its place.

    Returns:
        The ids that were written.

    """
    changes = RecordChanges() if deferred is None else deferred
    started_at = {workout.id: workout.started_at for workout in workouts}
    quotas = Quotas.of(session)
    inserted = await INSERT_WORKOUTS.run_in(
        session,
        owner_id=user_id,
        document=_build_document(workouts),
        max_workouts=quotas.workouts,
        max_bytes=quotas.stored_bytes,
        replaced_workouts=len(replaced.ids) if replaced else 0,
        replaced_bytes=replaced.stored_bytes if replaced else 0,
    )
    rows = inserted.all()
    for workout_id, exercise_ids in rows:
        changes.add(exercise_ids or (), started_at[workout_id])
    if deferred is None:
        await recompute_records(session, user_id, changes)
    return {workout_id for workout_id, _ in rows}


async def was_deleted(session: AsyncSession, user_id: UUID, workout_id: UUID) -> bool:
    """Return whether a deleted workout had this id."""
    return await session.get(DeletedWorkout, (user_id, workout_id)) is not None


async def replace_workout(session: AsyncSession, user_id: UUID, workout: NewWorkout) -> bool:
    """Replace the workout with the same id under a new revision; return whether the new one was written."""
    changes = RecordChanges()
    replaced = await _delete(session, user_id, [workout.id], changes)
    written = await write_workouts(session, user_id, [workout], deferred=changes, replaced=replaced)
    await recompute_records(session, user_id, changes)
    return bool(written)


async def delete_workouts(session: AsyncSession, user_id: UUID, workout_ids: Sequence[UUID], revision: int) -> int:
    """Delete workouts with their exercises, sets and records; return how many were deleted.

    Tombstones tell the change feed. The caller holds the user's lock.

    Args:
        session: the transaction.
        user_id: the owner.
        workout_ids: the workouts.
        revision: the new revision of the user.

    """
    changes = RecordChanges()
    if len(workout_ids) > 1:
        # The leaves first: a cascade would look up the referring rows of each row.
        for table in (WorkoutSet, WorkoutExercise):
            contained = (col(table.user_id) == user_id, col(table.workout_id).in_(workout_ids))
            await session.exec(delete(table).where(*contained))
    deleted = await _delete(session, user_id, workout_ids, changes)
    session.add_all(DeletedWorkout(user_id=user_id, workout_id=id_, revision=revision) for id_ in deleted.ids)
    await session.flush()
    await recompute_records(session, user_id, changes)
    return len(deleted.ids)


async def _delete(
    session: AsyncSession, user_id: UUID, workout_ids: Sequence[UUID], changes: RecordChanges
) -> Deletion:
    rows = await _delete_workouts.run_in(session, user_id=user_id, workout_ids=list(workout_ids))
    deleted, exercise_ids, starts, stored_bytes = rows.one()
    for exercise_id, since in zip(exercise_ids, starts, strict=True):
        changes.add([exercise_id], since)
    return Deletion(list(deleted), stored_bytes)


# --- the document ------------------------------------------------------------------------------------------------


def _build_document(workouts: Sequence[NewWorkout]) -> str:
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
                    "id": exercise.id,
                    "workout": number,
                    "position": position,
                    "exercise_id": exercise.exercise_id,
                    "superset": exercise.superset,
                    "notes": exercise.notes,
                    "targets": [target.model_dump(exclude_none=True) for target in exercise.targets] or None,
                }
            )
            for set_position, workout_set in enumerate(exercise.sets):
                key = {"id": workout_set.id, "workout": number, "exercise": position, "position": set_position}
                all_sets.append(key | _set_record(workout_set))
    return orjson.dumps({"workouts": heads, "exercises": exercises, "sets": all_sets}, default=str).decode()


def _set_record(workout_set: SetInput) -> dict[str, Any]:
    record = {name: getattr(workout_set, name) for name in SetResult.model_fields}
    return record if workout_set.evidence is None else record | build_evidence_record(workout_set.evidence)


def build_evidence_record(evidence: EvidenceInput) -> dict[str, Any]:
    """Return the columns of the evidence of a set."""
    arrays: dict[str, list[Any]] = {name: [getattr(rep, name) for rep in evidence.reps] for name in REP_QUANTITIES}
    arrays["flags"] = [" ".join(flags) or None for flags in arrays["flags"]]
    arrays["rejected"] = [rejected or None for rejected in arrays["rejected"]]
    return {
        "counter_name": evidence.counter.name,
        "counter_version": evidence.counter.version,
        "profile_version": evidence.profile_version,
        "detected_reps": evidence.detected_reps,
        "judgements": [judgement.model_dump() for judgement in evidence.judgements] or None,
        # A quantity that was measured of no rep takes no space.
        **{f"rep_{name}": values for name, values in arrays.items() if any(value is not None for value in values)},
    }
