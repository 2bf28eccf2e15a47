"""The end of a workout that the client does not state: the time of its last set, as far as it is known."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from exercise_buddy.workouts.editing.content import EditedContent, EditedSet, get_id, render_part

_TIME_ORDERED = 7
"""The version of UUIDs that contain the time of their creation (RFC 9562, section 5.7)."""
_RANDOM_BITS = 80

_LONGEST_GAP = timedelta(hours=6)
"""An import warns of a workout that lasts longer, too: the user seems to have forgotten to end it."""


class EndSource(StrEnum):
    """How the end of a workout was found."""

    REQUEST = "request"
    STORED = "stored"
    LAST_SET = "last-set"
    LOGGED_LATER = "logged-later"
    NOW = "now"
    LAST_WRITE = "last-write"


class WorkoutEnd(NamedTuple):
    """The end of a workout, and how it was found."""

    ended_at: datetime
    source: EndSource


def find_end(content: EditedContent, now: datetime) -> WorkoutEnd:
    """Return the end of a workout in progress.

    It is the time at which the last set was recorded. If all sets were recorded hours after the start, the user logged
    them later: then the workout lasts as long as it took to record them. Without a set, it ends now; if it began hours
    ago, at its last write.

    Args:
        content: the workout.
        now: the current time, aware.

    """
    started_at: datetime = content.head["started_at"]
    times = [
        min(max(time, started_at), now) if started_at <= now else started_at
        for exercise in content.exercises
        for workout_set in exercise.sets
        for time in _list_times(workout_set, content.updated_at)
    ]
    if not times:
        if now - started_at <= _LONGEST_GAP:
            return WorkoutEnd(max(now, started_at), EndSource.NOW)
        return WorkoutEnd(max(content.updated_at, started_at), EndSource.LAST_WRITE)
    if min(times) - started_at > _LONGEST_GAP:
        return WorkoutEnd(started_at + (max(times) - min(times)), EndSource.LOGGED_LATER)
    return WorkoutEnd(max(times), EndSource.LAST_SET)


def _list_times(workout_set: EditedSet, updated_at: datetime) -> Iterator[datetime]:
    """Yield the time at which a set was recorded, and the end of its last measured rep.

    An id of another version does not tell a time; the last write of the workout is no earlier.
    """
    set_id = get_id(workout_set)
    recorded_at = updated_at if set_id is None else read_time(set_id) or updated_at
    yield recorded_at
    evidence = render_part(workout_set)["evidence"]
    if evidence and evidence["reps"]:
        # A client that counts live chooses the id when the set begins.
        last = evidence["reps"][-1]
        yield recorded_at + timedelta(milliseconds=last["offset_ms"] + (last["duration_ms"] or 0))


def read_time(part_id: UUID) -> datetime | None:
    """Return the time in a UUID of version 7, in UTC; None for other versions, and for a time that no clock shows."""
    if part_id.version != _TIME_ORDERED:
        return None
    try:
        return datetime.fromtimestamp((part_id.int >> _RANDOM_BITS) / 1000, UTC)
    except (OverflowError, ValueError):
        return None
