"""Detection of workouts that are stored already: a second import of a file adds nothing."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from exercise_buddy.transfers.imports.exercise_matches import ExerciseMatch
from exercise_buddy.transfers.imports.model import ExerciseReference, ParsedWorkout, list_set_values
from exercise_buddy.users import public as users
from exercise_buddy.workouts.public import SetInput, WorkoutKey, list_deleted_workouts, list_workout_keys

_MINUTE = 60
# So many keys take the event loop a few milliseconds.
_PAGE = 1000
_LAST_ID = UUID(int=2**128 - 1)
Matches = Mapping[ExerciseReference, ExerciseMatch]


@dataclass(slots=True)
class WorkoutIndex:
    """The user's workouts that an import did not write.

    Loaded once and kept current: the workouts of each step of the import would take quadratic time for a long file.
    """

    user_id: UUID
    import_id: UUID
    fingerprints: Counter[bytes] = field(default_factory=Counter)
    """Fingerprints include the start. They stay when a workout is edited."""
    keys: dict[UUID, WorkoutKey] = field(default_factory=dict)
    ids_by_minute: dict[int, list[UUID]] = field(default_factory=dict)
    starts: set[float] = field(default_factory=set)
    """The starts of these workouts, and of those of the file."""
    file_ids: set[UUID] = field(default_factory=set)
    """The ids of the file's workouts that were imported."""
    _last: tuple[int, UUID] = (0, UUID(int=0))
    _revision: int | None = None

    async def load_page(self, session: AsyncSession) -> bool:
        """Add workouts that were written since the last page, and return whether there may be more."""
        if self._revision is None:
            # Earlier deletions need no attention.
            self._revision = await users.get_revision(session, self.user_id)
        page = await list_workout_keys(session, self.user_id, self._last, _PAGE)
        for key in page:
            self._discard(key.id)
            if key.import_id != self.import_id:
                self._add(key)
            self._last = (key.revision, key.id)
        return len(page) == _PAGE

    async def refresh(self, session: AsyncSession) -> None:
        """Apply what others wrote and deleted since. The caller holds the lock of the user until it has written."""
        revision = await users.get_revision(session, self.user_id)
        if revision == self._revision:
            return
        for workout_id in await list_deleted_workouts(session, self.user_id, self._revision or 0):
            self._discard(workout_id)
        self._revision = revision
        while await self.load_page(session):
            pass

    async def skip_written(self, session: AsyncSession) -> None:
        """Skip what the import has written since the last refresh, in the same transaction."""
        self._revision = await users.get_revision(session, self.user_id)
        self._last = (self._revision, _LAST_ID)

    def _add(self, key: WorkoutKey) -> None:
        self.keys[key.id] = key
        self.fingerprints[key.fingerprint] += 1
        self.starts.add(key.started_at.timestamp())
        self.ids_by_minute.setdefault(_minute(key.started_at), []).append(key.id)

    def _discard(self, workout_id: UUID) -> None:
        key = self.keys.pop(workout_id, None)
        if key is not None:
            self.fingerprints[key.fingerprint] -= 1
            self.ids_by_minute[_minute(key.started_at)].remove(workout_id)

    def find_candidates(self, workout: ParsedWorkout) -> list[UUID]:
        """Return the ids of the stored workouts that this one may equal."""
        if workout.id is not None and workout.id in self.keys:
            return [workout.id]
        return self.ids_by_minute.get(_minute(workout.started_at), [])


def _minute(time: datetime) -> int:
    return int(time.timestamp()) // _MINUTE


def equals_stored(workout: ParsedWorkout, stored: Mapping[str, Any], matches: Matches) -> bool:
    """Return whether a workout of our own JSON equals the stored one in every field."""
    ended_at = stored["ended_at"] and datetime.fromisoformat(stored["ended_at"])
    return (
        workout.title == stored["title"]
        and workout.started_at == datetime.fromisoformat(stored["started_at"])
        and workout.ended_at == ended_at
        and workout.time_zone == stored["time_zone"]
        and workout.notes == stored["notes"]
        and workout.energy_kcal == stored["energy_kcal"]
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
