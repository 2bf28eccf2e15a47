"""The call that writes an edit: see `edit_workout.sql`.

It writes only if the revision of the user and the catalogue are still those that the edit has read. So an edit reads
without a lock, and holds the lock of the user as long as one call runs.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from operator import attrgetter, itemgetter
from typing import Any
from uuid import UUID

import asyncpg
import orjson

from exercise_buddy.core.db.sql_files import load_sql
from exercise_buddy.workouts.set_schemas import SetInput, SetResult, TargetSet
from exercise_buddy.workouts.storage.computed_sizes import build_targets
from exercise_buddy.workouts.storage.rows import NO_EVIDENCE, Row, build_evidence
from exercise_buddy.workouts.storage.totals import WORKOUT_TOTALS
from exercise_buddy.workouts.tables import TOTALS

_edit_workout = load_sql(__package__, "edit_workout.sql")
_NEW_WORKOUT = (
    *("id", "title", "title_proposed", "notes", "source", "import_id", "routine_id", "started_at", "ended_at"),
    *("time_zone", "local_date", *WORKOUT_TOTALS),
    *("duration_seconds", "met_minutes", "stored_bytes", "fingerprint", "created_at"),
    *("updated_at", "document", "document_sets", "document_size", "document_version"),
)
"""The attributes of the type `stored_workout`."""

_get_result = attrgetter(*SetResult.model_fields)
_get_totals = itemgetter(*TOTALS)


@dataclass(frozen=True, slots=True)
class EditKey:
    """What an edit changes, and the versions that it has read.

    Attributes:
        user_id: the owner.
        workout_id: the workout.
        user_revision: the expected revision of the user.
        catalogue_version: the expected version of the catalogue.

    """

    user_id: UUID
    workout_id: UUID
    user_revision: int
    catalogue_version: str


@dataclass(frozen=True, slots=True)
class ChangedExercise:
    """The row of an exercise of a workout; `totals` has the columns `TOTALS`."""

    id: UUID
    position: int
    exercise_id: UUID
    is_custom: bool
    superset: int | None
    notes: str | None
    targets: list[TargetSet]
    started_at: datetime
    local_date: date
    totals: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ChangedSet:
    """The row of a set, which has an id."""

    exercise_position: int
    position: int
    content: SetInput


@dataclass(slots=True)
class ChangedRows:
    """The rows of a workout that an edit changes.

    Attributes:
        kept_exercises: how many exercises keep their rows, from the first. All others are deleted with their sets.
        deletes_exercises: whether there are such others.
        exercises: the changed ones of those that are kept.
        changed_sets: of exercises that are kept.
        deleted_sets: the ids of sets of exercises that are kept.
        new_exercises: the exercises to insert after those that are kept.
        new_sets: the sets to insert.

    """

    kept_exercises: int
    deletes_exercises: bool = False
    exercises: list[ChangedExercise] = field(default_factory=list)
    changed_sets: list[ChangedSet] = field(default_factory=list)
    deleted_sets: list[UUID] = field(default_factory=list)
    new_exercises: list[ChangedExercise] = field(default_factory=list)
    new_sets: list[ChangedSet] = field(default_factory=list)

    def __bool__(self) -> bool:
        """Return whether a row changes. Whatever changes a set changes the row of its exercise."""
        return bool(self.exercises) or self.deletes_exercises or bool(self.new_exercises)


def _build_exercises(workout_id: UUID, exercises: Iterable[ChangedExercise]) -> Iterator[Row]:
    for exercise in exercises:
        targets = build_targets(exercise.targets)
        yield (
            exercise.id,
            workout_id,
            exercise.position,
            None if exercise.is_custom else exercise.exercise_id,
            exercise.exercise_id if exercise.is_custom else None,
            exercise.superset,
            exercise.notes,
            None if targets is None else orjson.dumps(targets).decode(),
            exercise.started_at,
            exercise.local_date,
            *_get_totals(exercise.totals),
        )


def _build_sets(workout_id: UUID, sets: Iterable[ChangedSet]) -> Iterator[Row]:
    for part in sets:
        evidence = part.content.evidence
        yield (
            part.content.id,
            workout_id,
            part.exercise_position,
            part.position,
            *_get_result(part.content),
            *(NO_EVIDENCE if evidence is None else build_evidence(evidence)),
        )


async def write_changes(
    connection: asyncpg.Connection,
    key: EditKey,
    head: Mapping[str, Any],
    rows: ChangedRows,
    affected: Collection[UUID],
    affected_since: datetime,
) -> bool:
    """Write an edit if the versions are the expected ones; return whether they were.

    Args:
        connection: the connection. Without a transaction, the edit is one of its own.
        key: the workout and the expected versions.
        head: the columns of the workout that an edit may change.
        rows: the changed rows.
        affected: the exercises whose records may change.
        affected_since: from when on.

    """
    workout_id = key.workout_id
    values = {
        "catalogue": key.catalogue_version,
        "user_id": key.user_id,
        "workout_id": workout_id,
        "expected_revision": key.user_revision,
        "head": tuple(head.get(name) for name in _NEW_WORKOUT),
        "energy": head["energy_kcal"],
        "average_heart_rate": head["average_heart_rate_bpm"],
        "max_heart_rate": head["max_heart_rate_bpm"],
        "exercises": list(_build_exercises(workout_id, rows.exercises)),
        "sets": list(_build_sets(workout_id, rows.changed_sets)),
        "deleted_sets": rows.deleted_sets,
        "first_replaced": rows.kept_exercises if rows.deletes_exercises else None,
        "new_exercises": list(_build_exercises(workout_id, rows.new_exercises)),
        "new_sets": list(_build_sets(workout_id, rows.new_sets)),
        "record_exercises": list(affected),
        "records_since": affected_since,
    }
    return bool(await connection.fetchval(_edit_workout.sql, *_edit_workout.arguments(values)))
