"""Reps for the tests of what is said about a set."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from exercise_buddy.counting.engine.results import Rep

STEADY = Rep(
    offset_ms=0,
    turn_ms=1_000,
    duration_ms=2_000,
    eccentric_ms=1_000,
    concentric_ms=1_000,
    turn_pause_ms=0,
    end_pause_ms=0,
    range_degrees=90.0,
    range_share=1.0,
    full_range_share=None,
    side=None,
    confidence=0.9,
)


def build_set(count: int, **values: Sequence[Any]) -> list[Rep]:
    """Return steady reps one after the other, with the values that are given for each of them."""
    reps = []
    offset_ms = 0
    for i in range(count):
        rep = replace(STEADY, offset_ms=offset_ms, **{name: of_reps[i] for name, of_reps in values.items()})
        reps.append(rep)
        offset_ms += rep.duration_ms + rep.end_pause_ms
    return reps
