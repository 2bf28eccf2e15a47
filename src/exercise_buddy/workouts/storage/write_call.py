"""The call that writes workouts in one round trip: see `write_workouts.sql`."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Self
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from exercise_buddy.core.db.database import driver_connection
from exercise_buddy.core.db.sql_files import load_sql
from exercise_buddy.core.quotas import Quotas
from exercise_buddy.users import public as users
from exercise_buddy.workouts.documents.document import WorkoutDocument
from exercise_buddy.workouts.documents.rendering import depends_on_mass
from exercise_buddy.workouts.part_ids import assign_ids
from exercise_buddy.workouts.schemas import PartId, list_chosen_ids
from exercise_buddy.workouts.storage.prepared import PreparedWorkout
from exercise_buddy.workouts.storage.rows import (
    Row,
    build_exercise_rows,
    build_set_rows,
    build_workout_row,
    render_document,
)
from exercise_buddy.workouts.storage.totals import MAX_E1RM_REPS

_write_workouts = load_sql(__package__, "write_workouts.sql")

_COMPARED_BESTS = {
    "load": "best_set_weight_kg",
    "reps": "best_reps",
    "duration": "best_duration_seconds",
    "distance": "best_distance_meters",
    "reps_unbroken": "best_unbroken_reps",
    "assistance": "least_assistance_kg",
}
"""Kinds of records and the columns with their values. What depends on weight and reps is compared load by load."""


@dataclass(frozen=True, slots=True)
class WriteState:
    """What is stored for a user, and whether workouts were written.

    Attributes:
        is_written: whether all workouts of the call were written. Else none was.
        workouts: the number of the user's workouts before.
        stored_bytes: the space that the user's data took before.
        catalogue_version: the version of the catalogue; None before the first call.
        fingerprints: those of the workouts that exist with one of the ids.
        deleted: those of the ids that belonged to deleted workouts.
        parts: the workouts of the exercises and sets that exist with a chosen id.
        mass_kg: what the user weighed on the day of the workout, if it was the only one and depends on it.
        documents: those of the workouts of the call.

    """

    is_written: bool = False
    workouts: int = 0
    stored_bytes: int = 0
    catalogue_version: str | None = None
    fingerprints: dict[UUID, bytes] = field(default_factory=dict)
    deleted: set[UUID] = field(default_factory=set)
    parts: dict[PartId, UUID] = field(default_factory=dict)
    mass_kg: float | None = None
    documents: Sequence[WorkoutDocument] = ()

    @classmethod
    def from_row(cls, row: Any, documents: Sequence[WorkoutDocument]) -> Self:  # noqa: ANN401  (a record of the driver)
        """Return the state in a row of `write_workouts.sql`."""
        parts = zip(row["part_kinds"] or (), row["part_ids"] or (), row["part_workouts"] or (), strict=True)
        return cls(
            bool(row["is_written"]),
            row["workout_count"],
            row["byte_count"],
            row["catalogue"],
            dict(zip(row["stored_ids"] or (), row["stored_fingerprints"] or (), strict=True)),
            set(row["deleted_ids"] or ()),
            {PartId(kind, part_id): workout_id for kind, part_id, workout_id in parts},
            row["mass_kg"],
            documents,
        )

    def with_earlier(self, earlier: "WriteState") -> "WriteState":
        """Return the state with what an earlier call, of other workouts, has found."""
        return replace(
            self,
            fingerprints=earlier.fingerprints | self.fingerprints,
            deleted=earlier.deleted | self.deleted,
            parts=earlier.parts | self.parts,
        )


async def call_write_workouts(
    session: AsyncSession,
    user_id: UUID,
    workouts: Sequence[PreparedWorkout],
    catalogue_version: str,
    *,
    imported: bool,
) -> WriteState:
    """Write workouts and their records, all or none; return what is stored. Exercises and sets get ids that they lack.

    If the session has executed nothing yet, its transaction does not begin: the call is one of its own.

    Raises:
        AccountGone: the user no longer exists.
        RestoreRunning: the account is being restored.

    """
    quotas = Quotas.of(session)
    now = datetime.now(UTC)
    chosen = [part_id for workout in workouts for _, part_id in list_chosen_ids(workout.new.exercises)]
    for workout in workouts:
        assign_ids(workout.new.exercises)
    documents = [render_document(workout, now) for workout in workouts]
    needs_mass = len(workouts) == 1 and depends_on_mass(workouts[0].totals)
    connection = await driver_connection(session)
    values = {
        "user_id": user_id,
        "catalogue": catalogue_version,
        "workouts": [
            build_workout_row(workout, document.compress(), now)
            for workout, document in zip(workouts, documents, strict=True)
        ],
        "energies": [workout.new.energy_kcal for workout in workouts],
        "average_heart_rates": [workout.new.average_heart_rate_bpm for workout in workouts],
        "max_heart_rates": [workout.new.max_heart_rate_bpm for workout in workouts],
        "exercises": [row for workout in workouts for row in build_exercise_rows(workout)],
        "sets": [row for workout in workouts for row in build_set_rows(workout)],
        "exercise_ids": [part.id for part in chosen if part.kind == "exercise"],
        "set_ids": [part.id for part in chosen if part.kind == "set"],
        "checks": list(_build_checks(workouts)),
        "max_workouts": quotas.workouts,
        "max_bytes": quotas.stored_bytes,
        "imported": imported,
        "mass_date": workouts[0].new.local_date if needs_mass else None,
    }
    arguments = _write_workouts.arguments(values)
    while (row := await connection.fetchrow(_write_workouts.sql, *arguments))["workout_count"] is None:
        await users.require_unrestored(session, user_id)
    return WriteState.from_row(row, documents)


def _build_checks(workouts: Sequence[PreparedWorkout]) -> Iterator[Row]:
    """Yield what would be a record."""
    for workout in workouts:
        new = workout.new
        for position, exercise in enumerate(workout.exercises):
            # The former release numbers the exercises.
            place = (None, exercise.exercise.exercise_id, new.started_at, new.id, position)
            for kind, column in _COMPARED_BESTS.items():
                best = exercise.totals[column]
                if best:
                    yield (*place, kind, best, None, None)
            for weight_kg, reps in list_best_loads(exercise.totals):
                yield (*place, None, None, weight_kg, reps)


def list_best_loads(totals: Mapping[str, Any]) -> Iterator[tuple[float, int]]:
    """Yield the loads of an exercise that none of its others outdoes: in weight and reps, as records compare."""
    most_reps = most_estimated_reps = 0
    # From the heaviest to the lightest, a load counts that has more reps than each before it. One-rep maxes are
    # estimated from few reps, so a set of more outdoes none of those.
    for weight_kg, reps in reversed(list(zip(totals["load_kgs"] or (), totals["load_reps"] or (), strict=True))):
        if reps > MAX_E1RM_REPS:
            if reps > most_reps:
                yield weight_kg, reps
        elif reps > most_estimated_reps:
            most_estimated_reps = reps
            yield weight_kg, reps
        most_reps = max(most_reps, reps)


def find_signature(totals: Mapping[str, Any]) -> tuple[Any, ...]:
    """Return what records depend on of the totals of an exercise. While it stays the same, no record changes."""
    bests = (*_COMPARED_BESTS.values(), "best_set_reps", "best_set_volume_kg", "best_e1rm_kg")
    return (*(totals[column] for column in bests), list(list_best_loads(totals)))
