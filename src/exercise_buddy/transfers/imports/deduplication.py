"""Detection of workouts that are stored already: a second import of a file adds nothing."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from exercise_buddy.transfers.imports.exercise_matches import ExerciseMatch
from exercise_buddy.transfers.imports.model import ExerciseReference, ParsedWorkout, list_set_values
from exercise_buddy.workouts.public import SetInput, list_workout_keys

_MINUTE = 60
Matches = Mapping[ExerciseReference, ExerciseMatch]


@dataclass(slots=True)
class WorkoutIndex:
    """The user's workouts before an import, and those that the import has read so far.

    Loaded once: a query per batch would take quadratic time for a long file.
    """

    fingerprints: set[bytes] = field(default_factory=set)
    """Fingerprints include the start. They stay when a workout is edited."""
    ids: set[UUID] = field(default_factory=set)
    ids_by_minute: dict[int, list[UUID]] = field(default_factory=dict)
    starts: set[float] = field(default_factory=set)
    file_fingerprints: set[bytes] = field(default_factory=set)
    file_ids: set[UUID] = field(default_factory=set)
    """The ids of the file's workouts that were imported."""

    @classmethod
    async def load(cls, session: AsyncSession, user_id: UUID) -> "WorkoutIndex":
        """Return the index of a user's stored workouts."""
        index = cls()
        for workout_id, started_at, fingerprint in await list_workout_keys(session, user_id):
            index.fingerprints.add(fingerprint)
            index.ids.add(workout_id)
            index.ids_by_minute.setdefault(int(started_at.timestamp()) // _MINUTE, []).append(workout_id)
            index.starts.add(started_at.timestamp())
        return index

    def find_candidates(self, workout: ParsedWorkout) -> list[UUID]:
        """Return the ids of the stored workouts that this one may equal."""
        if workout.id is not None and workout.id in self.ids:
            return [workout.id]
        return self.ids_by_minute.get(int(workout.started_at.timestamp()) // _MINUTE, [])


def equals_stored(workout: ParsedWorkout, stored: Mapping[str, Any], matches: Matches) -> bool:
    """Return whether a workout of our own JSON equals the stored one in every field."""
    ended_at = stored["ended_at"] and datetime.fromisoformat(stored["ended_at"])
    return (
        workout.title == stored["title"]
        and workout.started_at == datetime.fromisoformat(stored["started_at"])
        and workout.ended_at == ended_at
        and workout.time_zone == stored["time_zone"]
        and workout.notes == stored["notes"]
        and [
            (
                matches[exercise.reference].exercise_id,
                exercise.superset,
                exercise.notes,
                [list_set_values(workout_set) for workout_set in exercise.sets],
            )
            for exercise in workout.exercises
        ]
        == [
            (UUID(exercise["exercise"]["id"]), exercise["superset"], exercise["notes"], _list_stored_sets(exercise))
            for exercise in stored["exercises"]
        ]
    )


def resembles_stored(workout: ParsedWorkout, stored: Mapping[str, Any], matches: Matches) -> bool:
    """Return whether a workout of a table equals the stored one, as far as tables can tell.

    Hevy's columns, and so our own CSV, have the minute of the start, and no rests. Notes may have been edited.
    """
    start, stored_start = workout.started_at, datetime.fromisoformat(stored["started_at"])
    if start != (stored_start if start.second else stored_start.replace(second=0, microsecond=0)):
        return False
    # Readers of tables replace any white space in a title by one space.
    if workout.title.split() != stored["title"].split():
        return False
    sets = [
        (matches[exercise.reference].exercise_id, [_simplify(list_set_values(one_set)) for one_set in exercise.sets])
        for exercise in workout.exercises
    ]
    return sets == [
        (UUID(exercise["exercise"]["id"]), [_simplify(values) for values in _list_stored_sets(exercise)])
        for exercise in stored["exercises"]
    ]


def _list_stored_sets(exercise: dict[str, Any]) -> list[list[Any]]:
    return [
        list_set_values(SetInput.model_validate({name: stored_set[name] for name in SetInput.model_fields}))
        for stored_set in exercise["sets"]
    ]


def _simplify(values: list[Any]) -> list[Any]:
    """Return the values of a set that tables have. They write 0 for an empty field."""
    kind, reps, weight, seconds, meters, rpe, _, _ = values
    return [kind, reps or 0, weight or 0, seconds or 0, round(meters or 0, 3), rpe]
