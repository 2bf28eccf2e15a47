"""The definitions of slowdown, range loss and variation of tempo."""

import pytest

from exercise_buddy.rep_definitions import (
    compute_range_loss_percent,
    compute_slowdown_percent,
    compute_tempo_variation_percent,
)


@pytest.mark.parametrize(
    ("velocities", "concentric_ms", "expected"),
    [
        # The last rep is compared with the fastest one, which need not be the first.
        ([0.5, 0.8, 0.6], [None, None, None], 25),
        ([None, None, None], [1200, 750, 1000], 25),
        # The reps of one distance: the duration and the velocity have the same loss.
        ([0.6 / 0.75, 0.6 / 1.0], [750, 1000], 25),
        # One velocity is no pair: the durations decide.
        ([None, 0.5], [400, 500], 20),
        ([0.0, 0.5], [400, 500], 20),
        # Where velocities were measured, the durations do not matter.
        ([0.5, 0.5], [400, 900], 0),
        ([0.8, 0.4, None], [400, 900, 900], 50),
        ([], [], None),
        ([0.5], [400], None),
        ([None, None], [0, 400], None),
    ],
)
def test_slowdown_is_the_loss_of_velocity(
    velocities: list[float | None], concentric_ms: list[int | None], expected: float | None
) -> None:
    assert compute_slowdown_percent(velocities, concentric_ms) == (
        None if expected is None else pytest.approx(expected)
    )


@pytest.mark.parametrize(
    ("ranges", "expected"),
    [([90, 100, 70], 30), ([None, 80, None, 80], 0), ([0.4, 0.5], 0), ([90], None), ([0, 90], None), ([], None)],
)
def test_range_loss_compares_the_last_rep_with_the_best(ranges: list[float | None], expected: float | None) -> None:
    assert compute_range_loss_percent(ranges) == (None if expected is None else pytest.approx(expected))


@pytest.mark.parametrize(
    ("durations", "expected"), [([1000, 2000, None, 3000], 50), ([900, 900], 0), ([900], None), ([0, 0], None)]
)
def test_tempo_variation_is_relative_to_the_mean(durations: list[int | None], expected: float | None) -> None:
    assert compute_tempo_variation_percent(durations) == (None if expected is None else pytest.approx(expected))
