"""Which workouts are there already: a second import adds nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from exercise_buddy.workouts.imports.model import ReadWorkout, set_content
from exercise_buddy.workouts.imports.names import Meant, Reference, reference
from exercise_buddy.workouts.queries import some_workouts
from exercise_buddy.workouts.schemas import SetInput
from exercise_buddy.workouts.tables import Workout

_MINUTE = 60


@dataclass(slots=True)
class KnownWorkouts:
    """What a user had before an import, and what the import has read so far.

    Learned once: looked up batch by batch, a long file would take the square of its length.
    """

    stored: set[bytes] = field(default_factory=set)
    """Fingerprints, which hold the start: also of workouts that have been edited since."""
    ids: set[UUID] = field(default_factory=set)
    read_ids: set[UUID] = field(default_factory=set)
    """The ids of the file's own workouts that were taken."""
    minutes: dict[int, list[UUID]] = field(default_factory=dict)
    read: set[bytes] = field(default_factory=set)
    starts: set[float] = field(default_factory=set)

    @classmethod
    async def of(cls, session: AsyncSession, user_id: UUID) -> "KnownWorkouts":
        """Learn what is there."""
        known = cls()
        rows = select(Workout.id, Workout.started_at, Workout.fingerprint).where(col(Workout.user_id) == user_id)
        for workout_id, started_at, mark in await session.exec(rows):
            known.stored.add(mark)
            known.ids.add(workout_id)
            known.minutes.setdefault(int(started_at.timestamp()) // _MINUTE, []).append(workout_id)
            known.starts.add(started_at.timestamp())
        return known

    def like(self, workout: ReadWorkout) -> list[UUID]:
        """Give the stored workouts that this one may be."""
        if workout.id is not None and workout.id in self.ids:
            return [workout.id]
        return self.minutes.get(int(workout.started_at.timestamp()) // _MINUTE, [])


async def stored_workouts(session: AsyncSession, user_id: UUID, ids: Sequence[UUID]) -> dict[UUID, dict[str, Any]]:
    """Read stored workouts, as their documents."""
    if not ids:
        return {}
    content = await some_workouts.fetch(session, user_id=user_id, workout_ids=list(ids))
    return {UUID(found["id"]): found for found in orjson.loads(content or b"[]")}


def is_same(workout: ReadWorkout, stored: Mapping[str, Any], meant: Mapping[Reference, Meant]) -> bool:
    """Say whether a workout of our own file is, to the last field, the stored one."""
    ended_at = stored["ended_at"] and datetime.fromisoformat(stored["ended_at"])
    return (
        workout.title == stored["title"]
        and workout.started_at == datetime.fromisoformat(stored["started_at"])
        and workout.ended_at == ended_at
        and workout.time_zone == stored["time_zone"]
        and workout.notes == stored["notes"]
        and [
            (meant[reference(one)].id, one.superset, one.notes, [set_content(a_set) for a_set in one.sets])
            for one in workout.exercises
        ]
        == [
            (UUID(one["exercise"]["id"]), one["superset"], one["notes"], [_content(each) for each in one["sets"]])
            for one in stored["exercises"]
        ]
    )


def is_like(workout: ReadWorkout, stored: Mapping[str, Any], meant: Mapping[Reference, Meant]) -> bool:
    """Say whether a workout of a table is the stored one, as far as tables tell.

    Hevy's columns, and so our own CSV, have the minute of the start, and no rests. Notes may have been edited.
    """
    start, stored_start = workout.started_at, datetime.fromisoformat(stored["started_at"])
    if start != (stored_start if start.second else stored_start.replace(second=0, microsecond=0)):
        return False
    # Tables are read with one space for any white space, and a title may have others.
    return workout.title.split() == stored["title"].split() and [
        (meant[reference(one)].id, [_told(set_content(a_set)) for a_set in one.sets]) for one in workout.exercises
    ] == [(UUID(one["exercise"]["id"]), [_told(_content(each)) for each in one["sets"]]) for one in stored["exercises"]]


def _content(stored: dict[str, Any]) -> list[Any]:
    return set_content(SetInput.model_validate({name: stored[name] for name in SetInput.model_fields}))


def _told(content: list[Any]) -> list[Any]:
    kind, reps, weight, seconds, meters, rpe, _, _ = content
    return [kind, reps or 0, weight or 0, seconds or 0, round(meters or 0, 3), rpe]
