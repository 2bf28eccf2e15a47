"""The kinds of personal records, and where their values are stored."""

from collections.abc import Sequence
from dataclasses import dataclass

from exercise_buddy.statistics.schemas import RecordKind, Unit


@dataclass(frozen=True, slots=True)
class StoredKind:
    """A kind of which each exercise within a workout has its best value stored, in an index of its own."""

    kind: RecordKind
    column: str
    unit: Unit


STORED: Sequence[StoredKind] = (
    StoredKind(RecordKind.LOAD, "best_set_weight_kg", "kg"),
    StoredKind(RecordKind.E1RM, "best_e1rm_kg", "kg"),
    StoredKind(RecordKind.REPS, "best_reps", "reps"),
    StoredKind(RecordKind.SET_VOLUME, "best_set_volume_kg", "kg"),
    StoredKind(RecordKind.DURATION, "best_duration_seconds", "s"),
    StoredKind(RecordKind.DISTANCE, "best_distance_meters", "m"),
    StoredKind(RecordKind.REPS_UNBROKEN, "best_unbroken_reps", "reps"),
)
"""All but reps at a load, which has a value for each load."""


def number(kind: RecordKind) -> int:
    """Give the place of a kind in the order in which they are shown."""
    return list(RecordKind).index(kind)
