"""Holds, from masks of the samples in position."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from exercise_buddy.counting.engine.holds import LONGEST_GAP_MS, SHORTEST_HOLD_MS, find_holds
from exercise_buddy.counting.engine.results import Hold


def hold_between(*spans: tuple[int, int], lost: tuple[int, int] = (0, 0)) -> tuple[Hold, ...]:
    """Return the holds of 60 s at 10 Hz with the body in position during `spans`, and no samples while `lost`."""
    times_ms = np.arange(0.0, 60_000, 100)
    times_ms = times_ms[(times_ms < lost[0]) | (times_ms >= lost[1])]
    in_position = np.zeros(len(times_ms), dtype=bool)
    for start, end in spans:
        in_position |= (times_ms >= start) & (times_ms <= end)
    return find_holds(times_ms, in_position)


@pytest.mark.parametrize(
    ("spans", "expected"),
    [
        ([], ()),
        ([(5_000, 35_000)], (Hold(5_000, 30_000),)),
        # A wobble of 0.9 s belongs to the hold, a rest of 1.1 s ends it.
        ([(5_000, 15_000), (15_900, 30_000)], (Hold(5_000, 25_000),)),
        ([(5_000, 15_000), (16_100, 30_000)], (Hold(5_000, 10_000), Hold(16_100, 13_900))),
        # Getting down is no hold.
        ([(1_000, 2_900), (5_000, 7_000)], (Hold(5_000, 2_000),)),
        ([(0, 59_900)], (Hold(0, 59_900),)),
    ],
)
def test_holds_are_found(spans: list[tuple[int, int]], expected: tuple[Hold, ...]) -> None:
    assert hold_between(*spans) == expected


def test_time_without_samples_is_a_gap() -> None:
    assert hold_between((0, 20_000), lost=(10_000, 10_900)) == (Hold(0, 20_000),)
    assert hold_between((0, 20_000), lost=(10_000, 15_000)) == (Hold(0, 9_900), Hold(15_000, 5_000))


def test_trace_without_samples_has_no_hold() -> None:
    assert find_holds(np.array([]), np.array([], dtype=bool)) == ()


@given(st.lists(st.tuples(st.floats(1, 1_500), st.booleans()), max_size=60))
def test_holds_are_apart_and_long_enough(samples: list[tuple[float, bool]]) -> None:
    times_ms = np.cumsum([step for step, _ in samples])
    held = np.array([held for _, held in samples], dtype=bool)
    holds = find_holds(times_ms, held)

    assert all(hold.duration_ms >= SHORTEST_HOLD_MS - 1 for hold in holds)
    for hold, following in pairwise(holds):
        assert following.offset_ms - hold.offset_ms - hold.duration_ms >= LONGEST_GAP_MS - 1
    # A hold begins and ends with a sample in position.
    rounded = {round(time) for time in times_ms[held].tolist()}
    assert all({hold.offset_ms, hold.offset_ms + hold.duration_ms} <= rounded for hold in holds)
