"""The resources of the feed, each read by the query of its own `GET`."""

from collections.abc import Awaitable, Callable, Sequence
from enum import StrEnum
from uuid import UUID

from exercise_buddy.core.db.json_queries import JsonQuery, JsonRows
from exercise_buddy.core.db.reads import Reads
from exercise_buddy.exercises import public as exercises
from exercise_buddy.statistics import public as statistics
from exercise_buddy.users import public as users
from exercise_buddy.workouts import public as workouts

ReadResources = Callable[[Reads, UUID, Sequence[UUID]], Awaitable[dict[UUID, bytes]]]


class ResourceType(StrEnum):
    """The type of a resource that devices synchronize."""

    WORKOUT = "workout"
    ROUTINE = "routine"
    EXERCISE = "exercise"
    BODY_MEASUREMENT = "body_measurement"
    GOAL = "goal"
    PROFILE = "profile"


async def _read_workouts(reads: Reads, user_id: UUID, ids: Sequence[UUID]) -> dict[UUID, bytes]:
    return await workouts.workouts_by_id.find_all(reads, user_id=user_id, workout_ids=list(ids))


def _read_by_id(query: JsonRows) -> ReadResources:
    async def read(reads: Reads, user_id: UUID, ids: Sequence[UUID]) -> dict[UUID, bytes]:
        return await query.find_all(reads, ids, user_id=user_id)

    return read


def _read_only(query: JsonQuery) -> ReadResources:
    """Return the reader of a resource that a user has one of. Its id is that of the user."""

    async def read(reads: Reads, user_id: UUID, _ids: Sequence[UUID]) -> dict[UUID, bytes]:
        document = await query.find(reads, user_id=user_id)
        return {} if document is None else {user_id: document}

    return read


READERS: dict[ResourceType, ReadResources] = {
    ResourceType.WORKOUT: _read_workouts,
    ResourceType.ROUTINE: _read_by_id(workouts.routines_by_id),
    ResourceType.EXERCISE: _read_by_id(exercises.exercises_by_id),
    ResourceType.BODY_MEASUREMENT: _read_by_id(users.measurements_by_id),
    ResourceType.GOAL: _read_only(statistics.GOAL),
    ResourceType.PROFILE: _read_only(users.profile),
}
"""What reads the JSON of those resources that exist, by their ids."""
