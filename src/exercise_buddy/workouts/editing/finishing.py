"""The end of a workout that the client does not state: the time of its last set, as far as it is known."""

from collections.abc import Sequence
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

_CLOCK_SKEW = timedelta(minutes=5)
"""The clock of a device may differ so much from that of the server."""


class EndSource(StrEnum):
    """How the end of a workout was found."""

    REQUEST = "request"
    STORED = "stored"
    LAST_SET = "last-set"
    LOGGED_LATER = "logged-later"
    NOW = "now"
    LAST_WRITE = "last-write"
    START = "start"


class WorkoutEnd(NamedTuple):
    """The end of a workout, and how it was found."""

    ended_at: datetime
    source: EndSource


def find_end(content: EditedContent, now: datetime) -> WorkoutEnd:
    """Return the end of a workout in progress.

    It is the time at which the last set was recorded, without sets that were added hours after all others. If all sets
    were recorded hours after the start, the user logged them later: then the workout lasts as long as it took to record
    most of them. If the time of the last set is unknown, the workout ends at its last write, unless that is an edit
    hours later. Without sets, it ends now, or likewise if it began hours ago. If nothing tells, it ends when it starts.

    Args:
        content: the workout.
        now: the current time, aware.

    """
    started_at: datetime = content.head["started_at"]
    if now <= started_at:
        return WorkoutEnd(started_at, EndSource.START)
    sets = [part for exercise in content.exercises for part in exercise.sets]
    if not sets and now - started_at <= _LONGEST_GAP:
        return WorkoutEnd(now, EndSource.NOW)
    times = [_find_times(part, started_at, now) for part in sets]
    recorded = sorted(span for span in times if span)
    clusters = _divide(recorded, started_at)
    if recorded and not clusters[0]:
        longest = max(clusters[1:], key=len)
        return WorkoutEnd(started_at + (_last(longest) - longest[0][0]), EndSource.LOGGED_LATER)
    last_set = _last(clusters[0]) if recorded else started_at
    is_last_unknown = not times or times[-1] is None
    if is_last_unknown and timedelta() <= (last_write := min(content.updated_at, now)) - last_set <= _LONGEST_GAP:
        return WorkoutEnd(last_write, EndSource.LAST_WRITE)
    return WorkoutEnd(last_set, EndSource.LAST_SET if recorded else EndSource.START)


_Span = tuple[datetime, datetime]
"""The time at which a set was recorded, and the end of its last measured rep."""


def _find_times(workout_set: EditedSet, started_at: datetime, now: datetime) -> _Span | None:
    """Return when a set was recorded, from the start to now; None if its id tells no plausible time."""
    set_id = get_id(workout_set)
    recorded_at = None if set_id is None else read_time(set_id)
    if recorded_at is None or not started_at - _CLOCK_SKEW <= recorded_at <= now + _CLOCK_SKEW:
        return None
    ended_at = recorded_at
    evidence = render_part(workout_set)["evidence"]
    if evidence and evidence["reps"]:
        # A client that counts live chooses the id when the set begins.
        last = evidence["reps"][-1]
        ended_at += timedelta(milliseconds=last["offset_ms"] + (last["duration_ms"] or 0))
    return min(max(recorded_at, started_at), now), min(max(ended_at, started_at), now)


def _divide(recorded: Sequence[_Span], started_at: datetime) -> list[list[_Span]]:
    """Return the sets that were recorded one after the other: first those that follow the start, then later ones."""
    clusters: list[list[_Span]] = [[]]
    end = started_at
    for span in recorded:
        if span[0] - end > _LONGEST_GAP:
            clusters.append([])
        clusters[-1].append(span)
        end = max(end, span[1])
    return clusters


def _last(cluster: Sequence[_Span]) -> datetime:
    return max(end for _, end in cluster)


def read_time(part_id: UUID) -> datetime | None:
    """Return the time in a UUID of version 7, in UTC; None for other versions, and for a time that no clock shows."""
    if part_id.version != _TIME_ORDERED:
        return None
    try:
        return datetime.fromtimestamp((part_id.int >> _RANDOM_BITS) / 1000, UTC)
    except (OverflowError, ValueError):
        return None
